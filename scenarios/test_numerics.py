"""How exact the statistics and the outputs are, and in which dtype they are kept."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import LOUD, NONE, NUMPY, SILENT, VISIBLE, promise, question
from scenarios.observe import answer, compared, described, normalization, refused, use_policy, which
from scenarios.sample import batches, rows

ADAPT = "Normalization.adapt: computes the mean and variance of the data"
FORMULA = "Normalization: (input - mean) / sqrt(var)"
DTYPE = "tf.keras.layers.Layer, argument dtype: dtype of the computations and weights"
MIXED = "TensorFlow guide: mixed precision"
FLOATX = "tf.keras.backend.set_floatx: sets the default float dtype"
POLICY = "tf.keras.mixed_precision.set_global_policy: floatx counts if no global policy is set"

#: One apart from each other and far from zero: float32, whose steps are 8 there, cannot tell them apart.
FAR_AWAY = 1e8 + np.array([[0.0], [1.0], [2.0], [3.0]])
#: Seconds since 1970, a minute apart: float32, whose steps are 128 there, merges two of them.
TIMESTAMPS = np.array([[1600000000], [1600000060], [1600000120]], "int64")
#: All that is made of these is exact in every float dtype, bfloat16 too.
EXACT, QUERY = np.array([[0.0], [4.0]], "float32"), np.array([[0.0], [1.0], [6.0]], "float32")


def floats(values):
    return np.array(values, "float32")


def adapted(data, **arguments):
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


def float64s(tensor):
    """The numbers of a tensor of any dtype; not all NumPys know bfloat16."""
    return tf.cast(tensor, "float64").numpy()


def statistics(layer):
    """The mean and variance that a layer uses."""
    return {"mean": np.ravel(float64s(layer.mean)), "variance": np.ravel(float64s(layer.variance))}


def moments(data):
    """NumPy's mean and variance of the columns."""
    return {"mean": data.mean(axis=0), "variance": data.var(axis=0)}


def predicting(layer):
    return tf.keras.Sequential([tf.keras.Input((1,)), layer])


# Exactness


@promise(
    "numerics::variance_divides_by_n",
    oracle=NUMPY,
    documented={"mean": [0.5], "variance": [0.25]},
    reference="Normalization, example in the reference: population variance",
)
def test_variance_divides_by_n():
    """The variance divides by n, not by n - 1"""
    data = floats([[0], [1]])
    return compared(statistics(adapted(data)), {"mean": data.mean(axis=0), "variance": data.var(axis=0, ddof=0)})


@question(
    "numerics::constant_column_inexact_value",
    answers={"zero": NONE, "noise": SILENT, "nan": VISIBLE},
    reference="keras#20011",
)
def test_constant_column_inexact_value():
    """What becomes of a column that is always 0.1?

    0.1 is not exact in binary. The noise, of up to some tenths, is rounding error, which depends on the processor.
    """
    value = abs(adapted(np.full((100, 1), 0.1, "float32"))(floats([[0.1]])).numpy().item())
    return answer("nan" if np.isnan(value) else "zero" if value < 1e-3 else "noise")


@promise("numerics::far_from_zero_float64_array", oracle=NUMPY, reference=ADAPT)
def test_far_from_zero_float64_array():
    """Far from zero, a float64 array keeps its variance"""
    return compared(statistics(adapted(FAR_AWAY))["variance"], FAR_AWAY.var(axis=0))


@promise("numerics::far_from_zero_float64_dataset", oracle=NUMPY, reference=ADAPT)
def test_far_from_zero_float64_dataset():
    """Far from zero, a float64 dataset keeps its variance"""
    return compared(statistics(adapted(batches(FAR_AWAY)))["variance"], FAR_AWAY.var(axis=0))


@promise("numerics::far_from_zero_float64_layer_output", oracle=NUMPY, reference=DTYPE)
def test_far_from_zero_float64_layer_output():
    """A float64 layer normalizes float64 far from zero"""
    output = float64s(adapted(FAR_AWAY, dtype="float64")(FAR_AWAY))
    return compared(output, (FAR_AWAY - FAR_AWAY.mean(axis=0)) / FAR_AWAY.std(axis=0))


@promise("numerics::far_from_zero_float32_array", oracle=NUMPY, reference=ADAPT)
def test_far_from_zero_float32_array():
    """Far from zero, a float32 variance is NumPy's

    0, 8, 16 and 24 are added, each exact in float32. NumPy computes in float32 or in float64: either is right.
    """
    data = floats(1e8 + np.array([[0.0], [8.0], [16.0], [24.0]]))
    variance = statistics(adapted(data))["variance"]
    either = data.var(axis=0), data.var(axis=0, dtype="float64")
    return compared(variance, min(either, key=lambda expected: abs(variance - expected).item()))


@question(
    "numerics::timestamps",
    answers={"told apart": NONE, "merged": SILENT},
    reference=ADAPT + "; tf.keras.backend.floatx",
)
def test_timestamps():
    """Are timestamps a minute apart told apart?"""
    output = np.ravel(adapted(TIMESTAMPS)(TIMESTAMPS))
    return answer("told apart" if len(set(output)) == len(TIMESTAMPS) else "merged", seen=output)


@promise("numerics::timestamps_float64_layer", oracle=NUMPY, reference=DTYPE)
def test_timestamps_float64_layer():
    """A float64 layer normalizes timestamps of int64"""
    output = float64s(adapted(TIMESTAMPS, dtype="float64")(TIMESTAMPS))
    return compared(output, (TIMESTAMPS - TIMESTAMPS.mean(axis=0)) / TIMESTAMPS.std(axis=0))


@pytest.mark.parametrize("spread", ["1e18", "2e-6"])
@promise("numerics::spread_of_{spread}", oracle=NUMPY, reference=FORMULA)
def test_spread(spread):
    """A spread of {spread} is normalized to -1 and 1"""
    data = floats([[0], [spread]])
    return compared(adapted(data)(data), (data - data.mean(axis=0)) / np.sqrt(data.var(axis=0)))


@promise("numerics::tiny_spread_output", oracle=NUMPY, documented=[[-1.0], [1.0]], reference=FORMULA)
def test_tiny_spread_output():
    """A spread of 2e-9 is normalized to -1 and 1

    The deviation of 1e-9 is below the layer's epsilon of 1e-7, of which the formula in the reference says nothing.
    """
    data = floats([[0], [2e-9]])
    return compared(adapted(data)(data), (data - data.mean(axis=0)) / np.sqrt(data.var(axis=0)))


@question(
    "numerics::huge_values_output",
    answers={"normalized": NONE, "all zeros": SILENT, "nan": VISIBLE},
    reference=FORMULA,
)
def test_huge_values_output():
    """What if the variance is beyond float32?

    0 and 2e30, adapted to just these, are well within float32 themselves.
    """
    data = floats([[0], [2e30]])
    normalized = (data - data.mean(axis=0)) / data.std(axis=0, dtype="float64")
    return which(adapted(data)(data), normalized=normalized, all_zeros=np.zeros((2, 1)), nan=np.full((2, 1), np.nan))


@promise("numerics::batches_of_one_row", oracle=NUMPY, reference=ADAPT)
def test_batches_of_one_row():
    """40 batches of one row give the statistics of all"""
    data = floats(np.arange(40).reshape(40, 1) * 17 % 41)
    return compared(statistics(adapted(batches(data, 1))), moments(data))


@question(
    "numerics::negative_variance",
    answers={"refused": LOUD, "nan": VISIBLE},
    reference="Normalization, argument variance; keras normalization.py",
)
def test_negative_variance():
    """What does a given variance below zero do?"""
    try:
        output = normalization(mean=5.0, variance=-1.0)(QUERY)
    except ValueError as error:
        return refused(error)
    return which(output, nan=np.full((3, 1), np.nan))


@promise("numerics::axis_out_of_order", oracle=NUMPY, reference="keras, normalization_test.py: axis permutations")
def test_axis_out_of_order():
    """axis=(2, 1) is the same as axis=(1, 2)"""
    samples = floats(np.arange(12) ** 2).reshape(2, 2, 3)
    return compared(adapted(samples, axis=(2, 1))(samples), (samples - samples.mean(axis=0)) / samples.std(axis=0))


# NaN, infinity, nothing

#: What one NaN or infinity may make of the statistics of its column.
COLUMN = {"not finite": VISIBLE, "zeros": SILENT, "wrong numbers": SILENT}


def with_special(special):
    """Rows of two columns with one special number in the first."""
    data = rows()
    data[1, 0] = float(special)
    return data


def first_column(layer):
    mean, variance = [statistics(layer)[name][0] for name in ("mean", "variance")]
    word = "zeros" if mean == variance == 0.0 else "wrong numbers"
    return answer(word if np.isfinite([mean, variance]).all() else "not finite", seen=[mean, variance])


def second_column(layer):
    return {name: values[1] for name, values in statistics(layer).items()}


@pytest.mark.parametrize("special", ["nan", "inf"])
@question("numerics::{special}_in_an_array", answers=COLUMN, reference=ADAPT)
def test_special_in_an_array(special):
    """What are the statistics of a column with one {special}?"""
    return first_column(adapted(with_special(special)))


@pytest.mark.parametrize("special", ["nan", "inf"])
@question("numerics::{special}_in_a_dataset", answers=COLUMN, reference=ADAPT)
def test_special_in_a_dataset(special):
    """What does one {special} in a batch make of its column?

    The dataset has two batches, and the other one has only numbers.
    """
    return first_column(adapted(batches(with_special(special))))


@pytest.mark.parametrize("special", ["nan", "inf"])
@promise("numerics::beside_{special}_in_an_array", oracle=NUMPY, reference=ADAPT)
def test_beside_special_in_an_array(special):
    """One {special} leaves an array's other columns alone"""
    data = with_special(special)
    return compared(second_column(adapted(data)), moments(data[:, 1]))


@pytest.mark.parametrize("special", ["nan", "inf"])
@promise("numerics::beside_{special}_in_a_dataset", oracle=NUMPY, reference=ADAPT)
def test_beside_special_in_a_dataset(special):
    """One {special} leaves a dataset's other columns alone"""
    data = with_special(special)
    return compared(second_column(adapted(batches(data))), moments(data[:, 1]))


@pytest.mark.parametrize("special", ["nan", "inf"])
@promise("numerics::{special}_in_a_call", oracle=NUMPY, reference=FORMULA)
def test_special_in_a_call(special):
    """One {special} in a call stays in its own place"""
    inputs, data = with_special(special), rows()
    return compared(adapted(data)(inputs), (inputs - data.mean(axis=0)) / data.std(axis=0))


@promise("numerics::empty_batch_in_a_call", oracle=NUMPY, reference=FORMULA)
def test_empty_batch_in_a_call():
    """A batch without rows gives an output without rows"""
    data, nothing = rows(), rows()[:0]
    return compared(described(adapted(data)(nothing)), described((nothing - data.mean(axis=0)) / data.std(axis=0)))


@question(
    "numerics::empty_array_in_predict", answers={"empty": NONE, "refused": LOUD}, reference="tf.keras.Model.predict"
)
def test_empty_array_in_predict():
    """What does predict() make of an array without rows?"""
    try:
        output = predicting(adapted(EXACT)).predict(QUERY[:0], verbose=0)
    except ValueError as error:
        return refused(error)
    return which(list(np.shape(output)), empty=[0, 1])


#: Where the batch without rows comes, and from which value of the first column on the rows are kept.
EMPTY_BATCHES = {"first": lambda rows: rows[:, 0] > 30.0, "last": lambda rows: rows[:, 0] < 30.0}


@pytest.mark.parametrize("place", sorted(EMPTY_BATCHES))
@promise("numerics::empty_{place}_batch", oracle=NUMPY, reference=ADAPT + "; tf.boolean_mask in a mapped batch")
def test_empty_batch(place):
    """A {place} batch without rows counts for nothing in adapt()

    As it comes of leaving rows out of a dataset's batches.
    """
    kept = EMPTY_BATCHES[place]
    dataset = batches(rows()).map(lambda batch: tf.boolean_mask(batch, kept(batch)))
    return compared(statistics(adapted(dataset)), moments(rows()[kept(rows())]))


# Layers of other dtypes

DTYPES = ("bfloat16", "float16", "float64")


def each_dtype(name, reference):
    """Parameters for a scenario that expects the dtype itself."""
    return pytest.mark.parametrize(
        "dtype",
        [
            pytest.param(dtype, marks=promise("dtypes::%s_%s" % (dtype, name), documented=dtype, reference=reference))
            for dtype in DTYPES
        ],
    )


def weights_dtype(layer):
    return str(layer.get_weights()[0].dtype)


def output_dtype(layer, data):
    return layer(tf.constant(data)).dtype.name


@each_dtype("layer_weights", DTYPE)
def test_layer_weights(dtype):
    """dtype="{dtype}" keeps the mean in {dtype}"""
    return weights_dtype(adapted(EXACT, dtype=dtype))


@each_dtype("layer_output", DTYPE)
def test_layer_output(dtype):
    """dtype="{dtype}" makes {dtype} of float32"""
    return output_dtype(adapted(EXACT, dtype=dtype), QUERY)


@each_dtype("layer_predict_output", DTYPE)
def test_layer_predict_output(dtype):
    """predict() of a {dtype} layer gives {dtype}"""
    return str(predicting(adapted(EXACT, dtype=dtype)).predict(QUERY, verbose=0).dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@promise("dtypes::{dtype}_layer_adapts_dataset", oracle=NUMPY, reference=ADAPT)
def test_layer_adapts_dataset(dtype):
    """A {dtype} layer adapts to a float32 dataset"""
    return compared(statistics(adapted(batches(rows()), dtype=dtype)), moments(rows()))


@pytest.mark.parametrize("dtype", DTYPES)
@promise("dtypes::{dtype}_layer_given_statistics", oracle=NUMPY, reference=DTYPE)
def test_layer_given_statistics(dtype):
    """A {dtype} layer normalizes by given statistics"""
    output = normalization(mean=2.0, variance=4.0, dtype=dtype)(QUERY)
    return compared(float64s(output), (QUERY - 2.0) / np.sqrt(4.0))


def each_way(layer, inputs):
    """What a layer gives called, in a traced function, and in predict()."""
    called, traced = layer(inputs), tf.function(layer)(tf.constant(inputs))
    predicted = predicting(layer).predict(inputs, verbose=0)
    return {"called": float64s(called), "traced": float64s(traced), "predicted": float64s(tf.constant(predicted))}


def every_way(expected):
    return dict.fromkeys(("called", "traced", "predicted"), expected)


@pytest.mark.parametrize("dtype", ["float32", *DTYPES])
@promise("dtypes::{dtype}_layer_each_way", oracle=NUMPY, reference=DTYPE + "; tf.function; tf.keras.Model.predict")
def test_layer_each_way(dtype):
    """Call, tf.function and predict() in {dtype} agree"""
    output = each_way(adapted(EXACT, dtype=dtype), QUERY)
    return compared(output, every_way((QUERY - EXACT.mean(axis=0)) / EXACT.std(axis=0)))


@pytest.mark.parametrize("form", ["array", "dataset"])
@promise("dtypes::float16_{form}_wide_spread", oracle=NUMPY, reference=ADAPT + "; " + DTYPE)
def test_float16_wide_spread(form):
    """A float32 layer normalizes a float16 {form} of 0 and 1000

    Both fit float16, their variance of 250000 does not; it fits the layer's float32.
    """
    data = np.array([[0.0], [1000.0]], "float16")
    layer = adapted(data if form == "array" else batches(data))
    data = data.astype("float32")
    return compared(layer(data), (data - data.mean(axis=0)) / data.std(axis=0))


# Mixed precision

POLICIES = {"mixed_bfloat16": "bfloat16", "mixed_float16": "float16"}
WIDE_SPREAD = floats([[0], [1000]])
LARGE = floats([[0], [5e5]])
each_policy = pytest.mark.parametrize("policy", sorted(POLICIES))


@each_policy
@promise("dtypes::{policy}_weights", documented="float32", reference=MIXED + ": variables are float32")
def test_policy_weights(policy):
    """Under {policy} the mean is float32"""
    use_policy(policy)
    return weights_dtype(adapted(EXACT))


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(policy, marks=promise("dtypes::%s_output" % policy, documented=dtype, reference=MIXED))
        for policy, dtype in POLICIES.items()
    ],
)
def test_policy_output(policy):
    """Under {policy} the output has 16 bits"""
    use_policy(policy)
    return output_dtype(adapted(EXACT), QUERY)


@each_policy
@promise("dtypes::{policy}_adapts_dataset", oracle=NUMPY, reference=ADAPT)
def test_policy_adapts_dataset(policy):
    """Under {policy} adapt() takes a dataset"""
    use_policy(policy)
    return compared(statistics(adapted(batches(rows()))), moments(rows()))


@each_policy
@promise("dtypes::{policy}_each_way", oracle=NUMPY, reference=MIXED + "; tf.function; tf.keras.Model.predict")
def test_policy_each_way(policy):
    """Under {policy} call, tf.function and predict() agree"""
    use_policy(policy)
    output = each_way(adapted(EXACT), QUERY)
    return compared(output, every_way((QUERY - EXACT.mean(axis=0)) / EXACT.std(axis=0)))


@each_policy
@promise("dtypes::{policy}_large_statistics", oracle=NUMPY, reference=ADAPT)
def test_policy_large_statistics(policy):
    """{policy} keeps the statistics of 0 and 500000

    500000 is beyond float16; mean and variance are well within float32, the dtype of a mixed policy's variables.
    """
    use_policy(policy)
    mean, variance = [float64s(tf.constant(weight)) for weight in adapted(LARGE).get_weights()[:2]]
    return compared({"mean": mean, "variance": variance}, moments(LARGE))


@each_policy
@promise("dtypes::{policy}_large_output", oracle=NUMPY, reference=MIXED + "; " + FORMULA)
def test_policy_large_output(policy):
    """Under {policy} 0 and 500000 become -1 and 1"""
    use_policy(policy)
    return compared(float64s(adapted(LARGE)(LARGE)), (LARGE - LARGE.mean(axis=0)) / LARGE.std(axis=0))


@each_policy
@promise("dtypes::{policy}_wide_spread_output", oracle=NUMPY, reference=MIXED + "; " + FORMULA)
def test_policy_wide_spread_output(policy):
    """Under {policy} 0 and 1000 become -1 and 1

    Both fit float16, their variance does not.
    """
    use_policy(policy)
    output = float64s(adapted(WIDE_SPREAD)(WIDE_SPREAD))
    return compared(output, (WIDE_SPREAD - WIDE_SPREAD.mean(axis=0)) / WIDE_SPREAD.std(axis=0))


@each_policy
@promise("dtypes::{policy}_given_statistics", oracle=NUMPY, reference=MIXED + "; " + FORMULA)
def test_policy_given_statistics(policy):
    """{policy} normalizes 0 and 1000 by a given mean"""
    use_policy(policy)
    mean, variance = WIDE_SPREAD.mean(), WIDE_SPREAD.var()
    output = float64s(normalization(mean=mean, variance=variance)(WIDE_SPREAD))
    return compared(output, (WIDE_SPREAD - mean) / np.sqrt(variance))


@each_policy
@promise("dtypes::{policy}_float32_layer_each_way", oracle=NUMPY, reference=MIXED + ": dtype='float32' of a layer")
def test_policy_float32_layer_each_way(policy):
    """A float32 layer under {policy} is exact in predict()

    Called and traced as well: where the layer's dtype counts, 0 and 500000 are normalized whatever the policy is.
    """
    use_policy(policy)
    output = each_way(adapted(LARGE, dtype="float32"), LARGE)
    return compared(output, every_way((LARGE - LARGE.mean(axis=0)) / LARGE.std(axis=0)))


# The default dtype


@promise("dtypes::set_floatx_float64_weights", documented="float64", reference=FLOATX)
def test_set_floatx_float64_weights():
    """After set_floatx("float64") the mean is float64"""
    tf.keras.backend.set_floatx("float64")
    return weights_dtype(adapted(rows()))


@promise("dtypes::set_floatx_float64_far_from_zero", oracle=NUMPY, reference=FLOATX)
def test_set_floatx_float64_far_from_zero():
    """set_floatx("float64") normalizes float64 far from zero"""
    tf.keras.backend.set_floatx("float64")
    return compared(adapted(FAR_AWAY)(FAR_AWAY), (FAR_AWAY - FAR_AWAY.mean(axis=0)) / FAR_AWAY.std(axis=0))


@promise("dtypes::set_floatx_after_a_layer", documented="float64", reference=FLOATX)
def test_set_floatx_after_a_layer():
    """set_floatx() counts for layers made after it

    Another layer was made before it.
    """
    normalization()
    tf.keras.backend.set_floatx("float64")
    return weights_dtype(adapted(rows()))


@question(
    "dtypes::set_floatx_after_a_policy",
    answers={"used": NONE, "ignored": SILENT},
    documented_by_release={"keras<3": "ignored"},
    reference=POLICY,
)
def test_set_floatx_after_a_policy():
    """Is set_floatx() used after a dtype policy was set?"""
    use_policy("float32")
    tf.keras.backend.set_floatx("float64")
    return which(weights_dtype(adapted(rows())), used="float64", ignored="float32")

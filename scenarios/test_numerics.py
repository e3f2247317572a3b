"""How exact the statistics and the outputs are, and in which dtype they are kept."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import Missing, normalization, resolve, scenario, statistics
from scenarios.sample import STATISTICS, batches, rows

ADAPT = "Normalization.adapt: computes the mean and variance of the data"
FORMULA = "Normalization: (input - mean) / sqrt(var)"
DTYPE = "tf.keras.layers.Layer, argument dtype: dtype of the computations and weights"
MIXED = "TensorFlow guide: mixed precision"
FLOATX = "tf.keras.backend.set_floatx: sets the default float dtype"

#: One apart from each other and far from zero: float32, whose steps are 8 there, cannot tell them apart.
FAR_AWAY = 1e8 + np.array([[0.0], [1.0], [2.0], [3.0]])


def adapted(data, **arguments):
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


def output(layer, data):
    return np.ravel(layer(np.array(data, "float32")).numpy())


def weights_dtype(layer):
    return str(layer.get_weights()[0].dtype)


def output_dtype(layer, data):
    return layer(tf.constant(data)).dtype.name


def use_policy(name):
    """Set the global dtype policy, under the name that the function has in this release."""
    try:
        setter = resolve("tf.keras.mixed_precision.set_global_policy")
    except Missing:
        setter = resolve("tf.keras.mixed_precision.experimental.set_policy")
    setter(name)


def each_dtype(question, reference):
    """Parameters for a scenario that expects the dtype itself, one for float64 and one for float16."""
    return pytest.mark.parametrize(
        "dtype",
        [
            pytest.param(
                dtype, marks=scenario("dtypes::%s_%s" % (dtype, question), documented=dtype, reference=reference)
            )
            for dtype in ("float64", "float16")
        ],
    )


@scenario(
    "numerics::variance_divides_by_n",
    documented={"mean": [0.5], "variance": [0.25]},
    reference="Normalization, example in the reference: population variance",
)
def test_variance_divides_by_n():
    """The variance of 0 and 1 is 0.25: the sum is divided by n, not by n - 1"""
    return statistics(adapted(np.array([[0.0], [1.0]], "float32")))


@scenario("numerics::constant_column_inexact_value", reference="keras#20011")
def test_constant_column_inexact_value():
    """The output for 0.1, which is not exact in binary, in a column that was always 0.1 in adapt()

    Only its size is told: the rest is rounding error, which depends on the processor.
    """
    value = abs(output(adapted(np.full((100, 1), 0.1, "float32")), [[0.1]])[0])
    return "nan" if np.isnan(value) else "below 0.001" if value < 1e-3 else "0.001 or more"


@scenario("numerics::far_from_zero_float64_array", reference=ADAPT)
def test_far_from_zero_float64_array():
    """The variance of 0, 1, 2, 3 with 1e8 added, adapted to a float64 array"""
    return {"variance": statistics(adapted(FAR_AWAY))["variance"]}


@scenario("numerics::far_from_zero_float64_dataset", reference=ADAPT)
def test_far_from_zero_float64_dataset():
    """The variance of 0, 1, 2, 3 with 1e8 added, adapted to a float64 Dataset of two batches"""
    return {"variance": statistics(adapted(batches(FAR_AWAY, 2)))["variance"]}


@scenario(
    "numerics::far_from_zero_float64_layer_output", documented=[-1.34164, -0.447214, 0.447214, 1.34164], reference=DTYPE
)
def test_far_from_zero_float64_layer_output():
    """The output of a float64 layer for 0, 1, 2, 3 with 1e8 added"""
    return np.ravel(adapted(FAR_AWAY, dtype="float64")(FAR_AWAY).numpy())


@scenario("numerics::far_from_zero_float32_array", documented={"variance": [80.0]}, reference=ADAPT)
def test_far_from_zero_float32_array():
    """The variance of 0, 8, 16, 24 with 1e8 added, each exact in float32, adapted to a float32 array"""
    data = (1e8 + np.array([[0.0], [8.0], [16.0], [24.0]])).astype("float32")
    return {"variance": statistics(adapted(data))["variance"]}


@scenario("numerics::huge_values_output", reference=FORMULA)
def test_huge_values_output():
    """The output for 0 and 2e30, adapted to just these: their variance is beyond float32"""
    data = [[0.0], [2e30]]
    return output(adapted(np.array(data, "float32")), data)


@scenario("numerics::tiny_spread_output", documented=[-1.0, 1.0], reference=FORMULA)
def test_tiny_spread_output():
    """The output for 0 and 2e-9, adapted to just these: their deviation is below the layer's epsilon"""
    data = [[0.0], [2e-9]]
    return output(adapted(np.array(data, "float32")), data)


@pytest.mark.parametrize("special", ["nan", "inf"])
@scenario("numerics::{special}_in_an_array", reference=ADAPT)
def test_special_in_an_array(special):
    """adapt() on an array with one {special} in its first column: statistics of both columns"""
    data = rows()
    data[1, 0] = float(special)
    return statistics(adapted(data))


@pytest.mark.parametrize("special", ["nan", "inf"])
@scenario("numerics::{special}_in_a_dataset", reference=ADAPT)
def test_special_in_a_dataset(special):
    """adapt() on a Dataset of two batches with one {special}: statistics of both columns"""
    data = rows()
    data[1, 0] = float(special)
    return statistics(adapted(batches(data, 2)))


@scenario(
    "numerics::axis_out_of_order",
    documented=[[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]],
    reference="keras, normalization_test.py: axis permutations",
)
def test_axis_out_of_order():
    """The mean of two samples becomes zero where the axes are given last first"""
    samples = np.arange(12, dtype="float32").reshape(2, 2, 3)
    layer = adapted(samples, axis=(2, 1))
    return layer(samples.mean(axis=0, keepdims=True))


@each_dtype("layer_weights", DTYPE)
def test_layer_weights(dtype):
    """The dtype in which Normalization(dtype="{dtype}") keeps its mean"""
    return weights_dtype(adapted(rows(dtype), dtype=dtype))


@each_dtype("layer_output", DTYPE)
def test_layer_output(dtype):
    """The dtype of what Normalization(dtype="{dtype}") gives for float32 input"""
    return output_dtype(adapted(rows(dtype), dtype=dtype), rows())


@pytest.mark.parametrize("dtype", ["float64", "float16"])
@scenario("dtypes::{dtype}_layer_adapts_dataset", documented=STATISTICS, reference=ADAPT)
def test_layer_adapts_dataset(dtype):
    """Normalization(dtype="{dtype}") adapted to a float32 Dataset"""
    return statistics(adapted(batches(rows(), 2), dtype=dtype))


@scenario("dtypes::mixed_float16_weights", documented="float32", reference=MIXED)
def test_mixed_float16_weights():
    """The dtype in which the layer keeps its mean under the policy mixed_float16"""
    use_policy("mixed_float16")
    return weights_dtype(adapted(rows()))


@scenario("dtypes::mixed_float16_output", documented="float16", reference=MIXED)
def test_mixed_float16_output():
    """The dtype of what the layer gives under the policy mixed_float16"""
    use_policy("mixed_float16")
    return output_dtype(adapted(rows()), rows())


@scenario("dtypes::mixed_float16_adapts_dataset", documented=STATISTICS, reference=ADAPT)
def test_mixed_float16_adapts_dataset():
    """adapt() on a Dataset under the policy mixed_float16"""
    use_policy("mixed_float16")
    return statistics(adapted(batches(rows(), 2)))


@scenario(
    "dtypes::mixed_float16_large_statistics", documented={"mean": [250000.0], "variance": [6.25e10]}, reference=ADAPT
)
def test_mixed_float16_large_statistics():
    """The statistics of 0 and 500000 under mixed_float16: beyond float16, well within float32 weights"""
    use_policy("mixed_float16")
    layer = adapted(np.array([[0.0], [5e5]], "float32"))
    return {"mean": layer.get_weights()[0], "variance": layer.get_weights()[1]}


@scenario("dtypes::mixed_float16_large_output", reference=MIXED)
def test_mixed_float16_large_output():
    """The output for 0 and 500000, adapted to just these under mixed_float16"""
    use_policy("mixed_float16")
    data = [[0.0], [5e5]]
    return output(adapted(np.array(data, "float32")), data)


@scenario("dtypes::mixed_float16_wide_spread_output", reference=FORMULA)
def test_mixed_float16_wide_spread_output():
    """The output for 0 and 1000 under mixed_float16: both fit float16, their variance does not"""
    use_policy("mixed_float16")
    data = [[0.0], [1000.0]]
    return output(adapted(np.array(data, "float32")), data)


@scenario("dtypes::set_floatx_float64_weights", documented="float64", reference=FLOATX)
def test_set_floatx_float64_weights():
    """The dtype in which the layer keeps its mean after set_floatx("float64")"""
    tf.keras.backend.set_floatx("float64")
    return weights_dtype(adapted(rows()))


@scenario("dtypes::set_floatx_after_a_layer", documented="float64", reference=FLOATX)
def test_set_floatx_after_a_layer():
    """The dtype of the layer's mean if another layer was made before set_floatx("float64")"""
    normalization()
    tf.keras.backend.set_floatx("float64")
    return weights_dtype(adapted(rows()))


@scenario("dtypes::set_floatx_after_a_policy", reference=FLOATX)
def test_set_floatx_after_a_policy():
    """The dtype of the layer's mean after a dtype policy was set and then set_floatx("float64")"""
    use_policy("float32")
    tf.keras.backend.set_floatx("float64")
    return weights_dtype(adapted(rows()))

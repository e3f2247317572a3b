"""What adapt() computes, from which data and arguments, and what the layer then does to its input."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import LOUD, NONE, NUMPY, SILENT, VISIBLE, presence, promise, question
from scenarios.observe import answer, call, compared, described, method, normalization, use_policy, which

LAYER = "tf.keras.layers.Normalization"
FORMULA = LAYER + ": (input - mean) / sqrt(var)"
AXIS = LAYER + ", argument axis"
EXAMPLES = LAYER + ", TensorFlow 2.7, examples"
ADAPT = LAYER + ".adapt, TensorFlow 2.7"
ITERABLES = LAYER + ".adapt, Keras 3.14: data may be an iterable of batches"
MIXED = "TensorFlow guide: mixed precision; tf.keras.layers.Layer, argument dtype"
#: The Keras versions that document the arguments `steps` and `batch_size` of adapt(), and `is_adapted`.
ARGUMENTS = "keras>=2.5,<3"
#: The Keras versions that document adapt() on a list of numbers.
LISTS = "keras>=2.6,<3"

#: Five rows of two features: the means are 3 and 30, the variances 2 and 200.
ROWS = np.array([[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]], "float32")
QUERY = np.array([[3, 30], [5, 50]], "float32")
NORMALIZED = (QUERY - ROWS.mean(axis=0)) / ROWS.std(axis=0)
FIRST_BATCH = ROWS[:2]
NUMBERS = np.array([1, 2, 3, 4, 5], "float32")
#: Two images of 2 x 2 pixels and 3 channels, whose sums overflow eight bits.
IMAGES = (np.arange(24).reshape(2, 2, 2, 3) ** 2 % 251).astype("uint8")


def floats(values):
    return np.array(values, "float32")


def batches(data=ROWS):
    """A dataset of the rows in batches of two, the last one smaller."""
    return tf.data.Dataset.from_tensor_slices(data).batch(2)


def adapted(data, **arguments):
    """A Normalization layer with these arguments, adapted to the data."""
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


def adapted_with(data, **arguments):
    """A Normalization layer adapted to the data, with these arguments of adapt()."""
    layer = normalization()
    call(layer.adapt, data, **arguments)
    return layer


def refused(error):
    """The answer "refused", and the last line of what the error says: those above it may be paths of the environment."""
    return answer("refused", seen=str(error).strip().splitlines()[-1].strip())


# Axes


@promise("adapt::axis_last_2d", oracle=NUMPY, reference=FORMULA)
def test_axis_last_2d():
    """With the default axis each feature has its own statistics"""
    return compared(adapted(ROWS)(QUERY), (QUERY - ROWS.mean(axis=0)) / ROWS.std(axis=0))


@promise("adapt::axis_none_2d", oracle=NUMPY, reference=AXIS)
def test_axis_none_2d():
    """With axis=None all of 2-D data shares one mean and variance"""
    return compared(adapted(ROWS, axis=None)(QUERY), (QUERY - ROWS.mean()) / ROWS.std())


@promise("adapt::axis_none_1d", oracle=NUMPY, reference=EXAMPLES + ", the first")
def test_axis_none_1d():
    """With axis=None 1-D data shares one mean and variance"""
    output = adapted(NUMBERS, axis=None)(NUMBERS[:3])
    return compared(np.ravel(output), (NUMBERS[:3] - NUMBERS.mean()) / NUMBERS.std())


@question(
    "adapt::axis_none_1d_shape",
    answers={"kept": NONE, "made a column": SILENT},
    documented_by_release={"keras>=2.6": "kept"},
    reference=EXAMPLES + ", the first",
)
def test_axis_none_1d_shape():
    """Does 1-D data stay 1-D with axis=None?"""
    output = adapted(NUMBERS, axis=None)(NUMBERS[:3])
    return which(list(output.shape), kept=[3], made_a_column=[3, 1])


@promise(
    "adapt::documented_example_per_feature",
    oracle=NUMPY,
    documented_by_release={"keras>=2.6,<2.9": [[0, 0, 0]], "keras>=2.9": [[-1, -1, -1]]},
    reference=EXAMPLES + ", the second; corrected in 2.9",
)
def test_documented_example_per_feature():
    """The example with a mean for each feature follows the formula

    Up to 2.8 the documentation prints zeros, against the formula on the same page.
    """
    data, query = floats([[0, 7, 4], [2, 9, 6], [0, 7, 4], [2, 9, 6]]), floats([[0, 7, 4]])
    return compared(adapted(data, axis=-1)(query), (query - data.mean(axis=0)) / data.std(axis=0))


@promise(
    "adapt::documented_example_given_mean",
    oracle=NUMPY,
    documented_by_release={">=2.4": [[-1.4142135], [-0.70710677], [0.0]]},
    reference=EXAMPLES + ", the third",
)
def test_documented_example_given_mean():
    """With mean and variance given no adapt() is needed"""
    query = floats([[1], [2], [3]])
    return compared(normalization(mean=3.0, variance=2.0)(query), (query - 3.0) / np.sqrt(2.0))


@promise("adapt::axis_tuple", oracle=NUMPY, reference=AXIS)
def test_axis_tuple():
    """With axis=(1, 2) each position has its own statistics"""
    data = floats([[[0, 10], [20, 30]], [[2, 12], [22, 34]]])
    return compared(adapted(data, axis=(1, 2))(data), (data - data.mean(axis=0)) / data.std(axis=0))


@promise("adapt::axis_middle", oracle=NUMPY, reference=AXIS)
def test_axis_middle():
    """With axis=1 each step of the middle axis has its statistics"""
    data = floats([[[0, 2], [0, 10]], [[0, 2], [0, 10]]])
    mean, deviation = data.mean(axis=(0, 2)), data.std(axis=(0, 2))
    return compared(adapted(data, axis=1)(data), (data - mean[:, None]) / deviation[:, None])


#: By the end of the row's id: kept axes that are negative, several, or not in order.
KEPT = [
    ("1_of_2", 1, 2),
    ("minus_2_of_3", -2, 3),
    ("1_and_minus_1_of_3", (1, -1), 3),
    ("3_and_1_of_4", (3, 1), 4),
    ("minus_3_and_minus_2_of_4", (-3, -2), 4),
]


@pytest.mark.parametrize(("kept", "axis", "rank"), KEPT)
@promise("adapt::axis_{kept}", oracle=NUMPY, reference=AXIS + "; keras#22065")
def test_kept_axes(kept, axis, rank):
    """Normalization(axis={axis}) is right on {rank}-D data"""
    sizes = (5, 3, 2, 4)[:rank]
    data = (np.arange(np.prod(sizes), dtype="float32") ** 2 % 17).reshape(sizes)
    others = tuple(set(range(rank)) - {number % rank for number in np.ravel(axis)})
    expected = (data - data.mean(axis=others, keepdims=True)) / data.std(axis=others, keepdims=True)
    return compared(np.ravel(adapted(data, axis=axis)(data)), np.ravel(expected))


@question(
    "adapt::axis_0",
    answers={"each row": NONE, "refused": LOUD},
    documented_by_release={"<2.6": "refused"},
    reference=AXIS + ", TensorFlow 2.5: axis=0 is not allowed; later releases no longer say so",
)
def test_axis_0():
    """What does axis=0 normalize by?"""
    data = floats([[0, 2], [10, 30]])
    try:
        output = adapted(data, axis=0)(data)
    except ValueError as error:
        return refused(error)
    return which(output, each_row=(data - data.mean(axis=1, keepdims=True)) / data.std(axis=1, keepdims=True))


@question(
    "adapt::default_axis_1d",
    answers={"one column": NONE, "all zeros": SILENT, "nan": VISIBLE, "refused": LOUD},
    documented_by_release={"keras>=2.6": "all zeros"},
    reference=AXIS + ": batched scalar inputs are normalized by index in the batch; keras#20624",
)
def test_default_axis_1d():
    """What does the default axis make of 1-D data?

    A single column passed as a 1-D array: every number may be taken for a feature of its own. axis=None takes it as meant.
    """
    data = floats([1, 2, 6])
    try:
        output = np.ravel(adapted(data)(data))
    except ValueError as error:
        return refused(error)
    return which(output, one_column=(data - data.mean()) / data.std(), all_zeros=data - data, nan=data * np.nan)


# Data


@promise("adapt::dataset_batched", oracle=NUMPY, reference=ADAPT + ", argument data")
def test_dataset_batched():
    """adapt() weighs the batches of a dataset by their size"""
    return compared(adapted(batches())(QUERY), NORMALIZED)


@promise("adapt::dataset_unbatched_rows", oracle=NUMPY, reference="Keras 3: a dataset has to be batched")
def test_dataset_unbatched_rows():
    """adapt() finds the statistics of a dataset of single rows

    Every release reads an element as a batch. Only Keras 3 says so, and that the result may be wrong otherwise.
    """
    return compared(adapted(tf.data.Dataset.from_tensor_slices(ROWS))(QUERY), NORMALIZED)


@promise("adapt::dataset_unbatched_scalars", oracle=NUMPY, reference="Keras 3: a dataset has to be batched")
def test_dataset_unbatched_scalars():
    """With axis=None adapt() takes a dataset of single numbers"""
    layer = adapted(tf.data.Dataset.from_tensor_slices(NUMBERS), axis=None)
    return compared(np.ravel(layer(floats([[3], [5]]))), (floats([3, 5]) - NUMBERS.mean()) / NUMBERS.std())


@promise(
    "adapt::list_of_numbers",
    oracle=NUMPY,
    documented_by_release={LISTS: [-1.0, 0.0, 1.0]},
    reference=ADAPT + ", both examples with several adapts",
)
def test_list_of_numbers():
    """adapt() takes a list of numbers with axis=None"""
    query = floats([0, 1, 2])
    return compared(np.ravel(adapted([0, 2], axis=None)(query)), (query - np.mean([0, 2])) / np.std([0, 2]))


@promise("adapt::list_of_rows", oracle=NUMPY, reference="nothing: what other methods of Keras 2 take")
def test_list_of_rows():
    """adapt() takes rows as a list of lists"""
    return compared(adapted(ROWS.tolist())(QUERY), NORMALIZED)


@promise("adapt::list_of_batches", oracle=NUMPY, reference=ITERABLES)
def test_list_of_batches():
    """adapt() takes batches as a list of arrays"""
    return compared(adapted([ROWS[:2], ROWS[2:]])(QUERY), NORMALIZED)


@promise("adapt::generator", oracle=NUMPY, reference=ITERABLES + "; earlier text on batch_size speaks of generators")
def test_generator():
    """adapt() takes a generator of batches"""
    return compared(adapted(batch for batch in (ROWS[:2], ROWS[2:]))(QUERY), NORMALIZED)


@pytest.mark.parametrize("dtype", ["float16", "float64"])
@promise("adapt::{dtype}_array", oracle=NUMPY, reference=ADAPT + ", argument data")
def test_float_array(dtype):
    """A float32 layer adapts to and takes a {dtype} array"""
    data = ROWS.astype(dtype)
    return compared(tf.cast(adapted(data)(data), "float32"), (ROWS - ROWS.mean(axis=0)) / ROWS.std(axis=0))


@pytest.mark.parametrize("dtype", ["float16", "float64"])
@promise(
    "adapt::{dtype}_array_output_dtype",
    documented="float32",
    reference="tf.keras.layers.Layer, argument dtype: inputs of another float dtype are cast to the layer's",
)
def test_float_array_output_dtype(dtype):
    """A layer's output for a {dtype} array is float32"""
    data = ROWS.astype(dtype)
    return described(adapted(data)(data))["dtype"]


@promise("adapt::uint8_images", oracle=NUMPY, reference=ADAPT + ", argument data")
def test_uint8_images():
    """Images of uint8 are normalized by channel"""
    pixels = IMAGES.astype("float32")
    expected = (pixels - pixels.mean(axis=(0, 1, 2))) / pixels.std(axis=(0, 1, 2))
    return compared(adapted(IMAGES)(IMAGES), expected)


@promise("adapt::uint8_images_dataset", oracle=NUMPY, reference=ADAPT + ", argument data")
def test_uint8_images_dataset():
    """adapt() takes a dataset of uint8 images"""
    pixels = IMAGES.astype("float32")
    expected = (pixels - pixels.mean(axis=(0, 1, 2))) / pixels.std(axis=(0, 1, 2))
    return compared(adapted(batches(IMAGES))(IMAGES), expected)


@promise(
    "adapt::uint8_images_predict", oracle=NUMPY, reference="tf.keras.Model.predict; tf.keras.Input, argument dtype"
)
def test_uint8_images_predict():
    """predict() normalizes uint8 images by channel"""
    pixels = IMAGES.astype("float32")
    expected = (pixels - pixels.mean(axis=(0, 1, 2))) / pixels.std(axis=(0, 1, 2))
    inputs = tf.keras.Input((2, 2, 3), dtype="uint8")
    return compared(tf.keras.Model(inputs, adapted(IMAGES)(inputs)).predict(IMAGES, verbose=0), expected)


# Arguments of adapt() and of the layer


@promise("adapt::batch_size", oracle=NUMPY, reference=ADAPT + ", argument batch_size")
def test_batch_size():
    """adapt(data, batch_size=2) finds the same statistics"""
    return compared(adapted_with(ROWS, batch_size=2)(QUERY), NORMALIZED)


@question(
    "adapt::batch_size_with_dataset",
    answers={"ignored": SILENT, "refused": LOUD},
    reference=ADAPT + ", argument batch_size: not to be given with a dataset",
)
def test_batch_size_with_dataset():
    """Is adapt(dataset, batch_size=…) refused?"""
    try:
        layer = adapted_with(batches(), batch_size=2)
    except (TypeError, ValueError) as error:
        return refused(error)
    return which(layer(QUERY), ignored=NORMALIZED)


@promise("adapt::steps_with_dataset", oracle=NUMPY, reference=ADAPT + ", argument steps")
def test_steps_with_dataset():
    """adapt(dataset, steps=1) reads the first batch only"""
    expected = (FIRST_BATCH - FIRST_BATCH.mean(axis=0)) / FIRST_BATCH.std(axis=0)
    return compared(adapted_with(batches(), steps=1)(FIRST_BATCH), expected)


@promise("adapt::steps_with_infinite_dataset", oracle=NUMPY, reference=ADAPT + ", argument steps", limit=10)
def test_steps_with_infinite_dataset():
    """adapt(dataset, steps=1) ends where the dataset does not"""
    expected = (FIRST_BATCH - FIRST_BATCH.mean(axis=0)) / FIRST_BATCH.std(axis=0)
    return compared(adapted_with(batches().repeat(), steps=1)(FIRST_BATCH), expected)


@promise(
    "adapt::infinite_dataset_without_steps",
    refused_by=("ValueError",),
    reference=ADAPT + ", argument steps: has to be given",
    limit=2,
)
def test_infinite_dataset_without_steps():
    """adapt() refuses a dataset that never ends

    It would otherwise never return.
    """
    normalization().adapt(batches().repeat())


@question(
    "adapt::steps_with_array",
    answers={"one batch": NONE, "all rows": SILENT, "refused": LOUD},
    documented_by_release={ARGUMENTS: "refused"},
    reference=ADAPT + ", argument steps: not supported with arrays",
)
def test_steps_with_array():
    """Which rows does adapt(array, steps=1) read?

    The array has 32 zeros, the default size of a batch, and then 32 ones.
    """
    data = np.repeat(floats([[0], [1]]), 32, axis=0)
    try:
        layer = adapted_with(data, steps=1)
    except ValueError as error:
        return refused(error)
    return which(layer.get_weights()[0], one_batch=data[:32].mean(axis=0), all_rows=data.mean(axis=0))


@promise("adapt::only_mean_given", refused_by=("ValueError",), reference=LAYER + ", argument mean, Keras 3.14")
def test_only_mean_given():
    """A mean without a variance is refused"""
    normalization(mean=3.0)


@question(
    "adapt::layer_with_given_mean",
    answers={"given": SILENT, "overwritten": SILENT, "refused": LOUD},
    reference="keras normalization.py: cannot adapt a layer with static mean and variance; tf-keras#78",
)
def test_layer_with_given_mean():
    """What does adapt() do to a given mean and variance?"""
    data, query = floats([[0], [2]]), floats([[1], [3]])
    layer = normalization(mean=[3.0], variance=[4.0])
    try:
        layer.adapt(data)
    except ValueError as error:
        return refused(error)
    return which(layer(query), given=(query - 3.0) / np.sqrt(4.0), overwritten=(query - data.mean()) / data.std())


@promise(
    "adapt::is_adapted",
    documented_by_release={ARGUMENTS: [False, True]},
    reference=LAYER + ", TensorFlow 2.7: is_adapted tells whether the layer has been fit to data already",
)
def test_is_adapted():
    """is_adapted is False before adapt() and True after it"""
    layer = normalization()
    before = method(layer, "is_adapted")
    layer.adapt(ROWS)
    return [before, layer.is_adapted]


#: Attributes that are met in code written for one release or another.
ATTRIBUTES = ["adapt_mean", "adapt_variance", "axis", "input_mean", "reset_state", "reset_states", "streaming"]


@pytest.mark.parametrize("name", ATTRIBUTES)
@presence(
    "adapt::attribute_{name}", reference="normalization.py and base_preprocessing_layer.py of TensorFlow and Keras"
)
def test_attribute(name):
    """`{name}` of an adapted layer"""
    value = method(adapted(ROWS), name)
    if callable(value) and not hasattr(value, "numpy"):
        return sorted(inspect.signature(value).parameters)
    return described(value) if hasattr(value, "numpy") else value


# What the layer gives


@question(
    "adapt::zero_variance",
    answers={"zero": NONE, "nan": VISIBLE},
    reference="nothing: the documented formula divides by zero",
)
def test_zero_variance():
    """What becomes of the number of a constant column?"""
    layer = adapted(floats([[5], [5], [5]]))
    return which(layer(floats([[5]])), zero=[[0.0]], nan=[[np.nan]])


@question(
    "adapt::zero_variance_other_number",
    answers={"ten million times its distance": SILENT, "inf": VISIBLE},
    reference="keras normalization.py: the deviation is at least epsilon, 1e-7",
)
def test_zero_variance_other_number():
    """What becomes of another number in a constant column?"""
    layer = adapted(floats([[5], [5], [5]]))
    distance = 7.0 - 5.0
    return which(layer(floats([[7]])), ten_million_times_its_distance=[[distance * 1e7]], inf=[[np.inf]])


@question(
    "adapt::never_adapted",
    answers={"unchanged": SILENT, "refused": LOUD},
    reference="keras#16296; documented: adapt() belongs before predict()",
)
def test_never_adapted():
    """What does a layer that was never adapted make of its input?"""
    try:
        output = normalization()(QUERY)
    except (RuntimeError, ValueError) as error:
        return refused(error)
    return which(output, unchanged=QUERY)


@question(
    "adapt::never_adapted_predict",
    answers={"unchanged": SILENT, "refused": LOUD},
    reference="keras#16296; documented: adapt() belongs before predict()",
)
def test_never_adapted_predict():
    """What does predict() without adapt() and input shape give?

    The model learns its input's shape from predict() itself: the layer is built while predict() is being traced.
    """
    try:
        output = tf.keras.Sequential([normalization()]).predict(QUERY, verbose=0)
    except (RuntimeError, ValueError) as error:
        return refused(error)
    return which(output, unchanged=QUERY)


@question(
    "adapt::never_adapted_predict_with_input_shape",
    answers={"unchanged": SILENT, "refused": LOUD},
    reference="keras#16296; documented: adapt() belongs before predict()",
)
def test_never_adapted_predict_with_input_shape():
    """What does predict() without adapt() give, input shape known?"""
    model = tf.keras.Sequential([tf.keras.Input((2,)), normalization()])
    try:
        output = model.predict(QUERY, verbose=0)
    except (RuntimeError, ValueError) as error:
        return refused(error)
    return which(output, unchanged=QUERY)


@promise("adapt::input_of_unknown_width", oracle=NUMPY, reference="tf.keras.Input, argument shape: None for unknown")
def test_input_of_unknown_width():
    """An adapted layer goes behind Input((None,))"""
    inputs = tf.keras.Input((None,))
    return compared(tf.keras.Model(inputs, adapted(ROWS)(inputs)).predict(QUERY, verbose=0), NORMALIZED)


@promise(
    "adapt::input_of_unknown_width_axis_none",
    oracle=NUMPY,
    reference="tf.keras.Input, argument shape: None for unknown",
)
def test_input_of_unknown_width_axis_none():
    """A layer with axis=None goes behind Input((None,))"""
    inputs = tf.keras.Input((None,))
    model = tf.keras.Model(inputs, adapted(ROWS, axis=None)(inputs))
    return compared(model.predict(QUERY, verbose=0), (QUERY - ROWS.mean()) / ROWS.std())


@promise("adapt::input_of_scalars", oracle=NUMPY, reference="tf.keras.Input, argument shape: () for scalars")
def test_input_of_scalars():
    """A layer with axis=None goes behind Input(()), for scalars"""
    inputs = tf.keras.Input(())
    model = tf.keras.Model(inputs, adapted(NUMBERS, axis=None)(inputs))
    return compared(np.ravel(model(NUMBERS[:3])), (NUMBERS[:3] - NUMBERS.mean()) / NUMBERS.std())


@promise("adapt::predict_of_scalars", oracle=NUMPY, reference="tf.keras.Model.predict; tensorflow#64814")
def test_predict_of_scalars():
    """predict() normalizes 1-D data behind Input(()), axis=None"""
    inputs = tf.keras.Input(())
    model = tf.keras.Model(inputs, adapted(NUMBERS, axis=None)(inputs))
    output = model.predict(NUMBERS[:3], verbose=0)
    return compared(np.ravel(output), (NUMBERS[:3] - NUMBERS.mean()) / NUMBERS.std())


@promise("adapt::call_on_one_number", oracle=NUMPY, reference=AXIS + ": None normalizes by scalars")
def test_call_on_one_number():
    """A layer with axis=None can be called on one number"""
    return compared(np.ravel(adapted(NUMBERS, axis=None)(5.0)), [(5.0 - NUMBERS.mean()) / NUMBERS.std()])


# Mixed precision


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@promise("adapt::float32_layer_under_{policy}", oracle=NUMPY, reference=MIXED)
def test_float32_layer_under(policy):
    """Normalization(dtype="float32") is exact under {policy}

    Neither policy's own dtype tells 1001 and 1003 from their neighbours, or holds the variance of 0 and 500000.
    """
    use_policy(policy)
    data = floats([[1001, 0], [1003, 500000]])
    return compared(adapted(data, dtype="float32")(data), (data - data.mean(axis=0)) / data.std(axis=0))


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@promise("adapt::float32_layer_output_dtype_under_{policy}", documented="float32", reference=MIXED)
def test_float32_layer_output_dtype_under(policy):
    """dtype="float32" gives float32 under {policy}"""
    use_policy(policy)
    return described(adapted(ROWS, dtype="float32")(QUERY))["dtype"]


@promise("adapt::mixed_bfloat16_statistics", oracle=NUMPY, reference=MIXED + ": variables are float32")
def test_mixed_bfloat16_statistics():
    """Under mixed_bfloat16 the statistics are exact"""
    use_policy("mixed_bfloat16")
    data = floats([[1001], [1003]])
    mean, variance = [floats(weight) for weight in adapted(data).get_weights()[:2]]
    return compared({"mean": mean, "variance": variance}, {"mean": data.mean(axis=0), "variance": data.var(axis=0)})


@promise("adapt::mixed_bfloat16_output", oracle=NUMPY, reference=MIXED)
def test_mixed_bfloat16_output():
    """Numbers that bfloat16 holds are right under mixed_bfloat16"""
    use_policy("mixed_bfloat16")
    data = floats([[64], [192]])
    return compared(tf.cast(adapted(data)(data), "float32"), (data - data.mean(axis=0)) / data.std(axis=0))

"""What a Normalization layer does inside tf.data.Dataset.map."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, SILENT, promise, question
from scenarios.observe import answer, compared, described, normalization, use_policy, which

LAYER = "tf.keras.layers.Normalization"
ADAPT = LAYER + ".adapt, TensorFlow 2.7"
AGAIN = ADAPT + ": map has to be called again after each further adapt"
GUIDE = "TensorFlow guide: working with preprocessing layers"
#: The Keras versions whose reference says that a mapped dataset keeps the statistics it was mapped with.
NOTED = "keras>=2.6,<3"

FIRST = np.array([[0], [2]], "float32")  # mean 1, variance 1
SECOND = np.array([[-1], [1]], "float32")  # mean 0, variance 1
COLUMN = np.array([[0], [1], [2]], "float32")
LABELS = np.array([[1], [0], [1]], "float32")
BY_FIRST = (COLUMN - FIRST.mean()) / FIRST.std()
BY_SECOND = (COLUMN - SECOND.mean()) / SECOND.std()
ROWS = np.array([[0, 10], [2, 30]], "float32")


def floats(values):
    return np.array(values, "float32")


def column():
    """A dataset of one batch, the column 0, 1, 2."""
    return tf.data.Dataset.from_tensor_slices(COLUMN).batch(3)


def labelled():
    """A dataset of one batch of the column and its labels."""
    return tf.data.Dataset.from_tensor_slices((COLUMN, LABELS)).batch(3)


def adapted(data, **arguments):
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


def elements(dataset):
    return list(dataset.as_numpy_iterator())


def only(dataset):
    """The only element of a dataset."""
    (element,) = elements(dataset)
    return element


@question(
    "map::without_remap",
    answers={"fresh": NONE, "stale": SILENT},
    documented_by_release={NOTED: "stale"},
    reference=AGAIN,
)
def test_without_remap():
    """Does a mapped dataset see a second adapt()?"""
    layer = adapted(FIRST)
    mapped = column().map(layer)
    elements(mapped)
    layer.adapt(SECOND)
    return which(only(mapped), fresh=BY_SECOND, stale=BY_FIRST)


@promise(
    "map::with_remap",
    oracle=NUMPY,
    documented_by_release={NOTED: [[0.0], [1.0], [2.0]]},
    reference=ADAPT + ", tf.data.Dataset example with multiple adapts",
)
def test_with_remap():
    """A dataset mapped again after a second adapt() is fresh"""
    layer = adapted(FIRST)
    elements(column().map(layer))
    layer.adapt(SECOND)
    return compared(only(column().map(layer)), (COLUMN - SECOND.mean()) / SECOND.std())


@promise(
    "map::documented_integer_range",
    oracle=NUMPY,
    documented_by_release={NOTED: [-1.0, 0.0, 1.0]},
    reference=ADAPT + ", tf.data.Dataset example with multiple adapts",
)
def test_documented_integer_range():
    """Dataset.range(3).map(layer) normalizes the integers

    adapt() gets an array here instead of the example's list, so that the row is about map alone.
    """
    data = floats([0, 2])
    mapped = elements(tf.data.Dataset.range(3).map(adapted(data, axis=None)))
    return compared(np.ravel(mapped), (np.arange(3) - data.mean()) / data.std())


#: What a scalar may become in map(), and its shape; a batch of one is what the documented example has.
SHAPES = {"a scalar": NONE, "a batch of one": NONE, "a column of one": SILENT}


def shape(mapped):
    return which(list(elements(mapped)[0].shape), a_scalar=[], a_batch_of_one=[1], a_column_of_one=[1, 1])


@question(
    "map::shape_of_integer_range",
    answers=SHAPES,
    documented_by_release={NOTED: "a batch of one"},
    reference=ADAPT + ", tf.data.Dataset example with multiple adapts",
)
def test_shape_of_integer_range():
    """Which shape has a mapped scalar, adapted to 1-D data?"""
    return shape(tf.data.Dataset.range(3).map(adapted(floats([0, 2]), axis=None)))


@question("map::scalar_elements", answers=SHAPES, reference="nothing: recorded as observed")
def test_scalar_elements():
    """Which shape has a mapped scalar, adapted to a column?"""
    layer = adapted(floats([[0], [2]]), axis=None)
    return shape(tf.data.Dataset.from_tensor_slices(floats([0, 2])).map(layer))


@question(
    "map::rank_1_elements",
    answers={"a row": NONE, "a batch of one": NONE, "two wrong rows": SILENT},
    reference="keras normalization_test: unbatched adapt with ds.map",
)
def test_rank_1_elements():
    """What does map() make of single rows?"""
    row = (ROWS[0] - ROWS.mean(axis=0)) / ROWS.std(axis=0)
    output = elements(tf.data.Dataset.from_tensor_slices(ROWS).map(adapted(ROWS)))[0]
    if output.shape == (2, 2) and not np.allclose(output, row):
        return answer("two wrong rows", seen=output)
    return which(output, a_row=row, a_batch_of_one=[row])


@promise("map::batches", oracle=NUMPY, reference=LAYER)
def test_batches():
    """Mapped batches are normalized, a smaller last one too"""
    rows = floats([[0, 10], [2, 30], [1, 20]])
    mapped = tf.data.Dataset.from_tensor_slices(rows).batch(2).map(adapted(ROWS))
    return compared(np.concatenate(elements(mapped)), (rows - ROWS.mean(axis=0)) / ROWS.std(axis=0))


@question(
    "map::before_any_adapt", answers={"fresh": NONE, "unchanged": SILENT}, reference=ADAPT + ": further adapts only"
)
def test_before_any_adapt():
    """Does a mapped dataset see the first adapt() after map()?"""
    layer = normalization()
    mapped = column().map(layer)
    layer.adapt(FIRST)
    return which(only(mapped), fresh=BY_FIRST, unchanged=COLUMN)


@promise("map::given_mean_and_variance", oracle=NUMPY, reference=LAYER + ", arguments mean and variance")
def test_given_mean_and_variance():
    """A layer with given mean and variance works in map()"""
    layer = normalization(mean=[1.0], variance=[4.0])
    return compared(only(column().map(layer)), (COLUMN - 1.0) / np.sqrt(4.0))


# Datasets of features and labels


@promise("map::labelled", oracle=NUMPY, reference=GUIDE + ": dataset.map(lambda x, y: (preprocess(x), y))")
def test_labelled():
    """`map(lambda x, y: (layer(x), y))` normalizes x alone"""
    layer = adapted(FIRST)
    mapped = labelled().map(lambda x, y: (layer(x), y))
    return compared(list(only(mapped)), [(COLUMN - FIRST.mean()) / FIRST.std(), LABELS])


@promise("map::labelled_in_parallel", oracle=NUMPY, reference=GUIDE + "; tf.data.Dataset.map, num_parallel_calls")
def test_labelled_in_parallel():
    """A layer works in a parallel map() of x and y"""
    layer = adapted(FIRST)
    single = tf.data.Dataset.from_tensor_slices((COLUMN, LABELS)).batch(1)
    mapped = single.map(lambda x, y: (layer(x), y), num_parallel_calls=2)
    return compared(np.concatenate([x for x, _ in elements(mapped)]), (COLUMN - FIRST.mean()) / FIRST.std())


def loss_of_fit(model, dataset):
    """The loss that fit() tells of the dataset's one batch, before it changes the weights."""
    return model.fit(dataset, verbose=0).history["loss"][0]


def identity_model():
    """A model that gives its input back until it is trained."""
    identity = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = tf.keras.Sequential([tf.keras.Input((1,)), identity])
    model.compile(tf.keras.optimizers.SGD(0.0), "mse")
    return model


@promise("map::labelled_fit", oracle=NUMPY, reference=GUIDE + ": dataset.map(lambda x, y: (preprocess(x), y))")
def test_labelled_fit():
    """fit() takes a dataset mapped to normalized x, and y"""
    layer = adapted(FIRST)
    mapped = labelled().map(lambda x, y: (layer(x), y))
    return compared(loss_of_fit(identity_model(), mapped), np.mean((BY_FIRST - LABELS) ** 2))


@question(
    "map::labelled_fit_without_remap",
    answers={"fresh": NONE, "stale": SILENT},
    documented_by_release={NOTED: "stale"},
    reference=AGAIN,
)
def test_labelled_fit_without_remap():
    """Does fit() on a mapped dataset see a second adapt()?"""
    layer = adapted(FIRST)
    mapped = labelled().map(lambda x, y: (layer(x), y))
    model = identity_model()
    model.fit(mapped, verbose=0)
    layer.adapt(SECOND)
    by_first, by_second = np.mean((BY_FIRST - LABELS) ** 2), np.mean((BY_SECOND - LABELS) ** 2)
    return which(loss_of_fit(model, mapped), fresh=by_second, stale=by_first)


@promise("map::labelled_adapt", oracle=NUMPY, reference="tensorflow#39377; tensorflow#58821; keras#21930")
def test_labelled_adapt():
    """adapt() takes a labelled dataset mapped to its features"""
    layer = adapted(labelled().map(lambda x, y: x))
    return compared(layer(COLUMN), (COLUMN - COLUMN.mean()) / COLUMN.std())


# Images, axes and dtypes


@promise("map::uint8_images", oracle=NUMPY, reference=LAYER)
def test_uint8_images():
    """Mapped batches of uint8 images are normalized by channel"""
    images = (np.arange(24).reshape(2, 2, 2, 3) ** 2 % 251).astype("uint8")
    pixels = images.astype("float32")
    mapped = tf.data.Dataset.from_tensor_slices(images).batch(2).map(adapted(pixels))
    return compared(only(mapped), (pixels - pixels.mean(axis=(0, 1, 2))) / pixels.std(axis=(0, 1, 2)))


@promise("map::axis_1_of_images", oracle=NUMPY, reference=LAYER + ", argument axis")
def test_axis_1_of_images():
    """With axis=1 mapped images with channels first are normalized"""
    images = floats(np.arange(24) ** 2 % 17).reshape(2, 3, 2, 2)
    mapped = tf.data.Dataset.from_tensor_slices(images).batch(2).map(adapted(images, axis=1))
    mean, deviation = images.mean(axis=(0, 2, 3), keepdims=True), images.std(axis=(0, 2, 3), keepdims=True)
    return compared(only(mapped), (images - mean) / deviation)


@pytest.mark.parametrize("dtype", ["float16", "float64"])
@promise("map::{dtype}_elements", oracle=NUMPY, reference="tf.keras.layers.Layer, argument dtype")
def test_float_elements(dtype):
    """map() makes float32 of {dtype} rows and normalizes them"""
    mapped = tf.data.Dataset.from_tensor_slices(ROWS.astype(dtype)).batch(2).map(adapted(ROWS))
    return compared(described(only(mapped)), described((ROWS - ROWS.mean(axis=0)) / ROWS.std(axis=0)))


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@promise("map::float32_layer_under_{policy}", oracle=NUMPY, reference="TensorFlow guide: mixed precision")
def test_float32_layer_under(policy):
    """In map() dtype="float32" is exact under {policy}"""
    use_policy(policy)
    data = floats([[1001, 0], [1003, 500000]])
    mapped = tf.data.Dataset.from_tensor_slices(data).batch(2).map(adapted(data, dtype="float32"))
    return compared(described(only(mapped)), described((data - data.mean(axis=0)) / data.std(axis=0)))

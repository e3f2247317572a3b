"""What a Normalization layer does inside tf.data.Dataset.map."""

import numpy as np
import tensorflow as tf

from scenarios.observe import described, normalization, scenario

ADAPT = "tf.keras.layers.Normalization.adapt, TensorFlow 2.7"

FIRST = np.array([[0], [2]], "float32")  # mean 1, variance 1
SECOND = np.array([[-1], [1]], "float32")  # mean 0, variance 1
BY_FIRST = [-1.0, 0.0, 1.0]
BY_SECOND = [0.0, 1.0, 2.0]


def floats(values):
    return np.array(values, "float32")


def column():
    """A dataset of one batch, the column 0, 1, 2."""
    return tf.data.Dataset.from_tensor_slices(floats([[0], [1], [2]])).batch(3)


def adapted(data, **arguments):
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


def numbers(dataset):
    return [number for batch in dataset.as_numpy_iterator() for number in np.ravel(batch)]


def elements(dataset):
    return [described(element) for element in dataset.as_numpy_iterator()]


@scenario(
    "map::without_remap",
    documented=BY_FIRST,
    reference=ADAPT + ": map has to be called again after each further adapt",
)
def test_without_remap():
    """A dataset mapped before a second adapt(), iterated after it, stays with the first statistics

    Said by the reference from 2.6 to 2.15; other releases say nothing of it, and are held against the same.
    """
    layer = adapted(FIRST)
    mapped = column().map(layer)
    numbers(mapped)
    layer.adapt(SECOND)
    return numbers(mapped)


@scenario("map::with_remap", documented=BY_SECOND, reference=ADAPT)
def test_with_remap():
    """A dataset mapped again after a second adapt() uses the second statistics"""
    layer = adapted(FIRST)
    numbers(column().map(layer))
    layer.adapt(SECOND)
    return numbers(column().map(layer))


@scenario(
    "map::documented_integer_range",
    documented=[described(floats([value])) for value in BY_FIRST],
    reference=ADAPT + ", dataset example",
)
def test_documented_integer_range():
    """Dataset.range(3) mapped with axis=None gives elements of shape (1,), as documented

    adapt() gets an array here instead of the example's list, so that the row is about map alone.
    """
    layer = adapted(floats([0, 2]), axis=None)
    return elements(tf.data.Dataset.range(3).map(layer))


@scenario("map::scalar_elements", reference="nothing: recorded as observed")
def test_scalar_elements():
    """A scalar mapped through a layer adapted to a column, axis=None: which shape?"""
    layer = adapted(floats([[0], [2]]), axis=None)
    return elements(tf.data.Dataset.from_tensor_slices(floats([0, 2])).map(layer))


@scenario("map::rank_1_elements", reference="nothing: recorded as observed")
def test_rank_1_elements():
    """A single row mapped through a layer adapted to rows: which shape?"""
    layer = adapted(floats([[0, 10], [2, 30]]))
    return elements(tf.data.Dataset.from_tensor_slices(floats([[0, 10], [2, 30]])).map(layer))


@scenario(
    "map::batches",
    documented=[[[-1.0, -1.0], [1.0, 1.0]], [[0.0, 0.0]]],
    reference="tf.keras.layers.Normalization",
)
def test_batches():
    """Batches of rows mapped through an adapted layer are normalized, a smaller last batch too"""
    layer = adapted(floats([[0, 10], [2, 30]]))
    rows = tf.data.Dataset.from_tensor_slices(floats([[0, 10], [2, 30], [1, 20]]))
    return list(rows.batch(2).map(layer).as_numpy_iterator())


@scenario("map::before_any_adapt", reference="nothing: recorded as observed")
def test_before_any_adapt():
    """A dataset mapped through a layer before its only adapt() and iterated after it"""
    layer = normalization()
    mapped = column().map(layer)
    layer.adapt(FIRST)
    return numbers(mapped)


@scenario("map::given_mean_and_variance", reference="nothing: recorded as observed")
def test_given_mean_and_variance():
    """A layer with given mean and variance that was never called works in map"""
    layer = normalization(mean=[1.0], variance=[1.0])
    return numbers(column().map(layer))

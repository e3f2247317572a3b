"""Which axes the normalization layers normalize, on inputs of two to five dimensions."""

import numpy as np
import pytest

from scenarios.marks import NUMPY, promise
from scenarios.observe import compared, keras_layer, normalization

EPSILON = 0.001
SIZES = (2, 2, 3, 4, 2)


def cases(*pairs):
    """Parameters for pairs of a rank and one axis or several, and how the axes stand in an id."""
    return pytest.mark.parametrize(
        ("rank", "axis", "axes"),
        [(rank, axis, str(axis) if isinstance(axis, int) else "_".join(map(str, axis))) for rank, axis in pairs],
    )


def numbers(rank):
    """An array with no two slices alike."""
    sizes = SIZES[:rank]
    return (np.arange(np.prod(sizes), dtype="float32") ** 2 % 17).reshape(sizes)


def others(axis, rank):
    """All axes but these."""
    kept = {number % rank for number in np.ravel(axis)}
    return tuple(number for number in range(rank) if number not in kept)


def tupled(axis):
    return axis if isinstance(axis, int) else tuple(axis)


def along(weights, axis, data):
    """Weights of some axes of the data, in the order of the argument or else of the data, to multiply the data with."""
    order = [number % data.ndim for number in np.ravel(axis)]
    if [data.shape[number] for number in order] != list(weights.shape):
        order.sort()
    return np.moveaxis(
        weights.reshape([1] * (data.ndim - weights.ndim) + list(weights.shape)), range(-len(order), 0), order
    )


@cases((4, -1), (5, -1), (3, 1), (4, 1), (4, [1, 3]))
@promise(
    "axes::BatchNormalization_rank_{rank}_axis_{axes}",
    oracle=NUMPY,
    reference="tf.keras.layers.BatchNormalization, axis: what is normalized, typically the features axis",
)
def test_batch(rank, axis, axes):
    """BatchNormalization(axis={axis}) is right on rank {rank}"""
    data = numbers(rank)
    output = keras_layer("BatchNormalization", axis=axis)(data, training=True)
    mean = data.mean(others(axis, rank), keepdims=True)
    variance = data.var(others(axis, rank), keepdims=True)
    return compared(np.ravel(output), np.ravel((data - mean) / np.sqrt(variance + EPSILON)))


@cases((4, 1), (5, -1))
@promise(
    "axes::BatchNormalization_rank_{rank}_axis_{axes}_inference",
    oracle=NUMPY,
    reference="tf.keras.layers.BatchNormalization: formula of inference",
)
def test_batch_inference(rank, axis, axes):
    """Moving statistics of axis={axis} are used along it, rank {rank}"""
    data = numbers(rank)
    layer = keras_layer("BatchNormalization", axis=axis)
    layer.build(data.shape)
    gamma, beta, mean, variance = np.arange(1.0, 5.0)[:, None] * np.arange(1.0, 1.0 + data.shape[axis])
    layer.set_weights([gamma, beta, mean, variance])
    normalized = (data - along(mean, axis, data)) / np.sqrt(along(variance, axis, data) + EPSILON)
    return compared(np.ravel(layer(data)), np.ravel(along(gamma, axis, data) * normalized + along(beta, axis, data)))


@cases((3, 1), (4, [1, 2]), (4, [2, 3]), (5, [-3, -2, -1]))
@promise(
    "axes::LayerNormalization_rank_{rank}_axis_{axes}",
    oracle=NUMPY,
    reference="tf.keras.layers.LayerNormalization, axis: the axis or axes to normalize across",
)
def test_layer(rank, axis, axes):
    """LayerNormalization(axis={axis}) is right on rank {rank}"""
    data = numbers(rank)
    output = keras_layer("LayerNormalization", axis=axis)(data)
    mean, variance = data.mean(tupled(axis), keepdims=True), data.var(tupled(axis), keepdims=True)
    return compared(np.ravel(output), np.ravel((data - mean) / np.sqrt(variance + EPSILON)))


@cases((4, [1, 2]), (4, [3, 1]))
@promise(
    "axes::LayerNormalization_rank_{rank}_axis_{axes}_scaled",
    oracle=NUMPY,
    reference="tf.keras.layers.LayerNormalization, axis: gamma has the shape of these axes",
)
def test_layer_scaled(rank, axis, axes):
    """The gamma of axis={axis} scales along it on rank {rank}

    The axes of gamma are in the order of the argument or of the input: its shape tells.
    """
    data = numbers(rank)
    layer = keras_layer("LayerNormalization", axis=axis)
    layer.build(data.shape)
    shape = layer.get_weights()[0].shape
    gamma = 1.0 + np.arange(np.prod(shape), dtype="float32").reshape(shape)
    layer.set_weights([gamma, np.zeros(shape)])
    mean, variance = data.mean(tupled(axis), keepdims=True), data.var(tupled(axis), keepdims=True)
    return compared(
        np.ravel(layer(data)), np.ravel(along(gamma, axis, data) * (data - mean) / np.sqrt(variance + EPSILON))
    )


@cases((4, [-3, -2]))
@promise(
    "axes::LayerNormalization_rms_scaling_rank_{rank}_axis_{axes}",
    oracle=NUMPY,
    reference="keras.layers.LayerNormalization, rms_scaling, Keras 3.0 to 3.8; keras#19642",
)
def test_layer_rms(rank, axis, axes):
    """`rms_scaling=True, axis={axis}` keeps the shape of rank {rank}"""
    data = numbers(rank)
    return compared(list(keras_layer("LayerNormalization", axis=axis, rms_scaling=True)(data).shape), list(data.shape))


@cases((3, 1), (4, [1, 2]), (5, [4, 2]))
@promise(
    "axes::UnitNormalization_rank_{rank}_axis_{axes}",
    oracle=NUMPY,
    reference="tf.keras.layers.UnitNormalization, axis: the axis or axes to normalize across",
)
def test_unit(rank, axis, axes):
    """UnitNormalization(axis={axis}) is right on rank {rank}"""
    data = numbers(rank)
    output = keras_layer("UnitNormalization", axis=axis)(data)
    return compared(np.ravel(output), np.ravel(data / np.sqrt((data**2).sum(tupled(axis), keepdims=True))))


@cases((2, 1), (4, 3), (4, 1), (5, -1))
@promise(
    "axes::GroupNormalization_rank_{rank}_axis_{axes}",
    oracle=NUMPY,
    reference="tf.keras.layers.GroupNormalization, axis: that of the channels; keras#17402",
)
def test_group(rank, axis, axes):
    """GroupNormalization(axis={axis}) is right on rank {rank}"""
    data = numbers(rank)
    output = keras_layer("GroupNormalization", groups=2, axis=axis)(data)
    last = np.moveaxis(data, axis, -1)
    groups = last.reshape(last.shape[:-1] + (2, -1))
    rest = (*range(1, rank - 1), rank)
    mean, variance = groups.mean(rest, keepdims=True), groups.var(rest, keepdims=True)
    normalized = ((groups - mean) / np.sqrt(variance + EPSILON)).reshape(last.shape)
    return compared(np.ravel(output), np.ravel(np.moveaxis(normalized, -1, axis)))


@cases((3, 1), (4, [2, 3]), (4, [1, 2]))
@promise(
    "axes::RMSNormalization_rank_{rank}_axis_{axes}",
    oracle=NUMPY,
    reference="tf.keras.layers.RMSNormalization, axis: the axis or axes to normalize across",
)
def test_rms(rank, axis, axes):
    """RMSNormalization(axis={axis}) is right on rank {rank}"""
    data = numbers(rank)
    output = keras_layer("RMSNormalization", axis=axis)(data)
    return compared(np.ravel(output), np.ravel(data / np.sqrt((data**2).mean(tupled(axis), keepdims=True) + 1e-6)))


@cases((4, 1), (5, -1), (4, (1, 3)), (5, (4, 2)))
@promise(
    "axes::Normalization_rank_{rank}_axis_{axes}_adapted",
    oracle=NUMPY,
    reference="tf.keras.layers.Normalization, axis: the axes that have a mean and variance of their own",
)
def test_adapted(rank, axis, axes):
    """Normalization(axis={axis}) adapts right to rank {rank}"""
    data = numbers(rank)
    layer = normalization(axis=axis)
    layer.adapt(data)
    mean = data.mean(others(axis, rank), keepdims=True)
    variance = data.var(others(axis, rank), keepdims=True)
    return compared(np.ravel(layer(data)), np.ravel((data - mean) / np.sqrt(variance)))


@cases((4, 1), (4, (1, 3)))
@promise(
    "axes::Normalization_rank_{rank}_axis_{axes}_given",
    oracle=NUMPY,
    reference="tf.keras.layers.Normalization, mean and variance: broadcast to the shape of the kept axes; keras#22065",
)
def test_given(rank, axis, axes):
    """A mean for axis={axis} of rank {rank} is used along it"""
    data = numbers(rank)
    sizes = [data.shape[number] for number in np.ravel(axis)]
    mean = np.arange(np.prod(sizes), dtype="float32").reshape(sizes)
    output = normalization(axis=axis, mean=mean, variance=1.0 + mean)(data)
    return compared(
        np.ravel(output), np.ravel((data - along(mean, axis, data)) / np.sqrt(1.0 + along(mean, axis, data)))
    )

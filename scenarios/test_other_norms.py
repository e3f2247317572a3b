"""What LayerNormalization, UnitNormalization, GroupNormalization, SpectralNormalization and RMSNormalization compute."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, NONE, NUMPY, VISIBLE, promise, question
from scenarios.observe import compared, import_module, keras_layer, which

LAYER = "tf.keras.layers.LayerNormalization"
UNIT = "tf.keras.layers.UnitNormalization"
GROUP = "tf.keras.layers.GroupNormalization"
SPECTRAL = "tf.keras.layers.SpectralNormalization"
RMS = "tf.keras.layers.RMSNormalization"
EPSILON = 0.001
ROW = np.array([[1.0, 2.0, 3.0]], "float32")
#: A batch of one matrix.
MATRIX = np.array([[[1.0, 1.0], [3.0, 3.0]]], "float32")


@promise("layernorm::default", oracle=NUMPY, reference=LAYER)
def test_layer_default():
    """LayerNormalization gives a row mean 0 and variance 1"""
    return compared(keras_layer("LayerNormalization")(ROW), (ROW - ROW.mean()) / np.sqrt(ROW.var() + EPSILON))


@promise("layernorm::independent_of_the_batch", oracle=NUMPY, reference=LAYER)
def test_layer_independent():
    """LayerNormalization treats a row alone as among others"""
    among_others = keras_layer("LayerNormalization")(np.concatenate([ROW, 100.0 * ROW, -ROW]))[:1]
    return compared(among_others, (ROW - ROW.mean()) / np.sqrt(ROW.var() + EPSILON))


@promise("layernorm::epsilon_is_added_to_the_variance", oracle=NUMPY, reference=LAYER + ", epsilon")
def test_layer_epsilon_place():
    """LayerNormalization adds epsilon to the variance

    Added to the standard deviation, which descriptions of the layer often say, it would give 0.66667 instead of 0.89443.
    """
    row = np.array([[-2.0, 2.0]], "float32")
    return compared(keras_layer("LayerNormalization", epsilon=1.0)(row), (row - row.mean()) / np.sqrt(row.var() + 1.0))


@promise("layernorm::constant_row", oracle=NUMPY, reference=LAYER + ", epsilon")
def test_layer_constant_row():
    """LayerNormalization makes zeros of a constant row"""
    return compared(keras_layer("LayerNormalization")(np.array([[5.0, 5.0]], "float32")), np.zeros((1, 2)))


@promise("layernorm::two_axes_tf_keras", oracle=NUMPY, reference=LAYER)
def test_layer_two_axes_tf_keras():
    """axis=[1, 2] in tf_keras normalizes a matrix as a whole"""
    output = import_module("tf_keras").layers.LayerNormalization(axis=[1, 2])(MATRIX)
    return compared(output, (MATRIX - MATRIX.mean()) / np.sqrt(MATRIX.var() + EPSILON))


@promise(
    "layernorm::integer_input",
    oracle=NUMPY,
    reference=LAYER + "; keras#23708: the result is cast to the dtype of the input",
)
def test_layer_integer_input():
    """LayerNormalization treats integers as it does floats"""
    output = keras_layer("LayerNormalization")(tf.constant([[1, 2, 3]]))
    return compared(output, (ROW - ROW.mean()) / np.sqrt(ROW.var() + EPSILON))


@promise("layernorm::ragged_input", oracle=NUMPY, reference="nothing: a ragged row has a mean and a variance too")
def test_layer_ragged_input():
    """LayerNormalization takes rows of different lengths"""
    rows = [np.array([1.0, 2.0, 3.0]), np.array([4.0, 6.0])]
    output = keras_layer("LayerNormalization")(tf.ragged.constant([[1.0, 2.0, 3.0], [4.0, 6.0]]))
    return compared(output.to_list(), [(row - row.mean()) / np.sqrt(row.var() + EPSILON) for row in rows])


@promise("layernorm::ragged_steps", oracle=NUMPY, reference="nothing: the normalized axis has one length")
def test_layer_ragged_steps():
    """LayerNormalization takes ragged steps of equal features"""
    steps = tf.RaggedTensor.from_row_lengths(np.array([[1.0, 3.0], [5.0, 9.0], [2.0, 2.5]], "float32"), [1, 2])
    values = steps.values.numpy()
    output = keras_layer("LayerNormalization")(steps)
    mean, variance = values.mean(1, keepdims=True), values.var(1, keepdims=True)
    return compared(output.values, (values - mean) / np.sqrt(variance + EPSILON))


@promise(
    "layernorm::rms_scaling",
    oracle=NUMPY,
    reference="keras.layers.LayerNormalization, rms_scaling, Keras 3.0 to 3.8: outputs = inputs * rsqrt(mean(square(inputs)))",
)
def test_layer_rms_scaling():
    """rms_scaling=True divides a row by its root mean square"""
    output = keras_layer("LayerNormalization", rms_scaling=True, epsilon=1e-6)(ROW)
    return compared(output, ROW / np.sqrt((ROW**2).mean()))


@promise("layernorm::axis_out_of_range", refused_by=("ValueError",), reference=LAYER + ", axis: axes of the input")
def test_layer_axis_out_of_range():
    """LayerNormalization refuses axis=3 for a table"""
    keras_layer("LayerNormalization", axis=3)(ROW)


@promise(
    "layernorm::axis_duplicate",
    refused_by=("ValueError", "InvalidArgumentError"),
    reference=LAYER + ", axis: axes of the input",
)
def test_layer_axis_duplicate():
    """LayerNormalization refuses axis=[1, 1]"""
    keras_layer("LayerNormalization", axis=[1, 1])(ROW)


@promise("unitnorm::two_axes", oracle=NUMPY, reference=UNIT + ", axis")
def test_unit_two_axes():
    """UnitNormalization(axis=[1, 2]) gives a matrix the norm 1"""
    return compared(keras_layer("UnitNormalization", axis=[1, 2])(MATRIX), MATRIX / np.sqrt((MATRIX**2).sum()))


@question(
    "unitnorm::zero_row",
    answers={"zeros": NONE, "nan": VISIBLE},
    reference="nothing: a row of zeros has no unit vector",
)
def test_unit_zero_row():
    """What does UnitNormalization make of a row of zeros?"""
    return which(
        keras_layer("UnitNormalization")(np.zeros((1, 2), "float32")), zeros=[[0.0, 0.0]], nan=[["nan", "nan"]]
    )


@question(
    "ecosystem::linalg_normalize_zero_row",
    answers={"zeros": NONE, "nan": VISIBLE},
    reference="tf.linalg.normalize says nothing of it; tensorflow#35257",
)
def test_normalize_zero_row():
    """What does tf.linalg.normalize make of a row of zeros?"""
    return which(tf.linalg.normalize(tf.zeros((1, 2)), axis=-1)[0], zeros=[[0.0, 0.0]], nan=[["nan", "nan"]])


@promise(
    "unitnorm::integer_input",
    oracle=NUMPY,
    documented_by_release={"keras>=3": [[0.6, 0.8]]},
    reference="keras.layers.UnitNormalization, whose example is on an array of integers",
)
def test_unit_integer_input():
    """UnitNormalization treats integers as it does floats"""
    row = np.array([[3, 4]])
    return compared(keras_layer("UnitNormalization")(row), row / np.sqrt((row**2).sum()))


@pytest.mark.parametrize("groups", [32, 3, 0])
@promise("groupnorm::{groups}_groups_of_8_channels", refused_by=("ValueError",), reference=GROUP + ", groups")
def test_group_count(groups):
    """GroupNormalization refuses {groups} groups for 8 channels"""
    keras_layer("GroupNormalization", groups=groups)(np.ones((1, 8), "float32"))


@promise("groupnorm::integer_input", oracle=NUMPY, reference=GROUP)
def test_group_integer_input():
    """GroupNormalization treats integers as it does floats"""
    output = keras_layer("GroupNormalization", groups=1)(ROW.astype("int32"))
    return compared(output, (ROW - ROW.mean()) / np.sqrt(ROW.var() + EPSILON))


@promise("groupnorm::instance_normalization_groups_-1", oracle=NUMPY, reference=GROUP + ", groups")
def test_group_as_instance():
    """GroupNormalization(groups=-1) is instance normalization"""
    image = np.array([1.0, 11.0, 3.0, 15.0], "float32").reshape(1, 2, 1, 2)
    mean, variance = image.mean((1, 2), keepdims=True), image.var((1, 2), keepdims=True)
    return compared(keras_layer("GroupNormalization", groups=-1)(image), (image - mean) / np.sqrt(variance + EPSILON))


def spectral_dense(**arguments):
    """A wrapped Dense layer whose kernel has the singular values 4 and 1, and that inner layer."""
    dense = tf.keras.layers.Dense(2, use_bias=False)
    layer = keras_layer("SpectralNormalization", dense, **arguments)
    layer(np.ones((1, 2), "float32"), training=False)
    dense.set_weights([np.diag([4.0, 1.0]).astype("float32"), *dense.get_weights()[1:]])
    return layer, dense


def largest_singular_value(kernel):
    return float(np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), 2))


@promise("spectralnorm::norm_after_training_calls", documented=1.0, reference=SPECTRAL)
def test_spectral_norm():
    """Thirty training calls give the kernel the spectral norm 1"""
    layer, dense = spectral_dense()
    for _ in range(30):
        layer(np.ones((1, 2), "float32"), training=True)
    return largest_singular_value(dense.get_weights()[0])


@promise("spectralnorm::norm_of_a_convolution", documented=1.0, reference=SPECTRAL + "; its example wraps a Conv2D")
def test_spectral_convolution():
    """SpectralNormalization gives a Conv2D's kernel the norm 1"""
    convolution = tf.keras.layers.Conv2D(2, 2, use_bias=False)
    layer = keras_layer("SpectralNormalization", convolution)
    image = np.ones((1, 2, 2, 1), "float32")
    layer(image, training=False)
    kernel = np.array([[4.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]], "float32").reshape(2, 2, 1, 2)
    convolution.set_weights([kernel, *convolution.get_weights()[1:]])
    for _ in range(30):
        layer(image, training=True)
    return largest_singular_value(convolution.get_weights()[0])


@promise("spectralnorm::power_iterations_zero", refused_by=("ValueError",), reference=SPECTRAL + ", power_iterations")
def test_spectral_power_iterations():
    """SpectralNormalization refuses power_iterations=0"""
    keras_layer("SpectralNormalization", tf.keras.layers.Dense(2), power_iterations=0)


@promise("rmsnorm::default", oracle=NUMPY, reference=RMS)
def test_rms_default():
    """RMSNormalization divides a row by its root mean square"""
    return compared(keras_layer("RMSNormalization")(ROW), ROW / np.sqrt((ROW**2).mean() + 1e-6))


@promise("rmsnorm::axis_tuple", oracle=NUMPY, reference=RMS + ", axis: the axis or axes")
def test_rms_axis_tuple():
    """RMSNormalization(axis=(1, 2)) takes a matrix as a whole"""
    output = keras_layer("RMSNormalization", axis=(1, 2))(MATRIX)
    return compared(output, MATRIX / np.sqrt((MATRIX**2).mean() + 1e-6))


@promise("rmsnorm::integer_input", oracle=NUMPY, reference=RMS + "; keras#23708")
def test_rms_integer_input():
    """RMSNormalization treats integers as it does floats"""
    output = keras_layer("RMSNormalization")(ROW.astype("int32"))
    return compared(output, ROW / np.sqrt((ROW**2).mean() + 1e-6))


@promise(
    "rmsnorm::same_as_layer_normalization_rms_scaling",
    oracle=INVARIANCE,
    reference=RMS + "; LayerNormalization, rms_scaling",
)
def test_rms_against_layer():
    """RMSNormalization is LayerNormalization(rms_scaling=True)"""
    scaled = keras_layer("LayerNormalization", rms_scaling=True, epsilon=1e-6)
    return compared(scaled(ROW), keras_layer("RMSNormalization")(ROW))

"""What LayerNormalization, UnitNormalization, GroupNormalization, SpectralNormalization and RMSNormalization compute."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import call, construct, import_module, raised_by, resolve, scenario

LAYER = "tf.keras.layers.LayerNormalization"
UNIT = "tf.keras.layers.UnitNormalization"
GROUP = "tf.keras.layers.GroupNormalization"
SPECTRAL = "tf.keras.layers.SpectralNormalization"
RMS = "tf.keras.layers.RMSNormalization"
UNDOCUMENTED = "nothing: recorded as observed"
ROW = np.array([[1.0, 2.0, 3.0]], "float32")
#: The row less its mean, divided by sqrt(2/3 + 0.001).
NORMALIZED_ROW = [[-1.2238, 0.0, 1.2238]]
#: The row divided by the square root of its mean square.
ROW_OVER_RMS = [[0.46291, 0.92582, 1.3887]]


def outcome_of(action, *values, **arguments):
    return "raises" if raised_by(action, *values, **arguments) else "accepted"


def matrix():
    return np.array([[[1.0, 1.0], [3.0, 3.0]]], "float32")


@scenario("layernorm::default", documented=NORMALIZED_ROW, reference=LAYER)
def test_layer_default():
    """A row becomes its deviation from its mean over sqrt(variance + 0.001)"""
    return resolve(LAYER)()(ROW)


@scenario("layernorm::independent_of_the_batch", documented=True, reference=LAYER)
def test_layer_independent():
    """A row's output is the same alone and among others"""
    layer = resolve(LAYER)()
    among_others = layer(np.concatenate([ROW, 100.0 * ROW, -ROW]))[:1]
    return bool(np.allclose(layer(ROW), among_others, atol=1e-6))


@scenario("layernorm::epsilon_is_added_to_the_variance", documented=[[-0.89443, 0.89443]], reference=LAYER)
def test_layer_epsilon_place():
    """Epsilon is added to the variance, not to the standard deviation: epsilon=1 on -2 and 2

    Added to the standard deviation, which descriptions of the layer often say, it would give 0.66667.
    """
    return resolve(LAYER)(epsilon=1.0)(np.array([[-2.0, 2.0]], "float32"))


@scenario("layernorm::constant_row", documented=[[0.0, 0.0]], reference=LAYER + ", epsilon")
def test_layer_constant_row():
    """A constant row becomes 0"""
    return resolve(LAYER)()(np.array([[5.0, 5.0]], "float32"))


#: The matrix has mean 2 and variance 1.
TWO_AXES = {"output": [-0.9995, -0.9995, 0.9995, 0.9995], "gamma": [2, 2]}


@scenario("layernorm::two_axes_tf_keras", documented=TWO_AXES, reference=LAYER)
def test_layer_two_axes_tf_keras():
    """axis=[1, 2] in the tf_keras package normalizes a matrix as a whole"""
    layer = import_module("tf_keras").layers.LayerNormalization(axis=[1, 2])
    output = layer(matrix())
    return {"output": np.ravel(output), "gamma": list(layer.gamma.shape)}


@scenario("layernorm::integer_input", reference=UNDOCUMENTED)
def test_layer_integer_input():
    """The integers 1, 2, 3 are normalized as the floats are"""
    return resolve(LAYER)()(tf.constant([[1, 2, 3]]))


@scenario("layernorm::ragged_input", reference=UNDOCUMENTED)
def test_layer_ragged_input():
    """What a ragged row of 3 and one of 2 become"""
    output = resolve(LAYER)()(tf.ragged.constant([[1.0, 2.0, 3.0], [4.0, 6.0]]))
    return {"kind": type(output).__name__, "rows": getattr(output, "to_list", lambda: output)()}


@scenario(
    "layernorm::rms_scaling",
    documented_by_release={"keras>=3,<3.9": ROW_OVER_RMS},
    reference="keras.layers.LayerNormalization, rms_scaling, Keras 3.0 to 3.8",
)
def test_layer_rms_scaling():
    """rms_scaling=True divides a row by its root mean square, without using its mean"""
    return construct(resolve(LAYER), rms_scaling=True, epsilon=1e-6)(ROW)


@pytest.mark.parametrize(("kind", "axis"), [("duplicate", [1, 1]), ("out_of_range", 3)])
@scenario("layernorm::axis_{kind}", reference=UNDOCUMENTED)
def test_layer_axis(kind, axis):
    """An axis that is a {kind} for a table, axis={axis}, is an error or is taken"""
    return outcome_of(lambda: resolve(LAYER)(axis=axis)(ROW))


@scenario("unitnorm::two_axes", documented=1.0, reference=UNIT + ", axis")
def test_unit_two_axes():
    """axis=[1, 2] gives each matrix the L2 norm 1"""
    return float(np.linalg.norm(np.ravel(resolve(UNIT)(axis=[1, 2])(matrix()))))


@scenario("unitnorm::zero_row", reference=UNDOCUMENTED)
def test_unit_zero_row():
    """What a row of zeros becomes"""
    return resolve(UNIT)()(np.zeros((1, 2), "float32"))


@scenario(
    "unitnorm::integer_input",
    documented_by_release={"keras>=3": [[0.6, 0.8]]},
    reference="keras.layers.UnitNormalization, whose example is on an array of integers",
)
def test_unit_integer_input():
    """What an array of the integers 3 and 4 becomes"""
    return resolve(UNIT)()(np.array([[3, 4]]))


@pytest.mark.parametrize("groups", [32, 3, 0])
@scenario("groupnorm::{groups}_groups_of_8_channels", documented="raises", reference=GROUP + ", groups")
def test_group_count(groups):
    """groups={groups} does not divide 8 channels, and is an error (32 is the default)"""
    cls = resolve(GROUP)
    return outcome_of(lambda: cls(groups=groups)(np.ones((1, 8), "float32")))


def two_channel_image():
    return np.array([1.0, 11.0, 3.0, 13.0], "float32").reshape(1, 2, 1, 2)


#: Each channel of the image on its own: 1 and 3, 11 and 13.
EACH_CHANNEL = [-0.9995, -0.9995, 0.9995, 0.9995]


@scenario("groupnorm::instance_normalization_groups_-1", documented=EACH_CHANNEL, reference=GROUP + ", groups")
def test_group_as_instance():
    """groups=-1 on an image of two channels is instance normalization"""
    return np.ravel(resolve(GROUP)(groups=-1)(two_channel_image()))


@scenario("groupnorm::mask_argument", reference=UNDOCUMENTED)
def test_group_mask():
    """Whether a call takes a mask, and what it makes of a step that the mask leaves out"""
    steps = np.array([[[1.0], [3.0], [100.0]]], "float32")
    return np.ravel(call(resolve(GROUP)(groups=1), steps, mask=tf.constant([[True, True, False]])))


@scenario("groupnorm::float16_large_values", documented=[[-1.0, 1.0]], reference=GROUP + "; keras#22586")
def test_group_float16():
    """A float16 layer on 0 and 1000, whose variance is beyond float16's range"""
    return resolve(GROUP)(groups=1, dtype="float16")(np.array([[0.0, 1000.0]], "float16"))


def spectral_dense():
    """A wrapped Dense layer whose kernel has the singular values 4 and 1, and that inner layer."""
    dense = tf.keras.layers.Dense(2, use_bias=False)
    layer = resolve(SPECTRAL)(dense)
    layer(np.ones((1, 2), "float32"), training=False)
    dense.set_weights([np.diag([4.0, 1.0]).astype("float32"), *dense.get_weights()[1:]])
    return layer, dense


def largest_singular_value(dense):
    return round(float(np.linalg.norm(dense.get_weights()[0], 2)), 3)


@scenario("spectralnorm::norm_after_training_calls", documented=1.0, reference=SPECTRAL)
def test_spectral_norm():
    """The kernel's spectral norm after thirty training calls"""
    layer, dense = spectral_dense()
    for _ in range(30):
        layer(np.ones((1, 2), "float32"), training=True)
    return largest_singular_value(dense)


@scenario("spectralnorm::power_iterations_zero", reference=UNDOCUMENTED)
def test_spectral_power_iterations():
    """power_iterations=0 is an error or is taken"""
    return outcome_of(resolve(SPECTRAL), tf.keras.layers.Dense(2), power_iterations=0)


@scenario("rmsnorm::default", documented=ROW_OVER_RMS, reference=RMS)
def test_rms_default():
    """A row is divided by its root mean square"""
    return resolve(RMS)()(ROW)


@scenario("rmsnorm::axis_tuple", reference=UNDOCUMENTED)
def test_rms_axis_tuple():
    """axis=(1, 2) divides a matrix by its root mean square as a whole"""
    return np.ravel(resolve(RMS)(axis=(1, 2))(matrix()))


@scenario("rmsnorm::same_as_layer_normalization_rms_scaling", reference=UNDOCUMENTED)
def test_rms_against_layer():
    """RMSNormalization and LayerNormalization(rms_scaling=True) give the same"""
    scaled = construct(resolve(LAYER), rms_scaling=True, epsilon=1e-6)(ROW)
    return bool(np.allclose(resolve(RMS)()(ROW), scaled, atol=1e-4))

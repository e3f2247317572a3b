"""What BatchNormalization computes, which arguments it takes, and what training, freezing and masks do to it."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import call, construct, described, method, raised_by, resolve, scenario

REFERENCE = "tf.keras.layers.BatchNormalization"
CLASS = "tf.keras.layers.BatchNormalization"
V1_CLASS = "tf.compat.v1.keras.layers.BatchNormalization"
#: Mean 2 and variance 1: with the default epsilon of 0.001 the batch becomes -0.9995 and 0.9995.
TABLE = np.array([[1.0], [3.0]], "float32")
NORMALIZED = [[-0.9995], [0.9995]]
#: What moving statistics that were never updated (mean 0, variance 1) make of the table.
UNTRAINED = [[0.9995], [2.9985]]
#: Mean 2 and variance 4.
WIDE = np.array([[0.0], [4.0]], "float32")


def batch_normalization(**arguments):
    return construct(resolve(CLASS), **arguments)


def moving_statistics(layer):
    return {"mean": layer.moving_mean.numpy(), "variance": layer.moving_variance.numpy()}


@scenario("batchnorm::training_call", documented=NORMALIZED, reference=REFERENCE)
def test_training_call():
    """With training=True each column of the batch gets mean 0 and variance 1"""
    return batch_normalization()(TABLE, training=True)


@scenario("batchnorm::inference_untrained", documented=UNTRAINED, reference=REFERENCE)
def test_inference_untrained():
    """Before any training, inference only divides by sqrt(1 + epsilon): nothing is normalized"""
    return batch_normalization()(TABLE, training=False)


@scenario("batchnorm::moving_statistics_of_images", documented={"mean": [1.0], "variance": [2.5]}, reference=REFERENCE)
def test_moving_statistics_of_images():
    """Moving statistics after one step on images of mean 2, variance 4, momentum 0.5

    The documented formula gives 1 and 2.5. A kernel for images may divide by n - 1 where the formula has n, and then inference on
    small batches differs from what training saw.
    """
    layer = batch_normalization(momentum=0.5)
    layer(WIDE.reshape(2, 1, 1, 1), training=True)
    return moving_statistics(layer)


@scenario(
    "batchnorm::stand_in_for_normalization",
    reference="nothing: a common advice for releases without Normalization (C007)",
)
def test_stand_in():
    """As a stand-in for Normalization: inference on 9 and 11 after ten training steps on them

    Normalization adapted to these data gives -1 and 1. The default momentum of 0.99 needs hundreds of steps to get near.
    """
    layer = batch_normalization()
    data = np.array([[9.0], [11.0]], "float32")
    for _ in range(10):
        layer(data, training=True)
    return layer(data, training=False)


@scenario("batchnorm::axis_list", documented_by_release={"keras>=2.5,<3": NORMALIZED}, reference=REFERENCE + ", axis")
def test_axis_list():
    """axis=[-1], a list of one axis

    Keras 2 documents an integer or a list of integers, Keras 3 an integer.
    """
    return batch_normalization(axis=[-1])(TABLE, training=True)


@scenario("batchnorm::axis_tuple", reference="nothing: integers and lists are documented")
def test_axis_tuple():
    """axis=(-1,), a tuple of one axis"""
    return batch_normalization(axis=(-1,))(TABLE, training=True)


@scenario("batchnorm::renorm", reference=REFERENCE + ", renorm; keras#19857")
def test_renorm():
    """renorm=True is taken, and this is the first training call's output"""
    return batch_normalization(renorm=True)(TABLE, training=True)


@scenario("batchnorm::virtual_batch_size", reference=REFERENCE + ", virtual_batch_size")
def test_virtual_batch_size():
    """virtual_batch_size=2 on 1, 3, 11, 13: what the two virtual batches become

    Neighbours together would give -0.9995 and 0.9995 twice.
    """
    return batch_normalization(virtual_batch_size=2)(np.concatenate([TABLE, TABLE + 10.0]), training=True)


@scenario(
    "batchnorm::fused_images",
    documented_by_release={"keras<3": [-0.9995, 0.9995]},
    reference=REFERENCE + ", fused; keras#19063",
)
def test_fused_images():
    """fused=True on images gives the same normalized batch"""
    return np.ravel(batch_normalization(fused=True)(TABLE.reshape(2, 1, 1, 1), training=True))


@scenario("batchnorm::synchronized", documented=NORMALIZED, reference=REFERENCE + ", synchronized; keras#18667")
def test_synchronized():
    """synchronized=True is taken, and on one device normalizes as without it"""
    return batch_normalization(synchronized=True)(TABLE, training=True)


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
@scenario("batchnorm::{dtype}_input", reference="nothing: recorded as observed")
def test_integer_input(dtype):
    """Output of an untrained layer for {dtype} input"""
    return described(batch_normalization()(tf.constant([[1], [3]], dtype)))


@scenario("batchnorm::float16_layer", reference="nothing: recorded as observed")
def test_float16_layer():
    """Output and moving mean's dtype of a float16 layer in training"""
    layer = batch_normalization(dtype="float16")
    output = layer(TABLE.astype("float16"), training=True)
    return {"output": described(output), "moving_mean": layer.moving_mean.dtype}


def masked_steps():
    return np.array([[[1.0], [3.0], [100.0]]], "float32")


@scenario("batchnorm::mask_argument", documented=[1.0], reference=REFERENCE + ", mask")
def test_mask_argument():
    """Masked steps do not count in the moving mean: mask given in the call"""
    layer = batch_normalization(momentum=0.5)
    call(layer, masked_steps(), training=True, mask=tf.constant([[True, True, False]]))
    return layer.moving_mean


@scenario(
    "batchnorm::mask_from_masking_layer",
    documented_by_release={">=2.13": [1.0]},
    reference=REFERENCE + ", mask; keras#15451",
)
def test_mask_from_masking_layer():
    """Masked steps do not count in the moving mean: mask made by a Masking layer before"""
    layer = batch_normalization(momentum=0.5)
    model = tf.keras.Sequential([tf.keras.layers.Masking(mask_value=100.0), layer])
    model(masked_steps(), training=True)
    return layer.moving_mean


@scenario("batchnorm::frozen_layer_in_training", documented=UNTRAINED, reference=REFERENCE + ", on trainable = False")
def test_frozen():
    """A layer with trainable=False runs as in inference although training=True"""
    layer = batch_normalization()
    layer.trainable = False
    return layer(TABLE, training=True)


@scenario(
    "batchnorm::frozen_v1_layer_in_training", reference="nothing: the note on trainable = False is for TensorFlow 2"
)
def test_frozen_v1():
    """Whose statistics a tf.compat.v1 layer with trainable=False uses with training=True"""
    layer = resolve(V1_CLASS)()
    layer.trainable = False
    return layer(TABLE, training=True)


@scenario("batchnorm::v1_updates_in_a_graph", reference="TensorFlow 1: layer.updates hold the update operations")
def test_updates_in_a_graph():
    """How many layer.updates the tf.compat.v1.keras layer has in a Graph

    Training loops of TensorFlow 1 run these operations themselves; where the list is empty, moving statistics never move.
    """
    cls = resolve(V1_CLASS)
    with tf.Graph().as_default():
        layer = cls()
        layer(tf.compat.v1.placeholder("float32", [None, 1]), training=True)
        return len(method(layer, "updates"))


@scenario(
    "batchnorm::v1_function_in_a_graph",
    documented=2,
    reference="tf.compat.v1.layers.batch_normalization: the updates are in the collection UPDATE_OPS",
)
def test_v1_function_in_a_graph():
    """How many operations tf.compat.v1.layers.batch_normalization puts into UPDATE_OPS: one a moving statistic"""
    function = resolve("tf.compat.v1.layers.batch_normalization")
    with tf.Graph().as_default():
        function(tf.compat.v1.placeholder("float32", [None, 1]), training=True)
        return len(tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.UPDATE_OPS))


@scenario("batchnorm::v1_function_eagerly", reference="tf.compat.v1.layers.batch_normalization")
def test_v1_function_eagerly():
    """What tf.compat.v1.layers.batch_normalization makes of an eager batch in training"""
    return resolve("tf.compat.v1.layers.batch_normalization")(tf.constant(TABLE), training=True)


@scenario("batchnorm::momentum_above_one", reference="nothing: recorded as observed")
def test_momentum_above_one():
    """momentum=1.5, which makes moving statistics run away, is taken or refused"""
    return "raises" if raised_by(batch_normalization, momentum=1.5) else "accepted"

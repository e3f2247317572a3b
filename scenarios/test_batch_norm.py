"""What BatchNormalization computes, which arguments it takes, and what its moving statistics become."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import LOUD, NONE, NUMPY, SILENT, VISIBLE, presence, promise, question
from scenarios.observe import (
    answer,
    compared,
    construct,
    described,
    keras_layer,
    method,
    raised_by,
    resolve,
    which,
)

REFERENCE = "tf.keras.layers.BatchNormalization"
V1_CLASS = "tf.compat.v1.keras.layers.BatchNormalization"
#: What the layer adds to the variance by default.
EPSILON = 0.001
#: Mean 2 and variance 1.
TABLE = np.array([[1.0], [3.0]], "float32")
#: Mean 1000.6 and variance 0.26, as the public report has them.
FAR_TABLE = np.array([[1000.0], [1000.2], [1001.0], [1001.2]], "float32")


def batch_normalization(**arguments):
    return keras_layer("BatchNormalization", **arguments)


def moving_statistics(layer):
    mean, variance = layer.get_weights()[-2:]
    return {"mean": mean, "variance": variance}


@promise("batchnorm::training_call", oracle=NUMPY, reference=REFERENCE + ": formula of the training call")
def test_training_call():
    """With training=True a batch gets mean 0 and variance 1"""
    return compared(
        batch_normalization()(TABLE, training=True), (TABLE - TABLE.mean(0)) / np.sqrt(TABLE.var(0) + EPSILON)
    )


@promise("batchnorm::inference_untrained", oracle=NUMPY, reference=REFERENCE + ": formula of inference")
def test_inference_untrained():
    """Before any training, inference uses mean 0 and variance 1"""
    return compared(batch_normalization()(TABLE, training=False), (TABLE - 0.0) / np.sqrt(1.0 + EPSILON))


@pytest.mark.parametrize(("kind", "shape"), [("rows", (2, 1)), ("images", (2, 1, 1, 1))])
@promise(
    "batchnorm::moving_statistics_of_{kind}",
    oracle=NUMPY,
    documented={"mean": [1.0], "variance": [2.5]},
    reference=REFERENCE + ": moving_var * momentum + var(batch) * (1 - momentum); tensorflow#55545",
)
def test_moving_statistics(kind, shape):
    """The moving variance of {kind} divides by n, as documented

    A kernel for images may divide by n - 1 (Bessel's correction) where the formula has n, and then inference after training on
    small batches differs from what training saw: moving_variance is 4.5 for 2.5.
    """
    layer = batch_normalization(momentum=0.5)
    data = np.array([0.0, 4.0], "float32").reshape(shape)
    layer(data, training=True)
    expected = {"mean": [0.0 * 0.5 + data.mean() * 0.5], "variance": [1.0 * 0.5 + data.var() * 0.5]}
    return compared(moving_statistics(layer), expected)


@promise(
    "batchnorm::single_pixel_batch",
    oracle=NUMPY,
    reference=REFERENCE + "; tensorflow#34062; tensorflow#46205: a variance that is divided by n - 1 is divided by 0",
)
def test_single_pixel():
    """A batch of one number per channel counts as variance 0"""
    layer = batch_normalization(momentum=0.99)
    layer(np.full((1, 1, 1, 2), 3.0, "float32"), training=True)
    return compared(layer.get_weights()[3], np.full(2, 1.0 * 0.99 + 0.0 * 0.01))


@pytest.mark.parametrize(("kind", "shape"), [("rows", (1, 1)), ("images", (1, 1, 1, 1))])
@question(
    "batchnorm::negative_moving_variance_of_{kind}",
    answers={"nan": VISIBLE, "numbers": SILENT, "refused": LOUD},
    reference="nothing: tensorflow#59309; tensorflow#38644",
)
def test_negative_variance(kind, shape):
    """What do {kind} become with a negative moving_variance?

    Weights of another framework, or weights set in the wrong order, have one.
    """
    layer = batch_normalization()
    layer.build((None,) + shape[1:])
    layer.set_weights([np.ones(1), np.zeros(1), np.zeros(1), -np.ones(1)])
    try:
        output = np.ravel(layer(np.full(shape, 2.0, "float32")))
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        return answer("refused", seen=str(error)[:200])
    return answer("nan" if np.isnan(output).all() else "numbers", seen=output)


@question(
    "batchnorm::stand_in_for_normalization",
    answers={"normalized": NONE, "hardly normalized": SILENT},
    documented="hardly normalized",
    reference=REFERENCE + ": moving statistics and the default momentum of 0.99; a common advice (C007)",
)
def test_stand_in():
    """Does BatchNormalization normalize after ten training steps?

    Normalization adapted to 9 and 11 gives -1 and 1. The default momentum of 0.99 needs hundreds of steps to get near, and
    inference uses what it has until then.
    """
    layer = batch_normalization()
    data = np.array([[9.0], [11.0]], "float32")
    for _ in range(10):
        layer(data, training=True)
    mean, variance = (1 - 0.99**10) * data.mean(0), 0.99**10 + (1 - 0.99**10) * data.var(0)
    return which(
        layer(data, training=False),
        normalized=(data - data.mean(0)) / np.sqrt(data.var(0) + EPSILON),
        hardly_normalized=(data - mean) / np.sqrt(variance + EPSILON),
    )


@pytest.mark.parametrize(("kind", "axis"), [("list", [-1]), ("tuple", (-1,))])
@promise(
    "batchnorm::axis_{kind}",
    oracle=NUMPY,
    reference=REFERENCE + ", axis: an integer or a list of integers (Keras 2), an integer (Keras 3)",
)
def test_one_axis(kind, axis):
    """BatchNormalization takes axis={axis}, a {kind} of one axis"""
    return compared(
        batch_normalization(axis=axis)(TABLE, training=True), (TABLE - TABLE.mean(0)) / np.sqrt(TABLE.var(0) + EPSILON)
    )


@presence("batchnorm::renorm", reference=REFERENCE + ", renorm; keras#19857")
def test_renorm():
    """BatchNormalization(renorm=True)"""
    return type(batch_normalization(renorm=True)).__module__


@promise(
    "batchnorm::renorm_first_step",
    oracle=NUMPY,
    reference=REFERENCE + ", renorm: arXiv:1702.03275, with r and d unbounded",
)
def test_renorm_first_step():
    """With renorm=True the first step uses the moving statistics

    They are mean 0 and deviation 1 then, so that the batch comes out as it went in.
    """
    return compared(batch_normalization(renorm=True)(TABLE, training=True), (TABLE - 0.0) / 1.0)


@question(
    "batchnorm::virtual_batch_size",
    answers={"neighbours": NONE, "every second row": NONE},
    reference=REFERENCE + ", virtual_batch_size: virtual sub-batches, each normalized separately",
)
def test_virtual_batch_size():
    """Which rows does virtual_batch_size=2 put together?"""
    rows = np.array([[1.0], [3.0], [11.0], [13.0]], "float32")
    return which(
        batch_normalization(virtual_batch_size=2)(rows, training=True),
        neighbours=np.array([[-1.0], [1.0], [-1.0], [1.0]]) / np.sqrt(1.0 + EPSILON),
        every_second_row=np.array([[-5.0], [-5.0], [5.0], [5.0]]) / np.sqrt(25.0 + EPSILON),
    )


@promise("batchnorm::fused_images", oracle=NUMPY, reference=REFERENCE + ", fused; keras#19063")
def test_fused_images():
    """With fused=True a batch of images gets mean 0 and variance 1"""
    output = batch_normalization(fused=True)(TABLE.reshape(2, 1, 1, 1), training=True)
    return compared(np.ravel(output), np.ravel((TABLE - TABLE.mean()) / np.sqrt(TABLE.var() + EPSILON)))


@pytest.mark.parametrize(("name", "where", "data"), [("", "near", TABLE), ("_far_from_zero", "far from", FAR_TABLE)])
@promise(
    "batchnorm::synchronized{name}",
    oracle=NUMPY,
    reference=REFERENCE + ", synchronized; keras#18667; tensorflow#60438",
)
def test_synchronized(name, where, data):
    """synchronized=True on one device is exact {where} zero

    The variance may be made as mean(x * x) - mean(x) ** 2, which loses its digits in float32 where the mean is large.
    """
    layer = batch_normalization(synchronized=True, momentum=0.0)
    layer(data, training=True)
    return compared(moving_statistics(layer), {"mean": data.mean(0), "variance": data.var(0)})


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
@promise("batchnorm::{dtype}_input", oracle=NUMPY, reference=REFERENCE + "; keras#15778")
def test_integer_input(dtype):
    """BatchNormalization makes float32 of {dtype} input"""
    output = batch_normalization()(tf.constant([[1], [3]], dtype))
    return compared(described(output), described(TABLE / np.sqrt(np.float32(1.0 + EPSILON))))


@question(
    "batchnorm::float16_layer",
    answers={"float32": NONE, "float16": NONE},
    reference="nothing: Keras 2 keeps them in float32, for stability says its source",
)
def test_float16_layer():
    """In which dtype are a float16 layer's moving statistics?"""
    layer = batch_normalization(dtype="float16")
    layer.build((None, 1))
    return str(layer.get_weights()[2].dtype)


@question(
    "batchnorm::v1_updates_in_a_graph",
    answers={"one a statistic": NONE, "none": SILENT},
    reference="TensorFlow 1: layer.updates hold the update operations",
)
def test_updates_in_a_graph():
    """Which updates has a v1 layer in a Graph?

    Training loops of TensorFlow 1 run these operations themselves; where the list is empty, moving statistics never move.
    """
    cls = resolve(V1_CLASS)
    with tf.Graph().as_default():
        layer = cls()
        layer(tf.compat.v1.placeholder("float32", [None, 1]), training=True)
        return which(len(method(layer, "updates")), one_a_statistic=2, none=0)


@promise(
    "batchnorm::v1_function_in_a_graph",
    documented=2,
    reference="tf.compat.v1.layers.batch_normalization: the updates of both statistics are in UPDATE_OPS",
)
def test_v1_function_in_a_graph():
    """`tf.compat.v1.layers.batch_normalization` adds to UPDATE_OPS"""
    function = resolve("tf.compat.v1.layers.batch_normalization")
    with tf.Graph().as_default():
        function(tf.compat.v1.placeholder("float32", [None, 1]), training=True)
        return len(tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.UPDATE_OPS))


@promise("batchnorm::v1_function_eagerly", oracle=NUMPY, reference="tf.compat.v1.layers.batch_normalization")
def test_v1_function_eagerly():
    """`tf.compat.v1.layers.batch_normalization` works eagerly"""
    output = resolve("tf.compat.v1.layers.batch_normalization")(tf.constant(TABLE), training=True)
    return compared(output, (TABLE - TABLE.mean(0)) / np.sqrt(TABLE.var(0) + EPSILON))


@question(
    "batchnorm::momentum_above_one",
    answers={"accepted": SILENT, "refused": LOUD},
    reference="nothing: moving statistics run away with it",
)
def test_momentum_above_one():
    """Does BatchNormalization accept momentum=1.5?"""
    return "refused" if raised_by(construct, resolve(REFERENCE), momentum=1.5) else "accepted"

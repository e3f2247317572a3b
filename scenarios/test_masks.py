"""What a mask is worth: steps and pixels that BatchNormalization and GroupNormalization should leave out."""

import numpy as np
import tensorflow as tf

from scenarios.marks import NUMPY, promise
from scenarios.observe import call, compared, keras_layer

BATCH = "tf.keras.layers.BatchNormalization, mask: masked steps do not count in mean and variance"
GROUP = "nothing: GroupNormalization of Keras 2.14 and 2.15 takes a mask without a word about it"
EPSILON = 0.001
#: The last step is padding.
STEPS = np.array([[[1.0], [3.0], [100.0]]], "float32")
KEPT = np.array([[True, True, False]])


def last_mean():
    """A layer whose moving mean is that of the last batch that it was trained on."""
    return keras_layer("BatchNormalization", momentum=0.0)


@promise("batchnorm::mask_argument", oracle=NUMPY, reference=BATCH)
def test_mask_argument():
    """Steps that mask= leaves out do not count in moving_mean"""
    layer = last_mean()
    call(layer, STEPS, training=True, mask=tf.constant(KEPT))
    return compared(layer.get_weights()[2], STEPS[KEPT].mean(0))


@promise("batchnorm::mask_argument_of_output", oracle=NUMPY, reference=BATCH)
def test_mask_output():
    """Steps that mask= leaves out do not count in the output"""
    output = np.array(call(keras_layer("BatchNormalization"), STEPS, training=True, mask=tf.constant(KEPT)))
    seen = STEPS[KEPT]
    return compared(output[KEPT], (seen - seen.mean(0)) / np.sqrt(seen.var(0) + EPSILON))


@promise("batchnorm::mask_from_masking_layer", oracle=NUMPY, reference=BATCH + "; keras#15451")
def test_mask_from_masking_layer():
    """Steps that a Masking layer masks do not count"""
    layer = last_mean()
    model = tf.keras.Sequential([tf.keras.layers.Masking(mask_value=100.0), layer])
    model(STEPS, training=True)
    return compared(layer.get_weights()[2], STEPS[KEPT].mean(0))


@promise("batchnorm::mask_in_fit", oracle=NUMPY, reference=BATCH + "; keras#15451")
def test_mask_in_fit():
    """Steps that a Masking layer masks do not count in fit()"""
    layer, inputs = last_mean(), tf.keras.Input((3, 1))
    model = tf.keras.Model(inputs, layer(tf.keras.layers.Masking(mask_value=100.0)(inputs)))
    model.compile("sgd", "mse")
    model.fit(STEPS, np.zeros_like(STEPS), verbose=0)
    return compared(layer.get_weights()[2], STEPS[KEPT].mean(0))


#: Two rows of pixels with two channels; the second row is left out.
IMAGE = np.array([[[[1.0, 2.0], [3.0, 6.0]], [[90.0, 80.0], [70.0, 60.0]]]], "float32")
ROWS = np.array([[[True], [False]]])


@promise("batchnorm::mask_of_images", oracle=NUMPY, reference=BATCH + "; keras#19848")
def test_mask_of_images():
    """Rows of pixels that mask= leaves out do not count"""
    layer = last_mean()
    call(layer, IMAGE, training=True, mask=tf.constant(ROWS))
    return compared(layer.get_weights()[2], IMAGE[:, 0].mean((0, 1)))


@promise("batchnorm::mask_of_ones_of_images", oracle=NUMPY, reference=BATCH + "; keras#19848")
def test_mask_of_ones():
    """A mask that leaves out nothing of an image changes nothing"""
    images = np.ones((1, 2, 3, 4), "float32")
    output = call(keras_layer("BatchNormalization"), images, training=True, mask=tf.constant(np.ones((1, 2, 1), bool)))
    return compared(np.unique(np.array(output)), np.unique((images - images.mean()) / np.sqrt(images.var() + EPSILON)))


@promise("groupnorm::mask_argument", oracle=NUMPY, reference=GROUP)
def test_group_mask():
    """GroupNormalization leaves out steps that mask= leaves out"""
    output = np.array(call(keras_layer("GroupNormalization", groups=1), STEPS, mask=tf.constant(KEPT)))
    seen = STEPS[KEPT]
    return compared(output[KEPT], (seen - seen.mean()) / np.sqrt(seen.var() + EPSILON))


@promise("groupnorm::mask_of_the_whole_shape", oracle=NUMPY, reference=GROUP)
def test_group_whole_mask():
    """GroupNormalization takes a mask of the input's shape"""
    layer = keras_layer("GroupNormalization", groups=1)
    output = np.array(call(layer, STEPS, mask=tf.constant(KEPT[:, :, None])))
    seen = STEPS[KEPT]
    return compared(output[KEPT], (seen - seen.mean()) / np.sqrt(seen.var() + EPSILON))

"""What freezing a BatchNormalization layer does: in a call, in a model, and after compile()."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, SILENT, promise, question
from scenarios.observe import compared, from_import, keras_layer, resolve, which

REFERENCE = "tf.keras.layers.BatchNormalization: a frozen layer runs in inference mode"
TRAINABLE = "TensorFlow guide, transfer learning: compile() again for a change of trainable to take effect"
EPSILON = 0.001
#: Mean 2 and variance 1.
TABLE = np.array([[1.0], [3.0]], "float32")
FIVES = np.full((4, 1), 5.0, "float32")
SEVENS = np.full((4, 1), 7.0, "float32")


@promise("batchnorm::frozen_layer_in_training", oracle=NUMPY, reference=REFERENCE)
def test_frozen():
    """A frozen layer runs in inference mode although training=True"""
    layer = keras_layer("BatchNormalization")
    layer.trainable = False
    return compared(layer(TABLE, training=True), (TABLE - 0.0) / np.sqrt(1.0 + EPSILON))


#: What a frozen layer that is not tf.keras.layers.BatchNormalization uses, and what both come to.
WHOSE = {"moving statistics": NONE, "batch statistics": SILENT}


def whose(output):
    return which(
        output,
        moving_statistics=(TABLE - 0.0) / np.sqrt(1.0 + EPSILON),
        batch_statistics=(TABLE - TABLE.mean(0)) / np.sqrt(TABLE.var(0) + EPSILON),
    )


@question(
    "batchnorm::frozen_v1_layer_in_training",
    answers=WHOSE,
    documented_by_release={"keras<3": "batch statistics"},
    reference="tf.keras.layers.BatchNormalization: that freezing means inference is so as of TensorFlow 2.0 only",
)
def test_frozen_v1():
    """What does a frozen v1 layer use with training=True?"""
    layer = resolve("tf.compat.v1.keras.layers.BatchNormalization")()
    layer.trainable = False
    return whose(layer(TABLE, training=True))


@question(
    "batchnorm::frozen_private_layer_in_training",
    answers=WHOSE,
    reference="nothing: tensorflow.python is private; tensorflow#43871",
)
def test_frozen_private():
    """What does a frozen layer of `tensorflow.python.keras` use?

    A frozen layer of tf.keras uses its moving statistics with training=True; editors complete imports to the private package.
    """
    layer = from_import("tensorflow.python.keras.layers", "BatchNormalization")(trainable=False)
    return whose(layer(TABLE, training=True))


def model_of(layer):
    """A model that only a frozen layer keeps from training: momentum 0 makes the moving mean that of the last batch."""
    inputs = tf.keras.Input((1,))
    return compiled(tf.keras.Model(inputs, tf.keras.layers.Dense(1)(layer(inputs))))


def compiled(model):
    model.compile("sgd", "mse")
    return model


def fitted(model, data):
    model.fit(data, np.zeros_like(data), verbose=0)
    return model


def last_mean():
    """A layer whose moving mean is that of the last batch that it was trained on."""
    return keras_layer("BatchNormalization", momentum=0.0)


def moving_mean(layer):
    return layer.get_weights()[2]


@promise("frozen::before_compile", oracle=NUMPY, reference=REFERENCE)
def test_before_compile():
    """Frozen before compile(), moving_mean stays in fit()"""
    layer = last_mean()
    layer.trainable = False
    fitted(model_of(layer), FIVES)
    return compared(moving_mean(layer), np.zeros(1))


@promise(
    "frozen::in_a_nested_model", oracle=NUMPY, reference="TensorFlow guide, transfer learning: trainable is recursive"
)
def test_nested():
    """Freezing a nested model keeps its moving_mean in fit()"""
    layer, inputs = last_mean(), tf.keras.Input((1,))
    nested = tf.keras.Model(inputs, layer(inputs))
    nested.trainable = False
    fitted(model_of(nested), FIVES)
    return compared(moving_mean(layer), np.zeros(1))


@pytest.mark.parametrize(("when", "before"), [("compile", False), ("fit", True)])
@question(
    "frozen::after_{when}",
    answers={"kept": NONE, "moved": SILENT},
    documented="moved",
    reference=TRAINABLE + "; the trainable values at compile() are preserved until it is called again",
)
def test_after(when, before):
    """Frozen after {when}(): does moving_mean move in fit()?"""
    layer = last_mean()
    model = model_of(layer)
    if before:
        fitted(model, FIVES)
    start = moving_mean(layer)
    layer.trainable = False
    fitted(model, SEVENS)
    return which(moving_mean(layer), kept=start, moved=SEVENS.mean(0))


@promise("frozen::after_fit_and_compile", oracle=NUMPY, reference=TRAINABLE)
def test_after_fit_and_compile():
    """Frozen after fit() and compiled again, moving_mean stays"""
    layer = last_mean()
    model = fitted(model_of(layer), FIVES)
    layer.trainable = False
    fitted(compiled(model), SEVENS)
    return compared(moving_mean(layer), FIVES.mean(0))


@promise("frozen::thawed_and_compiled", oracle=NUMPY, reference=TRAINABLE)
def test_thawed():
    """Thawed and compiled again, moving_mean moves in fit()"""
    layer = last_mean()
    layer.trainable = False
    model = fitted(model_of(layer), FIVES)
    layer.trainable = True
    fitted(compiled(model), SEVENS)
    return compared(moving_mean(layer), SEVENS.mean(0))

"""The model that releases exchange, and what it predicts."""

import numpy as np
import tensorflow as tf

from scenarios.observe import normalization

TRAINING = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
SAMPLE = np.array([[0.0, 1.0], [2.0, 7.0], [5.0, 5.0]], "float32")
WEIGHTS = [np.array([[1.0], [0.5]], "float32"), np.array([0.25], "float32")]
#: What a new model has before anything is loaded into it, the same everywhere.
OTHER_WEIGHTS = [np.array([[1.0], [1.0]], "float32"), np.array([0.0], "float32")]
#: What predictions tell by themselves: the layers that they go through without what was saved.
LOSSES = {
    "the statistics are lost": SAMPLE.dot(WEIGHTS[0]) + WEIGHTS[1],
    "nothing was loaded": SAMPLE.dot(OTHER_WEIGHTS[0]) + OTHER_WEIGHTS[1],
}


def portable_model():
    """A Normalization and a Dense layer, both with names of their own, neither adapted nor trained."""
    inputs = tf.keras.Input(shape=(2,), name="numbers")
    layers = normalization(axis=-1, name="normalize"), tf.keras.layers.Dense(1, name="weigh")
    model = tf.keras.Model(inputs, layers[1](layers[0](inputs)), name="portable")
    layers[1].set_weights(OTHER_WEIGHTS)
    return model


def adapted_model():
    """The model with statistics and weights that every writer gives it."""
    model = portable_model()
    model.get_layer("normalize").adapt(TRAINING)
    model.get_layer("weigh").set_weights(WEIGHTS)
    return model


def predictions(model):
    return flat(model.predict(SAMPLE, verbose=0))


def flat(outputs):
    """One number a row of the sample."""
    return np.asarray(outputs).reshape(-1)


def named(output):
    """The label of a loss, where the predictions are those of one; else the predictions."""
    return next((label for label, lost in LOSSES.items() if np.allclose(flat(lost), output, atol=1e-4)), output)

"""The models that releases exchange, and what NumPy says that they predict."""

import numpy as np
import tensorflow as tf

from scenarios.observe import normalization

TRAINING = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
SAMPLE = np.array([[0.0, 1.0], [2.0, 7.0], [5.0, 4.0]], "float32")
NORMALIZED = (SAMPLE - TRAINING.mean(axis=0)) / TRAINING.std(axis=0)

KERNEL, BIAS = np.array([[1.0], [0.5]], "float32"), np.array([0.25], "float32")
#: What a new Dense has before anything is loaded into it, the same everywhere.
OTHER_KERNEL, OTHER_BIAS = np.array([[1.0], [1.0]], "float32"), np.array([0.0], "float32")

GAMMA, BETA = np.array([2.0, 3.0], "float32"), np.array([1.0, -1.0], "float32")
MEAN, VARIANCE = np.array([1.0, 20.0], "float32"), np.array([4.0, 100.0], "float32")
#: What BatchNormalization and LayerNormalization add to a variance where they are given nothing else.
EPSILON = 0.001
OF_ROWS = (SAMPLE - SAMPLE.mean(axis=1, keepdims=True)) / np.sqrt(SAMPLE.var(axis=1, keepdims=True) + EPSILON)


class Exchanged:
    """A model of some layers that all have names of their own, with what it predicts of the sample.

    ``make`` gives the layers, ``start`` and ``fill`` give the model what it has when it is new and when it is saved.
    ``losses`` are the predictions that tell by themselves what is lost.
    """

    def __init__(self, title, make, fill, expected, losses, start=lambda model: None):
        self.title = title
        self.make = make
        self.start = start
        self.fill = fill
        self.expected = expected
        self.losses = losses

    def new(self):
        """The model, neither adapted nor trained."""
        inputs = outputs = tf.keras.Input(shape=(2,), name="numbers")
        for layer in self.make():
            outputs = layer(outputs)
        model = tf.keras.Model(inputs, outputs, name="portable")
        self.start(model)
        return model

    def filled(self):
        """The model with the statistics and weights that every writer gives it."""
        model = self.new()
        self.fill(model)
        return model

    def named(self, output):
        """The label of a loss, where the predictions are those of one; else the predictions."""
        return next((label for label, lost in self.losses.items() if alike(flat(lost), output)), output)


def adapt(model):
    model.get_layer("normalize").adapt(TRAINING)


def adapt_and_weigh(model):
    adapt(model)
    model.get_layer("weigh").set_weights([KERNEL, BIAS])


#: The models, by what the names of their forms begin with.
MODELS = {
    "": Exchanged(
        "Normalization, Dense",
        lambda: [normalization(axis=-1, name="normalize"), tf.keras.layers.Dense(1, name="weigh")],
        adapt_and_weigh,
        NORMALIZED.dot(KERNEL) + BIAS,
        {
            "the statistics are lost": SAMPLE.dot(KERNEL) + BIAS,
            "nothing was loaded": SAMPLE.dot(OTHER_KERNEL) + OTHER_BIAS,
        },
        lambda model: model.get_layer("weigh").set_weights([OTHER_KERNEL, OTHER_BIAS]),
    ),
    "normalization_": Exchanged(
        "Normalization",
        lambda: [normalization(axis=-1, name="normalize")],
        adapt,
        NORMALIZED,
        {"the statistics are lost": SAMPLE},
    ),
    "batch_normalization_": Exchanged(
        "BatchNormalization",
        lambda: [tf.keras.layers.BatchNormalization(name="normalize")],
        lambda model: model.get_layer("normalize").set_weights([GAMMA, BETA, MEAN, VARIANCE]),
        GAMMA * (SAMPLE - MEAN) / np.sqrt(VARIANCE + EPSILON) + BETA,
        {
            "the statistics are lost": GAMMA * SAMPLE / np.sqrt(1 + EPSILON) + BETA,
            "nothing was loaded": SAMPLE / np.sqrt(1 + EPSILON),
        },
    ),
    "layer_normalization_": Exchanged(
        "LayerNormalization",
        lambda: [tf.keras.layers.LayerNormalization(name="normalize")],
        lambda model: model.get_layer("normalize").set_weights([GAMMA, BETA]),
        GAMMA * OF_ROWS + BETA,
        {"nothing was loaded": OF_ROWS},
    ),
}


def parts(form):
    """The model that a form is of, and the way that it is saved."""
    prefix = max((prefix for prefix in MODELS if form.startswith(prefix)), key=len)
    return MODELS[prefix], form[len(prefix) :]


def predictions(model):
    return flat(model.predict(SAMPLE, verbose=0))


def flat(outputs):
    return np.asarray(outputs).reshape(-1)


def alike(some, others):
    return some.shape == others.shape and np.allclose(some, others, rtol=1e-3, atol=1e-4)

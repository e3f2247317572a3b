"""Models that are saved, the ways through a file, and what is left of the predictions after one."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import compared, format_of_release, normalization

TRAINING = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
OTHER_TRAINING = np.array([[1.0, -4.0], [5.0, 4.0]], "float32")
SAMPLE = np.array([[0.0, 1.0], [2.0, 7.0], [5.0, 5.0]], "float32")
PICTURES = np.arange(24.0, dtype="float32").reshape(2, 2, 2, 3) ** 2
#: What a layer makes of the sample after adapt() to the one, and to the other.
NORMALIZED = (SAMPLE - TRAINING.mean(axis=0)) / TRAINING.std(axis=0)
OTHERWISE_NORMALIZED = (SAMPLE - OTHER_TRAINING.mean(axis=0)) / OTHER_TRAINING.std(axis=0)

LOST = "statistics lost: outputs equal inputs"
#: What a whole model is saved to, by form: which kind of file it becomes is the ending's doing.
FORMATS = {"h5": "model.h5", "keras": "model.keras", "savedmodel": "model"}
FORMS = [("h5", "HDF5"), ("keras", ".keras"), ("savedmodel", "SavedModel")]
each_format = pytest.mark.parametrize(("form", "file"), FORMS)
each_file = pytest.mark.parametrize(("form", "file"), FORMS[:2])


def adapted(data=TRAINING, **arguments):
    layer = normalization(**dict({"axis": -1}, **arguments))
    layer.adapt(data)
    return layer


def functional(*layers, shape=(2,)):
    inputs = outputs = tf.keras.Input(shape=shape)
    for layer in layers:
        outputs = layer(outputs)
    return tf.keras.Model(inputs, outputs)


def deferred(*layers):
    """A Sequential that knows the shape of its inputs from its first prediction."""
    model = tf.keras.Sequential(list(layers))
    predict(model)
    return model


def nested(*layers):
    return functional(functional(*layers))


def fitted():
    """An adapted layer and a Dense, trained for a step."""
    model = functional(adapted(), tf.keras.layers.Dense(1, kernel_initializer="ones"))
    model.compile("sgd", "mse")
    model.fit(SAMPLE, SAMPLE[:, :1], verbose=0)
    return model


class Subclassed(tf.keras.Model):
    """A model that people write as a class, of one Normalization."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.normalize = normalization(axis=-1)

    def call(self, inputs):
        return self.normalize(inputs)


def subclassed(data=TRAINING):
    """A subclassed model, adapted and built by a prediction."""
    model = Subclassed()
    model.normalize.adapt(data)
    predict(model)
    return model


def predict(model, inputs=SAMPLE):
    return model.predict(inputs, verbose=0)


def loaded(model, form, **arguments):
    """The model after a way through a file."""
    with format_of_release():
        model.save(FORMATS[form])
    return tf.keras.models.load_model(FORMATS[form], **arguments)


def round_trip(model, form, inputs=SAMPLE, **arguments):
    before = predict(model, inputs)
    return kept(before, predict(loaded(model, form, **arguments), inputs), inputs)


def kept(before, after, without=SAMPLE, label=LOST):
    """What a model predicts after a way through a file, compared with what it predicted before.

    ``without`` is what it predicts without what was to be kept, and ``label`` the words for that. A model that predicted
    this before, or no numbers, had nothing to lose: it is compared with a text that no prediction equals.
    """
    before, after = np.asarray(before), np.asarray(after)
    telling = bool(np.isfinite(before).all()) and not agree(before, without)
    return compared(label if agree(after, without) else after, before if telling else "predictions that can be lost")


def agree(one, other):
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-3, atol=1e-4)

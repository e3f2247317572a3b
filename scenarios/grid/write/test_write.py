"""What this release writes: each model in every format that it has, as bytes for other releases to read."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.grid.artefact import FOLDER, packed
from scenarios.grid.model import MODELS, alike, flat, predictions
from scenarios.marks import presence
from scenarios.observe import call, format_of_release, method

SAVE = "tf.keras.Model.save"
#: Characters of an artefact: a SavedModel takes about 20,000.
LARGEST = 200_000
#: The models of a Normalization, which are written in every way; the others in those that keep a whole model or its weights.
OF_NORMALIZATION = ("", "normalization_")


def written(way, reference, prefixes=tuple(MODELS)):
    """Marks a test that writes models in one way; its form is the name of the way behind the model's prefix."""
    models = pytest.mark.parametrize(("prefix", "layers"), [(prefix, MODELS[prefix].title) for prefix in prefixes])
    mark = presence("write::{prefix}" + way, reference=reference, largest=LARGEST, limit=60)
    return lambda test: models(mark(test))


def artefact(prefix, write):
    """What the model predicts, and the files that ``write`` made of it. Raises where NumPy says something else."""
    FOLDER.mkdir()
    model = MODELS[prefix].filled()
    with format_of_release():
        write(model)
    output = predictions(model)
    if not alike(output, flat(MODELS[prefix].expected)):
        raise AssertionError("the model predicts %s as it is written" % output)
    return {"output": output, "artefact": packed()}


@written("h5", SAVE)
def test_h5(prefix, layers):
    """{layers}: model.save("model.h5")"""
    return artefact(prefix, lambda model: model.save(str(FOLDER / "model.h5")))


@written("keras", SAVE)
def test_keras(prefix, layers):
    """{layers}: model.save("model.keras")

    It is HDF5 or a zip archive, as the release has it.
    """
    return artefact(prefix, lambda model: model.save(str(FOLDER / "model.keras")))


@written("savedmodel", SAVE)
def test_savedmodel(prefix, layers):
    """{layers}: model.save("model"), a folder"""
    return artefact(prefix, lambda model: model.save(str(FOLDER / "model")))


def export(model):
    method(model, "export")(str(FOLDER / "model"))


@written("export", "tf.keras.Model.export")
def test_export(prefix, layers):
    """{layers}: model.export("model")"""
    return artefact(prefix, export)


@written("export_after_predict", "tf.keras.Model.export", OF_NORMALIZATION)
def test_export_after_predict(prefix, layers):
    """{layers}: model.export("model") after predict()"""

    def write(model):
        predictions(model)
        export(model)

    return artefact(prefix, write)


@written("tf_saved_model", "tf.saved_model.save", OF_NORMALIZATION)
def test_tf_saved_model(prefix, layers):
    """{layers}: tf.saved_model.save(model, "model")"""
    return artefact(prefix, lambda model: tf.saved_model.save(model, str(FOLDER / "model")))


@written("weights_h5", "tf.keras.Model.save_weights")
def test_weights_h5(prefix, layers):
    """{layers}: save_weights("model.weights.h5")"""
    return artefact(prefix, lambda model: model.save_weights(str(FOLDER / "model.weights.h5")))


@written("weights_tf", "tf.keras.Model.save_weights(save_format)", OF_NORMALIZATION)
def test_weights_tf(prefix, layers):
    """{layers}: save_weights("weights", save_format="tf")"""
    return artefact(prefix, lambda model: call(model.save_weights, str(FOLDER / "weights"), save_format="tf"))


@written("checkpoint", "tf.train.Checkpoint")
def test_checkpoint(prefix, layers):
    """{layers}: tf.train.Checkpoint.save()"""
    return artefact(prefix, lambda model: tf.train.Checkpoint(model=model).save(str(FOLDER / "saved")))


@written("json_weights", "tf.keras.Model.to_json and save_weights", OF_NORMALIZATION)
def test_json_weights(prefix, layers):
    """{layers}: to_json() and save_weights()"""

    def write(model):
        (FOLDER / "model.json").write_text(model.to_json())
        model.save_weights(str(FOLDER / "model.weights.h5"))

    return artefact(prefix, write)


@written("arrays", "tf.keras.Model.get_weights", OF_NORMALIZATION)
def test_arrays(prefix, layers):
    """{layers}: get_weights(), kept by numpy.savez"""
    return artefact(prefix, lambda model: np.savez(str(FOLDER / "weights.npz"), *model.get_weights()))

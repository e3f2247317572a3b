"""What this release writes: one adapted model in every format that it has, as bytes for other releases to read."""

import numpy as np
import tensorflow as tf

from scenarios.grid.artefact import FOLDER, packed
from scenarios.grid.model import adapted_model, predictions
from scenarios.observe import call, method, scenario

SAVE = "tf.keras.Model.save"
#: Characters of an artefact: a SavedModel takes about 20,000.
LARGEST = 200_000


def written(form, reference):
    return scenario("write::" + form, reference=reference, largest=LARGEST, limit=60)


def artefact(write):
    """What the model predicts before it is written, and the files that ``write`` made of it."""
    FOLDER.mkdir()
    model = adapted_model()
    output = predictions(model)
    write(model)
    return {"output": output, "artefact": packed()}


@written("h5", SAVE)
def test_h5():
    """model.save("model.h5")"""
    return artefact(lambda model: model.save(str(FOLDER / "model.h5")))


@written("keras", SAVE)
def test_keras():
    """model.save("model.keras"): HDF5 or a zip archive, as the release has it"""
    return artefact(lambda model: model.save(str(FOLDER / "model.keras")))


@written("savedmodel", SAVE)
def test_savedmodel():
    """model.save("model"), a SavedModel folder"""
    return artefact(lambda model: model.save(str(FOLDER / "model")))


@written("export", "tf.keras.Model.export")
def test_export():
    """model.export("model"), a SavedModel folder for serving"""
    return artefact(lambda model: method(model, "export")(str(FOLDER / "model")))


@written("tf_saved_model", "tf.saved_model.save")
def test_tf_saved_model():
    """tf.saved_model.save(model, "model")"""
    return artefact(lambda model: tf.saved_model.save(model, str(FOLDER / "model")))


@written("weights_h5", "tf.keras.Model.save_weights")
def test_weights_h5():
    """model.save_weights("model.weights.h5")"""
    return artefact(lambda model: model.save_weights(str(FOLDER / "model.weights.h5")))


@written("weights_tf", "tf.keras.Model.save_weights(save_format)")
def test_weights_tf():
    """model.save_weights("weights", save_format="tf")"""
    return artefact(lambda model: call(model.save_weights, str(FOLDER / "weights"), save_format="tf"))


@written("checkpoint", "tf.train.Checkpoint")
def test_checkpoint():
    """tf.train.Checkpoint(model=model).save("saved")"""
    return artefact(lambda model: tf.train.Checkpoint(model=model).save(str(FOLDER / "saved")))


@written("json_weights", "tf.keras.Model.to_json and save_weights")
def test_json_weights():
    """model.to_json() and model.save_weights("model.weights.h5")"""

    def write(model):
        (FOLDER / "model.json").write_text(model.to_json())
        model.save_weights(str(FOLDER / "model.weights.h5"))

    return artefact(write)


@written("arrays", "tf.keras.Model.get_weights")
def test_arrays():
    """model.get_weights(), kept by numpy.savez"""
    return artefact(lambda model: np.savez(str(FOLDER / "weights.npz"), *model.get_weights()))

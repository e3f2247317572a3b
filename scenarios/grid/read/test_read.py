"""What this release makes of the artefacts that others wrote: the loaded model's predictions, beside those at saving."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.grid.artefact import FOLDER, artefacts, staged, unpack
from scenarios.grid.model import SAMPLE, flat, named, portable_model, predictions
from scenarios.observe import scenario


def whole_model(name):
    return predictions(tf.keras.models.load_model(str(FOLDER / name)))


def served():
    """What the serving signature of a SavedModel answers."""
    loaded = tf.saved_model.load(str(FOLDER / "model"))
    signature = loaded.signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]
    (output,) = signature(**{name: tf.constant(SAMPLE)}).values()
    return flat(output)


def into_new_model(load):
    """The predictions of the same model, newly made, after ``load``."""
    model = portable_model()
    load(model)
    return predictions(model)


def from_json():
    model = tf.keras.models.model_from_json((FOLDER / "model.json").read_text())
    model.load_weights(str(FOLDER / "model.weights.h5"))
    return predictions(model)


def arrays():
    with np.load(str(FOLDER / "weights.npz")) as kept:
        return [kept[name] for name in kept.files]


def restored(model):
    tf.train.Checkpoint(model=model).restore(str(FOLDER / "saved-1"))


#: How each form is read: the way that its documentation gives.
READ = {
    "h5": lambda: whole_model("model.h5"),
    "keras": lambda: whole_model("model.keras"),
    "savedmodel": lambda: whole_model("model"),
    "savedmodel_served": served,
    "export": served,
    "tf_saved_model": served,
    "weights_h5": lambda: into_new_model(lambda model: model.load_weights(str(FOLDER / "model.weights.h5"))),
    "weights_tf": lambda: into_new_model(lambda model: model.load_weights(str(FOLDER / "weights"))),
    "checkpoint": lambda: into_new_model(restored),
    "json_weights": from_json,
    "arrays": lambda: into_new_model(lambda model: model.set_weights(arrays())),
}
#: Forms that read what another wrote: Keras 3 refuses the folder that model.save() wrote, TensorFlow does not.
WRITTEN_AS = {"savedmodel_served": "savedmodel"}


def questions():
    """Every artefact in every form that reads it."""
    for one in artefacts():
        for form in READ:
            if WRITTEN_AS.get(form, form) == one["form"]:
                mark = scenario(
                    "grid::" + form + "::" + one["writer"],
                    reference="artefact " + one["sha256"],
                    documented=one["output"],
                )
                yield pytest.param(form, one["writer"], one["sha256"], marks=mark)


@pytest.mark.parametrize(("form", "writer", "sha256"), list(questions()))
def test_read(form, writer, sha256):
    """What {writer} wrote, read as {form}"""
    unpack(staged(sha256 + ".zip"))
    return named(READ[form]())

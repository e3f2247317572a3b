"""What this release makes of the artefacts that others wrote: the loaded model's predictions, beside those at saving."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.grid.artefact import FOLDER, artefacts, staged, unpack
from scenarios.grid.model import SAMPLE, flat, parts, predictions
from scenarios.marks import INVARIANCE, promise
from scenarios.observe import compared


def whole_model(name):
    return lambda model: predictions(tf.keras.models.load_model(str(FOLDER / name)))


def served(model):
    """What the serving signature of a SavedModel answers."""
    loaded = tf.saved_model.load(str(FOLDER / "model"))
    signature = loaded.signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]
    (output,) = signature(**{name: tf.constant(SAMPLE)}).values()
    return flat(output)


def into_new_model(load):
    """The predictions of the same model, newly made, after ``load``."""

    def predicted(model):
        new = model.new()
        load(new)
        return predictions(new)

    return predicted


def from_json(model):
    loaded = tf.keras.models.model_from_json((FOLDER / "model.json").read_text())
    loaded.load_weights(str(FOLDER / "model.weights.h5"))
    return predictions(loaded)


def arrays():
    with np.load(str(FOLDER / "weights.npz")) as kept:
        return [kept[name] for name in kept.files]


def restored(model):
    tf.train.Checkpoint(model=model).restore(str(FOLDER / "saved-1"))


#: How each way of saving is read: as its documentation has it.
READ = {
    "h5": whole_model("model.h5"),
    "keras": whole_model("model.keras"),
    "savedmodel": whole_model("model"),
    "savedmodel_served": served,
    "export": served,
    "export_after_predict": served,
    "tf_saved_model": served,
    "weights_h5": into_new_model(lambda model: model.load_weights(str(FOLDER / "model.weights.h5"))),
    "weights_tf": into_new_model(lambda model: model.load_weights(str(FOLDER / "weights"))),
    "checkpoint": into_new_model(restored),
    "json_weights": from_json,
    "arrays": into_new_model(lambda model: model.set_weights(arrays())),
}
#: Ways to read what another writes: Keras 3 refuses the folder that model.save() wrote, TensorFlow does not.
READ_AS = {"savedmodel": ("savedmodel", "savedmodel_served")}


def questions():
    """Every artefact in every form that reads it."""
    for one in artefacts():
        model, written = parts(one["form"])
        prefix = one["form"][: -len(written)]
        for way in READ_AS.get(written, (written,)):
            mark = promise(
                "grid::" + prefix + way + "::" + one["writer"],
                oracle=INVARIANCE,
                reference="artefact " + one["sha256"],
            )
            yield pytest.param(prefix + way, one["writer"], one["sha256"], one["output"], marks=mark)


@pytest.mark.parametrize(("form", "writer", "sha256", "output"), list(questions()))
def test_read(form, writer, sha256, output):
    """What {writer} wrote predicts the same"""
    unpack(staged(sha256 + ".zip"))
    model, way = parts(form)
    return compared(model.named(READ[way](model)), output)

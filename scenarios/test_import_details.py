"""What imports lead to: a shim over both paths, tf_keras beside Keras 3, and layers of a package that is not there."""

import importlib.util
import os

import numpy as np
import pytest

from scenarios.marks import LOUD, NONE, NUMPY, OBSCURE, SILENT, promise, question
from scenarios.observe import Unanswerable, answer, compared, import_module, resolve, which

LEGACY = "TensorFlow 2.16 release notes: tf.keras is Keras 3 unless TF_USE_LEGACY_KERAS=1 is set"
ADDONS = "LST-AI#11; addons#2865"
COLUMN = np.array([[2.0], [4.0], [6.0], [8.0]], "float32")
NORMALIZED = (COLUMN - COLUMN.mean()) / COLUMN.std()


@promise(
    "imports::shim_core_then_experimental",
    oracle=NUMPY,
    reference="tf.keras.layers.Normalization, TensorFlow 2.7, View aliases",
)
def test_shim():
    """A shim, core path first, then experimental, normalizes"""
    try:
        from tensorflow.keras.layers import Normalization
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization
    layer = Normalization()
    layer.adapt(COLUMN)
    return compared(layer(COLUMN), (COLUMN - COLUMN.mean()) / COLUMN.std())


# tf_keras beside Keras 3: installed, as tensorflow_probability and others ask for it, and TF_USE_LEGACY_KERAS not set


def two_keras():
    """tf.keras and tf_keras by these names, imported without TF_USE_LEGACY_KERAS."""
    if importlib.util.find_spec("tf_keras") is None:
        raise Unanswerable("tf_keras is not installed")
    os.environ.pop("TF_USE_LEGACY_KERAS", None)
    return {"tf.keras": resolve("tf.keras"), "tf_keras": import_module("tf_keras")}


def model_of(keras, layer):
    inputs = keras.Input((1,))
    return keras.Model(inputs, layer(inputs))


def adapted(keras):
    layer = keras.layers.Normalization()
    layer.adapt(COLUMN)
    return layer


@question(
    "imports::tf_keras_beside_keras_3_tf.keras_is",
    answers={"keras 3": NONE, "tf_keras": NONE},
    documented="keras 3",
    reference=LEGACY,
    fresh=True,
    limit=120,
)
def test_beside_which():
    """What is `tf.keras` where tf_keras is installed too?"""
    module = two_keras()["tf.keras"].layers.Normalization.__module__
    return answer("tf_keras" if module.startswith("tf_keras") else "keras 3", seen=module)


@promise("imports::tf_keras_beside_keras_3_normalizes", oracle=NUMPY, reference=LEGACY, fresh=True, limit=120)
def test_beside_normalizes():
    """A model of `tf_keras` normalizes beside Keras 3"""
    keras = two_keras()["tf_keras"]
    model = model_of(keras, adapted(keras))
    return compared(model.predict(COLUMN, verbose=0), (COLUMN - COLUMN.mean()) / COLUMN.std())


@pytest.mark.parametrize(("layer", "model"), [("tf_keras", "tf.keras"), ("tf.keras", "tf_keras")])
@question(
    "imports::tf_keras_beside_keras_3_{layer}_layer_in_{model}_fit",
    answers={"trained": NONE, "ignored": SILENT, "refused": OBSCURE},
    reference=LEGACY,
    fresh=True,
    limit=120,
)
def test_beside_fit(layer, model):
    """Does fit() of a {model} model train a {layer} layer?

    BatchNormalization in a functional model. What refuses it does not say that the layer is of another Keras.
    """
    both = two_keras()
    foreign = both[layer].layers.BatchNormalization()
    try:
        mixed = model_of(both[model], foreign)
    except (TypeError, ValueError) as error:
        return answer("refused", seen=str(error)[:300])
    mixed.compile("sgd", "mse")
    mixed.fit(COLUMN, COLUMN, batch_size=4, verbose=0)
    return which(foreign.moving_mean, trained=0.01 * COLUMN.mean(axis=0), ignored=[0.0])


@pytest.mark.parametrize(("form", "file"), [("HDF5", "model.h5"), (".keras", "model.keras")])
@promise(
    "imports::tf_keras_beside_keras_3_loads_its_{form}",
    oracle=NUMPY,
    reference=LEGACY + "; keras.io: migrating to Keras 3",
    fresh=True,
    limit=120,
)
def test_beside_file(form, file):
    """Files of `tf_keras` load in Keras 3 beside it: {form}"""
    both = two_keras()
    model_of(both["tf_keras"], adapted(both["tf_keras"])).save(file)
    loaded = both["tf.keras"].models.load_model(file)
    return compared(loaded.predict(COLUMN, verbose=0), (COLUMN - COLUMN.mean()) / COLUMN.std())


# A layer of a package that is not there: what a file names and nothing registered


def saved_with_addons_layer(file):
    """A model saved with the InstanceNormalization of a package Addons, which is forgotten; gives the layer's class."""
    keras = resolve("tf.keras")

    @keras.utils.register_keras_serializable("Addons")
    class InstanceNormalization(keras.layers.LayerNormalization):
        pass

    layer = InstanceNormalization()
    model = model_of(keras, layer)
    layer.set_weights([np.array([2.0]), np.array([3.0])])
    model.save(file)
    keras.utils.get_custom_objects().clear()
    return InstanceNormalization


@promise("ecosystem::unknown_layer_of_addons_HDF5", refused_by=("ValueError",), reference=ADDONS)
def test_unknown_layer():
    """Unknown layer: HDF5 with a layer of Addons is refused

    As where TensorFlow Addons made the file and is not imported, or not there for the release that loads it.
    """
    saved_with_addons_layer("model.h5")
    resolve("tf.keras").models.load_model("model.h5")


@question(
    "ecosystem::error_of_unknown_layer_of_addons_.keras",
    answers={"it is named": LOUD, "it is not named": OBSCURE, "no error": SILENT},
    reference=ADDONS,
)
def test_unknown_layer_keras():
    """Does the error name the Addons layer of a `.keras` file?"""
    saved_with_addons_layer("model.keras")
    try:
        resolve("tf.keras").models.load_model("model.keras")
    except (TypeError, ValueError) as error:
        named = "InstanceNormalization" in str(error)
        return answer("it is named" if named else "it is not named", seen=[type(error).__name__, str(error)[:300]])
    return "no error"


@pytest.mark.parametrize(("form", "file"), [("HDF5", "model.h5"), (".keras", "model.keras")])
@promise("ecosystem::custom_objects_for_addons_{form}", oracle=NUMPY, reference=ADDONS)
def test_custom_objects(form, file):
    """custom_objects gives an Addons layer a class: {form}

    What normalizes one number to 0 gives the offset that the file holds.
    """
    layer = saved_with_addons_layer(file)
    loaded = resolve("tf.keras").models.load_model(file, custom_objects={"Addons>InstanceNormalization": layer})
    return compared(loaded.predict(COLUMN, verbose=0), 2.0 * np.zeros_like(COLUMN) + 3.0)

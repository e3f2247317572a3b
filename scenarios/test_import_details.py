"""Less travelled paths to the normalization layers, and what an import that fails says."""

import pytest

from scenarios.observe import Missing, from_import, normalization_class, resolve, scenario

PRIVATE = "nothing: a private path that published code imports from; tensorflow#58947, #59612, #54637"
PRIVATE_PATHS = [
    ("tensorflow.keras.layers.preprocessing", "Normalization"),
    ("keras.layers.normalization.batch_normalization_v1", "BatchNormalization"),
]


def described_class(cls):
    """Where a class is defined; it says so where it is not the one that tf.keras has under its name."""
    public = public_class(cls.__name__)
    return cls.__module__ if public in (None, cls) else f"{cls.__module__}, not the class of tf.keras"


def public_class(name):
    try:
        return normalization_class() if name == "Normalization" else resolve("tf.keras.layers." + name)
    except Missing:
        return None


@pytest.mark.parametrize(("module", "name"), PRIVATE_PATHS)
@scenario("imports::from {module} import {name}", reference=PRIVATE)
def test_private_path(module, name):
    """`from {module} import {name}` works, and this module defines what it binds

    A private copy may import for years and yet not be the class that tf.keras models, loaders and isinstance checks know.
    """
    return described_class(from_import(module, name))


@pytest.mark.parametrize("name", ["Normalization", "NoLayerOfThisName"])
@scenario("imports::error_text_of_tf.keras.layers.{name}", reference="keras-io#680, tensorflow#57963")
def test_error_text(name):
    """What the AttributeError of `tf.keras.layers.{name}` says, where there is one

    The first part of the text names the module that really answered, so it tells which Keras is in use.
    """
    try:
        getattr(resolve("tf.keras.layers"), name)
    except AttributeError as error:
        return str(error)
    return "no error"


@scenario(
    "imports::shim_core_then_experimental", reference="tf.keras.layers.Normalization, TensorFlow 2.7, View aliases"
)
def test_shim():
    """An import shim, core path first and experimental path second, finds Normalization"""
    try:
        from tensorflow.keras.layers import Normalization

        found = "core"
    except ImportError:
        from tensorflow.keras.layers.experimental.preprocessing import Normalization

        found = "experimental"
    layer = Normalization()
    return {"found": found, "layer": type(layer).__name__}

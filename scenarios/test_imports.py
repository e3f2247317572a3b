"""Where each normalization layer can be reached and imported from, and whether two paths give the same class."""

import inspect

import pytest
import tensorflow as tf

from scenarios.observe import Missing, from_import, import_module, normalization_class, resolve, scenario

EXPERIMENTAL = "tensorflow.keras.layers.experimental.preprocessing"
PRIVATE = "nothing: a private path that published code imports from"


def described_path(thing):
    """Where a thing is defined; a class says so where it is not the one that tf.keras has under its name."""
    if inspect.ismodule(thing):
        return "module " + thing.__name__
    public = public_class(thing.__name__) if inspect.isclass(thing) else None
    if public in (None, thing):
        return thing.__module__
    return thing.__module__ + ", not the class of tf.keras"


def public_class(name):
    """The class that tf.keras has under a name, or None."""
    try:
        return normalization_class() if name == "Normalization" else resolve("tf.keras.layers." + name)
    except Missing:
        return None


@pytest.mark.parametrize(
    "path",
    [
        "tf.keras.layers.Normalization",
        "tf.keras.layers.BatchNormalization",
        "tf.keras.layers.LayerNormalization",
        "tf.keras.layers.UnitNormalization",
        "tf.keras.layers.GroupNormalization",
        "tf.keras.layers.SpectralNormalization",
        "tf.keras.layers.RMSNormalization",
        "tf.keras.layers.WeightNormalization",
        "tf.keras.layers.InstanceNormalization",
    ],
)
@scenario("imports::{path}", reference="API documentation of tf.keras.layers")
def test_layer(path):
    """`{path}` is there, and this module defines it"""
    return described_path(resolve(path))


@pytest.mark.parametrize(
    "path",
    [
        "tf.keras.layers.experimental.preprocessing.Normalization",
        "tf.keras.layers.experimental.SyncBatchNormalization",
    ],
)
@scenario("imports::{path}", reference="API documentation of tf.keras.layers.experimental; tensorflow#64349")
def test_experimental_layer(path):
    """`{path}` is there, and this module defines it

    The experimental namespace held these layers before they had a stable name, and outlived that name by years.
    """
    return described_path(resolve(path))


@pytest.mark.parametrize(
    "path",
    [
        "tf.compat.v1.keras.layers.Normalization",
        "tf.compat.v1.keras.layers.experimental.preprocessing.Normalization",
        "tf.compat.v1.keras.layers.BatchNormalization",
        "tf.compat.v1.layers.BatchNormalization",
        "tf.compat.v1.layers.batch_normalization",
        "tf.layers.BatchNormalization",
    ],
)
@scenario("imports::{path}", reference="tf.keras.layers.Normalization, TensorFlow 2.7, compatibility aliases")
def test_v1(path):
    """`{path}` is there, and this module defines it

    Code that was migrated from TensorFlow 1 reaches normalization by these names.
    """
    return described_path(resolve(path))


@pytest.mark.parametrize(
    "path",
    [
        "tf.nn.batch_normalization",
        "tf.nn.moments",
        "tf.nn.l2_normalize",
        "tf.nn.local_response_normalization",
        "tf.compat.v1.nn.fused_batch_norm",
    ],
)
@scenario("imports::{path}", reference="API documentation of tf.nn")
def test_function(path):
    """`{path}` is there, and this module defines it"""
    return described_path(resolve(path))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("tensorflow.keras.layers", "Normalization"),
        ("tensorflow.keras.layers", "BatchNormalization"),
        ("tensorflow.keras.layers", "LayerNormalization"),
        (EXPERIMENTAL, "Normalization"),
        ("tensorflow.keras.layers.experimental", "preprocessing"),
        ("keras.layers", "Normalization"),
        ("keras.layers", "BatchNormalization"),
        ("keras.layers", "LayerNormalization"),
        ("keras.layers.experimental.preprocessing", "Normalization"),
    ],
)
@scenario("imports::from {module} import {name}", reference="API documentation of tf.keras.layers and keras.layers")
def test_public_from_import(module, name):
    """`from {module} import {name}` works, and this module defines what it binds

    An import statement and a path of attributes can differ: `tensorflow.keras` is loaded lazily on many releases.
    """
    return described_path(from_import(module, name))


@scenario("imports::import " + EXPERIMENTAL, reference="API documentation of " + EXPERIMENTAL)
def test_experimental_package():
    """`import tensorflow.keras.layers.experimental.preprocessing` works, and gives this"""
    return described_path(import_module(EXPERIMENTAL))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("tensorflow.python.keras.layers", "BatchNormalization"),
        ("tensorflow.python.keras.layers", "LayerNormalization"),
        ("tensorflow.python.keras.layers", "Normalization"),
        ("tensorflow.python.keras.layers.normalization", "BatchNormalization"),
        ("tensorflow.python.keras.layers.normalization_v2", "BatchNormalization"),
        ("tensorflow.python.keras.layers.preprocessing.normalization", "Normalization"),
        ("tensorflow.keras.layers.normalization", "BatchNormalization"),
    ],
)
@scenario("imports::from {module} import {name}", reference=PRIVATE + "; tensorflow#58947, tensorflow#59612")
def test_private_tensorflow(module, name):
    """`from {module} import {name}` works, and this module defines what it binds

    TensorFlow carried a copy of Keras beside the one that tf.keras is made of: a class from the copy does not mix.
    """
    return described_path(from_import(module, name))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.layers.normalization", "BatchNormalization"),
        ("keras.layers.normalization", "LayerNormalization"),
        ("keras.layers.normalization.batch_normalization", "BatchNormalization"),
        ("keras.layers.preprocessing.normalization", "Normalization"),
        ("keras.src.layers", "Normalization"),
        ("keras.src.layers.normalization.batch_normalization", "BatchNormalization"),
        ("keras.api._v2.keras.layers", "Normalization"),
        ("keras.api.layers", "Normalization"),
        ("keras._tf_keras.keras.layers", "Normalization"),
    ],
)
@scenario("imports::from {module} import {name}", reference=PRIVATE + "; tensorflow#54637")
def test_private_keras(module, name):
    """`from {module} import {name}` works, and this module defines what it binds

    Keras moved its insides several times; what an editor proposes to import is often one of these.
    """
    return described_path(from_import(module, name))


@scenario(
    "imports::experimental_is_core",
    documented_by_release={"keras>=2.6,<3": True},
    reference="tf.keras.layers.Normalization, TensorFlow 2.7, main aliases",
)
def test_experimental_is_core():
    """The experimental Normalization is the same class as tf.keras.layers.Normalization"""
    core = resolve("tf.keras.layers.Normalization")
    return resolve("tf.keras.layers.experimental.preprocessing.Normalization") is core


@pytest.mark.parametrize("name", ["Normalization", "BatchNormalization"])
@scenario("imports::tf_keras_class_is_keras_class_{name}", reference="nothing: recorded as observed")
def test_tf_keras_class_is_keras_class(name):
    """tf.keras.layers.{name} is the same class as keras.layers.{name}

    Where it is not, layers from one and models from the other do not fit together.
    """
    return resolve("tf.keras.layers." + name) is from_import("keras.layers", name)


@scenario("imports::tf_keras_is_tensorflow_keras", reference="nothing: recorded as observed")
def test_tf_keras_is_tensorflow_keras():
    """Classes reached as tf.keras and imported from tensorflow.keras are the same

    An often repeated advice is not to mix the two spellings; `tf` is only the usual name of the `tensorflow` module.
    """
    names = ("BatchNormalization", "LayerNormalization", "Dense")
    return all(getattr(tf.keras.layers, name) is from_import("tensorflow.keras.layers", name) for name in names)

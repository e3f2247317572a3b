"""Where each normalization layer can be reached and imported from, and whether two paths give the same class."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, NONE, NUMPY, SILENT, presence, promise, question
from scenarios.observe import answer, compared, from_import, import_module, normalization_class, resolve, which

EXPERIMENTAL = "tensorflow.keras.layers.experimental.preprocessing"
PRIVATE = "nothing: a private path that published code imports from"
#: Characters that a title has for a name and the module that it is imported from.
ROOM = 50


def elided(module, name):
    """A module's path, its middle left out where a title has no room for the whole."""
    *first, last = module.split(".")
    while len(module) > ROOM - len(name):
        first.pop()
        module = "%s…%s" % (".".join(first), last)
    return module


def imports(*pairs):
    """The parameters of import statements: module, name, and the module as a title has it."""
    return [(module, name, elided(module, name)) for module, name in pairs]


def home(thing):
    """The module that defines a class or function; a module is its own."""
    return "module " + thing.__name__ if inspect.ismodule(thing) else thing.__module__


def public_class(name):
    """The class that tf.keras has under a name; Normalization's is the experimental one where there is no other."""
    return normalization_class() if name == "Normalization" else resolve("tf.keras.layers." + name)


@presence(
    "imports::tf.keras.layers.Normalization",
    reference="API documentation of tf.keras.layers; keras-io#680, tensorflow#57963",
    aliases=("imports::error_text_of_tf.keras.layers.Normalization",),
)
def test_normalization():
    """`tf.keras.layers.Normalization`"""
    return home(resolve("tf.keras.layers.Normalization"))


@pytest.mark.parametrize(
    "name",
    [
        "BatchNormalization",
        "LayerNormalization",
        "UnitNormalization",
        "GroupNormalization",
        "SpectralNormalization",
        "RMSNormalization",
        "WeightNormalization",
    ],
)
@presence("imports::tf.keras.layers.{name}", reference="API documentation of tf.keras.layers")
def test_layer(name):
    """`tf.keras.layers.{name}`"""
    return home(resolve("tf.keras.layers." + name))


@presence(
    "imports::tf.keras.layers.InstanceNormalization",
    reference="addons#2865: TensorFlow Addons has it; keras-io#680, tensorflow#57963",
    aliases=("imports::error_text_of_tf.keras.layers.NoLayerOfThisName",),
)
def test_instance_normalization():
    """`tf.keras.layers.InstanceNormalization`

    No release has it: what is raised names the module that answers for `tf.keras.layers`, as for any name not there.
    """
    return home(resolve("tf.keras.layers.InstanceNormalization"))


@pytest.mark.parametrize("name", ["preprocessing.Normalization", "SyncBatchNormalization"])
@presence(
    "imports::tf.keras.layers.experimental.{name}",
    reference="API documentation of tf.keras.layers.experimental; tensorflow#64349",
)
def test_experimental_layer(name):
    """`tf.keras.layers.experimental.{name}`

    The experimental namespace held these layers before they had a stable name, and outlived that name by years.
    """
    return home(resolve("tf.keras.layers.experimental." + name))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("keras.layers.Normalization",) * 2,
        ("keras.layers.experimental.preprocessing.Normalization", "keras…preprocessing.Normalization"),
        ("keras.layers.BatchNormalization",) * 2,
        ("layers.BatchNormalization",) * 2,
        ("layers.batch_normalization",) * 2,
    ],
)
@presence(
    "imports::tf.compat.v1.{path}",
    reference="tf.keras.layers.Normalization, TensorFlow 2.7, compatibility aliases; TensorFlow 1",
)
def test_v1(path, shown):
    """`tf.compat.v1.{shown}`

    Code that was migrated from TensorFlow 1 reaches normalization by these names; several are classes of their own.
    """
    return home(resolve("tf.compat.v1." + path))


@presence("imports::tf.layers.BatchNormalization", reference="TensorFlow 1: tf.layers.BatchNormalization")
def test_tensorflow_1():
    """`tf.layers.BatchNormalization`, as TensorFlow 1 had it"""
    return home(resolve("tf.layers.BatchNormalization"))


@pytest.mark.parametrize(
    "path",
    [
        "nn.batch_normalization",
        "nn.moments",
        "nn.l2_normalize",
        "nn.local_response_normalization",
        "compat.v1.nn.fused_batch_norm",
    ],
)
@presence("imports::tf.{path}", reference="API documentation of tf.nn")
def test_function(path):
    """`tf.{path}`"""
    return home(resolve("tf." + path))


@pytest.mark.parametrize(
    ("module", "name", "shown"),
    imports(
        ("tensorflow.keras.layers", "Normalization"),
        ("tensorflow.keras.layers", "BatchNormalization"),
        ("tensorflow.keras.layers", "LayerNormalization"),
        (EXPERIMENTAL, "Normalization"),
        ("tensorflow.keras.layers.experimental", "preprocessing"),
        ("keras.layers", "Normalization"),
        ("keras.layers", "BatchNormalization"),
        ("keras.layers", "LayerNormalization"),
        ("keras.layers.experimental.preprocessing", "Normalization"),
    ),
)
@presence("imports::from {module} import {name}", reference="API documentation of tf.keras.layers and keras.layers")
def test_public_from_import(module, name, shown):
    """`{name}` from `{shown}`

    An import statement and a path of attributes can differ: `tensorflow.keras` is loaded lazily on many releases.
    """
    return home(from_import(module, name))


@presence("imports::import " + EXPERIMENTAL, reference="API documentation of " + EXPERIMENTAL)
def test_experimental_package():
    """`import tensorflow.keras.layers.experimental.preprocessing`"""
    return home(import_module(EXPERIMENTAL))


@pytest.mark.parametrize(
    ("module", "name", "shown"),
    imports(
        ("tensorflow.python.keras.layers", "BatchNormalization"),
        ("tensorflow.python.keras.layers", "LayerNormalization"),
        ("tensorflow.python.keras.layers", "Normalization"),
        ("tensorflow.python.keras.layers.normalization", "BatchNormalization"),
        ("tensorflow.python.keras.layers.normalization_v2", "BatchNormalization"),
        ("tensorflow.python.keras.layers.preprocessing.normalization", "Normalization"),
        ("tensorflow.keras.layers.normalization", "BatchNormalization"),
        ("tensorflow.keras.layers.preprocessing", "Normalization"),
        ("keras.layers.normalization", "BatchNormalization"),
        ("keras.layers.normalization", "LayerNormalization"),
        ("keras.layers.normalization.batch_normalization", "BatchNormalization"),
        ("keras.layers.normalization.batch_normalization_v1", "BatchNormalization"),
        ("keras.layers.preprocessing.normalization", "Normalization"),
        ("keras.src.layers", "Normalization"),
        ("keras.src.layers.normalization.batch_normalization", "BatchNormalization"),
        ("keras.api._v2.keras.layers", "Normalization"),
        ("keras.api.layers", "Normalization"),
        ("keras._tf_keras.keras.layers", "Normalization"),
    ),
)
@presence(
    "imports::from {module} import {name}", reference=PRIVATE + "; tensorflow#58947, tensorflow#59612, tensorflow#54637"
)
def test_private_from_import(module, name, shown):
    """`{name}` from `{shown}`

    What an editor proposes to import is often one of these. TensorFlow carried a copy of Keras beside the one that
    tf.keras is made of, and Keras moved its insides several times: that a path is there does not say whose class it gives.
    """
    return home(from_import(module, name))


@promise(
    "imports::experimental_is_core",
    documented_by_release={"keras>=2.6,<3": True},
    reference="tf.keras.layers.Normalization, TensorFlow 2.7, main aliases",
)
def test_experimental_is_core():
    """Experimental Normalization is that of `tf.keras.layers`"""
    core = resolve("tf.keras.layers.Normalization")
    return resolve("tf.keras.layers.experimental.preprocessing.Normalization") is core


@pytest.mark.parametrize("name", ["Normalization", "BatchNormalization", "LayerNormalization"])
@question(
    "imports::tf_keras_class_is_keras_class_{name}",
    answers={"the same": NONE, "another": SILENT},
    reference="nothing: what advice to import from keras.layers takes for granted",
)
def test_keras_class(name):
    """Is `{name}` of keras the one of tf.keras?

    Where it is not, layers from one and models from the other do not fit together.
    """
    return whose(from_import("keras.layers", name), name)


@pytest.mark.parametrize("name", ["Normalization", "BatchNormalization", "LayerNormalization"])
@question(
    "imports::private_class_is_tf_keras_class_{name}",
    answers={"the same": NONE, "another": SILENT},
    reference=PRIVATE + "; tensorflow#58947, tensorflow#59612",
)
def test_private_class(name):
    """Is the private `{name}` the one of tf.keras?

    The private one is `tensorflow.python.keras.layers.{name}`. Neither isinstance nor a loader of models knows a copy.
    """
    return whose(from_import("tensorflow.python.keras.layers", name), name)


def whose(cls, name):
    """Whether a class is the one that tf.keras has under a name."""
    public = public_class(name)
    return answer("the same" if cls is public else "another", seen=[cls.__module__, public.__module__])


@promise(
    "imports::tf_keras_is_tensorflow_keras",
    oracle=INVARIANCE,
    reference="nothing: an often repeated advice is not to mix the two spellings",
)
def test_tf_keras_is_tensorflow_keras():
    """`tf.keras` and `tensorflow.keras` give the same classes

    `tf` is only the usual name of the `tensorflow` module, yet an import statement takes another way than an attribute.
    """
    names = ("BatchNormalization", "LayerNormalization", "Dense")
    same = {name: getattr(tf.keras.layers, name) is from_import("tensorflow.keras.layers", name) for name in names}
    return compared(same, dict.fromkeys(names, True))


# A layer of another Keras in a model of tf.keras

COLUMN = np.array([[2.0], [4.0], [6.0], [8.0]], "float32")


def model_with_batch_normalization(package):
    """A functional model of tf.keras, and the BatchNormalization of another package in it."""
    layer = from_import(package + ".layers", "BatchNormalization")()
    inputs = tf.keras.Input((1,))
    return tf.keras.Model(inputs, layer(inputs)), layer


@pytest.mark.parametrize("package", ["keras", "tensorflow.python.keras"])
@promise(
    "imports::BatchNormalization_of_{package}_predicts",
    oracle=NUMPY,
    reference="tensorflow#58947: layers of one Keras in models of the other",
)
def test_foreign_layer_predicts(package):
    """A tf.keras model takes `{package}` layers

    BatchNormalization in a functional model, and predict(): untrained it divides by the root of 1 and epsilon.
    """
    model, _ = model_with_batch_normalization(package)
    return compared(model.predict(COLUMN, verbose=0), COLUMN / np.sqrt(1.0 + 0.001))


@pytest.mark.parametrize("package", ["keras", "tensorflow.python.keras"])
@question(
    "imports::BatchNormalization_of_{package}_in_fit",
    answers={"trained": NONE, "ignored": SILENT},
    reference="tensorflow#58947: layers of one Keras in models of the other",
)
def test_foreign_layer_in_fit(package):
    """Does tf.keras train `{package}` layers?

    BatchNormalization in a functional model, and fit(). A model that does not take it for a layer, but for the operations
    that it consists of, has none of its variables: it stays as it was made.
    """
    model, layer = model_with_batch_normalization(package)
    model.compile("sgd", "mse")
    model.fit(COLUMN, COLUMN, batch_size=4, verbose=0)
    return which(layer.moving_mean, trained=0.01 * COLUMN.mean(axis=0), ignored=[0.0])

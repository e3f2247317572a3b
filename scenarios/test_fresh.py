"""What the environment around TensorFlow changes: an environment variable, a hidden package, versions as text."""

import os
import sys

from scenarios.observe import from_import, resolve, scenario

LEGACY = "TensorFlow 2.16 release notes: TF_USE_LEGACY_KERAS=1 with tf_keras keeps Keras 2"
KERAS_PACKAGE = "requirements of the tensorflow distribution; pip install --no-deps, pip uninstall keras"


class Without:
    """A finder of modules that does not find the named packages: to everybody they are not installed."""

    def __init__(self, finder, packages):
        self.finder = finder
        self.packages = packages

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.packages:
            return None
        return self.finder.find_spec(name, path, target)


def hide(*packages):
    """Every finder is wrapped: an importer that raised would be seen by code that only asks whether a package is there."""
    sys.meta_path[:] = [Without(finder, packages) for finder in sys.meta_path]


@scenario("environment::keras_hidden_tf.keras.layers.BatchNormalization", reference=KERAS_PACKAGE, fresh=True, limit=60)
def test_keras_hidden_attribute():
    """`tf.keras.layers.BatchNormalization` is there where the keras package is not installed"""
    hide("keras")
    return resolve("tf.keras.layers.BatchNormalization").__module__


@scenario(
    "environment::keras_hidden_from tensorflow.keras.layers import BatchNormalization",
    reference=KERAS_PACKAGE,
    fresh=True,
    limit=60,
)
def test_keras_hidden_from_import():
    """`from tensorflow.keras.layers import …` works where keras is not installed"""
    hide("keras")
    return from_import("tensorflow.keras.layers", "BatchNormalization").__module__


@scenario("environment::legacy_keras_without_tf_keras_attribute", reference=LEGACY, fresh=True, limit=60)
def test_legacy_without_tf_keras():
    """tf.keras.layers with TF_USE_LEGACY_KERAS=1 where tf_keras is not installed

    The variable is often left over in a shell or a notebook service from another project.
    """
    hide("tf_keras")
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    return resolve("tf.keras.layers.BatchNormalization").__module__


@scenario("environment::legacy_keras_without_tf_keras_from_import", reference=LEGACY, fresh=True, limit=60)
def test_legacy_without_tf_keras_from_import():
    """`from tensorflow.keras.layers import …` with TF_USE_LEGACY_KERAS=1, without tf_keras"""
    hide("tf_keras")
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    return from_import("tensorflow.keras.layers", "BatchNormalization").__module__


@scenario(
    "environment::version_gate_by_string_comparison",
    documented_by_release={"<2.3": True, ">=2.3": False},
    reference="PEP 440 order of versions; the gate is the one of a widely read answer (C005)",
)
def test_version_gate():
    """Does `tf.__version__ < '2.3.0'`, compared as text, say older than 2.3?"""
    return resolve("tf.__version__") < "2.3.0"


@scenario("environment::tf.keras.__version__", reference="none: not in the API documentation")
def test_keras_version():
    """`tf.keras.__version__` says which Keras is in use"""
    return resolve("tf.keras.__version__")


@scenario("environment::keras.__version__", reference="keras.io")
def test_standalone_version():
    """`keras.__version__` of the keras package beside TensorFlow"""
    return resolve("keras.__version__")

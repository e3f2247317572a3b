"""What the environment around TensorFlow changes: an environment variable, a hidden package, versions as text."""

import os
import sys

from scenarios.marks import LOUD, NONE, SILENT, data, presence, question
from scenarios.observe import Missing, answer, from_import, resolve

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


def release():
    """The release's two first numbers."""
    return [int(number) for number in resolve("tf.__version__").split(".")[:2]]


def keras_of(cls):
    """Which Keras a class is of: its major version, by its root module."""
    root = cls.__module__.split(".")[0]
    version = "2" if root in ("tensorflow", "tf_keras") else resolve(root + ".__version__")
    return "keras " + version.split(".")[0]


@presence("environment::keras_hidden_tf.keras.layers.BatchNormalization", reference=KERAS_PACKAGE, fresh=True, limit=60)
def test_keras_hidden_attribute():
    """`tf.keras.layers`, where the keras package is missing"""
    hide("keras")
    return resolve("tf.keras.layers.BatchNormalization").__module__


@question(
    "environment::keras_hidden_from tensorflow.keras.layers import BatchNormalization",
    answers={"that of tf.keras": NONE, "a private copy": SILENT, "refused": LOUD},
    reference=KERAS_PACKAGE,
    fresh=True,
    limit=60,
)
def test_keras_hidden_from_import():
    """Without keras, what gives `from tensorflow.keras.layers`?

    From 2.6 on tf.keras is the package keras, and tensorflow.python.keras an old private copy.
    """
    hide("keras")
    try:
        found = from_import("tensorflow.keras.layers", "BatchNormalization")
    except Missing as error:
        return answer("refused", seen=str(error))
    private = found.__module__.startswith("tensorflow.python.keras") and release() >= [2, 6]
    return answer("a private copy" if private else "that of tf.keras", seen=found.__module__)


#: What TF_USE_LEGACY_KERAS=1 asks for is Keras 2; before 2.15 that is what there is, whatever the variable says.
LEGACY_ANSWERS = {"keras 2": NONE, "keras 3": SILENT, "refused": LOUD}


@question(
    "environment::legacy_keras_without_tf_keras_attribute",
    answers=LEGACY_ANSWERS,
    reference=LEGACY,
    fresh=True,
    limit=60,
)
def test_legacy_without_tf_keras():
    """TF_USE_LEGACY_KERAS=1, no tf_keras: which `tf.keras`?

    The variable is often left over in a shell or a notebook service from another project.
    """
    hide("tf_keras")
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    try:
        found = resolve("tf.keras.layers.BatchNormalization")
    except Missing as error:
        return answer("refused", seen=str(error))
    return answer(keras_of(found), seen=found.__module__)


@question(
    "environment::legacy_keras_without_tf_keras_from_import",
    answers=LEGACY_ANSWERS,
    reference=LEGACY,
    fresh=True,
    limit=60,
)
def test_legacy_without_tf_keras_from_import():
    """TF_USE_LEGACY_KERAS=1, no tf_keras: which Keras is imported?"""
    hide("tf_keras")
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    try:
        found = from_import("tensorflow.keras.layers", "BatchNormalization")
    except Missing as error:
        return answer("refused", seen=str(error))
    return answer(keras_of(found), seen=found.__module__)


@question(
    "environment::version_gate_by_string_comparison",
    answers={"right": NONE, "wrong": SILENT},
    reference="PEP 440 order of versions; the gate is the one of a widely read answer (C005)",
)
def test_version_gate():
    """Is `tf.__version__ < "2.3.0"`, compared as text, right?"""
    version = resolve("tf.__version__")
    return answer("right" if (version < "2.3.0") == (release() < [2, 3]) else "wrong", seen=version)


@data("environment::tf.keras.__version__", reference="none: not in the API documentation")
def test_keras_version():
    """`tf.keras.__version__`"""
    return resolve("tf.keras.__version__")


@data("environment::keras.__version__", reference="keras.io")
def test_standalone_version():
    """`keras.__version__` of the keras package"""
    return resolve("keras.__version__")

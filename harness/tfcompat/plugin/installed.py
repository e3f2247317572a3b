"""What is installed: the TensorFlow of this interpreter, the Keras behind it, and the Python, by their metadata alone."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec

from packaging.version import InvalidVersion, Version

#: The distributions that mostly have the module ``tensorflow``; where none is there, another that has it is looked for.
TENSORFLOW = ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu")
KERAS, TF_KERAS = ("keras", "keras-nightly"), ("tf-keras",)
#: Before the first release Keras is a part of TensorFlow; from the second one on it is Keras 3, if these variables do not
#: ask for another Keras or backend.
OWN_KERAS, KERAS_3 = Version("2.6.0.dev0"), Version("2.16.0.dev0")
USE_LEGACY, TRUE, BACKEND = "TF_USE_LEGACY_KERAS", ("true", "True", "1"), "KERAS_BACKEND"
#: The variant of tf_keras, and what the backend's name follows in that of another backend.
LEGACY, WITH_BACKEND = "legacy", "keras-"


@dataclass(frozen=True, kw_only=True)
class Installed:
    """Versions as texts. ``tensorflow`` is empty where there is none, ``keras`` where TensorFlow has its own or none is there.

    ``variant`` is what the environment's variables make of it: empty as pip installs it, else the name of a variant.
    """

    tensorflow: str
    keras: str = ""
    python: str
    variant: str = ""

    @property
    def own_keras(self) -> bool:
        """Whether the Keras is a part of TensorFlow."""
        return bool(self.tensorflow) and Version(self.tensorflow) < OWN_KERAS

    def __str__(self) -> str:
        keras = f" with {'tf_keras' if self.variant == LEGACY else 'Keras'} {self.keras}" if self.keras else ""
        backend = f" on {self.variant.removeprefix(WITH_BACKEND)}" if self.variant.startswith(WITH_BACKEND) else ""
        return f"TensorFlow {self.tensorflow}{keras}{backend}"


def installed() -> Installed:
    """What this interpreter has. TensorFlow is not imported."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    tensorflow = version_of(TENSORFLOW) or version_of(others())
    if not tensorflow or Version(tensorflow) < OWN_KERAS:
        return Installed(tensorflow=tensorflow, python=python)
    variant = variant_of(tensorflow)
    keras = version_of(TF_KERAS if variant == LEGACY else KERAS)
    return Installed(tensorflow=tensorflow, keras=keras, python=python, variant=variant)


def others() -> Iterable[str]:
    """The distributions of other names that have TensorFlow; where no module is there, none is looked for: it takes a while."""
    there = "tensorflow" in sys.modules or find_spec("tensorflow") is not None
    return metadata.packages_distributions().get("tensorflow", ()) if there else ()


def variant_of(tensorflow: str) -> str:
    """What the variables of this process make of a release."""
    if Version(tensorflow) < KERAS_3:
        return ""
    if os.environ.get(USE_LEGACY) in TRUE:
        return LEGACY
    backend = os.environ.get(BACKEND) or "tensorflow"
    return "" if backend == "tensorflow" else WITH_BACKEND + backend


def version_of(names: Iterable[str]) -> str:
    """The version of the first distribution that is there, without what its builder added; empty where none is."""
    for name in names:
        try:
            return Version(metadata.version(name)).public
        except (metadata.PackageNotFoundError, InvalidVersion, TypeError):  # a damaged one has no version
            continue
    return ""

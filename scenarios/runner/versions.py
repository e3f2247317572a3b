"""The versions in a cell, as imported, and whether they fulfil a requirement."""

import gc
import platform
import sys
from typing import Any, Dict, Optional


def versions() -> Dict[str, Any]:
    """The versions as imported; None where something is not there."""
    tensorflow = sys.modules.get("tensorflow")
    return {
        "python": platform.python_version(),
        "tensorflow": getattr(tensorflow, "__version__", None),
        "keras": keras_version(tensorflow),
        "numpy": getattr(sys.modules.get("numpy"), "__version__", None),
        "machine": platform.machine(),
    }


def holds(requirement: str, there: Dict[str, Any]) -> bool:
    """Whether what is there, as imported, fulfils a requirement: ``keras>=3``, or ``>=2.6`` of TensorFlow; the empty one holds."""
    from packaging.requirements import Requirement

    if not requirement:
        return True
    wanted = Requirement(requirement if requirement[0].isalpha() else "tensorflow" + requirement)
    version = there[wanted.name]
    return version is not None and wanted.specifier.contains(version.split("-")[0], prereleases=True)


def keras_version(tensorflow: Any) -> Optional[str]:
    """The version of the Keras behind ``tf.keras``; tf_keras keeps its own off that path, so the package is asked."""
    homes = (getattr(tensorflow, "keras", None), sys.modules.get("tf_keras"), sys.modules.get("keras"))
    found = (getattr(home, "__version__", None) for home in homes)
    return next((version for version in found if isinstance(version, str)), None)


def import_tensorflow() -> None:
    """Import what the scenarios use, before the forks, so that it is paid for once. Runs no operation.

    What an import makes stays: looking for garbage in it takes a fifth of the time and finds next to nothing.
    """
    gc.disable()
    try:
        import tensorflow

        keras = getattr(tensorflow, "keras", None)
        getattr(keras, "layers", None)
    finally:
        gc.enable()

"""The versions in a cell, as imported, and whether they fulfil a requirement."""

import gc
import platform
import sys
from typing import Any, Dict, Optional


def versions() -> Dict[str, Any]:
    """The versions as imported; None for what is not imported."""
    tensorflow = sys.modules.get("tensorflow")
    return {
        "python": platform.python_version(),
        "tensorflow": getattr(tensorflow, "__version__", None),
        "keras": keras_version(tensorflow),
        "numpy": getattr(sys.modules.get("numpy"), "__version__", None),
        "machine": platform.machine(),
    }


def holds(requirement: str, imported: Dict[str, Any]) -> bool:
    """Whether the imported versions fulfil a requirement: ``keras>=3``, or ``>=2.6`` of TensorFlow; the empty one always holds."""
    from packaging.requirements import Requirement

    if not requirement:
        return True
    wanted = Requirement(requirement if requirement[0].isalpha() else "tensorflow" + requirement)
    version = imported[wanted.name]
    return version is not None and wanted.specifier.contains(version.split("-")[0], prereleases=True)


def keras_version(tensorflow: Any) -> Optional[str]:
    """The version of the Keras behind ``tf.keras``. tf_keras does not say its version there, so its package is asked."""
    modules = (getattr(tensorflow, "keras", None), sys.modules.get("tf_keras"), sys.modules.get("keras"))
    versions = (getattr(module, "__version__", None) for module in modules)
    return next((version for version in versions if isinstance(version, str)), None)


def import_tensorflow() -> None:
    """Import what the scenarios use before the forks, so that it happens once. Runs no operation.

    Without garbage collection: that takes a fifth of the time of an import, and finds next to nothing. Nor does it ever
    look at what is imported, here or in a fork, where it would copy the memory that it looks at.
    """
    gc.disable()
    try:
        import tensorflow

        keras = getattr(tensorflow, "keras", None)
        getattr(keras, "layers", None)
    finally:
        gc.freeze()
        gc.enable()

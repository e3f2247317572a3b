"""The versions in a cell, as imported and as installed, and whether they are those that the cell is to have."""

import gc
import importlib.metadata
import platform
import re
import sys
from typing import Any, Dict, Iterable, Iterator, Mapping, Optional

#: Modules whose version is compared with that of their distribution, where they were imported.
COMPARED = ("keras", "tf_keras", "numpy")


class WrongEnvironment(Exception):
    """What is installed or imported here is not what the lock of the cell names."""


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


def check_versions(pins: Mapping[str, str], package: str, changed: Iterable[str] = ()) -> None:
    """Raises WrongEnvironment where a distribution of the lock is installed or imported in another version, or has changed.

    ``pins`` are the versions of the lock by distribution; ``package`` is the one that has ``tensorflow``; ``changed`` says
    which files are not as their wheels have them.
    """
    strays = [*installed_otherwise(pins), *imported_otherwise(pins, package), *changed]
    if strays:
        raise WrongEnvironment("this is not the environment of the lock: %s" % "; ".join(strays[:5]))


def installed_otherwise(pins: Mapping[str, str]) -> Iterator[str]:
    for name, version in pins.items():
        try:
            there = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield "%s %s is not installed" % (name, version)
            continue
        if not same_version(there, version):
            yield "%s %s is installed, the lock has %s" % (name, there, version)


def imported_otherwise(pins: Mapping[str, str], package: str) -> Iterator[str]:
    for module, name in [("tensorflow", package)] + [(module, module.replace("_", "-")) for module in COMPARED]:
        version = getattr(sys.modules.get(module), "__version__", None)
        if isinstance(version, str) and name in pins and not same_release(version, pins[name]):
            yield "%s %s was imported, the lock has %s" % (module, version, pins[name])


def same_version(left: str, right: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(left) == Version(right)
    except InvalidVersion:
        return left == right


def same_release(imported: str, pin: str) -> bool:
    """Whether what a module says of itself is a version; which post-release it is, none says (2.15.0.post1 says 2.15.0)."""
    return same_version(imported, re.sub(r"\.post[0-9]+$", "", pin)) or same_version(imported, pin)


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

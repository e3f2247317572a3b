"""The versions in a cell, as imported and as installed, and whether they are those that the cell is to have."""

import base64
import contextlib
import csv
import gc
import hashlib
import importlib.metadata
import os
import platform
import re
import sys
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

#: Modules whose version is compared with that of their distribution, where they were imported.
COMPARED = ("keras", "tf_keras", "numpy")
#: Bytes of the largest file that is read to compare its hash; TensorFlow's libraries, which are larger, take a second.
HASHED = 1 << 20


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


def check_versions(pins: Mapping[str, str], package: str) -> None:
    """Raises WrongEnvironment where a distribution of the lock is not as its wheel is, or is imported in another version.

    ``pins`` are the versions of the lock by distribution; ``package`` is the one that has ``tensorflow``.
    """
    strays = [*installed_otherwise(pins), *imported_otherwise(pins, package), *changed_files(pins)]
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


def changed_files(pins: Mapping[str, str]) -> Iterator[str]:
    """The files that are not as the wheels of the lock have them, by their size, and the smaller ones by their hash.

    A file that two wheels have is as one of them has it. Byte-code and programs are made at installation.
    """
    recorded: Dict[str, List[Tuple[str, str, str]]] = {}
    for name in pins:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            distribution = importlib.metadata.distribution(name)
            # files() of Python >= 3.12 leaves out what is gone, so that RECORD is read here.
            for path, digest, size in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
                if digest and not path.endswith(".pyc") and not path.startswith(".."):
                    recorded.setdefault(str(distribution.locate_file(path)), []).append((path, digest, size))
    for place, rows in recorded.items():
        if not any(is_as_recorded(place, digest, size) for _, digest, size in rows):
            yield "%s is not as its wheel has it" % rows[0][0]


def is_as_recorded(place: str, recorded: str, size: str) -> bool:
    """Whether a file has the size in bytes that the record of its wheel says, and where it is small, ``algorithm=hash``."""
    algorithm, _, digest = recorded.partition("=")
    try:
        length = os.stat(place).st_size
        if size and length != int(size):
            return False
        if length > HASHED:
            return True
        with open(place, "rb") as file:
            computed = hashlib.new(algorithm, file.read()).digest()
    except OSError:
        return False
    return digest == base64.urlsafe_b64encode(computed).rstrip(b"=").decode("ascii")


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

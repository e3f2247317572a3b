"""The environment of a cell: its versions as imported and as installed, its files, and whether they are those of its lock."""

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
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

#: Modules whose version is compared with that of their distribution, where they were imported.
COMPARED = ("keras", "tf_keras", "numpy")
#: Bytes of the largest file whose hash is compared before the scenarios; TensorFlow's libraries, which are larger, take a second.
HASHED = 1 << 20
#: What the record of a wheel says of a file: its path, ``algorithm=hash``, its size in bytes.
Row = Tuple[str, str, str]
Look = Optional[Tuple[int, ...]]


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


class Installed:
    """The files of the distributions that a lock pins, as they looked when this was made; ``pins`` are their versions by name.

    All of them are read before the scenarios. After them only those are read again that look otherwise: whoever writes
    into a file also moves the time of its last change, which no program can set.
    """

    def __init__(self, pins: Mapping[str, str]) -> None:
        self.rows = recorded(pins)
        self.looks = {path: look_of(path) for path in self.rows}

    def unlike_wheels(self) -> Iterator[str]:
        """The files that are not as a wheel has them, by their size, and the smaller ones by their hash."""
        return self.unlike(self.rows, HASHED)

    def unlike_wheels_since(self) -> Iterator[str]:
        """Those of them that look otherwise than in the beginning, by their hash, whatever their size."""
        return self.unlike((path for path, look in self.looks.items() if look_of(path) != look), None)

    def unlike(self, paths: Iterable[str], largest: Optional[int]) -> Iterator[str]:
        for path in paths:
            if not any(is_as_recorded(path, row, largest) for row in self.rows[path]):
                yield "%s is not as its wheel has it" % self.rows[path][0][0]


def recorded(pins: Mapping[str, str]) -> Dict[str, List[Row]]:
    """By the path of each file what the wheels that have it say of it; it is as one of them has it.

    Byte-code and programs are made at installation, and are left out.
    """
    rows: Dict[str, List[Row]] = {}
    for name in pins:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            distribution = importlib.metadata.distribution(name)
            folder = str(distribution.locate_file(""))
            # files() of Python >= 3.12 leaves out what is gone, so that RECORD is read here.
            for path, digest, size in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
                if digest and not path.endswith(".pyc") and not path.startswith(".."):
                    rows.setdefault(os.path.join(folder, path), []).append((path, digest, size))
    return rows


def look_of(path: str) -> Look:
    """Which file a path is, its size and when it last changed, without reading it; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def is_as_recorded(path: str, row: Row, largest: Optional[int]) -> bool:
    """Whether a file has the size of a row and, where it has no more than ``largest`` bytes (None: always), its hash."""
    _, recorded, size = row
    algorithm, _, digest = recorded.partition("=")
    try:
        length = os.stat(path).st_size
        if size and length != int(size):
            return False
        if largest is not None and length > largest:
            return True
        return digest == base64.urlsafe_b64encode(hash_of(path, algorithm)).rstrip(b"=").decode("ascii")
    except OSError:
        return False


def hash_of(path: str, algorithm: str) -> bytes:
    computed = hashlib.new(algorithm)
    with open(path, "rb", buffering=0) as file:
        for block in iter(lambda: file.read(HASHED), b""):
            computed.update(block)
    return computed.digest()

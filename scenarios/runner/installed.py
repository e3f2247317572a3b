"""The installed files of an environment, and whether they are as the wheels of its lock have them."""

import base64
import contextlib
import csv
import hashlib
import importlib.metadata
import os
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

#: Bytes of the largest file whose hash is compared before the scenarios; TensorFlow's libraries, which are larger, take a second.
HASHED = 1 << 20
#: What the record of a wheel says of a file: its path, ``algorithm=hash``, its size in bytes.
Row = Tuple[str, str, str]
Look = Optional[Tuple[int, ...]]


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
        for path, rows in self.rows.items():
            if not any(is_as_recorded(path, row, HASHED) for row in rows):
                yield "%s is not as its wheel has it" % rows[0][0]

    def unlike_wheels_since(self) -> Iterator[str]:
        """Those of them that look otherwise than in the beginning, by their hash, whatever their size."""
        for path, rows in self.rows.items():
            changed = look_of(path) != self.looks[path]
            if changed and not any(is_as_recorded(path, row, None) for row in rows):
                yield "%s is not as its wheel has it" % rows[0][0]


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

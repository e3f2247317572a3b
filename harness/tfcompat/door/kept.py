"""Kept doors: files in the cache, each named by what it was made from, so that a question that is asked again is cheap."""

import hashlib
import os
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path

from tfcompat.door.door import Door, open_file
from tfcompat.door.evidence import Evidence, notice
from tfcompat.files import hash_of
from tfcompat.index import listing

#: The package, and what of it decides what is behind a door, beside what decides the index.
PACKAGE = Path(__file__).resolve().parents[1]
RULES = ("door/*.py", "table/*.py", "trials/current.py", "select/releases.py")
#: How many doors are kept, those that were asked last; a door of the committed trials has some megabytes.
KEPT = 12
SUFFIX = ".sqlite"


def door(evidence: Evidence, cache: Path) -> Door:
    """The door of some evidence: the one that is kept, else a new one, which is kept if the cache can be written."""
    folder = cache / "index"
    key = hash_of(rules(), evidence.key)
    for path in files(folder, key):
        if found := whole(path, key):
            return found
        notice(f"{path} is damaged: it is made again from the trials")
        with suppress(OSError):
            path.unlink()
    return made(evidence, folder, key)


def find(evidence: Evidence, cache: Path) -> Door | None:
    """The door of some evidence where a whole one is kept."""
    key = hash_of(rules(), evidence.key)
    return next(filter(None, (whole(path, key) for path in files(cache / "index", key))), None)


def files(folder: Path, key: str) -> list[Path]:
    """The files of a key: one, or two where two processes made it at once."""
    return sorted(folder.glob(f"{key}-*{SUFFIX}"))


def whole(path: Path, key: str) -> Door | None:
    """The door of a file; None where its content is not what it was. Who is asked now is kept longest."""
    try:
        if path.name != name_of(key, path):
            return None
        found = open_file(path)
        os.utime(path)
    except FileNotFoundError:  # another process has removed it
        return None
    return found


def made(evidence: Evidence, folder: Path, key: str) -> Door:
    """A new door, kept under a key; of a cache that cannot be written, one in memory."""
    from tfcompat.door import fill  # the part that needs pandas

    if evidence.notice:
        notice(evidence.notice)
    table, beside = evidence.read(), evidence.beside() if evidence.beside else fill.NOTHING
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            written = Path(scratch, "door")
            fill.write(written, table, beside)
            path = written.replace(folder / name_of(key, written))
        remove_old(folder)
        return open_file(path)
    except (OSError, sqlite3.OperationalError):
        return fill.in_memory(table, beside)


def name_of(key: str, path: Path) -> str:
    """What the file of a door is called: its key, and a hash of its content, which shows that it is whole."""
    with path.open("rb") as file:
        return f"{key}-{hashlib.file_digest(file, hashlib.blake2b).hexdigest()[:16]}{SUFFIX}"


def remove_old(folder: Path) -> None:
    """Remove all doors but those that were asked last."""
    ages = {}
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(OSError):
            ages[path] = path.stat().st_mtime_ns
    for path in sorted(ages, key=lambda path: ages[path])[:-KEPT]:
        with suppress(OSError):
            path.unlink()


def rules() -> str:
    """A hash over the source of all that decides what is behind a door."""
    paths = sorted(path for pattern in RULES for path in PACKAGE.glob(pattern))
    return hash_of(listing.rules(), *(path.read_bytes() for path in paths))

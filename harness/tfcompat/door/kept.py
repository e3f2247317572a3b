"""Kept doors: files in the cache, each named by what it was made from, so that a question that is asked again is cheap."""

import os
import sqlite3
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from tfcompat.door import packed
from tfcompat.door.door import Door, open_file
from tfcompat.door.evidence import Evidence, notice
from tfcompat.files import hash_of, hash_of_source, write_whole
from tfcompat.index import listing

#: What of the package decides what is behind a door, beside what decides the index.
RULES = ("door/*.py", "table/*.py", "trials/current.py", "select/*.py")
#: How many doors are kept, those that were asked last; a door of the committed trials has some megabytes.
KEPT = 12


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
    return sorted(folder.glob(f"{key}-*{packed.SUFFIX}"))


def whole(path: Path, key: str) -> Door | None:
    """The door of a file; None where its content is not what it was. Who is asked now is kept longest."""
    try:
        with path.open("rb") as file:
            if path.name != packed.name_of(key, file):
                return None
        found = open_file(path)
        os.utime(path)
    except FileNotFoundError:  # another process has removed it
        return None
    return found


def made(evidence: Evidence, folder: Path, key: str) -> Door:
    """A new door, kept under a key; of a cache that cannot be written, one in memory."""
    content = packed.read(evidence.packed, key) if evidence.packed else None
    if content is not None:
        return unpacked(content, folder, key)
    from tfcompat.door import fill  # the part that needs pandas

    if evidence.notice:
        notice(evidence.notice)
    table, beside = evidence.read(), evidence.beside() if evidence.beside else fill.NOTHING
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            written = Path(scratch, "door")
            fill.write(written, table, beside)
            with written.open("rb") as file:
                path = written.replace(folder / packed.name_of(key, file))
        remove_old(folder)
        return open_file(path)
    except (OSError, sqlite3.OperationalError):
        return fill.in_memory(table, beside)


def unpacked(content: bytes, folder: Path, key: str) -> Door:
    """The door of a content, kept under a key; of a cache that cannot be written, one in memory."""
    try:
        path = write_whole(folder / packed.name_of(key, BytesIO(content)), lambda place: place.write_bytes(content))
        remove_old(folder)
        return open_file(path)
    except OSError:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(content)
        return Door(connection)


def pack(evidence: Evidence, folder: Path) -> Path:
    """Fill the door of some evidence and pack it into a folder, for a wheel; its path.

    Raises TfcompatError where it cannot be written.
    """
    from tfcompat.door import fill

    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch, "door")
        fill.write(written, evidence.read())
        return packed.write(folder, hash_of(rules(), evidence.key), written.read_bytes())


def remove_old(folder: Path) -> None:
    """Remove all doors but those that were asked last."""
    ages = {}
    for path in folder.glob(f"*{packed.SUFFIX}"):
        with suppress(OSError):
            ages[path] = path.stat().st_mtime_ns
    for path in sorted(ages, key=lambda path: ages[path])[:-KEPT]:
        with suppress(OSError):
            path.unlink()


def rules() -> str:
    """A hash over the source of all that decides what is behind a door."""
    return hash_of_source(*listing.RULES, *RULES)

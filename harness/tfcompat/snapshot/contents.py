"""The contents of a snapshot: its manifest, which says of which day it is and what its files are, to the byte."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from tfcompat.errors import DataError
from tfcompat.files import hash_of

#: The format of the manifest and of the tables that it names; another number is for another tfcompat.
FORMAT = 1
#: The folder of a snapshot, in the reports and on the site.
FOLDER = "snapshot"
MANIFEST = "manifest.json"
#: The tables of the index (``index.shape.TABLES``), each a file.
FILES = ("trials.parquet", "outcomes.parquet", "scenarios.parquet", "names.parquet")
#: Bytes of a manifest, and of all files together, at most.
LARGEST_MANIFEST, LARGEST = 1 << 16, 1 << 24

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
#: A moment in UTC, to the second.
Moment = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z.+!-]{1,40}$")]


class OtherFormatError(DataError):
    """A snapshot is for another version of tfcompat."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What every manifest says, whatever its format."""

    format: int
    tfcompat: Version


class SnapshotFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a snapshot: its bytes, and their SHA-256."""

    size: Count
    sha256: Digest


class Contents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A manifest: when the newest trial was ``measured``, the ``tfcompat`` that made it, how much is in it, and its files."""

    format: int
    measured: Moment
    tfcompat: Version
    cells: Count
    trials: Count
    files: Mapping[str, SnapshotFile]

    @property
    def day(self) -> str:
        """The day of the evidence, ``2026-11-27``."""
        return self.measured[:10]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(file.size for file in self.files.values())

    @property
    def key(self) -> str:
        """A name that no other snapshot has."""
        return hash_of(dump(self))


def dump(contents: Contents) -> bytes:
    return msgspec.json.format(msgspec.json.encode(contents), indent=1) + b"\n"


def parse(text: bytes, source: str) -> Contents:
    """The contents in the text of a manifest. Raises DataError where it is not one, OtherFormatError where of another format."""
    try:
        known = msgspec.json.decode(text, type=Known)
        if known.format != FORMAT:
            todo = "pip install --upgrade tfcompat" if known.format > FORMAT else "the page has to be made again"
            raise OtherFormatError(f"{source} is for tfcompat {known.tfcompat}: {todo}")
        contents = msgspec.json.decode(text, type=Contents)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"{source} is not the manifest of a snapshot ({error})") from error
    if set(contents.files) != set(FILES) or contents.size > LARGEST:
        raise DataError(f"{source} is not the manifest of a snapshot: it has other files, or more than {LARGEST} bytes")
    return contents


def facts_of(content: bytes) -> SnapshotFile:
    """The size and hash of a file's content."""
    return SnapshotFile(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def read_bounded(path: Path, limit: int) -> bytes:
    """The content of a file, and one byte more than the limit where it is longer. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return file.read(limit + 1)

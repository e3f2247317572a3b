"""Packed doors: a wheel carries a filled door beside its snapshot, so that the first question needs no pandas either."""

import hashlib
import lzma
from contextlib import suppress
from io import BufferedReader, BytesIO
from pathlib import Path

from tfcompat.files import write_bytes

#: What the name of a door ends in, and behind that where it is packed.
SUFFIX, PACKED = ".sqlite", ".xz"


def name_of(key: str, content: BufferedReader | BytesIO) -> str:
    """What the file of a door is called: its key, and a hash of its content, which shows that it is whole."""
    return f"{key}-{hashlib.file_digest(content, hashlib.sha256).hexdigest()[:16]}{SUFFIX}"


def read(folder: Path, key: str) -> bytes | None:
    """The content of the door that a folder has packed under a key; None where there is none that is whole."""
    for path in folder.glob(f"{key}-*{SUFFIX}{PACKED}"):
        with suppress(OSError, lzma.LZMAError):
            content = lzma.decompress(path.read_bytes())
            if path.name == name_of(key, BytesIO(content)) + PACKED:
                return content
    return None


def write(folder: Path, key: str, content: bytes) -> Path:
    """Pack a door into a folder, in place of those that are packed there; its path. Raises TfcompatError where it cannot."""
    for other in folder.glob(f"*{SUFFIX}{PACKED}"):
        other.unlink()
    return write_bytes(folder / (name_of(key, BytesIO(content)) + PACKED), lzma.compress(content))

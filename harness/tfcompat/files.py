"""Whole files: one that is written is there with all of its content, or as it was before."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tfcompat.errors import TfcompatError

#: What the name of a folder begins with in which a file is written that is to get its place.
WRITING = ".tfcompat-writing-"
PACKAGE = Path(__file__).resolve().parent


def write_whole(path: Path, make: Callable[[Path], object]) -> Path:
    """Let ``make`` write a file beside its place, then give it its name; returns the path.

    The folder is made if need be. A symlink stays, and its target is written; a device or a FIFO gets the content.
    """
    target = path.resolve() if path.is_symlink() else path
    special = target.exists() and not target.is_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        naming(path),
        tempfile.TemporaryDirectory(prefix=WRITING, dir=None if special else target.parent) as folder,
    ):
        written = Path(folder, target.name)
        make(written)
        if special:
            copy_into(written, target)
        else:
            written.replace(target)
    return path


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let the error of a system that refuses to write into a file say which: only that of opening it does by itself."""
    try:
        yield
    except OSError as error:
        if error.errno and error.filename is None:
            error.filename = str(path)
        raise


def sweep(folders: Iterable[Path]) -> None:
    """Remove what writings that were killed left beside their files, directly in some folders that nobody else writes into."""
    for left in [path for folder in folders for path in folder.glob(f"{WRITING}*")]:
        shutil.rmtree(left, ignore_errors=True)


def copy_into(written: Path, target: Path) -> None:
    """Copy a file's content into a device or FIFO, which must not be replaced."""
    with written.open("rb") as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)


def write_file(path: Path, make: Callable[[Path], object]) -> Path:
    """As ``write_whole``. Raises TfcompatError where the file cannot be written."""
    try:
        return write_whole(path, make)
    except OSError as error:
        raise TfcompatError(
            f"{path} cannot be written ({error.strerror}): free some space, or name another --output"
        ) from error


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole, as UTF-8. Raises TfcompatError where it cannot be written."""
    return write_file(path, lambda place: place.write_text(text, encoding="utf-8"))


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a file whole. Raises TfcompatError where it cannot be written."""
    return write_file(path, lambda beside: beside.write_bytes(data))


def fingerprint(folder: Path) -> str:
    """What shows that a file of a folder was changed: a hash over the path, size and time of change of each.

    Byte-code is left out: whoever may write there keeps it beside the files.
    """
    whole, files = str(folder), []
    folders = [whole]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file() and not entry.name.endswith(".pyc"):
                    stat = entry.stat()
                    files.append(f"{entry.path.removeprefix(whole)} {stat.st_size} {stat.st_mtime_ns}")
    return hash_of(*sorted(files))


def hash_of(*parts: str | bytes) -> str:
    """A short name for what something is made from: 16 hexadecimal digits of a SHA-256 over its parts."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()[:16]


def hash_of_source(*patterns: str) -> str:
    """A hash over the modules that patterns name, such as ``table/*.py``, below the package.

    Raises FileNotFoundError where a pattern names none: a folder may have another name now, and would be left out.
    """
    paths = set()
    for pattern in patterns:
        named = set(PACKAGE.glob(pattern))
        if not named:
            raise FileNotFoundError(f"no module of {PACKAGE} is called {pattern}")
        paths |= named
    return hash_of(*(path.read_bytes() for path in sorted(paths)))

"""The derived files: whether each that is published is, byte for byte, what is made again from the trials alone."""

from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import pandas as pd

from tfcompat.errors import DataError
from tfcompat.snapshot.contents import MANIFEST, parse

#: Folders in which nothing is but what is derived.
OURS = ("reports/site",)


def holes(made: Path, files: Collection[Path], root: Path, optional: Collection[str] = ()) -> Iterator[str]:
    """A sentence for each file that a project lacks or has otherwise than the ``files`` that were ``made`` again.

    Those that are ``optional`` need not be there. What lies among derived files and nothing makes is a hole as well.
    """
    names = sorted({path.relative_to(made).as_posix() for path in files})
    for name in names:
        published = root / name
        if not published.is_file():
            if name not in optional:
                yield f"{published} is not there, and is made from the trials: {remedy(name)}"
        elif not same(published, made / name):
            yield f"{published} is not what the trials make: {remedy(name)}"
    for folder in OURS:
        there = (path for path in (root / folder).rglob("*") if path.is_file())
        strays = sorted(path for path in there if path.relative_to(root).as_posix() not in names)
        yield from (f"{path} is made from nothing: remove it" for path in strays if names_any(names, folder))


def names_any(names: Collection[str], folder: str) -> bool:
    return any(name.startswith(f"{folder}/") for name in names)


def remedy(name: str) -> str:
    """The command that makes a file."""
    match name:
        case "docs/answers.md":
            return "run tfcompat answers --write"
        case "docs/findings.md":
            return "run tfcompat findings"
        case "reports/grid.csv" | "reports/grid.md":
            return "run tfcompat grid report"
    return "run tfcompat report --site" if name.startswith("reports/site/") else "run tfcompat report"


def same(published: Path, made: Path) -> bool:
    """Whether two files are equal. Other releases of pyarrow pack a table otherwise: of that, the content has to be.

    Of the manifest that says how long such tables are, all else has to be.
    """
    here, there = published.read_bytes(), made.read_bytes()
    if here == there or published.suffix != ".parquet":
        return here == there or (published.name == MANIFEST and alike(here, there))
    try:
        return bool(pd.read_parquet(BytesIO(here)).equals(pd.read_parquet(BytesIO(there))))
    except (OSError, ValueError):
        return False


def alike(here: bytes, there: bytes) -> bool:
    """Whether two manifests of snapshots say the same of anything but the bytes of their files."""
    try:
        ours, theirs = (msgspec.structs.replace(parse(text, MANIFEST), files={}) for text in (here, there))
    except DataError:
        return False
    return ours == theirs

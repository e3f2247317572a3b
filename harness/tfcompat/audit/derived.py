"""The derived files: whether each that is published is, byte for byte, what is made again from the trials alone."""

from collections.abc import Collection, Iterable, Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import pandas as pd

from tfcompat.errors import DataError
from tfcompat.snapshot.contents import MANIFEST, parse

#: The folder of the page, in which nothing is but what is derived.
SITE = "reports/site"
#: How many holes of the page are told one by one: an old page has thousands, and one cause.
TOLD = 10


def holes(made: Path, files: Collection[Path], root: Path, optional: Collection[str] = ()) -> Iterator[str]:
    """A sentence for each file that a project lacks or has otherwise than the ``files`` that were ``made`` again.

    Those that are ``optional`` need not be there. What lies in the page's folder and nothing makes is a hole as well.
    """
    names = sorted(path.relative_to(made).as_posix() for path in files)
    pages = {name for name in names if name.startswith(f"{SITE}/")}
    yield from unlike(made, (name for name in names if name not in pages), root, optional)
    of_pages = [*unlike(made, sorted(pages), root, ()), *strays(root, pages)]
    yield from of_pages[:TOLD]
    if len(of_pages) > TOLD:
        yield f"{len(of_pages) - TOLD} more files in {root / SITE} are like these"


def unlike(made: Path, names: Iterable[str], root: Path, optional: Collection[str]) -> Iterator[str]:
    for name in names:
        published = root / name
        if not published.is_file():
            if name not in optional:
                yield f"{published} is not there, and is made from the trials: {remedy(name)}"
        elif not same(published, made / name):
            yield f"{published} is not what the trials make: {remedy(name)}"


def strays(root: Path, pages: Collection[str]) -> Iterator[str]:
    """The files in the page's folder that are none of the ``pages``; where there are none, the folder is not asked."""
    for path in sorted((root / SITE).rglob("*")) if pages else ():
        if path.is_file() and path.relative_to(root).as_posix() not in pages:
            yield f"{path} is made from nothing: remove it"


def remedy(name: str) -> str:
    """The command that makes a file."""
    match name:
        case "docs/answers.md":
            return "run tfcompat answers --write"
        case "docs/findings.md":
            return "run tfcompat findings"
        case "reports/grid.csv" | "reports/grid.md":
            return "run tfcompat grid report"
    return "run tfcompat report --site" if name.startswith(SITE) else "run tfcompat report"


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

"""Imports: every path that ends in a name with where it works, and the fewest of them that work on some releases."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from tfcompat.door.door import Door, Row
from tfcompat.questions.lookup import (
    RELEASES,
    TRIED,
    Ranges,
    chosen,
    filled,
    label_of,
    last,
    presence,
    ranges,
    tried_paths,
)
from tfcompat.questions.paths import chain as chains
from tfcompat.questions.paths import code
from tfcompat.questions.paths.chain import Chain
from tfcompat.select import releases


class ImportPath(Ranges, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A path with where it works, and how that is known: it was ``imported``, or an inventory has it ``listed``."""

    path: str
    how: Literal["imported", "listed"]


class Imports(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paths of a name. Where releases were asked for, the ``chain`` of paths that works on them, and its ``code``.

    ``notes`` say how the name and the releases were read.
    """

    schema: Literal[1]
    name: str
    paths: list[ImportPath]
    chain: Chain | None = None
    code: str = ""
    notes: list[str] = []


def imports(door: Door, name: str, wanted: str | None = None) -> Imports:
    """The paths of a name, and with ``wanted``, releases as ``--tf`` takes them, the fewest that work on all of these.

    Of a whole path its last name is asked. Raises SelectionError where no path ends in it, or no release is named.
    """
    bare = last(name.strip())
    whole = [] if bare == name else [f"{name}: all paths that end in {bare}"]
    found = Imports(schema=1, name=bare, paths=paths(door, bare), notes=whole)
    if wanted is None:
        return found
    chain = chains.chain(door, bare, wanted, like=name.strip() if whole else "")
    notes = [f"TensorFlow {said}" for said in releases.said(chains.measured(door), wanted, patches=True)]
    return replace(found, chain=chain, code=code.text(chain), notes=[*whole, *notes])


def paths(door: Door, name: str) -> list[ImportPath]:
    """Every path that ends in a name, those that were imported first. Raises SelectionError where none does."""
    tried = tried_paths(door)
    listed = {path: root for path, root in door.listed().items() if path not in tried}
    return [
        of_path(path, "imported", filled(door.of_scenario(f"{TRIED}::{path}")))
        if path in tried
        else of_path(path, "listed", presence(door, path, listed[path]))
        for path in chosen([*sorted(tried), *sorted(listed)], name)
    ]


def of_path(path: str, how: Literal["imported", "listed"], rows: Sequence[Row]) -> ImportPath:
    """A path with its ranges over the releases as pip installs them."""
    of_installs = ranges([row for row in rows if label_of(row) == RELEASES])
    return ImportPath(path=path, how=how, **asdict(of_installs))

"""The chain: the import paths of a name that together work on a range of releases, as code that can be pasted."""

import builtins
import keyword
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import or_

from packaging.version import Version

from tfcompat.door.door import Door, Row
from tfcompat.outcomes import Status
from tfcompat.questions.lookup import RELEASES, TRIED, chosen, filled, label_of, last, tried_paths
from tfcompat.questions.paths.cover import Candidate, cover
from tfcompat.select import releases
from tfcompat.select.naming import order
from tfcompat.select.places import Spot, words
from tfcompat.select.releases import Measured
from tfcompat.table.ranges import placed

#: What counts as there: trials that are older than kinds call it answered.
THERE = frozenset({Status.WORKS, Status.ANSWERED})
#: What ends the process, so that nothing after it is tried.
ENDS = frozenset({Status.CRASHES, Status.HANGS})
#: Paths that are nobody's to import, that are of another package or class, and that are public for a time.
PRIVATE = re.compile(
    r"(from |import )?(tensorflow\.python|keras\.src|keras\.api|keras\._|tensorflow\.keras\.layers\.(norm|prep))"
)
OTHER = re.compile(r"(from |import )?(keras|tf_keras|tfa|tensorflow_addons|(tf|tensorflow)\.compat|tf\.layers)\b")
FOR_A_TIME = re.compile(r".*\.experimental\b")
#: What a path is written as: an import statement, of a module or of a name, or attributes of a package.
OF_NAME, OF_MODULE = re.compile(r"from ([\w.]+) import (\w+)"), re.compile(r"import ([\w.]+)")
ATTRIBUTES = re.compile(r"(tf|keras|tf_keras|tfa)((?:\.\w+)+)")
#: How a package is imported whose attributes a path is.
PACKAGES: Mapping[str, str] = {"tf": "tensorflow as tf", "tfa": "tensorflow_addons as tfa"}
#: What is said of the paths of each tier.
NOTES = ("", "not of tf.keras", "a private path")
#: What a path that is not there raises, where that was not recorded.
USUAL = ("AttributeError", "ImportError")


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One path of a chain: as statements, where it is the one that serves, and what it raises where it is not there.

    ``note`` is what else a reader should know of it; mostly empty.
    """

    path: str
    code: tuple[str, ...]
    note: str
    where: str
    cells: tuple[str, ...]
    raises: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The paths of a name, in the order in which they are tried; where ``nothing`` works, and where that is ``unknown``.

    ``releases`` are the first and the last that were measured of those that were asked for, and ``cells`` how many.
    """

    name: str
    releases: str
    branches: tuple[Branch, ...]
    nothing: str
    unknown: str
    cells: int


def measured(door: Door) -> list[Measured]:
    """The releases that were measured as pip installs them, oldest first."""
    texts = {str(row["tensorflow"]) for row in door.current() if label_of(row) == RELEASES}
    return [Measured(version=version) for version in sorted(map(Version, texts))]


def chain(door: Door, name: str, wanted: str, *, attributes: bool = False, like: str = "") -> Chain:
    """The shortest chain of paths to a name on the measured releases that a selection names, with all their patches.

    Of two paths that do the same an import statement is taken, or with ``attributes`` the one that is none. Of functions that
    are called the same those count that do the same as ``like``, a path, or as the nearest to import. Raises SelectionError
    where no path ends in the name, or no release is named.
    """
    versions = {str(release.version) for release in releases.select(measured(door), wanted, patches=True)}
    paths = of_one_kind(chosen(sorted(tried_paths(door)), name), like)
    rows = {path: rows_of(door, path, versions) for path in paths}
    cells = sorted({Spot.of(row) for of_path in rows.values() for row in of_path}, key=order)
    ordered = sorted(paths, key=lambda path: is_attributes(path) is not attributes)
    branches = cover([candidate(path, rows[path]) for path in ordered if is_safe(path, rows[path])])
    there = frozenset[str]().union(*(branch.works for branch in branches))
    known = {row["cell"] for of_path in rows.values() for row in of_path if row["status"] != Status.UNKNOWN}
    return Chain(
        name=last(paths[0]),
        releases=f"{cells[0].tensorflow} – {cells[-1].tensorflow}".removesuffix(f" – {cells[0].tensorflow}"),
        branches=branches_of(in_turn(branches, cells), rows, cells),
        nothing=places(cells, known - there),
        unknown=places(cells, {spot.cell for spot in cells} - known),
        cells=len(cells),
    )


def of_one_kind(paths: Sequence[str], like: str) -> list[str]:
    """The paths of one function: ``tf.nn.batch_normalization`` is another one than the layers' of that name."""
    model = like or min(paths, key=lambda path: (tier_of(path), not is_attributes(path), path))
    return [path for path in paths if kind_of(path) in ("", kind_of(model))]


def kind_of(path: str) -> str:
    """The module that a function is in, without what is before it: ``nn`` of ``tf.compat.v1.nn``; empty of a class."""
    if not last(path).islower():
        return ""
    module = OF_NAME.fullmatch(path)
    return (module[1] if module else path.rpartition(".")[0]).rpartition(".")[2]


def rows_of(door: Door, path: str, versions: Collection[str]) -> list[Row]:
    """What a path did on some releases, as pip installs them."""
    rows = filled(door.of_scenario(f"{TRIED}::{path}"))
    return [row for row in rows if label_of(row) == RELEASES and row["tensorflow"] in versions]


def is_safe(path: str, rows: Iterable[Row]) -> bool:
    """Whether a path can be tried anywhere: it is written in a known way, and ends no process."""
    return statement(path) != "" and not any(row["status"] in ENDS for row in rows)


def tier_of(path: str) -> int:
    return 2 if PRIVATE.match(path) else 1 if OTHER.match(path) else 0


def candidate(path: str, rows: Iterable[Row]) -> Candidate:
    works = frozenset(row["cell"] for row in rows if row["status"] in THERE)
    return Candidate(name=path, works=works, tier=tier_of(path), rank=1 if FOR_A_TIME.match(path) else 0)


def is_attributes(path: str) -> bool:
    """Whether a path is no import statement."""
    return ATTRIBUTES.fullmatch(path) is not None


def in_turn(some: Sequence[Candidate], cells: Sequence[Spot]) -> list[Candidate]:
    """Candidates in the order in which they are tried: the wanted ones first, of these what works on the newest cells."""
    age = {spot.cell: number for number, spot in enumerate(reversed(cells))}
    return sorted(some, key=lambda one: (one.tier, one.rank, min(age[cell] for cell in one.works)))


def branches_of(
    some: Sequence[Candidate], rows: Mapping[str, Sequence[Row]], cells: Sequence[Spot]
) -> tuple[Branch, ...]:
    """The branches: each serves the cells that no earlier one does, and raises what it raised on those after them."""
    served = [frozenset[str](), *accumulate((one.works for one in some), or_)]
    return tuple(
        Branch(
            path=one.name,
            code=tuple(filter(None, (package(one.name), statement(one.name)))),
            note=NOTES[one.tier],
            where=places(cells, one.works - before),
            cells=tuple(spot.cell for spot in cells if spot.cell in one.works - before),
            raises=raised(row for row in rows[one.name] if row["cell"] not in before | one.works),
        )
        for one, before in zip(some, served, strict=False)
    )


def raised(rows: Iterable[Row]) -> tuple[str, ...]:
    """The exceptions that a path raises where it is not there, each that is a kind of another one left out."""
    names = {name for row in rows for name in caught(row["type"])}
    return tuple(sorted(name for name in names if not any(is_kind(name, other) for other in names - {name})))


def caught(name: str) -> tuple[str, ...]:
    """What has to be caught where an exception of a class was raised; the usual ones where that is no class of Python's."""
    known = ImportError if name == "ModuleNotFoundError" else getattr(builtins, name, None)
    return (known.__name__,) if isinstance(known, type) and issubclass(known, Exception) else USUAL


def is_kind(name: str, other: str) -> bool:
    return issubclass(getattr(builtins, name), getattr(builtins, other))


def places(cells: Sequence[Spot], inside: Collection[str]) -> str:
    """Some of the cells in words."""
    return words(placed([(spot, True) for spot in cells], inside))


def statement(path: str) -> str:
    """A path as a statement that binds its last name; empty where it is written in no known way."""
    parts = [part for part in re.split(r"\W+", path) if part not in ("from", "import")]
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        return ""
    if OF_NAME.fullmatch(path):
        return path
    if module := OF_MODULE.fullmatch(path):
        return f"import {module[1]} as {last(path)}" if "." in module[1] else path
    return f"{last(path)} = {path}" if is_attributes(path) else ""


def package(path: str) -> str:
    """The statement that imports the package whose attributes a path is; empty where it is a statement itself."""
    attributes = ATTRIBUTES.fullmatch(path)
    return f"import {PACKAGES.get(attributes[1], attributes[1])}" if attributes else ""

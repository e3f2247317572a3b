"""An upgrade: what stops working from one release to another, what silently changes and what starts, by the same Pythons."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tfcompat.advise.effect import BREAKING, Change, change
from tfcompat.advise.instead import Advice, Instead, Release
from tfcompat.advise.matrix import Matrix, bundled, called, harm_of, is_known
from tfcompat.advise.need import RANK, Truth, truth_of
from tfcompat.door.door import Row
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm

#: A cell of the older release and one of the newer, by their ids.
Pair = tuple[str, str]


class Side(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a scenario does on one side of an upgrade."""

    word: str
    harm: Harm
    observed: str
    raised: str


class Changed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario that does something else: in which ``pairs`` of cells, which are all of the upgrade where none decides.

    ``pythons`` are those of these pairs where others have it otherwise, and are empty where all say so.
    """

    change: Change
    scenario: str
    title: str
    kind: str
    before: Side
    after: Side
    pythons: list[str]
    instead: list[Instead]
    used: list[str] = []


class Code(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that an upgrade is about: how many files were read, and how many scenarios ask about what it uses.

    ``conditional`` are the uses that a condition or a handler guards, and ``not_asked`` those that no scenario asks about,
    each with its place: neither is compared. ``unread`` says which files could not be read.
    """

    files: int
    scenarios: int
    conditional: list[str]
    not_asked: list[str]
    unread: list[str]


class Upgrade(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes from ``old`` to ``new``, the most used first of each kind of change. ``pairs`` are the cells that were compared.

    ``pythons_differ`` says that no Python was measured on both: what is Python's doing then cannot be told apart. ``code``
    is that of which only the uses were compared, each change then with the places where it is ``used``. ``notes`` say how
    the releases were read.
    """

    schema: Literal[1]
    old: str
    new: str
    pairs: list[Pair]
    pythons_differ: bool
    compared: int
    counts: dict[Change, int]
    changes: list[Changed]
    code: Code | None = None
    notes: list[str] = []

    @property
    def breaks(self) -> bool:
        """Whether anything stops working or silently changes."""
        return any(self.counts[kind] for kind in BREAKING)


def upgrade(
    matrix: Matrix, old: str, new: str, advice: Advice, uses: Mapping[str, Sequence[str]] | None = None
) -> Upgrade:
    """What changes from one release to another, both as pip installs them. Raises SelectionError where one has no answer.

    With ``uses``, places of some code by the scenario that asks about them, only these scenarios are compared.
    """
    pairs = pairs_of(matrix, old, new)
    compared = {name: rows for name, rows in matrix.rows.items() if uses is None or name in uses}
    said = changes_of(matrix, compared, pairs, advice)
    changes = sorted(
        (replace(one, used=list((uses or {}).get(one.scenario, ()))) for one in said), key=partial(rank, advice)
    )
    counts = Counter(changed.change for changed in changes)
    return Upgrade(
        schema=1,
        old=old,
        new=new,
        pairs=pairs,
        pythons_differ=all(python_of(first) != python_of(second) for first, second in pairs),
        compared=len(compared),
        counts={kind: counts[kind] for kind in Change},
        changes=changes,
    )


def rank(advice: Advice, changed: Changed) -> tuple[int, int, int]:
    """What stops before what starts; of each the most used first, then the worst, by the harm there is now, or that is over."""
    side = changed.before if changed.change is Change.STARTS else changed.after
    return list(Change).index(changed.change), -advice.used(changed.scenario), -RANK[side.harm]


def pairs_of(matrix: Matrix, old: str, new: str) -> list[Pair]:
    """The cells on the Pythons that both releases were measured on; where there is none, those on the newest of each.

    Raises SelectionError where a release has no cell with an answer.
    """
    before, after = measured(matrix, old), measured(matrix, new)
    for release, cells in ((old, before), (new, after)):
        if not cells:
            raise SelectionError(f"nothing is known of {release}: measure it with tfcompat run --tf {release}")
    common = [python for python in before if python in after]
    return [(before[python], after[python]) for python in common] or [(last(before), last(after))]


def measured(matrix: Matrix, release: str) -> dict[str, str]:
    """The cells of a release as pip installs it that have any answer, by their Python, the oldest first."""
    rows = [row for some in matrix.rows.values() for row in bundled(some) if row["tensorflow"] == release]
    answered = {row["cell"] for row in rows if is_known(row)}
    return {spot.python: spot.cell for spot in matrix.spots if spot.cell in answered}


def last(cells: dict[str, str]) -> str:
    return list(cells.values())[-1]


def python_of(cell: str) -> str:
    return cell.partition("-py")[2]


def changes_of(
    matrix: Matrix, compared: Mapping[str, Sequence[Row]], pairs: Sequence[Pair], advice: Advice
) -> Iterator[Changed]:
    """What each scenario that is compared does otherwise in some pair of cells; one that does several things is said so often."""
    befores, afters = ({pair[place] for pair in pairs} for place in (0, 1))
    release = Release(working=working_on(matrix, afters), seen=seen_on(matrix, befores))
    for name, rows in compared.items():
        by_cell = {row["cell"]: row for row in rows}
        facts = matrix.facts.get(name, {})
        for changed in of_scenario(name, facts, [(by_cell[before], by_cell[after]) for before, after in pairs]):
            silent = changed.change is Change.SILENT
            breaking = changed.change in BREAKING
            yield replace(changed, instead=advice.of(name, release, silent=silent)) if breaking else changed


def of_scenario(name: str, facts: Row, pairs: Sequence[tuple[Row, Row]]) -> Iterator[Changed]:
    """What a scenario does otherwise, by what it did before and does now."""
    title, kind = str(facts.get("title", "")), str(facts.get("kind", ""))
    turns: dict[tuple[Change, str, str], list[tuple[Row, Row]]] = {}
    for before, after in pairs:
        if turn := change(before, after, facts):
            turns.setdefault((turn, called(before), called(after)), []).append((before, after))
    for (turn, *_), same in turns.items():
        before, after = same[-1]
        pythons = [] if len(same) == len(pairs) else [str(row["python"]) for _, row in same]
        yield Changed(
            change=turn,
            scenario=name,
            title=title,
            kind=kind,
            before=side(before),
            after=side(after),
            pythons=pythons,
            instead=[],
        )


def side(row: Row) -> Side:
    raised = str(row["message"]) if row["type"] else ""
    return Side(word=called(row), harm=harm_of(row), observed=str(row["observed"]), raised=raised)


def working_on(matrix: Matrix, cells: set[str]) -> set[str]:
    """The scenarios that work in each of some cells, without any harm."""
    return {
        name
        for name, rows in matrix.rows.items()
        if all(truth_of(row, Harm.NONE) is Truth.HOLDS for row in rows if row["cell"] in cells)
    }


def seen_on(matrix: Matrix, cells: set[str]) -> dict[str, str]:
    """What was observed of each scenario in the last of some cells where anything was."""
    return {
        name: str(row["observed"])
        for name, rows in matrix.rows.items()
        for row in rows
        if row["cell"] in cells and row["observed"]
    }

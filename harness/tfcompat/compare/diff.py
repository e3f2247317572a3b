"""The diff: what changed between two tables, per scenario and cell, and what that can be put down to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from packaging.version import Version

from tfcompat.compare import causes
from tfcompat.compare.alignment import Asked, align
from tfcompat.compare.causes import Cause, Locks, OutcomeRow, TrialRow
from tfcompat.compare.history import cell_named
from tfcompat.door.door import Door
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Status
from tfcompat.table.agreement import same_text
from tfcompat.table.columns import BUNDLED

if TYPE_CHECKING:
    from tfcompat.table.frame import Table

#: How many cells a message names.
NAMED = 8
#: Outcomes that are known not to repeat: the cell, the scenario, and when the trial started (ISO 8601).
KnownFlaky = frozenset[tuple[str, str, str]]


class Change(StrEnum):
    """What became of an outcome, in the order in which a reader wants to know."""

    REGRESSED = "regressed"
    IMPROVED = "improved"
    OBSERVED = "observed something else"
    JUDGED = "judged otherwise"
    ENVIRONMENT = "environment only"
    REMOVED = "removed"
    ADDED = "added"
    UNCHANGED = "unchanged"


#: The changes that say something of what was measured; the others say how it is judged, or whether there is an answer.
OF_BEHAVIOUR = (Change.REGRESSED, Change.IMPROVED, Change.OBSERVED)
#: What an outcome is where its scenario returned.
RETURNED = (Status.WORKS, Status.WRONG, Status.ANSWERED)


def harm(outcome: OutcomeRow) -> int | None:
    """How far an outcome harms who meets it, which orders regressions: in the order of Harm; None where nothing is known."""
    return None if outcome["status"] == Status.UNKNOWN else list(Harm).index(Harm(outcome["harm"]))


def same_event(before: OutcomeRow, after: OutcomeRow) -> bool:
    """Whether the same was seen on both sides, whatever is said of it: a value that was returned, or an error."""
    if before["type"] or after["type"]:
        return bool((before["type"], before["message"]) == (after["type"], after["message"]))
    if before["status"] not in RETURNED or after["status"] not in RETURNED:
        return False
    return same_text(before["observed"], after["observed"])


class Evidence(Protocol):
    """What a side is made of: a table, and the door to it."""

    @property
    def door(self) -> Door: ...

    @property
    def table(self) -> "Table": ...


@dataclass(frozen=True, kw_only=True)
class Collected:
    """A table that was collected already; the door to it is made where it is first asked for."""

    table: "Table"

    @cached_property
    def door(self) -> Door:
        from tfcompat.door.fill import in_memory  # the part that needs pandas

        return in_memory(self.table)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a diff: its name, its evidence, the distributions of locks by digest, and what is known to be flaky."""

    name: str
    evidence: Evidence
    locks: Locks
    flaky: KnownFlaky

    def __init__(
        self,
        *,
        name: str,
        table: "Table | None" = None,
        evidence: Evidence | None = None,
        locks: Locks | None = None,
        flaky: KnownFlaky = frozenset(),
    ) -> None:
        """Of a ``table`` that was collected, or of other ``evidence``."""
        if evidence is None:
            if table is None:
                raise ValueError(f"the side {name} has no evidence")
            evidence = Collected(table=table)
        for key, value in (("name", name), ("evidence", evidence), ("locks", locks or {}), ("flaky", flaky)):
            object.__setattr__(self, key, value)

    @property
    def door(self) -> Door:
        return self.evidence.door

    @property
    def table(self) -> "Table":
        return self.evidence.table

    @property
    def cells(self) -> dict[str, TrialRow]:
        """The current trial of each cell that it has, in the order of the columns."""
        return {trial["cell"]: trial for trial in self.door.current()}

    def numbered(self, number: int | None) -> TrialRow | None:
        """The trial of a row number in its table."""
        return None if number is None else self.door.trial(int(number))

    def trial(self, cell: str) -> TrialRow:
        """The current trial of a cell, or of a release as pip installs it. Raises SelectionError where there is no such cell."""
        known = self.cells
        cell = cell_named(cell, known.values())
        if cell not in known:
            cells = sorted(known)
            more = f" and {len(cells) - NAMED} more" if len(cells) > NAMED else ""
            raise SelectionError(f"{self.name} has no cell {cell!r}: its cells are {', '.join(cells[:NAMED])}{more}")
        return known[cell]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A cell on both sides, None on the side that does not have it; how its environments differ, and how many
    ``scenarios`` either side was asked. Two cells may be a pair too.
    """

    before: TrialRow | None
    after: TrialRow | None
    causes: tuple[Cause, ...]
    scenarios: int

    @property
    def name(self) -> str:
        return " → ".join(dict.fromkeys(trial["cell"] for trial in (self.before, self.after) if trial))


@dataclass(frozen=True, kw_only=True)
class ChangedOutcome:
    """One scenario of one pair that is not what it was; None on the side that does not have it."""

    pair: Pair
    scenario: str
    change: Change
    before: OutcomeRow | None
    after: OutcomeRow | None
    causes: tuple[Cause, ...]
    flaky: bool

    @property
    def cell(self) -> str:
        return self.pair.name


@dataclass(frozen=True, kw_only=True)
class Diff:
    """Two sides: the pairs of their cells, each outcome that is not what it was, and how many are ``unchanged``."""

    before: str
    after: str
    pairs: tuple[Pair, ...]
    rows: tuple[ChangedOutcome, ...]
    unchanged: int

    @property
    def counts(self) -> Mapping[Change, int]:
        """How many outcomes there are of each change that there is, in the order of Change; flaky ones are not believed."""
        counts = Counter(row.change for row in self.changed)
        counts[Change.UNCHANGED] = self.unchanged
        return {change: counts[change] for change in Change if counts[change]}

    @property
    def changed(self) -> tuple[ChangedOutcome, ...]:
        """The changes that are to be believed."""
        return tuple(row for row in self.rows if not row.flaky)

    @property
    def flaky(self) -> tuple[ChangedOutcome, ...]:
        return tuple(row for row in self.rows if row.flaky)

    @property
    def differs(self) -> bool:
        """Whether something changed: an outcome, or a cell that has none."""
        return bool(self.changed) or any(pair.before is None or pair.after is None for pair in self.pairs)

    def only(self, change: Change) -> "Diff":
        """The believed outcomes of one change alone, without what is said of whole cells."""
        rows = tuple(row for row in self.changed if row.change is change)
        return replace(self, pairs=(), rows=rows, unchanged=0)


def compare(before: Side, after: Side, only: str | None = None) -> Diff:
    """What changed from one side to the other, each cell against the same cell; in ``only`` one cell or in all."""
    old, new = before.cells, after.cells
    cells = sorted({**old, **new}.values(), key=in_order)
    names = [trial["cell"] for trial in cells if only in (None, trial["cell"])]
    return compare_rows(before, after, [(old.get(name), new.get(name)) for name in names])


def in_order(trial: TrialRow) -> tuple[Version, Version, str]:
    """What columns stand in the order of: releases, Pythons, and of the variants the bundled one first."""
    variant = "" if trial["variant"] == BUNDLED else trial["variant"]
    return Version(trial["tensorflow"]), Version(trial["python"]), variant


def compare_cells(side: Side, cell: str, other: str) -> Diff:
    """What changed from one cell to another of one side. Raises SelectionError where it does not have them."""
    before, after = side.trial(cell), side.trial(other)
    return replace(compare_rows(side, side, [(before, after)]), before=before["cell"], after=after["cell"])


def compare_trials(before: Side, after: Side, numbers: Sequence[tuple[int | None, int | None]]) -> Diff:
    """What changed between trials: each pair names its two by their row numbers in the sides' tables, None for no trial."""
    return compare_rows(before, after, [(before.numbered(old), after.numbered(new)) for old, new in numbers])


def compare_rows(before: Side, after: Side, trials: Iterable[tuple[TrialRow | None, TrialRow | None]]) -> Diff:
    """What changed between pairs of trials of two sides, None for no trial."""
    locks = causes.either(after.locks, before.locks)
    flaky = before.flaky | after.flaky
    pairs: list[Pair] = []
    rows: list[ChangedOutcome] = []
    for old, new in trials:
        aligned = align(Asked(door=before.door, trial=old), Asked(door=after.door, trial=new))
        because = causes.of_trials(old, new, locks) if old and new else ()
        pairs.append(Pair(before=old, after=new, causes=because, scenarios=aligned.scenarios))
        rows.extend(row_of(pairs[-1], *different, flaky) for different in aligned.different)
    unchanged = sum(pair.scenarios for pair in pairs) - len(rows)
    return Diff(before=before.name, after=after.name, pairs=tuple(pairs), rows=tuple(rows), unchanged=unchanged)


def change_of(before: OutcomeRow | None, after: OutcomeRow | None) -> Change:
    """What became of an outcome that is not the same. Where one side has no answer, it got neither worse nor better."""
    if before is None:
        return Change.ADDED
    if after is None:
        return Change.REMOVED
    was, becomes = harm(before), harm(after)
    if was is None or becomes is None:
        return Change.ENVIRONMENT
    if same_event(before, after):
        return Change.JUDGED
    if was == becomes:
        return Change.OBSERVED
    return Change.REGRESSED if becomes > was else Change.IMPROVED


def row_of(
    pair: Pair, scenario: str, before: OutcomeRow | None, after: OutcomeRow | None, flaky: KnownFlaky
) -> ChangedOutcome:
    change = change_of(before, after)
    because: tuple[Cause, ...] = ()
    if pair.before and pair.after and before and after:
        because = pair.causes + causes.of_scenario(pair.before, pair.after, before, after)
    names = [(trial["cell"], scenario, trial["started"]) for trial in (pair.before, pair.after) if trial]
    return ChangedOutcome(
        pair=pair,
        scenario=scenario,
        change=change,
        before=before,
        after=after,
        causes=because,
        flaky=change in OF_BEHAVIOUR and not flaky.isdisjoint(names),
    )

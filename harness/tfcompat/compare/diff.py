"""The diff: what changed between two tables, per scenario and cell, and what that can be put down to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

import pandas as pd
from packaging.version import Version

from tfcompat.compare import alignment, causes
from tfcompat.compare.causes import Cause, Locks, OutcomeRow, TrialRow
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Status
from tfcompat.table.agreement import same_answer
from tfcompat.table.columns import BUNDLED
from tfcompat.table.frame import Table

#: How many cells a message names.
NAMED = 8
#: Outcomes that are known not to repeat: the cell, the scenario, and when the trial started (ISO 8601).
KnownFlaky = frozenset[tuple[str, str, str]]


class Change(StrEnum):
    """What became of an outcome, in the order in which a reader wants to know."""

    REGRESSED = "regressed"
    FIXED = "fixed"
    OBSERVED = "observed something else"
    ENVIRONMENT = "environment only"
    REMOVED = "removed"
    ADDED = "added"
    UNCHANGED = "unchanged"


#: The changes that say something of what was measured; the others say that there is an answer or there is none.
OF_BEHAVIOUR = (Change.REGRESSED, Change.FIXED, Change.OBSERVED)


def harm(status: Status) -> int | None:
    """How far a status is from what is promised, which orders regressions; None where nothing is known. Total.

    0 it does what is documented; 1 it does something else; 2 it says that it cannot, and a caller can go on; 3 it takes
    the caller's process or time.
    """
    match status:
        case Status.WORKS:
            return 0
        case Status.DIFFERS:
            return 1
        case Status.MISSING | Status.FAILS:
            return 2
        case Status.CRASHES | Status.HANGS:
            return 3
        case Status.UNKNOWN:
            return None
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a diff: its name, its table, the distributions of locks by digest, and what is known to be flaky."""

    name: str
    table: Table
    locks: Locks = field(default_factory=dict)
    flaky: KnownFlaky = frozenset()

    @property
    def cells(self) -> list[str]:
        """The cells that it has, in the order of the columns."""
        return list(self.table.current["cell"])

    def only(self, cell: str) -> "Side":
        """The side with one cell alone, or none where it does not have that cell."""
        trials = self.table.trials[self.table.trials["cell"] == cell]
        return replace(self, table=replace(self.table, trials=trials))

    def number(self, cell: str) -> int:
        """The row number of a cell's current trial. Raises SelectionError where there is no such cell."""
        current = self.table.current
        numbers = current.index[current["cell"] == cell]
        if numbers.empty:
            cells = sorted(self.cells)
            more = f" and {len(cells) - NAMED} more" if len(cells) > NAMED else ""
            raise SelectionError(f"{self.name} has no cell {cell!r}: its cells are {', '.join(cells[:NAMED])}{more}")
        return int(numbers[0])


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A cell on both sides, None on the side that does not have it; how its environments differ, and how many
    ``scenarios`` either side was asked. Two cells may be a pair too.
    """

    before: TrialRow | None
    after: TrialRow | None
    causes: tuple[Cause, ...] = ()
    scenarios: int = 0

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
    causes: tuple[Cause, ...] = ()
    flaky: bool = False

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


def compare(before: Side, after: Side) -> Diff:
    """What changed from one side to the other, each cell against the same cell."""
    cells = pd.concat([before.table.current, after.table.current]).drop_duplicates("cell")
    names = cells.sort_values(["tensorflow", "python", "variant"], key=in_order, kind="stable")["cell"]
    old, new = (dict(zip(side.cells, side.table.current.index, strict=True)) for side in (before, after))
    return compare_trials(before, after, [(old.get(name), new.get(name)) for name in names])


def in_order(column: pd.Series) -> pd.Series:
    """What columns stand in the order of: releases, Pythons, and of the variants the bundled one first."""
    return column.replace(BUNDLED, "") if column.name == "variant" else column.map(Version)


def compare_cells(side: Side, cell: str, other: str) -> Diff:
    """What changed from one cell to another of one side. Raises SelectionError where it does not have them."""
    before, after = (replace(side, name=name) for name in (cell, other))
    return compare_trials(before, after, [(side.number(cell), side.number(other))])


def compare_trials(before: Side, after: Side, numbers: Sequence[tuple[int | None, int | None]]) -> Diff:
    """What changed between trials: each pair names its two by their row numbers in the sides' tables, None for no trial."""
    first, second = [number for number, _ in numbers], [number for _, number in numbers]
    trials = alignment.trials_of(before.table, first), alignment.trials_of(after.table, second)
    outcomes = alignment.outcomes_of(before.table, first), alignment.outcomes_of(after.table, second)
    old, new = alignment.aligned(*outcomes, *trials)
    sizes = Counter(old.index.get_level_values("pair"))
    pairs = pairs_of(*trials, {**before.locks, **after.locks}, sizes)
    changes = changes_of(old, new)
    rows = tuple(rows_of(pairs, old, new, changes, before.flaky | after.flaky))
    return Diff(before=before.name, after=after.name, pairs=pairs, rows=rows, unchanged=len(changes) - len(rows))


def pairs_of(
    before: Sequence[TrialRow | None], after: Sequence[TrialRow | None], locks: Locks, sizes: Mapping[int, int]
) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            before=old,
            after=new,
            causes=causes.of_trials(old, new, locks) if old and new else (),
            scenarios=sizes[number],
        )
        for number, (old, new) in enumerate(zip(before, after, strict=True))
    )


def changes_of(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series:
    """What became of each outcome of two aligned frames. Where one side has no answer, it never regressed nor was fixed."""
    ranks = {str(status): harm(status) for status in Status}
    worse = after["status"].map(ranks) - before["status"].map(ranks)
    rows = zip(before.to_dict("records"), after.to_dict("records"), strict=True)
    same = pd.Series([same_answer(old, new) for old, new in rows], index=before.index, dtype="bool")
    return pd.Series(str(Change.FIXED), index=before.index, dtype=object).case_when(
        [
            (before["status"].isna(), str(Change.ADDED)),
            (after["status"].isna(), str(Change.REMOVED)),
            (same, str(Change.UNCHANGED)),
            (worse.isna(), str(Change.ENVIRONMENT)),
            (worse == 0, str(Change.OBSERVED)),
            (worse > 0, str(Change.REGRESSED)),
        ]
    )


def rows_of(
    pairs: Sequence[Pair], before: pd.DataFrame, after: pd.DataFrame, changes: pd.Series, flaky: KnownFlaky
) -> Iterator[ChangedOutcome]:
    """The outcomes of two aligned frames that are not what they were."""
    changed = changes[changes != str(Change.UNCHANGED)]
    frames = (frame.loc[changed.index].to_dict("records") for frame in (before, after))
    for (number, scenario), change, old, new in zip(changed.index, map(Change, changed), *frames, strict=True):
        yield row_of(pairs[number], scenario, change, old, new, flaky)


def row_of(
    pair: Pair, scenario: str, change: Change, before: OutcomeRow, after: OutcomeRow, flaky: KnownFlaky
) -> ChangedOutcome:
    because: tuple[Cause, ...] = ()
    if pair.before and pair.after and change not in (Change.ADDED, Change.REMOVED):
        because = pair.causes + causes.of_scenario(pair.before, pair.after, before, after)
    names = [(trial["cell"], scenario, trial["started"]) for trial in (pair.before, pair.after) if trial]
    return ChangedOutcome(
        pair=pair,
        scenario=scenario,
        change=change,
        before=None if change is Change.ADDED else before,
        after=None if change is Change.REMOVED else after,
        causes=because,
        flaky=change in OF_BEHAVIOUR and not flaky.isdisjoint(names),
    )

"""Patch releases: what changed from one patch of a minor to the next, where a user expects none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from packaging.version import Version

from tfcompat.compare.causes import Axis, Cause, OutcomeRow, TrialRow
from tfcompat.compare.diff import OF_BEHAVIOUR, ChangedOutcome, Side, compare_trials
from tfcompat.table.columns import of_releases
from tfcompat.table.frame import Table, as_text

#: What is imported beside TensorFlow, and may be what a change comes from.
BESIDE = (Axis.KERAS, Axis.PYTHON, "numpy")
#: Scenarios that list names: reports/inventory.md tells them apart name by name.
LISTS = "inventory::"


@dataclass(frozen=True, kw_only=True)
class PatchStep:
    """One patch release beside the one before it: the outcomes that changed, and which versions beside TensorFlow's did."""

    before: str
    after: str
    rows: tuple[ChangedOutcome, ...]
    beside: tuple[Cause, ...]


def steps(table: Table) -> Iterator[PatchStep]:
    """The steps between the neighbouring patches of each minor, oldest first; those without a change too."""
    side = Side(name="", table=table)
    diff = compare_trials(side, side, neighbours(table))
    for pair in diff.pairs:
        if pair.before and pair.after:
            yield PatchStep(
                before=pair.before["tensorflow"],
                after=pair.after["tensorflow"],
                rows=tuple(row for row in diff.rows if row.pair is pair and is_behaviour(row)),
                beside=tuple(cause for cause in pair.causes if cause.what in BESIDE),
            )


def neighbours(table: Table) -> Sequence[tuple[int, int]]:
    """The trials, by their row numbers, of each two patches of a minor that were measured one after the other."""
    releases = of_releases(table.current)
    minors = releases["tensorflow"].map(lambda text: Version(text).release[:2])
    return [(old, new) for old, new in pairwise(releases.index) if minors[old] == minors[new]]


def is_behaviour(row: ChangedOutcome) -> bool:
    """Whether a change is one of behaviour, and not only a list of names or a version."""
    listed = row.scenario.startswith(LISTS)
    return row.change in OF_BEHAVIOUR and not (listed or tells_version(row))


def tells_version(row: ChangedOutcome) -> bool:
    """Whether an outcome only says which version is there: it changes with each release, and is no behaviour."""
    sides = ((row.before, row.pair.before), (row.after, row.pair.after))
    return all(outcome and trial and says_version(outcome, trial) for outcome, trial in sides)


def says_version(outcome: OutcomeRow, trial: TrialRow) -> bool:
    return outcome["observed"] in [as_text(version) for version in trial["versions"].values() if version]

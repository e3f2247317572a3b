"""Patch releases: what changed from one patch of a minor to the next, where nobody expects a change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from packaging.version import Version

from tfcompat.compare import diff
from tfcompat.compare.causes import Axis, Cause
from tfcompat.compare.diff import OF_BEHAVIOUR, Row, Side
from tfcompat.outcomes import Trial
from tfcompat.table import frame as table

#: What is imported beside TensorFlow, and may be what a change comes from.
BESIDE = (Axis.KERAS, Axis.PYTHON, "numpy")
#: Rows that list names: reports/inventory.md tells them apart name by name.
LISTS = "inventory::"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One patch release beside the one before it: the rows that changed, and which versions beside TensorFlow's did."""

    before: str
    after: str
    rows: tuple[Row, ...]
    beside: tuple[Cause, ...]


def steps(trials: Sequence[Trial]) -> Iterator[Step]:
    """The steps between the neighbouring patches of each minor, oldest first; those without a change too."""
    for one, other in pairwise(table.standing(trials)):
        before, after = (Version(trial.subject.tensorflow) for trial in (one, other))
        if before.release[:2] == after.release[:2]:
            yield step(one, other)


def step(one: Trial, other: Trial) -> Step:
    compared = diff.compare_cells(Side(name="", trials=(one, other)), one, other)
    changed = (row for row in compared.changed if row.change in OF_BEHAVIOUR)
    return Step(
        before=one.subject.tensorflow,
        after=other.subject.tensorflow,
        rows=tuple(row for row in changed if not (row.scenario.startswith(LISTS) or tells_versions(row, one, other))),
        beside=tuple(cause for cause in compared.pairs[0].causes if cause.what in BESIDE),
    )


def tells_versions(row: Row, one: Trial, other: Trial) -> bool:
    """Whether a row only says which version is there: it changes with each release, and is no behaviour."""
    sides = ((row.before, one), (row.after, other))
    return all(outcome and outcome.observed in trial.versions.values() for outcome, trial in sides)

"""Sides and rows for tests of comparisons, made from trials by the collector itself."""

from typing import Any

from tests import fakes
from tfcompat.compare.alignment import answers
from tfcompat.compare.causes import OutcomeRow, TrialRow
from tfcompat.compare.diff import Side
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Outcome, Trial
from tfcompat.table.frame import collect

#: A cell and a scenario of it.
CELL, NAME = "tf2.16.2-py3.12", "adapt::mean"


def side(*trials: Trial, name: str = "side", **facts: Any) -> Side:
    return Side(name=name, table=collect(trials), **facts)


def door(*trials: Trial) -> Door:
    return in_memory(collect(trials))


def trial_row(trial: Trial) -> TrialRow:
    (row,) = door(trial).current()
    return row


def outcome_row(outcome: Outcome) -> OutcomeRow:
    made = door(fakes.trial("tf2.16.2-py3.12", outcome))
    ((answer, _),) = made.given(made.trial(0)).values()
    return made.outcome(outcome.scenario, answer)


def statuses(side: Side) -> dict[str, dict[str, str]]:
    """The status of each scenario of each cell of a side."""
    cells: dict[str, dict[str, str]] = {cell: {} for cell in side.cells}
    for (cell, scenario), row in answers(side.door).items():
        cells[cell][scenario] = row["status"]
    return cells

"""Sides and rows for tests of comparisons, made from trials by the collector itself."""

from typing import Any

from tests import fakes
from tfcompat.compare.alignment import outcomes_of
from tfcompat.compare.causes import OutcomeRow, TrialRow
from tfcompat.compare.diff import Side
from tfcompat.outcomes import Outcome, Trial
from tfcompat.table.frame import collect


def side(*trials: Trial, name: str = "side", **facts: Any) -> Side:
    return Side(name=name, table=collect(trials), **facts)


def trial_row(trial: Trial) -> TrialRow:
    (row,) = collect([trial]).trials.to_dict("records")
    return row


def outcome_row(outcome: Outcome) -> OutcomeRow:
    (row,) = outcomes_of(collect([fakes.trial("tf2.16.2-py3.12", outcome)]), [0]).to_dict("records")
    return row

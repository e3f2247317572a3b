"""The alignment: the outcomes of pairs of trials, as two frames that have one row a pair and scenario."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tfcompat.compare.causes import OutcomeRow, TrialRow
from tfcompat.outcomes import Status
from tfcompat.table.frame import Table

#: What an outcome is known by, and what its scenario says of itself.
ANSWER = ("status", "observed", "reason", "type", "message", "documented")
WORDS = ("title", "reference", "source")
#: The trials of one side, a pair each: row numbers in its table, None where the side has no such trial.
Numbers = Sequence[int | None]


def trials_of(table: Table, numbers: Numbers) -> list[TrialRow | None]:
    """The rows of some trials."""
    known = [number for number in numbers if number is not None]
    rows = dict(zip(known, table.trials.loc[known].to_dict("records"), strict=True))
    return [None if number is None else rows[number] for number in numbers]


def outcomes_of(table: Table, numbers: Numbers) -> pd.DataFrame:
    """The outcomes of some trials with ``ANSWER`` and ``WORDS``, by ``pair`` (the position in ``numbers``) and scenario."""
    known = [(pair, number) for pair, number in enumerate(numbers) if number is not None]
    pairs = pd.DataFrame(known, columns=["pair", "trial"], dtype="int64")
    asked = pairs.merge(table.outcomes, on="trial").join(table.scenarios[list(WORDS)].astype(object), on="scenario")
    return asked.set_index(["pair", "scenario"])[[*ANSWER, *WORDS]].astype(object).fillna("")


def answers(table: Table) -> Mapping[tuple[str, str], OutcomeRow]:
    """The outcomes of the current trials, by cell and scenario."""
    outcomes = outcomes_of(table, list(table.current.index))
    cells = list(table.current["cell"])
    rows = zip(outcomes.index, outcomes.to_dict("records"), strict=True)
    return {(cells[pair], scenario): row for (pair, scenario), row in rows}


def aligned(
    before: pd.DataFrame, after: pd.DataFrame, old: Sequence[TrialRow | None], new: Sequence[TrialRow | None]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The outcomes of both sides on one index: pair by pair, the scenarios in the order of the newer side.

    Where a trial was not asked a scenario, its ``status`` is missing; where it has no answer at all, it is unknown.
    """
    either = after.index.append(before.index).drop_duplicates()
    index = either.take(either.get_level_values("pair").argsort(kind="stable"))
    before, after = with_holes(before.reindex(index), old), with_holes(after.reindex(index), new)
    # A cell without an answer was asked nothing else than the other one.
    question = ["documented", *WORDS]
    before[question], after[question] = (
        before[question].fillna(after[question]),
        after[question].fillna(before[question]),
    )
    return before, after


def with_holes(outcomes: pd.DataFrame, trials: Sequence[TrialRow | None]) -> pd.DataFrame:
    """The outcomes, and an unknown one in the place of each that is missing since its trial has no answer at all."""
    reasons = [(trial["reason"], trial["message"]) if trial else ("", "") for trial in trials]
    of_pairs = pd.DataFrame(reasons, columns=["reason", "message"], dtype=object)
    of_rows = of_pairs.loc[outcomes.index.get_level_values("pair")].set_index(outcomes.index)
    holes = of_rows[of_rows["reason"] != ""].assign(status=str(Status.UNKNOWN), observed="", type="")
    return outcomes.fillna(holes)

"""The sheet: the columns and rows of the page, and the answer of each row in each column."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import Any

import pandas as pd

from tfcompat.outcomes import Status
from tfcompat.publish.site.columns import arrange
from tfcompat.table.agreement import same_text
from tfcompat.table.columns import CellSet
from tfcompat.table.frame import Table
from tfcompat.table.ranges import Range, runs

#: What is read of an outcome, current or earlier.
OF_ANSWER = ["trial", "scenario", "status", "observed", "documented", "reason", "type", "bare_message", "seconds"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a scenario did in a cell, as texts. ``kind`` numbers the row's different observations; -1 is none."""

    status: Status
    observed: str
    documented: str
    reason: str
    type: str
    message: str
    kind: int

    @property
    def word(self) -> str:
        """The status for a reader; where there is no answer, why."""
        return f"{self.status}: {self.reason}" if self.reason else str(self.status)

    def agrees_with(self, other: "Answer") -> bool:
        return (self.status, self.reason, self.kind) == (other.status, other.reason, other.kind)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A scenario: an answer and its seconds for each column, what other trials of the column answered (newest first;
    None is not asked), and its ranges over the columns that the page opens with, each with its answer.
    """

    scenario: str
    group: str
    title: str
    reference: str
    source: str
    answers: tuple[Answer, ...]
    seconds: tuple[float, ...]
    earlier: tuple[tuple[Answer | None, ...], ...]
    ranges: tuple[Range, ...]
    range_answers: tuple[Answer, ...]

    @property
    def name(self) -> str:
        """The id without its group."""
        return self.scenario.split("::", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All that the page shows: the columns as ``columns.arrange`` has them, the other trials of their cells, newest
    first, and the rows.
    """

    columns: pd.DataFrame
    others: pd.DataFrame
    rows: tuple[Row, ...]

    @cached_property
    def shown(self) -> list[int]:
        """The places of the columns that the page opens with."""
        return shown(self.columns["set"])

    @property
    def opens_with(self) -> str:
        """The set of these columns."""
        return str(self.columns["set"].iloc[self.shown[0]]) if self.shown else ""

    @property
    def groups(self) -> Mapping[str, list[Row]]:
        return {group: list(rows) for group, rows in groupby(self.rows, key=lambda row: row.group)}


def shown(sets: Iterable[str]) -> list[int]:
    """The places of the last patch of each minor; of all columns where there is none."""
    names = list(sets)
    return [place for place, name in enumerate(names) if name == CellSet.MINORS] or list(range(len(names)))


def make(table: Table) -> Sheet:
    """The sheet of a table."""
    columns = arrange(table.current)
    others = other_trials(table.trials, columns["cell"])
    earlier = table.outcomes[table.outcomes["trial"].isin(others.index)]
    outcomes = pd.concat([table.frame[OF_ANSWER], earlier[OF_ANSWER]])
    cells = table.trials[["cell", "tensorflow"]]
    answers = numbered(outcomes.join(cells, on="trial"), reading_order(columns, others))
    return Sheet(columns=columns, others=others, rows=tuple(rows(answers, table.scenarios, columns, others)))


def other_trials(trials: pd.DataFrame, cells: pd.Series) -> pd.DataFrame:
    """The trials of some cells that are not current: in the order of the cells, and of one cell the newest first."""
    place = trials["cell"].map({cell: place for place, cell in enumerate(cells)})
    others = trials.assign(place=place)[~trials["current"] & place.notna()]
    return others.sort_values("started", ascending=False, kind="stable").sort_values("place", kind="stable")


def reading_order(columns: pd.DataFrame, others: pd.DataFrame) -> list[Hashable]:
    """The trials in the order in which observations get their numbers: those that the page opens with have the first."""
    first = shown(columns["set"])
    return [*columns.index[first], *columns.index.delete(first), *others.index]


def numbered(outcomes: pd.DataFrame, order: Sequence[Hashable]) -> pd.DataFrame:
    """The outcomes with ``kind``, the number of their observation among those of their scenario; -1 is none."""
    rank = outcomes["trial"].map({trial: rank for rank, trial in enumerate(order)})
    ordered = outcomes.iloc[rank.argsort(kind="stable")]
    return ordered.assign(kind=ordered.groupby("scenario")["observed"].transform(kinds))


def kinds(observed: pd.Series) -> pd.Series:
    """A number for each different observation, in the order in which they come; alike within the tolerance is one."""
    numbers = {"": -1}
    known: list[str] = []
    for text in observed.unique():
        if text not in numbers:
            alike = (number for number, other in enumerate(known) if same_text(other, text))
            numbers[text] = next(alike, len(known))
            known += [text] if numbers[text] == len(known) else []
    return observed.map(numbers)


def rows(answers: pd.DataFrame, scenarios: pd.DataFrame, columns: pd.DataFrame, others: pd.DataFrame) -> Iterator[Row]:
    """The rows in the order of the scenarios; ``answers`` are numbered, those that the page opens with first."""
    outcomes_of = dict(iter(answers.astype(object).groupby("scenario")))  # objects: each is read by itself
    earlier = [list(others.index[others["cell"] == cell]) for cell in columns["cell"]]
    first = len(shown(columns["set"]))
    for name, words in scenarios[["group", "title", "reference", "source"]].iterrows():
        outcomes = outcomes_of[str(name)]
        ranges = tuple(runs(outcomes.iloc[:first].to_dict("records")))
        starts = accumulate((len(part.tested) for part in ranges[:-1]), initial=0)
        by_trial = {outcome.trial: answer(outcome) for outcome in outcomes.itertuples()}
        in_order = list(by_trial.values())
        yield Row(
            scenario=str(name),
            **words,
            answers=tuple(by_trial[trial] for trial in columns.index),
            seconds=tuple(outcomes.set_index("trial")["seconds"].loc[columns.index]),
            earlier=tuple(tuple(by_trial.get(trial) for trial in trials) for trials in earlier),
            ranges=ranges,
            range_answers=tuple(in_order[start] for start in starts),
        )


def answer(outcome: Any) -> Answer:
    """The answer of a numbered outcome, a row of the frame."""
    return Answer(
        status=Status(outcome.status),
        observed=outcome.observed,
        documented=outcome.documented,
        reason=outcome.reason,
        type=outcome.type,
        message=outcome.bare_message,
        kind=outcome.kind,
    )

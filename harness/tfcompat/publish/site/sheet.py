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

#: The texts of an answer, and what is read of an outcome, current or earlier.
TEXTS = ("status", "observed", "documented", "reason", "type", "bare_message")
OF_ANSWER = ["trial", "scenario", *TEXTS, "seconds", "measured"]


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
    """A scenario: for each column an answer, its seconds and when it was measured, what other trials of the column answered
    (newest first; None is not asked), and its ranges over the columns that the page opens with, each with its answer.
    """

    scenario: str
    group: str
    title: str
    reference: str
    source: str
    answers: tuple[Answer, ...]
    seconds: tuple[float, ...]
    measured: tuple[str, ...]
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
    answered = answered_as(others)
    earlier = table.outcomes[table.outcomes["trial"].isin(set(answered.values()))]
    outcomes = [outcome for frame in (table.frame, earlier) for outcome in records(frame)]
    rank = {trial: rank for rank, trial in enumerate(reading_order(columns, others))}
    outcomes.sort(key=lambda outcome: rank[outcome["trial"]])
    return Sheet(columns=columns, others=others, rows=tuple(rows(outcomes, table.scenarios, columns, others)))


def records(frame: pd.DataFrame) -> Sequence[Mapping[Any, Any]]:
    """What is read of some outcomes, one by one."""
    return frame[OF_ANSWER].astype(object).to_dict("records")


def answered_as(others: pd.DataFrame) -> dict[Hashable, Hashable]:
    """By trial the one whose answers it has: a trial that only confirms another has those of that one, if it is there."""
    whole = others[~others["confirmed"].astype("bool")]
    of_files = dict(zip(whole["file"], whole.index, strict=True))
    rows = zip(others.index, others["confirmed"], others["file"], strict=True)
    return {trial: of_files.get(file, trial) if confirmed else trial for trial, confirmed, file in rows}


def other_trials(trials: pd.DataFrame, cells: pd.Series) -> pd.DataFrame:
    """The trials of some cells that are not current: in the order of the cells, and of one cell the newest first."""
    place = trials["cell"].map({cell: place for place, cell in enumerate(cells)})
    others = trials.assign(place=place)[~trials["current"] & place.notna()]
    return others.sort_values("started", ascending=False, kind="stable").sort_values("place", kind="stable")


def reading_order(columns: pd.DataFrame, others: pd.DataFrame) -> list[Hashable]:
    """The trials in the order in which observations get their numbers: those that the page opens with have the first."""
    first = shown(columns["set"])
    return [*columns.index[first], *columns.index.delete(first), *others.index]


def rows(
    outcomes: Iterable[Mapping[Any, Any]], scenarios: pd.DataFrame, columns: pd.DataFrame, others: pd.DataFrame
) -> Iterator[Row]:
    """The rows in the order of the scenarios; the ``outcomes`` come in reading order."""
    of_scenarios: dict[str, list[Mapping[Any, Any]]] = {str(name): [] for name in scenarios.index}
    for outcome in outcomes:
        if outcome["scenario"] in of_scenarios:
            of_scenarios[outcome["scenario"]].append(outcome)
    answered = answered_as(others)
    earlier = {cell: list(trials) for cell, trials in others.groupby("cell", sort=False).groups.items()}
    sources = [[answered[trial] for trial in earlier.get(cell, ())] for cell in columns["cell"]]
    cells = dict(zip(columns.index, columns[["cell", "tensorflow"]].to_dict("records"), strict=True))
    opening = columns.index[shown(columns["set"])]
    words = scenarios[["group", "title", "reference", "source"]].to_dict("records")
    for (name, of_scenario), said in zip(of_scenarios.items(), words, strict=True):
        by_trial = dict(zip((outcome["trial"] for outcome in of_scenario), answers(of_scenario), strict=True))
        current = {outcome["trial"]: outcome for outcome in of_scenario if outcome["trial"] in cells}
        ranges = tuple(runs([{**current[trial], **cells[trial]} for trial in opening]))
        starts = accumulate((len(part.tested) for part in ranges[:-1]), initial=0)
        yield Row(
            scenario=name,
            **{str(key): text for key, text in said.items()},
            answers=tuple(by_trial[trial] for trial in columns.index),
            seconds=tuple(current[trial]["seconds"] for trial in columns.index),
            measured=tuple(current[trial]["measured"] for trial in columns.index),
            earlier=tuple(tuple(by_trial.get(trial) for trial in trials) for trials in sources),
            ranges=ranges,
            range_answers=tuple(by_trial[opening[start]] for start, _ in zip(starts, ranges, strict=False)),
        )


def answers(outcomes: Sequence[Mapping[Any, Any]]) -> Iterator[Answer]:
    """The answers of one scenario's outcomes, in their order; equal ones are one object."""
    kinds = numbered(outcome["observed"] for outcome in outcomes)
    known: dict[tuple[str, ...], Answer] = {}
    for outcome in outcomes:
        texts = tuple(outcome[name] for name in TEXTS)
        if texts not in known:
            status, observed, documented, reason, error, message = texts
            known[texts] = Answer(
                status=Status(status),
                observed=observed,
                documented=documented,
                reason=reason,
                type=error,
                message=message,
                kind=kinds[observed],
            )
        yield known[texts]


def numbered(observed: Iterable[str]) -> Mapping[str, int]:
    """A number for each different observation, in the order in which they come; alike within the tolerance is one."""
    numbers = {"": -1}
    known: list[str] = []
    for text in observed:
        if text not in numbers:
            alike = (number for number, other in enumerate(known) if same_text(other, text))
            numbers[text] = next(alike, len(known))
            known += [text] if numbers[text] == len(known) else []
    return numbers

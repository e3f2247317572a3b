"""The sheet: the rows of the page, each with what it did in every column, its distinct answers and its ranges."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tfcompat.outcomes import Outcome, Status, Trial
from tfcompat.table import frame as table
from tfcompat.table.columns import Column
from tfcompat.table.frame import Facts, Range


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

    def tells_the_same(self, other: "Answer") -> bool:
        return (self.status, self.reason, self.kind) == (other.status, other.reason, other.kind)


@dataclass(kw_only=True)
class Kinds:
    """The different observations of a row, in the order in which they are met; alike within the tolerance is one."""

    observations: list[str] = field(default_factory=list)

    def of(self, observed: str) -> int:
        if not observed:
            return -1
        for number, known in enumerate(self.observations):
            if table.same_text(known, observed):
                return number
        self.observations.append(observed)
        return len(self.observations) - 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """A scenario: its facts, an answer and its seconds for each column, and what other trials of the columns answered."""

    facts: Facts
    answers: tuple[Answer, ...]
    seconds: tuple[float, ...]
    earlier: tuple[tuple[Answer | None, ...], ...]
    observations: tuple[str, ...]

    @property
    def name(self) -> str:
        """The id without its group."""
        return self.facts.scenario.split("::", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Columns and rows; everything on the page is made from these."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @cached_property
    def shown(self) -> list[int]:
        """The places of the columns that the page opens with."""
        minors = [place for place, column in enumerate(self.columns) if column.set == "minors"]
        return minors or list(range(len(self.columns)))

    @property
    def groups(self) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.facts.group, []).append(row)
        return found

    def ranges(self, row: Row) -> list[Range]:
        """The ranges of a row over the columns that the page opens with."""
        return list(table.runs([self.record(row, place) for place in self.shown]))

    def record(self, row: Row, place: int) -> dict[str, Any]:
        answer, column = row.answers[place], self.columns[place]
        return {
            "cell": column.cell,
            "tensorflow": column.release,
            "status": str(answer.status),
            "observed": answer.observed,
            "reason": answer.reason,
        }


def make(columns: Sequence[Column]) -> Sheet:
    """The sheet of some columns. A scenario that a cell has no answer for is unknown there, with the cell's reason."""
    known = table.facts(column.trial for column in columns)
    scenarios = list(known)
    every = [by_name(column.trial, scenarios) for column in columns]
    others = [[{one.scenario: one for one in trial.outcomes} for trial in column.others] for column in columns]
    first = sorted(range(len(columns)), key=lambda place: columns[place].set != "minors")
    return Sheet(columns=tuple(columns), rows=tuple(make_row(known[name], every, others, first) for name in scenarios))


def by_name(trial: Trial, scenarios: Sequence[str]) -> dict[str, Outcome]:
    return {outcome.scenario: outcome for outcome in table.every(trial, scenarios)}


def make_row(
    facts: Facts,
    every: Sequence[Mapping[str, Outcome]],
    others: Sequence[Sequence[Mapping[str, Outcome]]],
    first: Iterable[int],
) -> Row:
    kinds, name = Kinds(), facts.scenario
    for place in first:  # so that the columns shown first have the first letters
        kinds.of(table.as_text(every[place][name].observed))
    return Row(
        facts=facts,
        answers=tuple(answer(outcomes[name], kinds) for outcomes in every),
        seconds=tuple(outcomes[name].seconds for outcomes in every),
        earlier=tuple(tuple(earlier(trials, name, kinds)) for trials in others),
        observations=tuple(kinds.observations),
    )


def earlier(trials: Iterable[Mapping[str, Outcome]], name: str, kinds: Kinds) -> Iterator[Answer | None]:
    for outcomes in trials:
        yield answer(outcomes[name], kinds) if name in outcomes else None


def answer(outcome: Outcome, kinds: Kinds) -> Answer:
    observed = table.as_text(outcome.observed)
    return Answer(
        status=outcome.status,
        observed=observed,
        documented=table.as_text(outcome.documented),
        reason=str(outcome.reason or ""),
        type=outcome.type,
        message=outcome.message,
        kind=kinds.of(observed),
    )

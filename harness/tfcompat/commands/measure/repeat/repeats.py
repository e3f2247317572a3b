"""Repeats: what the same cells answered in several settings, and where they did not answer the same."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tfcompat.commands.measure.repeat.marks import Mark, mark_of
from tfcompat.commands.measure.repeat.settings import Setting
from tfcompat.errors import ExitCode
from tfcompat.outcomes import Fault, Outcome, Reason, Trial, fault
from tfcompat.record.judge import RAISED
from tfcompat.record.verdict import same

#: Characters of an answer.
LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class RepeatedRun:
    """A setting, and the trials of the cells in it."""

    setting: Setting
    trials: Mapping[str, Trial]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row of a cell that did not answer in each setting as in the first: what it ``answered`` in which, in turn.

    ``unlike`` are the settings in which it was not as in the first.
    """

    cell: str
    scenario: str
    answered: Mapping[str, str]
    unlike: tuple[str, ...]
    mark: Mark | None = None


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """How many scenarios have no answer from a cell in a setting, and why."""

    setting: str
    cell: str
    reason: Reason
    scenarios: int


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """Runs in several settings, the first as always, and what is known to differ."""

    runs: Sequence[RepeatedRun]
    marks: Sequence[Mark] = field(default=())

    @property
    def cells(self) -> list[str]:
        return list(self.runs[0].trials)

    @property
    def compared(self) -> int:
        """How many outcomes were held against that of the first setting."""
        return sum(len(answers(run)) for run in self.runs[1:])

    @property
    def differences(self) -> list[Difference]:
        """Where the answers differ, marked or not; what has no answer in a setting differs in nothing."""
        answered = {run.setting.name: answers(run) for run in self.runs}
        rows = dict.fromkeys(row for given in answered.values() for row in given)
        every = ({name: given[row] for name, given in answered.items() if row in given} for row in rows)
        return [
            difference(*row, given, self.marks)
            for row, given in zip(rows, every, strict=True)
            if any(not same_outcome(first(given), other) for other in given.values())
        ]

    @property
    def unmarked(self) -> list[Difference]:
        return [row for row in self.differences if row.mark is None]

    @property
    def lacking(self) -> list[Lacking]:
        """What has no answer, by setting, cell and reason."""
        return [
            Lacking(setting=run.setting.name, cell=cell, reason=reason, scenarios=number)
            for run in self.runs
            for cell, trial in run.trials.items()
            for reason, number in holes(trial).items()
        ]

    @property
    def exit_code(self) -> ExitCode:
        """1 where something differs that is not marked; 3 where something has no answer."""
        if self.unmarked:
            return ExitCode.CHANGED
        return ExitCode.UNKNOWN_CELLS if self.lacking else ExitCode.COMPLETE


def answers(run: RepeatedRun) -> dict[tuple[str, str], Outcome]:
    """The outcomes of a run that are answers, by cell and scenario."""
    return {
        (cell, outcome.scenario): outcome
        for cell, trial in run.trials.items()
        for outcome in trial.outcomes
        if is_answer(outcome)
    }


def is_answer(outcome: Outcome) -> bool:
    """Whether an outcome says something of the cell, or is unknown by the suite's own word, in any setting."""
    return outcome.reason is None or fault(outcome.reason) is Fault.SUITE


def holes(trial: Trial) -> Counter[Reason]:
    """How many scenarios of a trial have no answer, by the reason; a trial without any scenario is one hole."""
    reasons = Counter(outcome.reason for outcome in trial.outcomes if outcome.reason and not is_answer(outcome))
    if trial.reason is not None:
        return Counter({trial.reason: max(1, reasons.total())})
    return reasons


def first(given: Mapping[str, Outcome]) -> Outcome:
    return next(iter(given.values()))


def difference(cell: str, scenario: str, given: Mapping[str, Outcome], marks: Sequence[Mark]) -> Difference:
    return Difference(
        cell=cell,
        scenario=scenario,
        answered={name: described(outcome) for name, outcome in given.items()},
        unlike=tuple(name for name, outcome in given.items() if not same_outcome(first(given), outcome)),
        mark=mark_of(marks, cell, scenario),
    )


def same_outcome(outcome: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are one answer: the status with its harm, the observation within the tolerance, the error's type.

    The words of an error may differ: they name addresses and folders.
    """
    if (outcome.status, outcome.harm, outcome.reason) != (other.status, other.harm, other.reason):
        return False
    return same(outcome.observed, other.observed) and (outcome.status not in RAISED or outcome.type == other.type)


def described(outcome: Outcome) -> str:
    """An outcome in a line: its status, and what was observed or raised."""
    observed = "" if outcome.observed is None else json.dumps(outcome.observed, ensure_ascii=True)
    return f"{outcome.status} {outcome.reason or outcome.raised or observed}".strip()[:LONGEST]


def by_setting(rows: Sequence[Difference]) -> Iterator[tuple[str, int]]:
    """In which settings some rows were not as in the first, and how many in each."""
    yield from Counter(name for row in rows for name in row.unlike).most_common()

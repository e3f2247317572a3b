"""The history of a cell: what each of its trials said to each scenario, oldest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tfcompat.door.door import Door, Row
from tfcompat.outcomes import Reason, Status
from tfcompat.table.agreement import alike

#: From which trial on which answer was given, oldest first.
Runs = Sequence[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What one trial said: when it started (ISO 8601, UTC), by which engine, with which suite and lock, and its answer.

    ``observed`` is JSON text, empty where nothing was observed.
    """

    started: str
    engine: str
    suite: str
    lock: str
    status: Status
    observed: str
    reason: Reason | None


def scenarios(door: Door, cell: str) -> list[str]:
    """The scenarios that a cell was ever asked; those of its newest trial come first."""
    return list(asked(door, door.trials(cell)).values())


def asked(door: Door, trials: Sequence[Row]) -> dict[int, str]:
    """The scenarios that any of some trials was asked, number and id; those of the last one come first."""
    lists = {trial["list"]: trial for trial in trials}  # of each list the last trial
    newest_first = sorted(lists.values(), key=lambda trial: trial["number"], reverse=True)
    return {number: name for trial in newest_first for number, name in door.asked(trial).items()}


def history(door: Door, cell: str, only: str | None = None) -> dict[str, tuple[Moment, ...]]:
    """The moments of each scenario that a cell was ever asked, oldest first; or of the ``only`` one.

    The scenarios of its newest trial come first. A trial that did not ask a scenario has no moment of it; one whose cell
    had no answer at all has one, unknown, for every scenario that the cell was asked at another time.
    """
    return {name: tuple(moments) for name, moments in all_moments(door, cell) if only in (None, name)}


def changed(door: Door, cell: str) -> dict[str, tuple[Moment, ...]]:
    """The turns of each scenario that a cell did not always give one answer to."""
    found = ((name, turns(moments)) for name, moments in all_moments(door, cell) if moments.may_turn)
    return {name: of_scenario for name, of_scenario in found if len(of_scenario) > 1}


@dataclass(frozen=True, kw_only=True)
class Moments:
    """The moments of one scenario in some trials of a cell, made as they are asked for."""

    door: Door
    scenario: int
    trials: Sequence[Row]
    runs: Mapping[tuple[int, int], Runs]

    def __iter__(self) -> Iterator[Moment]:
        left = {sequence: list(self.of_sequence(sequence)) for sequence in self.sequences}
        answer: dict[int, int] = {}
        for trial in self.trials:
            of_engine = left[trial["sequence"]]
            while of_engine and of_engine[0][0] <= trial["number"]:
                answer[trial["sequence"]] = of_engine.pop(0)[1]
            if self.scenario in self.door.asked(trial):
                yield moment(trial, self.door.answer(answer[trial["sequence"]]))
            elif trial["reason"]:
                yield moment(trial, {"status": Status.UNKNOWN, "observed": "", "reason": trial["reason"]})

    @property
    def sequences(self) -> set[int]:
        return {trial["sequence"] for trial in self.trials}

    def of_sequence(self, sequence: int) -> Runs:
        return self.runs.get((sequence, self.scenario), ())

    @property
    def may_turn(self) -> bool:
        """Whether there can be two different moments: else all trials gave one answer, or none."""
        answers = {answer for sequence in self.sequences for _, answer in self.of_sequence(sequence)}
        return len(answers) > 1 or any(trial["reason"] for trial in self.trials)


def all_moments(door: Door, cell: str) -> Iterator[tuple[str, Moments]]:
    """Each scenario that a cell was ever asked with its moments; those of its newest trial come first."""
    trials, runs = door.trials(cell), door.runs(cell)
    for number, name in asked(door, trials).items():
        yield name, Moments(door=door, scenario=number, trials=trials, runs=runs)


def moment(trial: Row, answer: Row) -> Moment:
    return Moment(
        started=trial["started"],
        engine=trial["engine"],
        suite=trial["suite"],
        lock=trial["lock"],
        status=Status(answer["status"]),
        observed=answer["observed"],
        reason=Reason(answer["reason"]) if answer["reason"] else None,
    )


def turns(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments whose answer is not that of the moment before; the first is one of them."""
    changed: list[Moment] = []
    for current in moments:
        if not changed or not alike(vars(changed[-1]), vars(current)):
            changed.append(current)
    return tuple(changed)

"""The history of a cell: what each of its trials said to each scenario, oldest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tfcompat.compare.diff import answer, answers
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.table.frame import as_text, same_text


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What one trial said: when it started (ISO 8601, UTC), by which engine, with which suite and lock, and its answer."""

    started: str
    engine: str
    suite: str
    lock: str
    status: Status
    observed: str
    reason: Reason | None


#: Of each cell, of each scenario that it was ever asked: the moments, oldest first.
History = Mapping[str, Mapping[str, tuple[Moment, ...]]]


def history(trials: Iterable[Trial]) -> History:
    """The history of all cells in some trials. A trial that did not ask a scenario has no moment of it; one whose cell
    had no answer at all has one, unknown, for every scenario that the cell was asked at another time.
    """
    of_cells: dict[str, list[Trial]] = {}
    for trial in sorted(trials, key=lambda one: one.subject.started):
        of_cells.setdefault(trial.subject.cell, []).append(trial)
    return {cell: of_cell(ran) for cell, ran in of_cells.items()}


def of_cell(trials: list[Trial]) -> Mapping[str, tuple[Moment, ...]]:
    found: dict[str, list[Moment]] = {one.scenario: [] for trial in reversed(trials) for one in trial.outcomes}
    for trial in trials:
        known = answers(trial)
        for scenario, moments in found.items():
            if outcome := answer(trial, known, scenario):
                moments.append(moment(trial, outcome))
    return {scenario: tuple(moments) for scenario, moments in found.items()}


def moment(trial: Trial, outcome: Outcome) -> Moment:
    return Moment(
        started=trial.subject.started,
        engine=trial.subject.engine,
        suite=trial.subject.suite,
        lock=trial.subject.lock,
        status=outcome.status,
        observed=as_text(outcome.observed),
        reason=outcome.reason,
    )


def turns(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments at which something else was said than before; the first is one."""
    found: list[Moment] = []
    for one in moments:
        if not found or not says_the_same(found[-1], one):
            found.append(one)
    return tuple(found)


def says_the_same(one: Moment, other: Moment) -> bool:
    return (one.status, one.reason) == (other.status, other.reason) and same_text(one.observed, other.observed)

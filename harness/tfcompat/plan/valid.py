"""The plan of a cell: which scenarios have no valid outcome and run, and which outcomes are reused."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from tfcompat.outcomes import Fault, Outcome, Status, Trial, fault
from tfcompat.plan.work import Reused, Work
from tfcompat.record.lines import HeaderLine
from tfcompat.select.cells import Cell


@dataclass(frozen=True, kw_only=True)
class Anew:
    """What runs again though its outcome is valid: everything where ``all``, else what has one of the ``statuses``."""

    all: bool = False
    statuses: Collection[Status] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a cell before a run: its newest trial by this engine, and the keys of its scenarios as they are now.

    ``header`` is that of a trial of the suite as it is now, if it reused all outcomes of the newest.
    """

    newest: Trial | None
    keys: Mapping[str, str]
    header: HeaderLine | None


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a run does in a cell; where ``work`` is None, the ``newest`` trial says all that there is to say."""

    work: Work | None
    newest: Trial | None


def work_of(cell: Cell, known: Known, suite: str, anew: Anew) -> Work | None:
    """What a run does in a cell; None where its newest trial says all that there is to say of the suite with this hash."""
    if known.newest is None or anew.all:
        return Work(cell=cell)
    valid = {
        outcome.scenario: outcome
        for outcome in known.newest.outcomes
        if is_valid(outcome, known.keys.get(outcome.scenario)) and outcome.status not in anew.statuses
    }
    missing = tuple(name for name in known.keys if name not in valid)
    if not valid:
        return Work(cell=cell)
    if not missing and known.newest.subject.suite == suite and known.newest.reason is None:
        return None
    reused = tuple(reused_by_file(valid[name] for name in known.keys if name in valid))
    if missing:
        return Work(cell=cell, scenarios=missing, reused=reused)
    environment = known.newest.subject.environment
    return Work(cell=cell, scenarios=(), reused=reused, header=known.header, environment=environment)


def is_valid(outcome: Outcome, key: str | None) -> bool:
    """Whether an outcome would be the same if it ran again now: nothing that it depends on has changed since.

    One that is unknown by this machine's fault is not: it says nothing of what it depends on.
    """
    if not outcome.key or outcome.key != key:
        return False
    return outcome.reason is None or fault(outcome.reason) is not Fault.MACHINE


def reused_by_file(outcomes: Iterable[Outcome]) -> Iterable[Reused]:
    """The outcomes as what a trial reuses of each file, and each moment at which they were measured."""

    def source(outcome: Outcome) -> tuple[str, str]:
        return outcome.origin, outcome.measured

    for (file, measured), group in groupby(sorted(outcomes, key=source), key=source):
        yield Reused(trial=file, measured=measured, scenarios=tuple(outcome.scenario for outcome in group))

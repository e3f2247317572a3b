"""The work of a run in one cell: which scenarios run, and which outcomes are taken from earlier trials of the cell."""

from dataclasses import dataclass, replace

from tfcompat.outcomes import Trial
from tfcompat.record.lines import HeaderLine
from tfcompat.select.cells import Cell


@dataclass(frozen=True, kw_only=True)
class Reused:
    """Outcomes that an earlier trial has: its file's name without the suffix, and the ids of the scenarios.

    ``measured`` is when they were measured last, as ISO 8601.
    """

    trial: str
    measured: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a run does in a cell.

    ``scenarios`` are the ids that run; None is the whole suite, and the empty tuple none of it: no environment is needed
    then, all outcomes are ``reused``, and the trial has this ``header`` and ``environment``. Where they are ``alone``,
    nothing else of the suite is asked.
    """

    cell: Cell
    scenarios: tuple[str, ...] | None = None
    reused: tuple[Reused, ...] = ()
    header: HeaderLine | None = None
    environment: str = ""
    alone: bool = False


def asked(work: Work, trial: Trial) -> Trial:
    """A trial with what it was asked: where scenarios run alone, the others are no holes in it."""
    if not work.alone or work.scenarios is None:
        return trial
    wanted = set(work.scenarios)
    return replace(trial, outcomes=tuple(outcome for outcome in trial.outcomes if outcome.scenario in wanted))

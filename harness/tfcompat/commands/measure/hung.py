"""What hung in a run and did not before: it is asked again, for a busy machine makes hangs of what is only slow."""

from collections.abc import Iterator, Mapping, Sequence

from tfcompat.outcomes import Status, Trial
from tfcompat.plan.valid import Anew
from tfcompat.plan.work import Work
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell

#: What is asked again: all that hung, in a cell in which something did that had not before.
AGAIN = Anew(statuses=frozenset({Status.HANGS}))


def works(
    workshop: Workshop, cells: Sequence[Cell], before: Mapping[str, Trial], trials: Sequence[Trial]
) -> Iterator[tuple[Work, list[str]]]:
    """The work of asking again in each cell where a trial has a hang that the one ``before`` it has not, and what hung."""
    by_cell = {cell.id: cell for cell in cells}
    for trial in trials:
        name = trial.subject.cell
        hung = [scenario for scenario in hangs(trial) if scenario not in hangs(before.get(name))]
        work = workshop.planned(by_cell[name], AGAIN).work if hung else None
        if work is not None:
            yield work, hung


def hangs(trial: Trial | None) -> list[str]:
    return [outcome.scenario for outcome in trial.outcomes if outcome.status is Status.HANGS] if trial else []

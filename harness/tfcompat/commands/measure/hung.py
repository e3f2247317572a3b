"""What hung in a run and did not before: it is asked again, for a busy machine makes hangs of what is only slow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import click

from tfcompat.commands.measure import session
from tfcompat.commands.measure.session import Course
from tfcompat.outcomes import Status, Trial
from tfcompat.plan.valid import Anew
from tfcompat.plan.work import Work
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell

#: What is asked again: all that hung, in a cell in which something did that had not before.
AGAIN = Anew(statuses=frozenset({Status.HANGS}))


def measured(
    workshop: Workshop, works: Sequence[Work], cells: Sequence[Cell], *, course: Course, go_on: str
) -> list[Trial]:
    """The trials of the cells in which something is to do; what hung and did not before is asked again with no cell beside.
    Where that has no answer, the first one stays.

    Raises InterruptedRunError where it is interrupted.
    """
    trials = session.measure(workshop, works, go_on=go_on, course=course)
    again = [] if workshop.partial else list(asked_again(workshop, cells, course.newest, trials))
    for work, names in again:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        click.echo(
            f"{work.cell.id}: {names[0]}{more} hung, and did not before: asked again with no cell beside", err=True
        )
    alone, rest = replace(workshop, jobs=1), replace(course, missing=(), timeline=None)
    second = session.measure(alone, [work for work, _ in again], go_on=go_on, course=rest) if again else []
    answered = [trial for trial in second if trial.reason is None]
    return list({trial.subject.cell: trial for trial in [*trials, *answered]}.values())


def asked_again(
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

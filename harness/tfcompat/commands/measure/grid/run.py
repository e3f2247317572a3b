"""tfcompat grid run: models that each cell saves, and each other cell loads."""

from collections.abc import Sequence

import click

from tfcompat.commands.measure import closing
from tfcompat.commands.measure.session import measure
from tfcompat.commands.options import (
    Selection,
    engine_option,
    jobs_option,
    leave_if,
    package_option,
    selection,
)
from tfcompat.errors import ExitCode, TfcompatError
from tfcompat.exchange import suites
from tfcompat.exchange.suites import GridWorkshop
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.run.workshop import default_jobs
from tfcompat.select.cells import Cell


@click.command("run")
@selection
@engine_option
@package_option
@jobs_option
@click.pass_obj
def run_grid(project: Project, selection: Selection, engine: str, package: str, jobs: int | None) -> None:
    """Let the selected cells write, then let each read what all have written; what is there already stays.

    A reader is asked again where an artefact is new or has changed.
    """
    cells = selection.cells(project)
    pythons = tuple(dict.fromkeys(cell.python for cell in cells))
    writing = GridWorkshop(
        project=project,
        engine_name=engine,
        package=package,
        jobs=jobs or default_jobs(),
        pythons=pythons,
        files=suites.writing_files(project.suite),
        trials=project.grid / "trials" / "write",
    )
    written = measure_stage(writing, cells)
    artefacts = suites.written(writing.store)
    if not artefacts:
        raise TfcompatError("no cell wrote an artefact: the lines above, or tfcompat doctor, say why")
    suites.keep(artefacts, project.grid / "artefacts")
    read = measure_stage(suites.reading(writing, artefacts), cells)
    click.echo("tfcompat grid report makes the tables", err=True)
    leave_if(any(trial.reason for trial in [*written, *read]), ExitCode.UNKNOWN_CELLS)


def measure_stage(workshop: GridWorkshop, cells: Sequence[Cell]) -> list[Trial]:
    """The trials of the cells that lack one of this stage."""
    workshop.store.sweep()
    missing = workshop.without_trial(cells)
    there = len(cells) - len(missing)
    click.echo(f"{workshop.trials.name}: {there} of {len(cells)} cells are there already", err=True)
    trials = measure(workshop, missing, go_on="the same command")
    for line in closing.unanswered(trials):
        click.echo(line, err=True)
    return trials

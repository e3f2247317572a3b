"""tfcompat grid: what one release saved, loaded by another; two stages, and the report of both."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfcompat.commands.options import Selection, engine_option, leave, package_option, selection
from tfcompat.errors import ExitCode, InterruptedRunError, TfcompatError
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.exchange.suites import Stage
    from tfcompat.outcomes import Trial
    from tfcompat.select.releases import Cell


@click.group()
def grid() -> None:
    """Save a model in every form on each release, and load it on each other."""


def folder_of(project: Project) -> Path:
    return project.reports / "grid"


@grid.command("run")
@selection
@engine_option
@package_option
@click.option("--jobs", "-j", type=click.IntRange(1), help="Cells at once. Default: as many as cores, within memory.")
@click.pass_obj
def grid_run(
    project: Project,
    selection: Selection,
    engine: str,
    package: str,
    jobs: int | None,
) -> None:
    """Let the selected cells write, then let each read what all have written; what is there already stays.

    A reader is asked again where an artefact is new or another.
    """
    from tfcompat.exchange import suites as exchange
    from tfcompat.exchange.suites import Stage
    from tfcompat.run.workshop import default_jobs

    folder = folder_of(project)
    cells = selection.cells(project)

    def stage(name: str, files: Mapping[str, bytes]) -> Stage:
        return Stage(
            project=project,
            engine_name=engine,
            package=package,
            jobs=jobs or default_jobs(),
            files=files,
            trials=folder / "trials" / name,
        )

    writing = stage("write", exchange.writing_files(project.suite))
    trials = measured(writing, cells)
    artefacts = exchange.written(writing.store)
    if not artefacts:
        raise TfcompatError("no cell wrote an artefact: the lines above, or tfcompat doctor, say why")
    exchange.keep(artefacts, folder / "artefacts")
    trials += measured(stage("read", exchange.reading_files(project.suite, artefacts)), cells)
    click.echo("tfcompat grid report makes the tables", err=True)
    if any(trial.reason for trial in trials):
        leave(ExitCode.UNKNOWN_CELLS)


def measured(stage: "Stage", cells: "tuple[Cell, ...]") -> "list[Trial]":
    """The trials of the cells that lack one of this stage; an interruption says how to go on."""
    from tfcompat.run import console

    stage.store.sweep()
    left = stage.without_trial(cells)
    click.echo(f"{stage.trials.name}: {len(cells) - len(left)} of {len(cells)} cells are there already", err=True)
    trials: list[Trial] = []
    with console.listening(left) as emit:
        try:
            trials.extend(stage.matrix(emit).run(left, stage.jobs))
        except KeyboardInterrupt as error:
            raise InterruptedRunError(
                f"interrupted: what had finished is in {stage.trials}; the same command goes on with the rest"
            ) from error
    console.closing(trials)
    return trials


@grid.command("report")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where to. Default: reports/.")
@click.pass_obj
def grid_report(project: Project, output: Path | None) -> None:
    """Derive the writer × reader tables from the trials of both stages."""
    from tfcompat.exchange import tables as grid
    from tfcompat.trials.store import Store, speaking

    writers, readers = (speaking(Store(folder_of(project) / "trials" / name).read()) for name in ("write", "read"))
    if not writers or not readers:
        raise TfcompatError(f"there are no trials in {folder_of(project)}: make some with tfcompat grid run")
    for path in grid.write(writers, readers, output or project.reports):
        click.echo(path)

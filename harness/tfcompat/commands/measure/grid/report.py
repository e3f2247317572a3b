"""tfcompat grid report: which release loads what which release saved, as tables."""

from pathlib import Path

import click

from tfcompat.commands.paths import NamedPath
from tfcompat.errors import TfcompatError
from tfcompat.exchange import tables
from tfcompat.project import Project
from tfcompat.trials.current import current_trials
from tfcompat.trials.store import Store


@click.command("report")
@click.option("--output", type=NamedPath(file_okay=False), help="Write there. Default: reports/.")
@click.pass_obj
def report_grid(project: Project, output: Path | None) -> None:
    """Derive the writer × reader tables from the trials of both stages."""
    stages = (project.grid / "trials" / "write", project.grid / "trials" / "read")
    writers, readers = (current_trials(Store(folder).read()) for folder in stages)
    if not writers or not readers:
        raise TfcompatError(f"there are no trials in {project.grid}: make some with tfcompat grid run")
    for path in tables.write(writers, readers, output or project.reports):
        click.echo(path)

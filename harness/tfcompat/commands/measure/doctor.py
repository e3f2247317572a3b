"""tfcompat doctor: what this machine has and lacks."""

import click

from tfcompat.commands.options import Selection, leave_if, selection
from tfcompat.errors import ExitCode
from tfcompat.project import Project
from tfcompat.run.doctor import diagnoses


@click.command()
@selection
@click.pass_obj
def doctor(project: Project, selection: Selection) -> None:
    """Say what this machine has and lacks for the selected cells, and how to get it."""
    healthy = True
    for diagnosis in diagnoses(selection.cells(project), project):
        healthy &= diagnosis.good
        click.echo(f"{'✓' if diagnosis.good else '✗'} {diagnosis.sentence}")
    leave_if(not healthy, ExitCode.UNKNOWN_CELLS)

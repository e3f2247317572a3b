"""tfcompat images build: the environments of cells, made before they are needed."""

import click

from tfcompat.commands.measure.session import announce
from tfcompat.commands.options import Selection, engine_option, leave_if, package_option, selection
from tfcompat.environments.engine import LockedCell
from tfcompat.errors import ExitCode
from tfcompat.outcomes import NoAnswerError
from tfcompat.project import Project
from tfcompat.run.matrix import Matrix, trouble_is_no_answer
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell


@click.command()
@selection
@engine_option
@package_option
@click.pass_obj
def build(project: Project, selection: Selection, engine: str, package: str) -> None:
    """Make the environments of the selected cells."""
    cells = selection.cells(project)
    pythons = tuple(dict.fromkeys(cell.python for cell in cells))
    workshop = Workshop(project=project, engine_name=engine, package=package, pythons=pythons)
    announce(workshop, cells)
    matrix = workshop.matrix()
    built = [is_built(matrix, cell) for cell in cells]
    leave_if(not all(built), ExitCode.UNKNOWN_CELLS)


def is_built(matrix: Matrix, cell: Cell) -> bool:
    """Make the environment of a cell, and say its name, or why it cannot be made."""
    try:
        with trouble_is_no_answer():
            sandbox = matrix.sandbox(LockedCell(cell=cell, lock=matrix.lock(cell)))
    except NoAnswerError as error:
        click.echo(f"{cell.id}: {error.reason}: {error.message}", err=True)
        return False
    click.echo(f"{cell.id}  {sandbox.environment}")
    return True

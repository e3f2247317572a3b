"""tfcompat shell: a Python in the environment of a cell."""

import click

from tfcompat.commands.completion import complete_cell
from tfcompat.commands.measure.session import announce
from tfcompat.commands.options import engine_option, leave, package_option
from tfcompat.environments.engine import LockedCell
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError
from tfcompat.project import Project
from tfcompat.run.workshop import Workshop
from tfcompat.select import releases, variants
from tfcompat.select.cells import cell_named


@click.command()
@click.argument("name", metavar="CELL", shell_complete=complete_cell)
@engine_option
@package_option
@click.pass_obj
def shell(project: Project, name: str, engine: str, package: str) -> None:
    """Open a Python shell in a cell's environment, as its scenarios see it."""
    cell = cell_named(releases.load(project.releases), variants.load(project.variants), name)
    workshop = Workshop(project=project, engine_name=engine, package=package, pythons=(cell.python,))
    announce(workshop, [cell])
    matrix = workshop.matrix()
    try:
        sandbox = matrix.sandbox(LockedCell(cell=cell, lock=matrix.lock(cell)))
        code = sandbox.shell(workshop.program)
    except NoAnswerError as error:
        raise ToolError(f"{name} has no environment: {error.message}") from error
    leave(code)

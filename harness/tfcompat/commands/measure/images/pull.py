"""tfcompat images pull: images of cells that another machine has pushed."""

from pathlib import Path

import click

from tfcompat.commands.measure.images.push import digests_option, file_of, lock_of, registry_named
from tfcompat.commands.options import Selection, leave_if, package_option, selection
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker import registry
from tfcompat.errors import DataError, ExitCode, ToolError
from tfcompat.project import Project


@click.command()
@click.argument("name", metavar="REGISTRY")
@selection
@package_option
@digests_option
@click.pass_obj
def pull(project: Project, name: str, selection: Selection, package: str, digests: Path | None) -> None:
    """Pull the images of the selected cells from a registry, only those whose digest is known."""
    cells = selection.cells(project)
    path = file_of(project, digests)
    known = registry.load(path)
    if not known:
        raise DataError(f"{path} has no digests: take the file that tfcompat images push has written, with --digests")
    images = registry_named(project, name)
    lacking = False
    for cell in cells:
        try:
            image = images.pull(LockedCell(cell=cell, lock=lock_of(project, cell, package)), known)
            click.echo(f"{cell.id}  {image.id}")
        except ToolError as error:
            lacking = True
            click.echo(f"{cell.id}: {error}", err=True)
    leave_if(lacking, ExitCode.UNKNOWN_CELLS)

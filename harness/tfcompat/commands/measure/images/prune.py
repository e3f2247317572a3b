"""tfcompat images prune: environments that are kept, removed."""

import click

from tfcompat.commands.options import Selection, engine_option, selection
from tfcompat.project import Project
from tfcompat.run.workshop import Workshop


@click.command()
@selection
@engine_option
@click.pass_obj
def prune(project: Project, selection: Selection, engine: str) -> None:
    """Remove the environments that are kept: those of the selected cells, or all where nothing is selected."""
    cells = {cell.id for cell in selection.cells(project)} if selection.narrowed else None
    click.echo(f"{Workshop(project=project, engine_name=engine).engine.prune(cells)} environments were removed")

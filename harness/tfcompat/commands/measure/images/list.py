"""tfcompat images list: the environments that are kept."""

import click

from tfcompat.commands.options import engine_option
from tfcompat.project import Project
from tfcompat.run.console import size
from tfcompat.run.workshop import Workshop


@click.command("list")
@engine_option
@click.pass_obj
def list_images(project: Project, engine: str) -> None:
    """List the environments that are kept, with their size."""
    kept = Workshop(project=project, engine_name=engine).engine.environments()
    for name, cell, amount in kept:
        click.echo(f"{cell:24} {size(amount):>8}  {name}")
    click.echo(f"{len(kept)} environments, {size(sum(amount for *_, amount in kept))}", err=True)

"""tfcompat images sbom: what is in a cell's environment, for tools that look for what is known of it."""

from pathlib import Path

import click

from tfcompat.commands.options import Selection, package_option
from tfcompat.commands.paths import NamedPath
from tfcompat.environments import built, locks, sbom
from tfcompat.errors import SelectionError
from tfcompat.files import write_text
from tfcompat.project import Project


@click.command("sbom")
@click.argument("cell", metavar="CELL")
@package_option
@click.option("--output", type=NamedPath(dir_okay=False), help="Write there. Default: standard output.")
@click.pass_obj
def bill_of_materials(project: Project, cell: str, package: str, output: Path | None) -> None:
    """Print the bill of materials of a cell's environment, from its lock: CycloneDX 1.6, as JSON.

    The same lock gives the same bytes. What has no wheel, and is built with tools that no lock pins, says so.
    """
    (chosen,) = Selection(tf="all", python="all", variant="all", only=cell).cells(project)[:1]
    if chosen.id != cell:
        raise SelectionError(f"{cell!r} is not a cell's id, such as {chosen.id}: tfcompat list --tf all has them")
    lock = locks.find(chosen, package, [project.locks, project.cache / "locks"])
    if lock is None:
        raise SelectionError(f"{cell} has no lock yet: make one with tfcompat images lock --only {cell}")
    text = sbom.text(chosen, lock, built.of_lock(built.load(project.built), lock, chosen.python))
    click.echo(write_text(output, text) if output else text, nl=bool(output))

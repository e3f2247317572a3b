"""tfcompat images push: images of cells, for other machines to pull."""

from pathlib import Path

import click

from tfcompat.commands.options import Selection, package_option, selection
from tfcompat.commands.paths import NamedPath
from tfcompat.environments import locks
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker import registry
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.environments.engines.docker.registry import Registry
from tfcompat.environments.locks import Lock
from tfcompat.errors import ToolError
from tfcompat.project import Project
from tfcompat.select.cells import Cell

digests_option = click.option(
    "--digests",
    type=NamedPath(dir_okay=False),
    help="The file with the digests of the images. Default: digests.json in the cache.",
)


@click.command()
@click.argument("name", metavar="REGISTRY")
@selection
@package_option
@digests_option
@click.pass_obj
def push(project: Project, name: str, selection: Selection, package: str, digests: Path | None) -> None:
    """Push the images of the selected cells to a registry, and keep the digests that it gives them."""
    cells = selection.cells(project)
    images = registry_named(project, name)
    for cell in cells:
        pushed = images.push(LockedCell(cell=cell, lock=lock_of(project, cell, package)))
        registry.save(pushed, file_of(project, digests))
        click.echo(f"{cell.id}  {images.repository}@{next(iter(pushed.values()))}")


def registry_named(project: Project, name: str) -> Registry:
    """Raises ToolError where no Docker engine answers."""
    return Registry(name=name, images=DockerEngine(project.images, project.cache).images)


def file_of(project: Project, digests: Path | None) -> Path:
    return digests or project.cache / "digests.json"


def lock_of(project: Project, cell: Cell, package: str) -> Lock:
    """Raises ToolError where a cell has no lock yet: then it has no image either."""
    lock = locks.find(cell, package, [project.locks, project.cache / "locks"])
    if lock is None:
        raise ToolError(f"{cell.id} has no lock, so it has no image: tfcompat images build --engine docker makes both")
    return lock

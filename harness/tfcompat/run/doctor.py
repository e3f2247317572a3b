"""The doctor: what this machine has and lacks for some cells, and how to get it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from tfcompat.environments import interpreters
from tfcompat.environments.uv import Uv
from tfcompat.errors import ToolError, words_of
from tfcompat.project import Project
from tfcompat.run.console import size
from tfcompat.run.workshop import Workshop, needs
from tfcompat.select.releases import Cell


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is there, or is not, in a sentence that then says how to get it."""

    good: bool
    what: str


def findings(cells: Sequence[Cell], project: Project) -> Iterator[Finding]:
    """What there is for the cells: uv, a cache, an engine, the interpreters, and room for what is not there yet."""
    try:
        uv = Uv()
    except ToolError as error:
        yield Finding(good=False, what=str(error))
        return
    yield Finding(good=True, what=f"uv is at {uv.program}")
    cache = cache_finding(project.cache)
    yield cache
    why = docker_is_lacking()
    yield Finding(good=True, what=f"{why} (not needed for local ones)" if why else "a Docker engine answers")
    for python in dict.fromkeys(cell.python for cell in cells):
        yield interpreter_finding(python, uv)
    if cache.good:
        yield room(cells, Workshop(project=project, engine_name="local" if why else "docker", uv=uv))


def cache_finding(folder: Path) -> Finding:
    """Whether environments can be kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        return Finding(
            good=False, what=f"the cache cannot be written: {words_of(error, folder)}: name another with --cache"
        )
    return Finding(good=True, what=f"the cache is {folder}")


def docker_is_lacking() -> str | None:
    from tfcompat.environments.engines import docker

    return docker.answers()


def room(cells: Sequence[Cell], workshop: Workshop) -> Finding:
    """Whether there is disk for the environments that the engine does not have yet."""
    missing = workshop.without_environment(cells)
    there = f"{len(cells) - len(missing)} of {len(cells)} cells have their {workshop.engine.name} environment"
    if not missing:
        return Finding(good=True, what=there)
    download, disk = needs(missing)
    free = workshop.engine.free_disk()
    what = f"{there}; the others take about {size(disk)} of disk ({size(free)} free) and {size(download)} of download"
    return Finding(good=free > disk, what=what if free > disk else f"{what}: use --prune, or select fewer with --tf")


def interpreter_finding(python: str, uv: Uv) -> Finding:
    there = interpreters.here(python, uv)
    if there:
        return Finding(good=True, what=f"Python {python} is at {there}")
    return Finding(
        good=False,
        what=f"there is no Python {python}: uv will try to fetch it; or install it with your "
        f"system's packages, or with pyenv install {python} (the docker engine needs none)",
    )

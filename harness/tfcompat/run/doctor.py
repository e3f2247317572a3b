"""The doctor: what this machine has and lacks for some cells, and how to get it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from tfcompat.environments import interpreters
from tfcompat.environments.engines.docker import connection
from tfcompat.environments.uv import Uv
from tfcompat.errors import ToolError, system_message
from tfcompat.project import Project
from tfcompat.run.console import size
from tfcompat.run.workshop import Workshop, needs
from tfcompat.select.cells import Cell


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One thing that is there, or is not; the sentence then says how to get it."""

    good: bool
    sentence: str


def diagnoses(cells: Sequence[Cell], project: Project) -> Iterator[Diagnosis]:
    """What there is for the cells: uv, a cache, an engine, the interpreters, and room for what is not there yet."""
    try:
        uv = Uv()
    except ToolError as error:
        yield Diagnosis(good=False, sentence=str(error))
        return
    yield Diagnosis(good=True, sentence=f"uv is at {uv.program}")
    cache = of_cache(project.cache)
    yield cache
    lacking = connection.why_unusable()
    yield Diagnosis(
        good=True, sentence=f"{lacking} (local environments need none)" if lacking else "a Docker engine answers"
    )
    for python in dict.fromkeys(cell.python for cell in cells):
        yield of_interpreter(python, uv)
    if cache.good:
        yield of_disk(cells, Workshop(project=project, engine_name="local" if lacking else "docker", uv=uv))


def of_cache(folder: Path) -> Diagnosis:
    """Whether environments can be kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        return Diagnosis(
            good=False,
            sentence=f"the cache cannot be written: {system_message(error, folder)}: name another with --cache",
        )
    return Diagnosis(good=True, sentence=f"the cache is {folder}")


def of_disk(cells: Sequence[Cell], workshop: Workshop) -> Diagnosis:
    """Whether there is disk for the environments that the engine does not have yet."""
    missing = workshop.without_environment(cells)
    there = f"{len(cells) - len(missing)} of {len(cells)} cells have their {workshop.engine.name} environment"
    if not missing:
        return Diagnosis(good=True, sentence=there)
    download, disk = needs(missing)
    free = workshop.engine.free_disk()
    sentence = (
        f"{there}; the others take about {size(disk)} of disk ({size(free)} free) and {size(download)} of download"
    )
    if free > disk:
        return Diagnosis(good=True, sentence=sentence)
    return Diagnosis(good=False, sentence=f"{sentence}: use --prune, or select fewer with --tf")


def of_interpreter(python: str, uv: Uv) -> Diagnosis:
    """Whether there is a Python on this machine."""
    path = interpreters.here(python, uv)
    if path:
        return Diagnosis(good=True, sentence=f"Python {python} is at {path}")
    return Diagnosis(
        good=False,
        sentence=f"there is no Python {python}: uv will try to fetch it; or install it with your "
        f"system's packages, or with pyenv install {python} (the docker engine needs none)",
    )

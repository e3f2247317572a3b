"""The doctor: what this machine has and lacks for some cells, and how to get it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from tfcompat.environments import interpreters
from tfcompat.environments.engines.docker import bases, connection
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
    """What there is for the cells: uv, a cache, an engine with its base images, the interpreters, and room for the rest."""
    try:
        uv = Uv()
    except ToolError as error:
        yield Diagnosis(good=False, sentence=str(error))
        return
    yield Diagnosis(good=True, sentence=f"uv is at {uv.program}")
    cache = of_cache(project.cache)
    yield cache
    pythons = tuple(dict.fromkeys(cell.python for cell in cells))
    lacking = connection.why_unusable()
    yield Diagnosis(
        good=True, sentence=f"{lacking} (local environments need none)" if lacking else "a Docker engine answers"
    )
    stands_on = None if lacking else of_bases(pythons)
    if stands_on:
        yield stands_on
    for python in pythons:
        yield of_interpreter(python, uv)
    if cache.good:
        docker = stands_on is not None and stands_on.good
        yield of_disk(cells, Workshop(project=project, engine_name="docker" if docker else "local", uv=uv))


def of_bases(pythons: Sequence[str]) -> Diagnosis:
    """Whether the images that cells stand on are there, or can be had."""
    try:
        missing = bases.not_here(pythons)
        bases.require(missing)
    except ToolError as error:
        return Diagnosis(good=False, sentence=f"{error}; --engine auto takes local environments as long as that is so")
    if missing:
        return Diagnosis(
            good=True, sentence=f"the base images of Python {', '.join(missing)} are not here; the registry answers"
        )
    return Diagnosis(good=True, sentence=f"the base images of Python {', '.join(pythons)} are here")


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

"""The doctor: what this machine has and lacks for some cells, and how to get it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness import interpreters
from harness.console import size
from harness.engines.local import LocalEngine
from harness.errors import ToolError
from harness.project import Project
from harness.releases import Cell
from harness.uv import Uv


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is there, or is not, in a sentence that then says how to get it."""

    good: bool
    what: str


def findings(
    cells: Sequence[Cell], project: Project, needs: Callable[[Sequence[Cell]], tuple[int, int]]
) -> Iterator[Finding]:
    """What there is for the cells: uv, an engine, the interpreters, the disk. ``needs`` gives bytes of download and disk."""
    try:
        uv = Uv()
    except ToolError as error:
        yield Finding(good=False, what=str(error))
        return
    yield Finding(good=True, what=f"uv is at {uv.program}")
    yield docker_finding()
    for python in dict.fromkeys(cell.python for cell in cells):
        yield interpreter_finding(python, uv)
    free = LocalEngine(project.cache / "environments", uv).free_disk()
    download, disk = needs(cells)
    enough = "" if free > disk else ": use --prune, or select fewer with --tf"
    yield Finding(
        good=free > disk,
        what=f"{len(cells)} cells take about {size(disk)} of disk ({size(free)} free under "
        f"{project.cache}) and {size(download)} of download{enough}",
    )


def docker_finding() -> Finding:
    from harness.engines import docker

    why = docker.answers()
    return Finding(good=True, what="a Docker engine answers" if why is None else f"{why} (not needed for local ones)")


def interpreter_finding(python: str, uv: Uv) -> Finding:
    there = interpreters.here(python, uv)
    if there:
        return Finding(good=True, what=f"Python {python} is at {there}")
    return Finding(
        good=False,
        what=f"there is no Python {python}: uv will try to fetch it; or install it with your "
        f"system's packages, or with pyenv install {python} (the docker engine needs none)",
    )

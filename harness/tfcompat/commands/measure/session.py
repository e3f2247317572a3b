"""A session: what the commands that make environments say before they do, and how they measure cells until the end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tfcompat.environments import durations
from tfcompat.errors import InterruptedRunError, ToolError
from tfcompat.outcomes import Trial
from tfcompat.plan.work import Work
from tfcompat.process import uninterrupted
from tfcompat.run import console
from tfcompat.run.estimate import Estimate, of_work
from tfcompat.run.matrix import BUILDS, Matrix
from tfcompat.run.timeline.trace import recording
from tfcompat.run.workshop import Workshop, needs
from tfcompat.select import shard
from tfcompat.select.cells import Cell


class Executor(StrEnum):
    """Where cells run: on this machine, or on the workers of a Dask cluster."""

    LOCAL = "local"
    DASK = "dask"


@dataclass(frozen=True, kw_only=True)
class Course:
    """How cells are measured: ``prune`` removes each environment after its cell, ``disk`` bounds the bytes of all of them,
    a trace of the run goes to ``timeline``, and the ``newest`` trials of cells say how long each may take. The environments
    of the ``missing`` cells are made. ``scheduler`` is the address of a Dask cluster.
    """

    executor: Executor = Executor.LOCAL
    scheduler: str | None = None
    prune: bool = False
    disk: int | None = None
    timeline: Path | None = None
    newest: Mapping[str, Trial] = field(default_factory=dict)
    missing: Sequence[Cell] = ()


def announce(
    workshop: Workshop, cells: Sequence[Cell], *, prune: bool = False, disk: int | None = None
) -> Sequence[Cell]:
    """Say what will be downloaded and kept, before anything is; ``disk`` bounds what is kept, in bytes.

    The cells whose environment is to be made.
    """
    missing = workshop.without_environment(cells)
    download, size = needs(missing, workshop.package)
    at_once = min(workshop.jobs + 1, len(missing)) if prune else len(missing)  # the next is made while others run
    size = size * at_once // max(1, len(missing))
    console.needs(download, size if disk is None else min(size, disk), workshop.engine.free_disk(), len(missing))
    return missing


def measure(
    workshop: Workshop, works: Sequence[Work | Cell], *, go_on: str, course: Course | None = None
) -> list[Trial]:
    """The trials of the cells, shown as they come; a cell stands for its whole suite.

    Raises InterruptedRunError where it is interrupted, which says what is kept, and that ``go_on`` goes on.
    """
    course = course or Course()
    trials: list[Trial] = []
    estimate = estimate_of(workshop, works, course)
    with console.listening(estimate) as show, recording(course.timeline, show) as emit, kept(workshop, estimate):
        matrix = workshop.matrix(emit, prune=course.prune, disk=course.disk, newest=course.newest)
        try:
            trials.extend(started(matrix, works, workshop, course))
        except (KeyboardInterrupt, BrokenPipeError) as error:  # the latter where standard error was closed
            with uninterrupted():
                raise InterruptedRunError(
                    f"interrupted: {len(trials)} of {len(works)} cells had finished, which are kept in "
                    f"{workshop.store.folder}; {go_on} goes on with the rest"
                ) from error
    return trials


def estimate_of(workshop: Workshop, works: Sequence[Work | Cell], course: Course) -> Estimate:
    """How long the cells may take, by their newest trials and by the environments that were made here before."""
    usual = shard.usual(shard.durations(course.newest))
    built = durations.load(workshop.project.cache, workshop.engine.name)
    builds = {cell.id: durations.expected(cell, built) for cell in course.missing}
    as_works = [work if isinstance(work, Work) else Work(cell=work) for work in works]
    cells = [
        of_work(work, course.newest.get(work.cell.id), usual=usual, build=builds.get(work.cell.id, 0.0))
        for work in as_works
    ]
    return Estimate(cells, jobs=workshop.jobs, builders=BUILDS)


@contextmanager
def kept(workshop: Workshop, estimate: Estimate) -> Iterator[None]:
    """Keep how long the environments took that are made inside this block, for the next estimate."""
    try:
        yield
    finally:
        durations.keep(workshop.project.cache, workshop.engine.name, estimate.built())


def started(matrix: Matrix, works: Sequence[Work | Cell], workshop: Workshop, course: Course) -> Iterator[Trial]:
    """The trials of the cells, each as it comes. Raises ToolError where there is no Dask, or no cluster."""
    if course.executor is Executor.LOCAL:
        return matrix.run(works, workshop.jobs)
    try:
        from tfcompat.run.cluster import driver  # an extra
    except ModuleNotFoundError as error:
        raise ToolError(f"the dask executor needs {error.name}: pip install 'tfcompat[cluster]'") from error
    as_works = [work if isinstance(work, Work) else Work(cell=work) for work in works]
    return driver.run(matrix, as_works, workshop=workshop, scheduler=course.scheduler)

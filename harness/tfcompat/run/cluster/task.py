"""A task: one cell's work as plain data, what a worker does with it, and the record that comes back as bytes."""

import gzip
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tfcompat import project as projects
from tfcompat.environments import locks, staging
from tfcompat.environments.disk import Budget
from tfcompat.environments.locks import Lock
from tfcompat.files import hash_of, write_whole
from tfcompat.outcomes import Trial
from tfcompat.plan.work import Work
from tfcompat.project import Project
from tfcompat.record.lines import Line, dump_line, parse_line, trial_line, verdict_line
from tfcompat.run.events import Event
from tfcompat.run.matrix import Matrix
from tfcompat.run.workshop import Workshop, needs
from tfcompat.select import releases, variants
from tfcompat.select.cells import Cell, cell_named
from tfcompat.trials.file import unpacked
from tfcompat.trials.store import Store

#: The files of images/ that a worker gets: the lists, and what environments are made from.
IMAGES = ("Dockerfile", "bundle.txt", "uv.txt", "releases.toml", "variants.toml", "pythons.toml")
#: Variables of a worker that say where its cache is, as those of the command do.
CACHE = "TFCOMPAT_CACHE"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What all tasks of a run share: the engine, the distribution, what pytest gets, whether environments are removed.

    ``code`` is the hash of the package that sends the tasks: a worker with another one does not run them.
    """

    engine: str
    package: str
    arguments: tuple[str, ...]
    prune: bool
    code: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a worker does in one cell: its id, the text of its lock, and the ids of the scenarios that run, None for all.

    Its machine runs ``among`` cells at once, which share the cores.
    """

    cell: str
    lock: str
    scenarios: tuple[str, ...] | None
    among: int

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()


def parse_task(text: str) -> Task:
    return msgspec.json.decode(text, type=Task)


def task_of(work: Work, lock: Lock, among: int) -> Task:
    """What a worker gets of a cell's work: the outcomes that are reused stay with the driver, which has their trials."""
    return Task(cell=work.cell.id, lock=lock.text, scenarios=work.scenarios, among=among)


def code_hash() -> str:
    """The hash of this package's files."""
    package = Path(projects.__file__).parent
    return hash_of(*(path.read_bytes() for path in sorted(package.rglob("*.py"))))


def project_files(project: Project, suite: Path) -> dict[str, bytes]:
    """The files that a worker needs of a project, by their paths in it; ``suite`` is the staged one, which does not change."""
    images = {f"images/{name}": (project.images / name).read_bytes() for name in IMAGES}
    return images | {f"scenarios/{name}": content for name, content in staging.suite_files(suite).items()}


def stage_project(files: Mapping[str, bytes], cache: Path) -> Project:
    """The project of some files, in the worker's cache, found by their hash or written now."""
    parts = [part for name in sorted(files) for part in (name, files[name])]
    root = cache / "cluster" / "projects" / hash_of(*parts)
    if not root.exists():
        root.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root.parent) as folder:
            staged = Path(folder, "staged")
            for name, content in files.items():
                path = staged / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            staging.publish(staged, root)
    return Project(root=root, cache=cache)


def workshop_of(project: Project, settings: Settings) -> Workshop:
    return Workshop(
        project=project, engine_name=settings.engine, package=settings.package, arguments=settings.arguments
    )


def carry_out(
    task: Task, workshop: Workshop, emit: Callable[[Event], None], *, prune: bool = False, disk: int | None = None
) -> bytes:
    """Run a task on this machine; the record of its trial, packed.

    ``disk`` is the bytes that all environments of this machine may take; None is all that there is.
    """
    project = workshop.project
    cell = cell_named(releases.load(project.releases), variants.load(project.variants), task.cell)
    with tempfile.TemporaryDirectory(dir=project.cache / "cluster") as folder:
        store = Store(Path(folder))
        matrix = Matrix(
            engine=workshop.engine,
            program=workshop.program.shared(task.among),
            scenarios=workshop.suite.scenarios,
            store=store,
            uv=workshop.uv,
            package=workshop.package,
            lock_folders=[lock_folder(task, cell, workshop)],
            emit=emit,
            remove_afterwards=prune,
            budget=Budget(limit=disk, needs=lambda of: needs([of], workshop.package)[1]),
            stopped=workshop.uv.cancelled,
        )
        (trial,) = matrix.run([Work(cell=cell, scenarios=task.scenarios)], jobs=1)
        kept = store.files(task.cell)
        return kept[0].read_bytes() if kept else record_of_hole(trial)


def lock_folder(task: Task, cell: Cell, workshop: Workshop) -> Path:
    """A folder that has the lock of a task, under the name by which locks are found."""
    folder = workshop.project.cache / "cluster" / "locks" / hash_of(task.lock)
    path = folder / locks.file_name(cell, workshop.package)
    if not path.exists():
        write_whole(path, lambda place: place.write_text(task.lock, encoding="utf-8"))
    return folder


def record_of_hole(trial: Trial) -> bytes:
    """The record of a trial that was not kept, because its worker was told to stop or its disk was full."""
    return pack([trial_line(trial.subject), verdict_line(trial.reason, trial.message, trial.seconds)])


def pack(lines: list[Line]) -> bytes:
    return gzip.compress("".join(f"{dump_line(line)}\n" for line in lines).encode("ascii"), mtime=0)


def unpack(record: bytes) -> list[Line]:
    """The lines of a record, unpacked in bounded memory. Raises RecordError where they are not such."""
    return [parse_line(text) for text in unpacked(record).decode("utf-8").splitlines()]

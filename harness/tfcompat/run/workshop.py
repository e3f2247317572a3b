"""The workshop: the engine, the suite and the stores of a command that makes environments, from its options."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import click

from tfcompat import __version__
from tfcompat.environments import locks
from tfcompat.environments.disk import Budget
from tfcompat.environments.engine import Engine, LockedCell
from tfcompat.environments.engines.docker import bases
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.environments.engines.local import LocalEngine
from tfcompat.environments.locks import DEFAULT_PACKAGE, Lock
from tfcompat.environments.uv import Uv
from tfcompat.errors import ToolError
from tfcompat.outcomes import Trial
from tfcompat.plan import staged
from tfcompat.plan.digested import Digested, digested
from tfcompat.plan.keys import Keys, keys
from tfcompat.plan.valid import Anew, Known, Planned, work_of
from tfcompat.plan.work import Work
from tfcompat.project import Project
from tfcompat.record.lines import SCHEMA, HeaderLine
from tfcompat.run.events import Event
from tfcompat.run.manifest import Manifest
from tfcompat.run.matrix import Matrix
from tfcompat.select.cells import Cell
from tfcompat.select.shard import Shard, durations
from tfcompat.suite.program import Program
from tfcompat.trials.current import newest
from tfcompat.trials.store import Store

#: Bytes that a cell takes while it runs, for how many run at once.
CELL_MEMORY = 1 << 30
#: Bytes on disk of an environment for each byte of TensorFlow's wheel, with all that comes with it and byte-code:
#: `python -m benchmarks.sizes` measures it. The download beside the wheel is an estimate, in bytes.
INSTALLED, OTHER_DOWNLOAD = 5.6, 90_000_000
#: Where an error of Docker goes on with what to do about it.
ADVICE = re.compile(r": (?:start one|make stand-ins)\b")
#: How many times the size of tensorflow-cpu's wheel another distribution's is, at most.
LARGER = 3


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """One command's choices: which engine and distribution, how many cells at once, and of which part of the suite.

    ``arguments`` are what pytest gets, and ``scenarios`` the ids that are asked of what it leaves; None is all of that.
    ``pythons`` are those of the cells, for which Docker needs base images.
    """

    project: Project
    engine_name: str
    package: str = DEFAULT_PACKAGE
    jobs: int = 1
    arguments: tuple[str, ...] = ()
    scenarios: tuple[str, ...] | None = None
    output: Path | None = None
    pythons: tuple[str, ...] = ()
    uv: Uv = field(default_factory=Uv)

    @cached_property
    def engine(self) -> Engine:
        """The engine that was asked for; ``auto`` takes Docker where an engine answers and has what images stand on, or can
        get it, and else says why not.

        Raises ToolError where Docker was asked for and no engine answers.
        """
        if self.engine_name != "local":
            try:
                return self.docker()
            except ToolError as error:
                if self.engine_name == "docker":
                    raise
                click.echo(f"using local environments: {ADVICE.split(str(error))[0]}", err=True)
        return LocalEngine(self.project.cache / "environments", self.uv)

    def docker(self) -> Engine:
        """The docker engine. Raises ToolError where none answers or, where another will do, the base images cannot be had."""
        engine = DockerEngine(self.project.images, self.project.cache)
        if self.engine_name == "auto":
            bases.require(self.pythons)
        return engine

    @cached_property
    def program(self) -> Program:
        """What runs in the cells."""
        return staged.program(self.project, self.uv, self.arguments)

    @property
    def partial(self) -> bool:
        """Whether only a part of the suite is asked."""
        return bool(self.arguments) or self.scenarios is not None

    @property
    def store(self) -> Store:
        """Where trials go; those of a part of the suite are kept apart, for they must not become the current ones."""
        if self.partial:
            return Store(self.project.cache / "partial")
        return Store(self.results / "trials", [self.project.trials] if self.output else [], confirms=True)

    @property
    def results(self) -> Path:
        """The folder that gets the trials and the manifests of runs."""
        return self.output or self.project.reports

    @cached_property
    def measured(self) -> Store:
        """The trials of whole runs, of which outcomes are reused, and which tell how long a cell takes."""
        return replace(self, arguments=(), scenarios=None).store

    def manifest(self, cells: Iterable[Cell], share: Iterable[Cell], planned: Iterable[Cell], shard: Shard) -> Manifest:
        """What this run plans now: to measure ``cells`` of its ``share``, which is a part of what all its shards plan."""
        measured = [cell.id for cell in cells]
        return Manifest(
            suite=self.program.suite_hash,
            engine=self.engine.name,
            package=self.package,
            started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            tfcompat=__version__,
            shard=str(shard),
            cells=tuple(measured),
            reused=tuple(cell.id for cell in share if cell.id not in measured),
            planned=tuple(cell.id for cell in planned),
        )

    @property
    def lock_folders(self) -> list[Path]:
        """Where locks are: the committed ones, then those that were made on demand."""
        return [self.project.locks, self.project.cache / "locks"]

    @cached_property
    def suite(self) -> Digested:
        """The scenarios of the suite, and what each depends on. Raises DataError where the suite is broken."""
        return digested(self.program, self.project.cache)

    @cached_property
    def keys(self) -> Keys:
        """The keys of the scenarios, by which it is known which outcomes are still valid."""
        return keys(self.engine, self.program, self.suite.recorder, self.suite.digests)

    def planned(self, cell: Cell, anew: Anew) -> Planned:
        """What there is to do in a cell; ``anew`` is what runs although its outcome is valid."""
        lock, newest = self.lock(cell), self.measured.newest(cell.id, self.engine.name)
        if self.partial or anew.all or lock is None:
            part = self.scenarios is not None
            return Planned(work=Work(cell=cell, scenarios=self.scenarios, alone=part), newest=newest)
        known = Known(
            newest=newest,
            keys=self.keys.of(LockedCell(cell=cell, lock=lock)),
            header=HeaderLine(schema=SCHEMA, suite=self.program.suite_hash, versions=dict(newest.versions))
            if newest
            else None,
        )
        return Planned(work=work_of(cell, known, self.program.suite_hash, anew), newest=newest)

    def keys_of(self, locked: LockedCell) -> Mapping[str, str]:
        """The keys that outcomes get; those of a part of the suite, which is not kept, need none."""
        return {} if self.partial else self.keys.of(locked)

    def matrix(
        self,
        emit: Callable[[Event], None] = lambda event: None,
        *,
        prune: bool = False,
        disk: int | None = None,
        newest: Mapping[str, Trial] | None = None,
    ) -> Matrix:
        """The matrix of this workshop. ``disk`` bounds the bytes of its environments; the ``newest`` trials of cells say
        how long each takes, and which was used last.
        """
        before = newest or {}
        return Matrix(
            engine=self.engine,
            program=self.program,
            scenarios=self.suite.scenarios,
            store=self.store,
            uv=self.uv,
            package=self.package,
            lock_folders=self.lock_folders,
            emit=emit,
            remove_afterwards=prune,
            budget=Budget(
                limit=disk,
                needs=lambda cell: needs([cell], self.package)[1],
                last_used={cell: trial.subject.started for cell, trial in before.items()},
            ),
            durations=durations(before),
            keys=self.keys_of,
            stopped=self.uv.cancelled,
        )

    def lock(self, cell: Cell) -> Lock | None:
        return locks.find(cell, self.package, self.lock_folders)

    def without_environment(self, cells: Iterable[Cell]) -> list[Cell]:
        """The cells whose environment is yet to be made."""
        return [cell for cell in cells if not self.has_environment(cell)]

    def has_environment(self, cell: Cell) -> bool:
        lock = self.lock(cell)
        return lock is not None and self.engine.has(LockedCell(cell=cell, lock=lock))

    def without_trial(self, cells: Iterable[Cell]) -> tuple[Cell, ...]:
        """The cells whose newest trial by this engine is not one of this suite and lock with its record whole."""
        trials = newest(self.store.read(), self.engine.name)
        return tuple(cell for cell in cells if not self.is_current(cell, trials.get(cell.id)))

    def is_current(self, cell: Cell, trial: Trial | None) -> bool:
        lock = self.lock(cell)
        if trial is None or lock is None or trial.reason is not None:
            return False
        return (trial.subject.suite, trial.subject.lock) == (self.program.suite_hash, lock.digest)


def default_jobs() -> int:
    """How many cells at once: one more than cores, which uses the core of one that waits, within memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min((os.cpu_count() or 1) + 1, memory // CELL_MEMORY))


def needs(cells: Sequence[Cell], package: str = DEFAULT_PACKAGE) -> tuple[int, int]:
    """Bytes to download and of disk that the environments of some cells take, about."""
    times = 1 if package == DEFAULT_PACKAGE else LARGER
    wheels = sum(cell.release.megabytes * 1_000_000 * times for cell in cells)
    return wheels + OTHER_DOWNLOAD * len(cells), int(wheels * INSTALLED)

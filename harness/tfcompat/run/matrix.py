"""The matrix: the order in which a cell gets its lock, its environment and its trial, for all the cells of a run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

from tfcompat import __version__
from tfcompat.environments import locks
from tfcompat.environments.engine import Engine, LockedCell, Sandbox
from tfcompat.environments.locks import Lock
from tfcompat.errors import DISK_FULL, system_message
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial, interrupted
from tfcompat.run import schedule
from tfcompat.run.events import Event, Finished, Progressed, Stage, Staged
from tfcompat.run.trial import Write, conduct, no_trial
from tfcompat.select.cells import Cell
from tfcompat.suite.program import Program
from tfcompat.trials.store import Store


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """What a run shares: the engine, the suite to run, where locks are and where trials go."""

    engine: Engine
    program: Program
    store: Store
    uv: locks.RunUv
    package: str
    lock_folders: Sequence[Path]
    emit: Callable[[Event], None]
    remove_afterwards: bool = False
    stopped: Flag = field(default_factory=Flag)

    def run(self, cells: Sequence[Cell], jobs: int) -> Iterator[Trial]:
        """The trials of the cells, each as it ends. On an interruption all that runs is ended first.

        The cores are shared among those that run at once; the last cells, with fewer beside them, have more each.
        """
        turns = [(cell, self.program.shared(min(jobs, len(cells) - index))) for index, cell in enumerate(cells)]
        with schedule.workers(jobs, self.cancel) as executor:
            for (cell, _), trial in schedule.run(turns, lambda turn: self.run_cell(*turn), executor, jobs):
                self.emit(Finished(cell=cell.id, trial=trial))
                yield trial

    def cancel(self) -> None:
        self.stopped.set()
        self.engine.cancel()

    def run_cell(self, cell: Cell, program: Program) -> Trial:
        """One cell's trial, kept in the store; where there is no answer, the trial that says why."""
        lock = None
        try:
            with trouble_is_no_answer():
                lock = self.lock(cell)
                sandbox = self.sandbox(LockedCell(cell=cell, lock=lock))
            return self.measure(cell, lock, sandbox, program)
        except NoAnswerError as error:
            return self.hole(cell, error, lock)
        finally:
            if self.remove_afterwards and lock is not None:
                self.engine.remove(LockedCell(cell=cell, lock=lock))

    def lock(self, cell: Cell) -> Lock:
        """The lock of a cell: of the first folder that has it, or made now and kept in the last."""
        lock = locks.find(cell, self.package, self.lock_folders)
        if lock is None:
            self.emit(Staged(cell=cell.id, stage=Stage.LOCKING))
            lock = locks.make(cell, self.package, self.uv, self.lock_folders)
            locks.save(lock, self.lock_folders[-1] / locks.file_name(cell, self.package))
        return lock

    def sandbox(self, locked: LockedCell) -> Sandbox:
        """The environment of a cell: the one that the engine has, or made now."""
        sandbox = self.engine.find(locked)
        if sandbox is None:
            self.emit(Staged(cell=locked.cell.id, stage=Stage.BUILDING))
            sandbox = self.engine.build(locked)
        return sandbox

    def measure(self, cell: Cell, lock: Lock, sandbox: Sandbox, program: Program) -> Trial:
        self.emit(Staged(cell=cell.id, stage=Stage.RUNNING))

        def progress(done: int, planned: int) -> None:
            self.emit(Progressed(cell=cell.id, done=done, planned=planned))

        subject = self.subject(cell, lock, sandbox.environment)
        return self.kept(subject, lambda write: conduct(subject, sandbox, program, write, progress))

    def hole(self, cell: Cell, error: NoAnswerError, lock: Lock | None) -> Trial:
        subject = self.subject(cell, lock, "")
        return self.kept(subject, lambda write: no_trial(subject, error, write))

    def kept(self, subject: Subject, make: Callable[[Write], Trial]) -> Trial:
        """A trial, kept in the store unless the run was interrupted or the disk is full."""
        try:
            with disk_full_is_no_answer(), self.store.begin(subject) as writer:
                trial = make(writer.write)
                if self.stopped.is_set():
                    raise interrupted()
        except NoAnswerError as error:
            return no_trial(subject, error, lambda line: None)
        return trial

    def subject(self, cell: Cell, lock: Lock | None, environment: str) -> Subject:
        return Subject(
            cell=cell.id,
            tensorflow=locks.version_in(lock, cell, self.package),
            python=cell.python,
            variant=cell.variant.name,
            package=locks.distribution(cell, self.package),
            engine=self.engine.name,
            environment=environment,
            lock=lock.digest if lock else "",
            suite=self.program.suite_hash,
            started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            tfcompat=__version__,
        )


@contextmanager
def disk_full_is_no_answer() -> Iterator[None]:
    """Turn a full disk into its reason, whatever was being written."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise NoAnswerError(Reason.OUT_OF_DISK, system_message(error)) from error


@contextmanager
def trouble_is_no_answer() -> Iterator[None]:
    """Turn what the system refuses while an environment is made into a reason: the other cells go on."""
    try:
        with disk_full_is_no_answer():
            yield
    except OSError as error:
        raise NoAnswerError(Reason.ENGINE_LOST, system_message(error)) from error

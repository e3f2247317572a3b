"""The matrix: the order in which a cell gets its lock, its environment and its trial, for all the cells of a run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

from tfcompat import __version__, process
from tfcompat.environments import bytecode, locks
from tfcompat.environments.disk import Budget, Disk
from tfcompat.environments.engine import Engine, LockedCell, Sandbox
from tfcompat.environments.locks import Lock
from tfcompat.errors import DISK_FULL, system_message
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial, interrupted
from tfcompat.plan.work import Work, asked
from tfcompat.record.judge import Sources
from tfcompat.record.lines import Line, OutcomeLine, ScenarioFacts
from tfcompat.run import schedule
from tfcompat.run.events import Answered, Event, Finished, Noticed, Progressed, Stage, Staged
from tfcompat.run.schedule import Overlap, Stages
from tfcompat.run.trial import Write, carried_over, conduct, no_trial
from tfcompat.select.cells import Cell
from tfcompat.select.shard import lasts
from tfcompat.suite.program import Program
from tfcompat.trials.store import Store

#: Environments that are made at once: while one is downloaded, another is unpacked and its byte-code compiled.
BUILDS = 2


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What a cell has before it runs: its lock, and its environment where it needs one."""

    lock: Lock
    sandbox: Sandbox | None = None


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Why a cell cannot run, and its lock where it has one."""

    error: NoAnswerError
    lock: Lock | None


Prepared = Ready | Failed


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """What a run shares: the engine, the suite to run, where locks are and where trials go.

    ``scenarios`` are those of the suite. ``keys`` gives the key of each in a locked cell, for its outcome. ``durations``
    has the seconds that cells took when they were measured last: the longest runs first. ``variables`` are set in every
    cell of this run beside its own.
    """

    engine: Engine
    program: Program
    scenarios: Sequence[ScenarioFacts]
    store: Store
    uv: locks.RunUv
    package: str
    lock_folders: Sequence[Path]
    emit: Callable[[Event], None]
    remove_afterwards: bool = False
    budget: Budget = field(default_factory=Budget)
    durations: Mapping[str, float] = field(default_factory=dict)
    keys: Callable[[LockedCell], Mapping[str, str]] = lambda locked: {}
    stopped: Flag = field(default_factory=Flag)
    variables: tuple[tuple[str, str], ...] = ()

    def run(self, cells: Sequence[Work | Cell], jobs: int) -> Iterator[Trial]:
        """The trials of the cells, each as it ends. On an interruption all that runs is ended first.

        ``jobs`` cells run at once, while the environments of others are made; those that have one come first, and of
        these the one that takes longest. The cores are shared among those that run at once; the last cells, with fewer
        beside them, have more each. A cell stands for the work of its whole suite.
        """
        works = [item if isinstance(item, Work) else Work(cell=item) for item in cells]
        works.sort(key=lambda work: (runs(work), -expected(work, self.durations)))
        with schedule.workers(jobs + BUILDS, self.cancelling) as executor:
            overlap = Overlap(works, self.stages(self.disk(works, jobs), jobs), executor)
            for work, whole in overlap.results():
                trial = asked(work, whole)
                self.emit(Finished(cell=work.cell.id, trial=trial))
                yield trial

    def disk(self, works: Sequence[Work], jobs: int) -> Disk:
        """The disk for a run; what is more than the budget, and not needed, goes before anything is made."""

        def notice(cell: str, text: str) -> None:
            self.emit(Noticed(cell=cell, text=text))

        budget = replace(self.budget, keep=self.budget.keep and not self.remove_afterwards)
        disk = Disk(self.engine, budget, [work.cell for work in works if runs(work)], jobs, notice)
        disk.trim()
        return disk

    def stages(self, disk: Disk, jobs: int) -> Stages[Work, Prepared, Trial]:
        return Stages(
            prepare=lambda work: self.prepare(work, disk),
            work=lambda work, prepared, among: self.complete(work, prepared, disk, among),
            is_ready=self.is_ready,
            may_prepare=lambda work, alone: disk.reserve(work.cell, alone),
            preparers=BUILDS,
            width=jobs,
        )

    @contextmanager
    def cancelling(self) -> Iterator[None]:
        """End all that runs, and wait for it in the block: who presses Ctrl-C again would leave containers and half a trial."""
        with process.uninterrupted():
            self.stopped.set()
            self.engine.cancel()
            yield

    def is_ready(self, work: Work) -> bool:
        """Whether a cell has what it needs to run. Where the engine does not answer, the making of it will say so."""
        if not runs(work):
            return True
        lock = locks.find(work.cell, self.package, self.lock_folders)
        try:
            return lock is not None and self.engine.has(LockedCell(cell=work.cell, lock=lock))
        except NoAnswerError:
            return False

    def prepare(self, work: Work, disk: Disk) -> Prepared:
        """A cell's lock and environment, those that are there or made now; where nothing runs, the lock alone."""
        lock = None
        try:
            with trouble_is_no_answer():
                lock = self.lock(work.cell)
                if not runs(work):
                    return Ready(lock=lock)
                disk.make_room(work.cell)
                locked = LockedCell(cell=work.cell, lock=lock, variables_of_run=self.variables)
                return Ready(lock=lock, sandbox=self.sandbox(locked))
        except NoAnswerError as error:
            return Failed(lock=lock, error=error)
        finally:
            disk.built(work.cell)

    def complete(self, work: Work, prepared: Prepared, disk: Disk, among: int) -> Trial:
        """The trial of a cell that is prepared, kept in the store; then its environment goes, if it is to."""
        try:
            return self.trial(work, prepared, among)
        finally:
            if runs(work):
                there = isinstance(prepared, Ready)
                if prepared.lock is not None and not disk.budget.keep:
                    there &= not self.engine.remove(LockedCell(cell=work.cell, lock=prepared.lock))
                disk.release(work.cell, there)

    def trial(self, work: Work, prepared: Prepared, among: int) -> Trial:
        """A cell's trial, kept in the store; where there is no answer, the trial that says why."""
        try:
            if isinstance(prepared, Failed):
                raise prepared.error
            if prepared.sandbox is None:
                return self.carried_over(work, prepared.lock)
            pins = prepared.lock.pins
            package = locks.distribution(work.cell, self.package)
            shared = self.program.shared(among)
            program = replace(shared, scenarios=work.scenarios, pins=pins, package=package)
            return self.measure(work, prepared.lock, prepared.sandbox, program)
        except NoAnswerError as error:
            return self.hole(work.cell, error, prepared.lock)

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
            self.emit(Staged(cell=locked.cell.id, stage=Stage.WAITING))
        return sandbox

    def measure(self, work: Work, lock: Lock, sandbox: Sandbox, program: Program) -> Trial:
        name = work.cell.id
        self.emit(Staged(cell=name, stage=Stage.RUNNING))

        def progress(done: int, planned: int) -> None:
            self.emit(Progressed(cell=name, done=done, planned=planned))

        def conducted(subject: Subject, write: Write) -> Trial:
            def write_and_tell(line: Line) -> None:
                write(line)
                if isinstance(line, OutcomeLine):
                    self.emit(Answered(cell=name, scenario=line.scenario, seconds=line.seconds))

            bytecode.prepare(program, sandbox, work.cell.python)
            return conduct(
                subject,
                sandbox,
                program,
                write_and_tell,
                progress,
                keys=self.keys(LockedCell(cell=work.cell, lock=lock)),
                reused=work.reused,
                sources=self.sources(work.cell),
            )

        return self.kept(self.subject(work.cell, lock, sandbox.environment), conducted)

    def carried_over(self, work: Work, lock: Lock) -> Trial:
        """The trial of a cell in which nothing runs."""
        sources = self.sources(work.cell)
        return self.kept(
            self.subject(work.cell, lock, work.environment),
            lambda subject, write: carried_over(subject, work, write, sources),
        )

    def sources(self, cell: Cell) -> Sources:
        """What the trials of a cell refer to: the suite of this run, earlier ones, and earlier trials of the cell."""
        self.store.know_suite(self.program.suite_hash, self.scenarios)
        return self.store.sources(cell.id)

    def hole(self, cell: Cell, error: NoAnswerError, lock: Lock | None) -> Trial:
        return self.kept(self.subject(cell, lock, ""), lambda subject, write: no_trial(subject, error, write))

    def kept(self, subject: Subject, make: Callable[[Subject, Write], Trial]) -> Trial:
        """A trial, kept in the store unless the run was interrupted or the disk is full; one that makes no sense, as a hole."""
        try:
            with disk_full_is_no_answer():
                self.store.keep_suite(self.program.suite_hash, self.scenarios)
            with disk_full_is_no_answer(), self.store.begin(subject) as writer:
                trial = make(writer.subject, writer.write)
                if self.stopped.is_set():
                    raise interrupted()
        except NoAnswerError as error:
            if error.reason in (Reason.INTERRUPTED, Reason.OUT_OF_DISK):
                return no_trial(subject, error, lambda line: None)
            trouble = error
            return self.kept(subject, lambda subject, write: no_trial(subject, trouble, write))
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


def runs(work: Work) -> bool:
    """Whether a cell's work needs an environment: else its trial is carried over from earlier ones."""
    return work.scenarios != ()


def expected(work: Work, durations: Mapping[str, float]) -> float:
    """The seconds that a cell's work may take: of the whole suite's, the part that its scenarios are."""
    whole = lasts(work.cell, durations)
    if work.scenarios is None:
        return whole
    reused = sum(len(part.scenarios) for part in work.reused)
    return whole * len(work.scenarios) / max(1, len(work.scenarios) + reused)


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

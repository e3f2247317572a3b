"""The driver: gives the cells of a run to the workers of a Dask cluster, and stores each trial as it comes."""

import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Future, KilledWorker, LocalCluster
from distributed.client import ClosedClientError

from tfcompat.environments.engine import LockedCell
from tfcompat.environments.locks import Lock
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError, Subject, Trial
from tfcompat.plan.work import Work, asked
from tfcompat.record.judge import ends
from tfcompat.record.lines import Line, trial_line, verdict_line
from tfcompat.run.cluster import worker
from tfcompat.run.cluster.crew import Crew
from tfcompat.run.cluster.placement import MAKING, Backlog, Job, Member
from tfcompat.run.cluster.records import check, completed, may_try_again, record_of
from tfcompat.run.cluster.task import CACHE, Settings, code_hash, project_files, task_of
from tfcompat.run.cluster.worker import DISK, SLOTS, Supplies, name_of
from tfcompat.run.events import Finished
from tfcompat.run.matrix import Matrix, expected, runs, trouble_is_no_answer
from tfcompat.run.trial import Write, trial_of
from tfcompat.run.workshop import Workshop, needs

#: How often a cell runs again elsewhere because of its machine.
AGAIN = 2
#: Seconds between two looks at the workers, and for a scheduler to answer.
LOOK, ANSWER = 1.0, 15
#: Seconds between two looks at whether a lost scheduler is there again.
GLANCE = 0.1
#: What a client raises whose scheduler is gone; all but the first after it has tried to find it again for a while.
GONE = (OSError, RuntimeError, ClosedClientError)


def run(matrix: Matrix, works: Sequence[Work], *, workshop: Workshop, scheduler: str | None) -> Iterator[Trial]:
    """The trials of some cells, which run on the workers of a cluster, each as it comes; it is in the matrix's store then.

    ``scheduler`` is the cluster's address; without one, worker processes on this machine are started and ended, as many
    as the workshop has jobs. Leaving the iterator ends all that runs. Raises ToolError where there is no cluster, or none
    of its workers can run cells.
    """
    yield from matrix.run([work for work in works if not runs(work)], 1)
    away = [work for work in works if runs(work)]
    if away:
        with connected(scheduler, workshop=workshop, limit=matrix.budget.limit) as client:
            yield from Session(client, workshop, matrix, away).trials()


@contextmanager
def connected(
    scheduler: str | None, *, workshop: Workshop, limit: int | None = None, answer: float = ANSWER
) -> Iterator[Client]:
    """A client of the cluster, or of one that is on this machine for as long as the block, and takes ``limit`` bytes of disk.

    Raises ToolError where no scheduler answers within ``answer`` seconds.
    """
    if scheduler is None:
        with local_cluster(workshop, limit) as cluster, Client(cluster, set_as_default=False) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=answer, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = " ".join(str(error).split())[:200]
        raise ToolError(
            f"no Dask scheduler answers at {scheduler} ({message}): start one with dask scheduler, or leave out --scheduler"
        ) from error
    with client:
        yield client


def local_cluster(workshop: Workshop, limit: int | None) -> LocalCluster:
    """Worker processes on this machine, one a job; their connections are encrypted, and nobody else can use them."""
    return LocalCluster(
        n_workers=workshop.jobs,
        threads_per_worker=1,
        processes=True,
        resources={SLOTS: 1, **({} if limit is None else {DISK: limit / 1e6})},
        security=True,
        dashboard_address=None,
        worker_dashboard_address=None,
        local_directory=str(workshop.project.cache / "cluster" / "dask"),
        env={CACHE: str(workshop.project.cache)},
    )


@contextmanager
def scheduler_is_there() -> Iterator[None]:
    """Raises ToolError where what is asked of the scheduler shows that it is gone."""
    try:
        yield
    except GONE as error:
        raise ToolError(
            "the Dask scheduler is gone: what had finished is kept, and the next run goes on with the rest"
        ) from error


@dataclass(kw_only=True)
class Running:
    """A cell that has been given to a worker, which may be gone meanwhile. When that was, the clock of this machine says."""

    job: Job
    lock: Lock
    subject: Subject
    key: str
    future: Future[Any]
    member: str | None


class Session:
    """One run on a cluster: what waits, what runs, and how often each cell failed by its machine's fault."""

    def __init__(self, client: Client, workshop: Workshop, matrix: Matrix, works: Sequence[Work]) -> None:
        self.client = client
        self.workshop = workshop
        self.matrix = matrix
        self.name = uuid.uuid4().hex[:12]
        self.works = {work.cell.id: work for work in works}
        self.ended: SimpleQueue[Future[Any]] = SimpleQueue()
        self.crew = Crew(client=client, run=self.name, tell=self.ended.put)
        jobs = [Job(cell=name, seconds=expected(work, matrix.durations)) for name, work in self.works.items()]
        self.backlog = Backlog(jobs, self.crew.members)
        self.running: dict[str, Running] = {}
        self.failures: Counter[str] = Counter()
        self.looked = -LOOK

    def trials(self) -> Iterator[Trial]:
        with self.supplied():
            while self.backlog or self.running:
                self.look()
                yield from self.hand_out()
                yield from self.next_ended()

    @contextmanager
    def supplied(self) -> Iterator[None]:
        """Give every worker what it needs; at the end take it away, which ends whatever runs."""
        settings = Settings(
            engine=self.matrix.engine.name,
            package=self.matrix.package,
            arguments=self.workshop.arguments,
            prune=self.matrix.remove_afterwards,
            code=code_hash(),
        )
        files = project_files(self.workshop.project, self.matrix.program.suite)
        name = name_of(self.name)
        self.client.register_plugin(Supplies(settings, files), name=name)
        self.client.subscribe_topic(name, self.hear)
        try:
            yield
        finally:
            self.take_away(name)

    def take_away(self, name: str) -> None:
        """End what runs. Where the scheduler is gone, nobody can be told to."""
        if self.client.status == "running":
            with suppress(*GONE):
                self.client.cancel([running.future for running in self.running.values()])
                self.client.unsubscribe_topic(name)
                self.client.unregister_worker_plugin(name)

    def hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        """Pass on what a worker told of a cell that runs."""
        heard = worker.told(event[1])
        if heard.cell in self.running:
            self.matrix.emit(heard)

    def look(self) -> None:
        """See who is there, if that was not seen just now, and where the cells are that a lost worker ran."""
        now = time.monotonic()
        if now - self.looked < LOOK:
            return
        self.looked = now
        with scheduler_is_there():
            for cell in self.crew.look(now):
                self.running[cell].member = None
            moved = {cell: running.key for cell, running in self.running.items() if running.member is None}
            for cell, member in (self.crew.found(moved) if moved else {}).items():
                self.place(cell, member)

    def place(self, cell: str, member: Member) -> None:
        running = self.running[cell]
        running.member = member.name
        making = 0.0 if cell in member.held else MAKING
        member.running[cell] = time.monotonic() + making + running.job.seconds
        member.held.add(cell)

    @property
    def is_alone(self) -> bool:
        """Whether the scheduler is lost, maybe for a moment: all futures are cancelled then, which says nothing of a cell."""
        return self.client.status != "running"

    def hand_out(self) -> Iterator[Trial]:
        """Give each free slot a cell; the trials of cells that have no lock."""
        if self.is_alone or not self.crew.is_settled(time.monotonic()):
            return
        for member in list(self.crew.members.values()):
            while member.free > 0 and (job := self.backlog.take(member, time.monotonic())):
                try:
                    with trouble_is_no_answer():
                        lock = self.matrix.lock(self.works[job.cell].cell)
                except NoAnswerError as error:
                    yield self.finished(self.matrix.hole(self.works[job.cell].cell, error, None))
                else:
                    self.submit(job, lock, member)

    def submit(self, job: Job, lock: Lock, member: Member) -> None:
        task = task_of(self.works[job.cell], lock, self.crew.among(member))
        key = f"{job.cell}-{self.name}{self.failures[job.cell]}"
        with scheduler_is_there():
            future = self.client.submit(
                worker.run_task,
                self.name,
                task.dump(),
                key=key,
                workers=[member.name],
                allow_other_workers=True,
                resources=self.resources(job, member),
                pure=False,
            )
        subject = self.matrix.subject(self.works[job.cell].cell, lock, "")
        self.running[job.cell] = Running(job=job, lock=lock, subject=subject, key=key, future=future, member=None)
        self.place(job.cell, member)
        future.add_done_callback(self.ended.put)

    def resources(self, job: Job, member: Member) -> dict[str, float]:
        """What a cell takes of a worker: a slot, and where that declares disk, the megabytes of an environment it lacks."""
        disk = self.crew.workers[member.name].disk
        if disk is None:
            return {SLOTS: 1}
        _, size = needs([self.works[job.cell].cell], self.matrix.package)
        kept = job.cell in member.held and not self.matrix.remove_afterwards
        return {SLOTS: 1, DISK: 0 if kept else min(disk, size / 1e6)}

    def next_ended(self) -> Iterator[Trial]:
        """The trial of the next cell that ends, if one does within a moment."""
        try:
            future = self.ended.get(timeout=LOOK)
        except Empty:
            return
        if self.is_alone:
            self.ended.put(future)
            time.sleep(GLANCE)
            return
        if self.crew.admit(future):
            return
        cell = next((cell for cell, running in self.running.items() if running.future is future), None)
        if cell is not None:  # else it was given up, and runs again
            yield from self.take_back(cell, self.running.pop(cell))

    def take_back(self, cell: str, running: Running) -> Iterator[Trial]:
        """A cell that has ended: its trial, unless it failed by its machine's fault and may try another."""
        member = self.crew.members.get(running.member or "")
        if member is not None:
            member.running.pop(cell, None)
        work, gone = self.works[cell], False
        try:
            lines = record_of(running.future)
            check(lines, work, running.lock, self.matrix)
        except NoAnswerError as error:
            gone = isinstance(error.__cause__, KilledWorker)
            lines = [trial_line(running.subject), verdict_line(error.reason, error.message, 0.0)]
        if may_try_again(ends(lines)[1].reason) and self.failures[cell] < AGAIN and not gone:
            self.failures[cell] += 1
            avoid = running.job.avoid | ({running.member} if running.member else set())
            self.backlog.put_back(replace(running.job, avoid=avoid))
        else:
            yield self.kept(work, running, lines)

    def kept(self, work: Work, running: Running, lines: Sequence[Line]) -> Trial:
        """The trial of a record, in the store: its outcomes have their keys, and it has what is reused of earlier trials.

        It began when it was handed out: a worker's clock may be another.
        """
        keys = self.matrix.keys(LockedCell(cell=work.cell, lock=running.lock))
        sources = self.matrix.sources(work.cell)
        _, *others = completed(lines, keys, work.reused, sources)

        def make(subject: Subject, write: Write) -> Trial:
            whole = [trial_line(subject), *others]
            for line in whole:
                write(line)
            return trial_of(whole, sources)

        subject = replace(running.subject, environment=ends(lines)[0].environment)
        return self.finished(asked(work, self.matrix.kept(subject, make)))

    def finished(self, trial: Trial) -> Trial:
        self.matrix.emit(Finished(cell=trial.subject.cell, trial=trial))
        return trial

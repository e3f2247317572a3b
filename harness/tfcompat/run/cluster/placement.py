"""The placement: which cell a worker gets next, so that long cells start first and few environments are made twice."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: Expected seconds of making an environment: a worker waits so long for another that has it already.
MAKING = 60.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """A cell to run: its expected ``seconds``, and the names of the workers that failed at it."""

    cell: str
    seconds: float
    avoid: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Member:
    """A worker: how many cells it runs at once, of which cells it has environments, and when each that it runs ends."""

    name: str
    slots: int
    held: set[str] = field(default_factory=set)
    running: dict[str, float] = field(default_factory=dict)

    @property
    def free(self) -> int:
        return self.slots - len(self.running)

    def free_in(self, now: float) -> float:
        """Seconds until a slot is free. A cell that is overdue is expected to take as long again as it is late."""
        if self.free > 0:
            return 0.0
        return min(abs(end - now) for end in self.running.values())


class Backlog:
    """The jobs that no worker has, by cell; a cell may have several. ``members`` are the workers, by name."""

    def __init__(self, jobs: Iterable[Job], members: Mapping[str, Member]) -> None:
        self.members = members
        self.waiting: dict[str, deque[Job]] = {}
        self.again: list[Job] = []
        for job in sorted(jobs, key=lambda job: (-job.seconds, job.cell)):
            self.waiting.setdefault(job.cell, deque()).append(job)

    def __len__(self) -> int:
        return len(self.again) + sum(map(len, self.waiting.values()))

    def __bool__(self) -> bool:
        return bool(self.again or self.waiting)

    def put_back(self, job: Job) -> None:
        """Let a job that failed run again, before all others."""
        self.again.append(job)

    def take(self, member: Member, now: float) -> Job | None:
        """The job that a worker with a free slot begins, removed from here; None where it had better wait.

        One that failed comes first. Then the longest of those whose environment this worker has, or no worker. Where all
        others have theirs elsewhere, the worker makes another copy of the environment that has most to do, if its jobs
        would wait longer for those that have it than ``MAKING``.
        """
        if job := self.failed(member):
            self.again.remove(job)
            return job
        cell = self.longest(member) or self.most_wanted(now)
        if cell is None:
            return None
        job = self.waiting[cell].popleft()
        if not self.waiting[cell]:
            del self.waiting[cell]
        return job

    def failed(self, member: Member) -> Job | None:
        """A job that failed, but not on this worker; where it failed on all of them, any may try."""
        return next(
            (job for job in self.again if member.name not in job.avoid or self.members.keys() <= job.avoid), None
        )

    def longest(self, member: Member) -> str | None:
        """The cell of the longest job whose environment this worker has, or none: ``waiting`` has the longest first."""
        held_here = [cell for cell in member.held if cell in self.waiting]
        mine = max(held_here, key=self.length, default=None)
        held = set().union(*(other.held for other in self.members.values()))
        new = next((cell for cell in self.waiting if cell not in held), None)
        return max((cell for cell in (mine, new) if cell is not None), key=self.length, default=None)

    def length(self, cell: str) -> float:
        return self.waiting[cell][0].seconds

    def most_wanted(self, now: float) -> str | None:
        """The cell whose last job would wait longest for the workers that have its environment, if longer than ``MAKING``."""
        waits = {cell: self.wait(cell, now) for cell in self.waiting}
        cell = max(waits, key=lambda cell: waits[cell], default=None)
        return cell if cell is not None and waits[cell] > MAKING else None

    def wait(self, cell: str, now: float) -> float:
        """Seconds until the last job of a cell begins, if only the workers that have its environment run them."""
        holders = [member for member in self.members.values() if cell in member.held]
        begins = min(member.free_in(now) for member in holders)
        return begins + (len(self.waiting[cell]) - 1) * self.length(cell) / sum(member.slots for member in holders)

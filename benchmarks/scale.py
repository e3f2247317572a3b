"""Simulates a year of nights on 100 workers, and measures what the driver of a cluster takes: ``python -m benchmarks.scale``.

The cells are every patch × Python × variant; each takes as long as its newest committed trial, or the median of those where
it has none. The order and the placement are the functions that the driver uses; only workers and time are made up. Memory,
processor time and bytes are measured here. It prints a Markdown table; ``--tasks N`` says how many tasks are given to a real
scheduler.
"""

import argparse
import gc
import heapq
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import msgspec
from distributed import Client, Future, LocalCluster

from tfcompat import project
from tfcompat.plan.work import Work
from tfcompat.project import Project
from tfcompat.run.cluster.placement import MAKING, Backlog, Job, Member
from tfcompat.run.cluster.task import Task
from tfcompat.select import releases, variants
from tfcompat.select.cells import Cell, cells
from tfcompat.select.shard import durations, lasts
from tfcompat.trials import confirmed
from tfcompat.trials.current import newest
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

ROOT = Path(__file__).resolve().parent.parent
WORKERS, NIGHTS = 100, 365
#: Seconds of making an environment on a worker. Docker built the 20 default images here in 490 s, one after the other, from
#: a package index that is near: 26 s each. A worker with a slower network takes longer, so the placement's own figure is used.
BUILD = MAKING
#: Which part of the cells a night measures anew; of the others it runs what is new, and that is nothing on most nights.
ROTATION = 10
#: Tasks given to a real scheduler unless --tasks says otherwise, and how many are under way at once in bounded windows.
TASKS, WINDOW = 5_000, 2 * WORKERS


@dataclass(kw_only=True)
class Outcome:
    """What a simulated run took: seconds until its last cell ended, and environments that were made."""

    makespan: float = 0.0
    made: int = 0
    ran: int = 0
    processor: float = 0.0


@dataclass(kw_only=True)
class Cluster:
    """Workers with their environments, which stay from run to run."""

    members: dict[str, Member] = field(
        default_factory=lambda: {f"w{index}": Member(name=f"w{index}", slots=1) for index in range(WORKERS)}
    )

    def run(self, jobs: Iterable[Job]) -> Outcome:
        """Simulate a run: each free worker takes what the placement gives it, and is free again when that has ended."""
        outcome, ends, started = Outcome(), list[tuple[float, str]](), time.process_time()
        backlog = Backlog(jobs, self.members)
        while backlog or ends:
            for member in [member for member in self.members.values() if member.free > 0]:
                if (job := backlog.take(member, outcome.makespan)) is None:
                    continue
                making = 0.0 if job.cell in member.held else BUILD
                outcome.made += job.cell not in member.held
                member.held.add(job.cell)
                member.running[job.cell] = outcome.makespan + making + job.seconds
                heapq.heappush(ends, (member.running[job.cell], member.name))
            outcome.makespan, name = heapq.heappop(ends)
            self.members[name].running.clear()
            outcome.ran += 1
        outcome.processor = time.process_time() - started
        return outcome


def bound(jobs: Sequence[Job], build: float) -> float:
    """Seconds that no placement can go below: the work by the workers, or the longest cell."""
    work = sum(job.seconds for job in jobs) + build * len({job.cell for job in jobs})
    return max(work / WORKERS, max(job.seconds for job in jobs) + build)


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--tasks", type=int, default=TASKS, help="tasks given to a real scheduler")
    tasks = parser.parse_args().tasks
    here = project.find(str(ROOT), None)
    every = every_cell(here)
    seconds = durations(newest(Store(here.trials).read()))
    jobs = [Job(cell=cell.id, seconds=lasts(cell, seconds)) for cell in every]
    print(
        f"{len(every)} cells, of which {len(seconds)} have a recorded duration; {WORKERS} workers, one cell at a time each\n"
    )
    print("| a run of | cell runs | took | lower bound | ratio | environments made | driver's CPU |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    simulated(jobs)
    print("\n| what | measured |\n| --- | --- |")
    for line in [*driver(every, here, tasks), *store(here, len(every))]:
        print(f"| {' | '.join(line)} |")
    return 0


def every_cell(here: Project) -> tuple[Cell, ...]:
    """Every patch × Python × variant."""
    chosen = releases.select(releases.load(here.releases), "all")
    return cells(chosen, python="all", variants=variants.select(variants.load(here.variants), "all"))


def simulated(jobs: Sequence[Job]) -> None:
    """The rows of what is simulated."""
    year = [job for job in jobs for _ in range(NIGHTS)]
    row("all nights of a year at once, from nothing", year, Cluster().run(year), BUILD)
    cluster = Cluster()
    row("the first night, from nothing", jobs, cluster.run(jobs), BUILD)
    row("the second night, all cells anew", jobs, cluster.run(jobs), 0.0)
    nights = [jobs[night % ROTATION :: ROTATION] for night in range(NIGHTS)]
    outcomes = [cluster.run(night) for night in nights]
    worst = max(zip(nights, outcomes, strict=True), key=lambda pair: pair[1].makespan)
    row(f"a night that measures a part of {ROTATION} anew, the slowest of {NIGHTS}", *worst, 0.0)
    slowest = max(jobs, key=lambda job: job.seconds)
    others = [job for job in jobs if job is not slowest]
    row(f"all cells anew but {slowest.cell}", others, cluster.run(others), 0.0)


def row(name: str, jobs: Sequence[Job], outcome: Outcome, build: float) -> None:
    least = bound(jobs, build)
    print(
        f"| {name} | {outcome.ran:,} | {outcome.makespan:,.0f} s | {least:,.0f} s | {outcome.makespan / least:.2f} "
        f"| {outcome.made} | {outcome.processor:.1f} s |"
    )


def driver(every: Sequence[Cell], here: Project, tasks: int) -> Iterator[tuple[str, str]]:
    """What the driver keeps for 100,000 works, and what a scheduler and its client take for tasks that do nothing."""
    count = 100_000
    before = resident()
    works = [
        Work(cell=every[index % len(every)], scenarios=("readapt::predict_without_compile",)) for index in range(count)
    ]
    backlog = Backlog([Job(cell=f"{work.cell.id}-{index}", seconds=60.0) for index, work in enumerate(works)], {})
    yield f"driver: {len(backlog):,} works and their backlog", f"{megabytes(resident() - before):.0f} MB"
    texts = sorted(here.locks.glob("*.txt"))
    sizes = [path.stat().st_size for path in texts]
    yield (
        "driver: a cell's lock, read when the cell is given out",
        f"{statistics.mean(sizes) / 1000:.0f} kB, the mean of {len(sizes)}",
    )
    lock = texts[len(texts) // 2].read_text(encoding="utf-8")
    message = Task(cell="tf2.16.2-py3.12", lock=lock, scenarios=None, among=1).dump()
    for name, submit in (("all submitted at once", at_once), (f"{WINDOW} at a time", in_windows)):
        took, peak = real_tasks(message, tasks, submit)
        yield (
            f"scheduler and client: {tasks:,} tasks with a lock of {len(lock) // 1000} kB, {name}",
            f"{megabytes(peak):.0f} MB more ({peak / tasks / 1000:.0f} kB each), {tasks / took:.0f} tasks a second",
        )


def measure_nothing(text: str, index: int) -> bytes:
    """A task of the size of a real one that ends at once."""
    return b"%d" % (len(text) + index)


def real_tasks(message: str, count: int, submit: Callable[[Client, str, int], int]) -> tuple[float, int]:
    """Seconds, and how far the memory of this process, which has the scheduler and the client, rises above what it was."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, resources={"slots": 1}) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        submit(client, message, 10)
        gc.collect()
        before, started = resident(), time.monotonic()
        peak = submit(client, message, count)
        return time.monotonic() - started, max(0, peak - before)


def at_once(client: Client, message: str, count: int) -> int:
    futures = [send(client, message, index) for index in range(count)]
    peak = resident()
    for future in futures:
        future.result()
    return max(peak, resident())


def in_windows(client: Client, message: str, count: int) -> int:
    """As the driver does it: a task is submitted when another has ended, whose result is let go."""
    ended: SimpleQueue[Future[bytes]] = SimpleQueue()
    peak, running = 0, set[Future[bytes]]()
    for index in range(count):
        future = send(client, message, index)
        running.add(future)
        future.add_done_callback(ended.put)
        if len(running) >= WINDOW:
            running.discard(done := ended.get())
            done.result()
        if index % 500 == 0:
            peak = max(peak, resident())
    for future in running:
        future.result()
    return max(peak, resident())


def send(client: Client, message: str, index: int) -> Future[bytes]:
    return client.submit(
        measure_nothing, message, index, key=f"nothing-{count_up()}", resources={"slots": 1}, pure=False
    )


def count_up(counter: Iterator[int] = iter(range(1 << 62))) -> int:  # noqa: B008 -- one counter for the whole program
    return next(counter)


def store(here: Project, count: int) -> Iterator[tuple[str, str]]:
    """What a year adds to the store, from the bytes of real trials and of a real line that confirms one."""
    trials = Store(here.trials)
    files = trials.files()
    size = statistics.mean(path.stat().st_size for path in files)
    line = confirmed.line_of(trials.trial(files[-1]), files[-1], SUFFIX)
    short = len(msgspec.json.encode(line)) + 1
    yield "store: a trial, packed", f"{size / 1000:.1f} kB, the mean of {len(files)}"
    yield "store: a line that confirms a trial", f"{short} bytes"
    yield (
        f"store: a year of nights that measure all {count} cells, each a file",
        f"{count * NIGHTS * size / 1e9:.1f} GB",
    )
    yield "store: the same, each a line", f"{count * NIGHTS * short / 1e6:.0f} MB"
    anew = count * NIGHTS // ROTATION
    yield f"store: a year of nights that measure a part of {ROTATION} anew, each a line", f"{anew * short / 1e6:.1f} MB"


def resident() -> int:
    """The bytes of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def megabytes(amount: int) -> float:
    return amount / 1e6


if __name__ == "__main__":
    sys.exit(main())

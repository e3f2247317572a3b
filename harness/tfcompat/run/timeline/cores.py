"""The cores: how busy they are while a run goes on, by the counters of the system."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

#: Seconds between two looks at the counters, and how many looks are kept: where there are more, every second one goes.
PERIOD, MOST = 0.5, 20_000
#: The system's counters; other systems than Linux do not have them.
COUNTERS = Path("/proc/stat")


@dataclass(frozen=True, kw_only=True)
class Look:
    """The counters at a moment: seconds since the run began, and the ticks that all cores were idle, and had, until then."""

    moment: float
    idle: int
    ticks: int


@dataclass(frozen=True, kw_only=True)
class Busy:
    """How many cores were busy, on average, from one moment to another; both are seconds since the run began."""

    start: float
    end: float
    cores: float


def look(moment: float, counters: Path = COUNTERS) -> Look | None:
    """The counters now; None where the system has none. A core that waits for a disk is idle."""
    try:
        fields = [int(word) for word in counters.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    except (OSError, ValueError):
        return None
    return Look(moment=moment, idle=sum(fields[3:5]), ticks=sum(fields)) if fields else None


def busy(looks: Sequence[Look], cores: int) -> Iterator[Busy]:
    """How many of the cores were busy between each two looks."""
    for before, after in pairwise(looks):
        ticks = after.ticks - before.ticks
        idle = min(1.0, max(0.0, (after.idle - before.idle) / ticks)) if ticks > 0 else 0.0
        yield Busy(start=before.moment, end=after.moment, cores=cores * (1.0 - idle))


@contextmanager
def watching(now: Callable[[], float], counters: Path = COUNTERS, period: float = PERIOD) -> Iterator[list[Look]]:
    """Looks at the counters until the block ends, one at its start and one at its end; the list grows meanwhile."""
    looks: list[Look] = []
    over = threading.Event()

    def take() -> None:
        if (taken := look(now(), counters)) is not None:
            looks.append(taken)

    def watch() -> None:
        pause = period
        while not over.wait(pause):
            take()
            if len(looks) > MOST:
                del looks[1::2]
                pause *= 2

    take()
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield looks
    finally:
        over.set()
        watcher.join()
        take()

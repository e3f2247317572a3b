"""The trace: a run's timeline as a file of trace events, which Perfetto and Chrome's about:tracing open."""

import json
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tfcompat import __version__
from tfcompat.errors import TfcompatError, system_message
from tfcompat.escape import printable
from tfcompat.files import write_whole
from tfcompat.run.events import Event
from tfcompat.run.timeline.cores import Busy, Look, busy, watching
from tfcompat.run.timeline.slices import Slice, Slices

#: Characters of a name.
LONGEST = 200
#: The name of the counter of busy cores.
BUSY = "busy cores"
#: A trace event.
TraceEvent = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What a trace says of the whole run: its cores and seconds, and the CPU seconds that its own processes took.

    The processes are those that the run started itself and that have ended, so not Docker's containers. So many scenarios
    were ``left_out``.
    """

    cores: int
    seconds: float
    own: float
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Where the core time of a run went: ``idle``, to the run's ``own`` processes, or to ``others``; together they are 1."""

    idle: float
    own: float

    @property
    def others(self) -> float:
        return max(0.0, 1.0 - self.idle - self.own)


@contextmanager
def recording(path: Path | None, emit: Callable[[Event], None]) -> Iterator[Callable[[Event], None]]:
    """A function that hands events on to ``emit``, and keeps them for the trace that ``path`` gets when the block ends.

    The file is written at once, so that a path that cannot be written is known before the run. Raises TfcompatError
    then. Without a path nothing is kept.
    """
    if path is None:
        yield emit
        return
    began, spent = time.monotonic(), own_seconds()

    def now() -> float:
        return time.monotonic() - began

    slices = Slices(now)

    def hear(event: Event) -> None:
        slices(event)
        emit(event)

    write(path, document([], [], Whole(cores=cores(), seconds=0.0, own=0.0)))
    looks: list[Look] = []
    try:
        with watching(now) as looks:
            yield hear
    finally:
        slices.close()
        whole = Whole(cores=cores(), seconds=now(), own=own_seconds() - spent, left_out=slices.left_out)
        write(path, document(slices.kept, looks, whole))


def cores() -> int:
    return os.cpu_count() or 1


def own_seconds() -> float:
    """CPU seconds of this process, and of those that it started and that have ended."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def write(path: Path, trace: Mapping[str, Any]) -> None:
    """Write a trace whole. Raises TfcompatError where its file cannot be written."""
    text = json.dumps(trace, separators=(",", ":"), allow_nan=False)
    try:
        write_whole(path, lambda place: place.write_text(text, encoding="ascii"))
    except OSError as error:
        message = system_message(error, path)
        raise TfcompatError(f"the timeline cannot be written, name another file with --timeline: {message}") from error


def document(slices: Sequence[Slice], looks: Sequence[Look], whole: Whole) -> dict[str, Any]:
    """The trace of a run: a group of tracks for each cell, after one for the cores. Times are microseconds."""
    groups = {cell: number for number, cell in enumerate(dict.fromkeys(part.cell for part in slices), 1)}
    return {
        "traceEvents": [
            *counters(list(busy(looks, whole.cores))),
            *(label for cell, number in groups.items() for label in labels(cell, number)),
            *(complete(part, groups[part.cell]) for part in slices),
        ],
        "displayTimeUnit": "ms",
        "otherData": {"tfcompat": __version__, **asdict(whole)},
    }


def complete(part: Slice, group: int) -> TraceEvent:
    start = microseconds(part.start)
    return {
        "name": printable(part.name, LONGEST),
        "cat": "scenario" if part.lane else "stage",
        "ph": "X",
        "ts": start,
        "dur": microseconds(part.end) - start,
        "pid": group,
        "tid": part.lane,
        "args": {"cell": printable(part.cell, LONGEST), **({"unfinished": True} if part.unfinished else {})},
    }


def labels(cell: str, group: int) -> Iterator[TraceEvent]:
    """The events that give a cell's tracks its name and their place."""
    yield {"name": "process_name", "ph": "M", "pid": group, "tid": 0, "args": {"name": printable(cell, LONGEST)}}
    yield {"name": "process_sort_index", "ph": "M", "pid": group, "tid": 0, "args": {"sort_index": group}}
    yield {"name": "thread_name", "ph": "M", "pid": group, "tid": 0, "args": {"name": "stages"}}


def counters(measured: Sequence[Busy]) -> Iterator[TraceEvent]:
    """The counter of busy cores: each value holds until the next."""
    if measured:
        for moment, value in [*((part.start, part.cores) for part in measured), (measured[-1].end, 0.0)]:
            arguments = {"busy": round(value, 3)}
            yield {"name": BUSY, "ph": "C", "ts": microseconds(moment), "pid": 0, "tid": 0, "args": arguments}


def microseconds(seconds: float) -> int:
    return round(seconds * 1e6)


def shares(trace: Mapping[str, Any]) -> Shares | None:
    """Where the core time of a recorded run went; None where the system did not count.

    Where other programs ran beside it, they used what the run left idle: only ``own`` is the run's alone then.
    """
    whole = trace["otherData"]
    seen = [(event["ts"] / 1e6, event["args"]["busy"]) for event in trace["traceEvents"] if event["name"] == BUSY]
    if not seen or seen[-1][0] <= seen[0][0]:
        return None
    used = sum(value * (after - before) for (before, value), (after, _) in pairwise(seen))
    return Shares(
        idle=1.0 - used / (whole["cores"] * (seen[-1][0] - seen[0][0])),
        own=whole["own"] / (whole["cores"] * whole["seconds"]),
    )

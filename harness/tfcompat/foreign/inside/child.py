"""A child process inside a cell: it runs in a copy of the user's files, within bounds, and leaves nothing running."""

import base64
import contextlib
import json
import os
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import time
from typing import Any, Callable, Dict, Mapping, Optional, Sequence

#: Seconds between two looks at a process, and the most that count of the time between them: a pause is no work.
LOOK, LONGEST_LOOK = 0.1, 1.0
#: Seconds that pipes may stay open after their process has ended: something that it started may hold them.
GRACE = 1.0
#: What every child sees of the environment beside the cell's own: the same order of sets, and its output as it comes.
VARIABLES = {
    "COLUMNS": "120",
    "LINES": "40",
    "MPLBACKEND": "Agg",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
}

#: Takes bytes as they come.
Sink = Callable[[bytes], None]


def read_settings() -> Dict[str, Any]:
    """The settings: the JSON object before ``--``, cut into as many arguments as it needs."""
    settings: Dict[str, Any] = json.loads("".join(sys.argv[1 : sys.argv.index("--")]))
    return settings


def read_arguments() -> Sequence[str]:
    """What the user's code gets: the arguments after ``--``."""
    return sys.argv[sys.argv.index("--") + 1 :]


def reserve_channel() -> int:
    """The standard output that this program was started with; whatever else prints goes to standard error."""
    channel = os.dup(1)
    os.dup2(2, 1)
    return channel


def write_line(channel: int, **line: Any) -> None:
    """Write a line of JSON, whole."""
    data = json.dumps(line).encode("ascii") + b"\n"
    while data:
        data = data[os.write(channel, data) :]


def limit_process(settings: Mapping[str, Any]) -> None:
    """Bound the memory and the files of this process and of all that it starts, where the system can."""
    for kind, amount in (
        (resource.RLIMIT_DATA, settings["memory"]),
        (resource.RLIMIT_FSIZE, settings["largest_file"]),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(kind)
            lower = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
            resource.setrlimit(kind, (lower, lower))


def copy_of(code: str, settings: Mapping[str, Any]) -> str:
    """A copy of the user's files that may be written into; it goes with the cell."""
    work = os.path.join(settings["scratch"], "work")
    shutil.copytree(code, work)
    return work


def places(settings: Mapping[str, Any], work: str) -> Dict[str, str]:
    """The paths of this cell that may stand in what it prints, by what they are."""
    return {"work": work, "scratch": settings["scratch"], "packages": sys.prefix, "python": sys.base_prefix}


class Bounded:
    """Keeps the beginning and the end of what it is given."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.begin, self.end = b"", b""
        self.left_out = 0

    def __call__(self, data: bytes) -> None:
        room = self.first - len(self.begin)
        self.begin += data[:room]
        self.end += data[room:]
        surplus = len(self.end) - self.last
        if surplus > 0:
            self.left_out += surplus
            self.end = self.end[surplus:]

    def as_json(self) -> Dict[str, Any]:
        """The parts in base64, and how many bytes between them were left out."""
        begin, end = (base64.b64encode(part).decode("ascii") for part in (self.begin, self.end))
        return {"begin": begin, "end": end, "left_out": self.left_out}


def start(argv: Sequence[str], work: str, pass_fds: Sequence[int] = ()) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own, with nothing to read."""
    return subprocess.Popen(
        list(argv),
        cwd=work,
        env={**os.environ, **VARIABLES, "PYTHONNOUSERSITE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=tuple(pass_fds),
        start_new_session=True,
    )


def attend(
    process: "subprocess.Popen[bytes]",
    sinks: Mapping[int, Sink],
    limit: float,
    is_late: Optional[Callable[[], bool]] = None,
) -> bool:
    """Hand over what comes through the pipes of a process until it has ended; whether it was killed for its time.

    ``sinks`` have by file descriptor what takes its bytes. ``limit`` is in seconds; beside it ``is_late`` may say that the
    time is over.
    """
    selector = selectors.DefaultSelector()
    for descriptor in sinks:
        selector.register(descriptor, selectors.EVENT_READ)
    spent, before, late = 0.0, time.monotonic(), False
    ended: Optional[float] = None
    while selector.get_map() or ended is None:
        for key, _ in selector.select(LOOK) if selector.get_map() else []:
            hand_over(selector, key.fd, sinks[key.fd])
        now = time.monotonic()
        spent, before = spent + min(now - before, LONGEST_LOOK), now
        if not late and process.poll() is None and (spent >= limit or (is_late is not None and is_late())):
            late = True
            end(process)
        if ended is None and process.poll() is not None:
            ended = now
        if ended is not None and now - ended > GRACE:
            break
        if not selector.get_map() and ended is None:
            time.sleep(LOOK)
    end(process)
    selector.close()
    return late


def hand_over(selector: selectors.BaseSelector, descriptor: int, sink: Sink) -> None:
    data = os.read(descriptor, 65536)
    if data:
        sink(data)
    else:
        selector.unregister(descriptor)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and all that it started in its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

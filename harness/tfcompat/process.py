"""The one door to other programs: an argument list, a time limit, bounded capture, and nothing left running."""

import os
import select
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO

#: The signals that end a command.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Characters of output that are kept for a message; the end says most.
TAIL = 4000
#: Bytes that one line of a program's output may have before it is cut.
LONGEST_LINE = 4 << 20
#: Seconds between two looks at a program that runs, and the most that count of the time between them.
LOOK, LONGEST_LOOK = 0.1, 1.0
#: Seconds that are read on after a program has ended, of what it left running and still prints.
LINGER = 2.0


@dataclass(frozen=True, kw_only=True)
class Completed:
    """A program that ended: its exit code (negative: a signal), the end of what it printed, and whether it outran its limit."""

    code: int
    output: str
    timed_out: bool = False


def run(
    argv: Sequence[str | Path],
    *,
    limit: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    cancelled: threading.Event | None = None,
) -> Completed:
    """Run a program and wait for it; standard output and error come together. ``limit`` is in seconds.

    Raises FileNotFoundError where the program is not there.
    """
    lines: list[str] = []
    with (
        started(argv, env=env, cwd=cwd, stderr=subprocess.STDOUT) as process,
        deadline(limit, process, cancelled) as expired,
    ):
        for line in lines_of(printed(process)):
            lines.append(line)
            if len(lines) > 2000:
                del lines[:1000]
        process.wait()  # under the limit: a program may close its output and go on
    return Completed(code=process.returncode, output="\n".join(lines)[-TAIL:], timed_out=expired.is_set())


def stream(
    argv: Sequence[str | Path],
    on_line: Callable[[str], None],
    *,
    limit: float,
    env: Mapping[str, str],
    cwd: Path,
    cancelled: threading.Event | None = None,
) -> Completed:
    """Run a program and hand over each line that it prints; its standard error is kept, bounded, as the output."""
    with (
        started(argv, env=env, cwd=cwd, stderr=subprocess.PIPE) as process,
        deadline(limit, process, cancelled) as expired,
    ):
        assert process.stderr is not None
        tail = Tail(process.stderr)
        try:
            for line in lines_of(printed(process)):
                on_line(line)
            process.wait()  # under the limit: a program may close its output and go on
            tail.join(LINGER)
        finally:
            tail.stop()  # something that was left running may hold the pipe for ever
    return Completed(code=process.returncode, output=tail.text(), timed_out=expired.is_set())


class Tail(threading.Thread):
    """Reads a stream to its end and keeps the last of it, so that a program never blocks on a full pipe."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.source = source
        self.kept = b""
        self.over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.is_set():
            if select.select([self.source], [], [], LOOK)[0]:
                data = os.read(self.source.fileno(), 1 << 16)
                if not data:
                    return
                self.kept = (self.kept + data)[-TAIL:]

    def stop(self) -> None:
        """Read no more."""
        self.over.set()
        self.join()

    def text(self) -> str:
        return self.kept.decode("utf-8", "replace")


def interactive(argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
    """Hand the terminal to a program until it ends; the exit code. Ctrl-C, which reaches both, is the program's alone.

    For the main thread. It has a handler, which no program inherits, as it would that SIGINT is ignored.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run([str(part) for part in argv], env=env, cwd=cwd, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A block that no further Ctrl-C, SIGTERM or SIGHUP breaks off: it tidies up after the first, and is to be short.

    In another thread than the main one, which no signal reaches, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def started(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None,
    cwd: Path | None,
    stderr: int,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a session of its own; whatever happens, at the end neither it nor what it started runs."""
    process = subprocess.Popen(
        [str(part) for part in argv],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def deadline(
    limit: float, process: subprocess.Popen[bytes], cancelled: threading.Event | None = None
) -> Iterator[threading.Event]:
    """Kill a program at its limit, or when ``cancelled`` is set; the event that is given says whether the limit was reached.

    On a busy machine the looks come late, so the clock counts and not their number. After a long gap this process or the
    whole machine was stopped: of the gap only a little counts, for a program is not killed for time that it did not have.
    """
    expired, over = threading.Event(), threading.Event()

    def watch() -> None:
        spent, before = 0.0, monotonic()
        while not over.wait(LOOK):
            now = monotonic()
            spent, before = spent + min(now - before, LONGEST_LOOK), now
            if spent >= limit:
                expired.set()
            if expired.is_set() or (cancelled and cancelled.is_set()):
                kill(process)
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield expired
    finally:
        over.set()
        watcher.join()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a program with its process group and, where the system lists processes, the other groups of its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for pid in session(process.pid):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def session(leader: int) -> Iterator[int]:
    """The processes of a session: a cell's scenarios have groups of their own in it."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(int(path.name)) == leader:
                yield int(path.name)


def printed(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What a program prints, piece by piece, until it closes its output or ends: what it left running is not waited for."""
    assert process.stdout is not None
    over = None
    while True:
        ended = process.poll() is not None  # asked first: all that it printed is then in the pipe
        if ended and over is None:
            over = monotonic() + LINGER
        if select.select([process.stdout], [], [], 0 if ended else LOOK)[0]:
            data = os.read(process.stdout.fileno(), 1 << 16)
            if not data or (over is not None and monotonic() > over):
                return
            yield data
        elif ended:
            return


def lines_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines of a stream that comes in pieces, each cut at its bound."""
    rest = bytearray()
    for piece in pieces:
        start = len(rest)
        rest += piece
        while (end := rest.find(b"\n", start)) >= 0 or len(rest) >= LONGEST_LINE:
            end = min(end + 1 if end >= 0 else LONGEST_LINE, LONGEST_LINE)
            yield text_of(rest[:end])
            del rest[:end]
            start = 0
    if rest:
        yield text_of(rest)


def text_of(line: bytes | bytearray) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")

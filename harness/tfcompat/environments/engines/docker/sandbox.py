"""The sandbox of the docker engine: an image of a cell, the options of a container of it, and one run in such a container."""

import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from docker.errors import DockerException, NotFound
from docker.models.containers import Container
from docker.models.images import Image
from requests.exceptions import RequestException

from tfcompat import process
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.environments.engines.docker.connection import answering
from tfcompat.environments.engines.docker.containers import PATIENCE, Containers, remove
from tfcompat.environments.engines.docker.images import CELL, STAND_IN
from tfcompat.environments.uv import last_words
from tfcompat.errors import ToolError
from tfcompat.suite.program import Program

#: Limits of a container beside the program's own: bytes of memory for the cell, processes, size of its /tmp.
MEMORY, PROCESSES, SCRATCH = 4 << 30, 512, "1g"
#: Time limit of a shell, in seconds.
SHELL_LIMIT = 24 * 3600.0
NOBODY = "65534:65534"
#: Paths in a container.
PYTHON, SUITE, BUNDLE, TMP = "/opt/cell/bin/python", "/opt/tfcompat/scenarios", "/opt/tfcompat-bundle", "/tmp"  # noqa: S108
#: Bytes of a container's standard error that are kept.
STDERR_TAIL = 4000


@dataclass(frozen=True, kw_only=True)
class DockerSandbox:
    """An image of a locked cell, and how to run a container of it."""

    image: Image
    locked: LockedCell
    containers: Containers

    @property
    def environment(self) -> str:
        """The digest of the image, and that its base was a substitute where it was one (``images/offline_base.py``)."""
        return (
            f"{self.image.id}, on a stand-in for its base image"
            if STAND_IN in self.image.labels
            else str(self.image.id)
        )

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        try:
            with self.containers.create(self.options(program)) as container:
                return attend(container, program.limit, on_line, self.containers.cancelled)
        except (DockerException, RequestException, OSError) as error:
            return Exit(code=-1, output=f"the Docker engine did not finish: {last_words(str(error))}", lost=True)

    def shell(self, program: Program) -> int:
        """A shell in the same sandbox, by the docker command, which knows how to hand over a terminal."""
        client = shutil.which("docker")
        if client is None:
            raise ToolError("a shell in a container needs the docker command: install it, or use --engine local")
        options = self.options(replace(program, limit=SHELL_LIMIT))
        options |= {"command": [PYTHON, "-q"], "tty": True, "stdin_open": True}
        with answering(), self.containers.create(options) as container:
            return process.interactive([client, "start", "--attach", "--interactive", str(container.id)])

    def options(self, program: Program) -> dict[str, Any]:
        """The options of the container: user nobody, no network, no capabilities, read-only but for a bounded /tmp, limits."""
        return {
            "image": self.image.id,
            "command": program.argv(PYTHON, SUITE, BUNDLE, TMP),
            "name": f"tfcompat-{uuid.uuid4().hex[:12]}",
            "labels": {CELL: self.locked.cell.id, **self.containers.labels(program.limit)},
            "user": NOBODY,
            "network_mode": "none",
            "read_only": True,
            "tmpfs": {TMP: f"size={SCRATCH},mode=1777"},
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges"],
            "mem_limit": MEMORY,
            "memswap_limit": MEMORY,
            "pids_limit": PROCESSES,
            "nano_cpus": int(program.cores * 1e9),
            "environment": {**self.locked.variables, "HOME": TMP},
            "volumes": {
                str(program.suite): {"bind": SUITE, "mode": "ro"},
                str(program.bundle): {"bind": BUNDLE, "mode": "ro"},
            },
            "log_config": {"type": "none"},
        }


def attend(container: Container, limit: float, on_line: Callable[[str], None], cancelled: threading.Event) -> Exit:
    """Start a container, hand over its lines, and end it at its limit; an engine that does not end it is waited for no longer."""
    if cancelled.is_set():  # cancel() removes the containers that it knows of: this one may have come after it
        return Exit(code=-9, output="", lost=True)
    output = container.attach(stdout=True, stderr=True, stream=True, logs=False, demux=True)
    expired, silent = threading.Event(), threading.Event()

    def expire() -> None:
        expired.set()
        remove(container)

    def give_up() -> None:
        silent.set()
        output.close()

    container.start()
    with timer(limit, expire), timer(limit + PATIENCE, give_up):
        complaints = hand_over(output, on_line)
    if silent.is_set():
        return Exit(code=-1, output="the Docker engine did not finish: it says nothing any more", lost=True)
    if expired.is_set() or cancelled.is_set():
        return Exit(code=-9, output=complaints, timed_out=expired.is_set(), lost=not expired.is_set())
    return exit_of(container, complaints)


@contextmanager
def timer(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """A block in which something is done once it has taken some seconds."""
    running = threading.Timer(seconds, act)
    running.daemon = True
    running.start()
    try:
        yield
    finally:
        running.cancel()


def hand_over(output: Iterable[tuple[bytes | None, bytes | None]], on_line: Callable[[str], None]) -> str:
    """Hand over the lines of a container's standard output until it ends; the end of its standard error."""
    rest, tail = b"", b""
    for printed, complained in output:
        tail = (tail + (complained or b""))[-STDERR_TAIL:]
        *lines, rest = (rest + (printed or b"")).split(b"\n")
        for line in lines:
            on_line(line.decode("utf-8", "replace"))
        rest = rest[-process.LONGEST_LINE :]
    return tail.decode("utf-8", "replace")


def exit_of(container: Container, complaints: str) -> Exit:
    """How a container ended. Where the engine no longer knows it, it was lost."""
    try:
        container.wait(timeout=60)
        container.reload()
    except NotFound:
        return Exit(code=-1, output="the container was removed by somebody else", lost=True)
    state = container.attrs["State"]
    return Exit(code=int(state["ExitCode"]), output=complaints, out_of_memory=bool(state["OOMKilled"]))

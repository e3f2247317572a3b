"""A Dask scheduler and workers on the loopback address, each a process of its own with a cache of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.conftest import ROOT

#: What a process of the cluster is started with: no dashboard, and nothing that answers from outside.
QUIET = ("--no-dashboard", "--host", "127.0.0.1", "--port", "0")


@contextmanager
def process(*arguments: str, log: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A ``dask`` command that runs until the end of the block; what it says is in ``log``."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "harness"), **variables}
    with log.open("wb") as output:
        command = [sys.executable, "-m", "dask", *arguments]
        started = subprocess.Popen(command, cwd=log.parent, env=environment, stdout=output, stderr=output)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def cluster(folder: Path, workers: Mapping[str, Path]) -> Iterator[tuple[str, dict[str, subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and the processes by name: its own, and workers, each with its cache and one slot."""
    folder.mkdir()
    with ExitStack() as stack:
        scheduler = stack.enter_context(process("scheduler", *QUIET, log=folder / "scheduler.log"))
        address = address_in(folder / "scheduler.log")
        running = {"scheduler": scheduler}
        for name, cache in workers.items():
            options = ("--name", name, "--no-nanny", "--nthreads", "1", "--resources", "slots=1", "--local-directory")
            command = ("worker", address, "--no-dashboard", "--host", "127.0.0.1", *options, str(folder / name))
            log = folder / f"{name}.log"
            running[name] = stack.enter_context(process(*command, log=log, TFCOMPAT_CACHE=str(cache)))
        yield address, running


def address_in(log: Path, limit: float = 60.0) -> str:
    """The address at which a scheduler says that it listens."""
    end = time.monotonic() + limit
    while "Scheduler at:" not in log.read_text():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)
    line = next(line for line in log.read_text().splitlines() if "Scheduler at:" in line)
    return line.split("Scheduler at:")[1].strip()

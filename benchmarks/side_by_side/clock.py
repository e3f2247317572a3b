"""The clock: wall and CPU seconds of a command, those of its children and of the Docker engine included."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Where the kernel counts the nanoseconds or microseconds of all containers together, those that have ended included.
CGROUP_1 = Path("/sys/fs/cgroup/cpuacct/docker/cpuacct.usage")
CGROUP_2 = Path("/sys/fs/cgroup/docker/cpu.stat")
#: The programs of a Docker engine, which install and unpack layers on behalf of the command.
DAEMONS = ("dockerd", "containerd")
#: Characters of a failed command's output that are shown.
TAIL = 6000


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program with its arguments, its whole environment and the folder that it runs in."""

    argv: Sequence[str | Path]
    env: Mapping[str, str]
    cwd: Path


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Seconds that a command took: on the wall clock, and of CPU."""

    wall: float
    cpu: float


def timed(command: Command, log: Path, allowed: Sequence[int] = (0,)) -> Spent:
    """Run a command to its end, its output added to ``log``. Raises SystemExit where its exit code is not an allowed one."""
    containers = engine_seconds()
    with log.open("ab") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command.argv],
            env=dict(command.env),
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # else it would go on in a folder that is being removed
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        end = log.read_text(errors="replace")[-TAIL:]
        raise SystemExit(f"{command.argv[0]} ended with {process.returncode}, and printed:\n{end}")
    return Spent(wall=wall, cpu=usage.ru_utime + usage.ru_stime + engine_seconds() - containers)


def engine_seconds() -> float:
    """CPU seconds of the Docker engine and of its containers since it was started; 0 where they cannot be read."""
    return container_seconds() + sum(map(daemon_seconds, Path("/proc").glob("[0-9]*/stat")))


def container_seconds() -> float:
    if CGROUP_1.exists():
        return int(CGROUP_1.read_text()) / 1e9
    if CGROUP_2.exists():
        return int(CGROUP_2.read_text().split()[1]) / 1e6
    return 0.0


def daemon_seconds(stat: Path) -> float:
    """CPU seconds of a process and of its ended children, where it is one of the engine's own."""
    try:
        name, _, numbers = stat.read_text().partition("(")[2].rpartition(")")
    except OSError:  # it has ended
        return 0.0
    if name not in DAEMONS:
        return 0.0
    return sum(map(int, numbers.split()[11:15])) / os.sysconf("SC_CLK_TCK")

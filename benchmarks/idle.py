"""Measures how much core time a warm run leaves idle: ``python -m benchmarks.idle [TIMELINE] [OPTION...]``.

Runs the default cells, all of their suite, in local environments that are there, with ``--timeline``, and prints from the
timeline where the core time went. ``OPTION`` goes to ``tfcompat run``; ``TIMELINE`` is the file that stays.

What is idle by the system's counters is right where nothing else runs on the machine. Where something does, it takes what
the run leaves, and nothing seems to be idle. So the wish of the run itself is printed too: how many of its processes
wanted a core, as many as there are cores at most, seen five times a second. A process wants one while it runs or could
run. That does not depend on who else gets the cores.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.speed import ROOT, command
from tfcompat.run.timeline.trace import cores, shares

#: Seconds between two looks at the processes of the run.
PERIOD = 0.2


def main() -> int:
    arguments = sys.argv[1:]
    named = arguments.pop(0) if arguments and not arguments[0].startswith("-") else None
    with tempfile.TemporaryDirectory(prefix="tfcompat-idle-") as folder:
        timeline = Path(named or f"{folder}/timeline.json").absolute()
        process = subprocess.Popen(
            command("run", "--engine", "local", "--fresh", "--output", folder, "--timeline", str(timeline), *arguments),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        wanted = wishes(process)
        trace = json.loads(timeline.read_text())
    whole, split = trace["otherData"], shares(trace)
    print(f"the run took {whole['seconds']:.0f} s on {whole['cores']} cores, exit code {process.returncode}")
    if split is not None:
        print(f"idle core time {split.idle:.1%}, the run's own {split.own:.1%}, others {split.others:.1%}")
    print(f"core time that the run had no use for: {1 - wanted / whole['cores']:.1%}")
    return process.returncode


def wishes(process: "subprocess.Popen[bytes]") -> float:
    """How many cores the processes that a process started, and it itself, wanted on average until it ended."""
    looks = [min(cores(), wanting(process.pid))]
    while process.poll() is None:
        time.sleep(PERIOD)
        looks.append(min(cores(), wanting(process.pid)))
    return sum(looks) / len(looks)


def wanting(root: int) -> int:
    """How many threads of a process and of what it started run or could run now."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pid in numbers(Path("/proc")):
        if status := status_of(Path(f"/proc/{pid}")):
            children[int(status[1])].append(pid)
    family = [root]
    for pid in family:
        family += children[pid]
    tasks = (Path(f"/proc/{pid}/task/{task}") for pid in family for task in numbers(Path(f"/proc/{pid}/task")))
    return sum(status_of(task)[:1] == ["R"] for task in tasks)


def numbers(folder: Path) -> list[int]:
    """The processes or threads in a folder of /proc; none where the process has ended meanwhile."""
    try:
        return [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
    except OSError:
        return []


def status_of(folder: Path) -> list[str]:
    """The state of a process or thread, its parent, and more; nothing where it has ended meanwhile."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


if __name__ == "__main__":
    sys.exit(main())

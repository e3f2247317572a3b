"""Measures what the project promises of speed and memory: ``python -m benchmarks.speed [cold|warm|themes|start]``.

``start`` times ``--help`` and ``list``; ``warm`` runs the default cells in environments that are there; ``cold`` does so
from nothing, with an empty cache of tfcompat and of uv. Each prints one line a figure; peak memory is the harness's own.

``themes`` runs the four themes alone, in local environments that are there, and imports TensorFlow in each of them before
and after, one after the other: the ratio of the two holds on a machine whose speed changes from hour to hour.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tfcompat import project
from tfcompat.commands.options import Selection
from tfcompat.environments.engine import CELL_VARIABLES, LockedCell
from tfcompat.environments.engines.local import LocalSandbox
from tfcompat.run.workshop import Workshop

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 9
#: The files of the four themes.
THEMES = ("test_imports.py", "test_adapt.py", "test_readapt.py", "test_map.py")


def main() -> int:
    what = sys.argv[1] if len(sys.argv) > 1 else "start"
    extra = sys.argv[2:]
    match what:
        case "start":
            for arguments in (["--help"], ["list"], ["list", "--json", "--tf", "all"]):
                print(f"tfcompat {' '.join(arguments)}: {median_seconds(arguments):.2f} s, median of {REPEATS}")
        case "warm":
            run_once([*extra])
        case "themes":
            imports = [seconds_of_imports()]
            elapsed = run_once(["--engine", "local", *extra, "--", "-k", " or ".join(THEMES)])
            imports.append(seconds_of_imports())
            print(f"importing TensorFlow in each: {imports[0]:.0f} CPU seconds before, {imports[1]:.0f} after")
            print(f"the run took {elapsed / statistics.mean(imports):.2f} times what the imports take")
        case "cold":
            with tempfile.TemporaryDirectory(prefix="tfcompat-cold-") as folder:
                run_once([*extra], {"TFCOMPAT_CACHE": f"{folder}/cache", "UV_CACHE_DIR": f"{folder}/uv"})
        case _:
            print("benchmarks.speed: say start, warm, themes or cold", file=sys.stderr)
            return 2
    return 0


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tfcompat", *arguments]


def median_seconds(arguments: list[str]) -> float:
    """The median time of a command, in seconds, from the start of its process to its end."""
    times = []
    for _ in range(REPEATS):
        started = time.monotonic()
        subprocess.run(command(*arguments), check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        times.append(time.monotonic() - started)
    return statistics.median(times)


def run_once(extra: list[str], settings: dict[str, str] | None = None) -> float:
    """Run the default cells in a copy of the project without trials, and say how long that took and in what memory.

    Gives the seconds.
    """
    before = spent_by_children()
    with tempfile.TemporaryDirectory(prefix="tfcompat-bench-") as folder:
        for name in ("images", "scenarios"):
            Path(folder, name).symlink_to(ROOT / name)
        started = time.monotonic()
        process = subprocess.Popen(
            command("--project", folder, "run", *extra),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **(settings or {})},
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, peak_kilobytes(process.pid))
            time.sleep(0.1)
        elapsed = time.monotonic() - started
    print(f"the run took {elapsed:.0f} s on {os.cpu_count()} cores, exit code {process.returncode}")
    print(f"{spent_by_children() - before:.0f} s of CPU in all")
    print(f"peak memory of the harness process: {peak / 1024:.0f} MB")
    return elapsed


def seconds_of_imports() -> float:
    """CPU seconds of importing TensorFlow and its Keras in each of the default cells, one after the other."""
    workshop = Workshop(project=project.find(str(ROOT), os.environ.get("TFCOMPAT_CACHE")), engine_name="local")
    before = spent_by_children()
    for cell in Selection(tf=None, python=None, variant=None, only=None).cells(workshop.project):
        lock = workshop.lock(cell)
        sandbox = workshop.engine.find(LockedCell(cell=cell, lock=lock)) if lock else None
        if not isinstance(sandbox, LocalSandbox):
            raise SystemExit(f"{cell.id} has no local environment: tfcompat images build --engine local makes them")
        command: list[str | Path] = [sandbox.python, "-I", "-B", "-c", "import tensorflow; tensorflow.keras.layers"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env={**os.environ, **CELL_VARIABLES})
    return spent_by_children() - before


def spent_by_children() -> float:
    """CPU seconds of the processes that this one started and that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def peak_kilobytes(pid: int) -> int:
    """The largest resident size that a process has had, in kB; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    sys.exit(main())

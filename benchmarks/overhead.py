"""Measures what the recorder adds to the scenarios of the four themes: ``python -m benchmarks.overhead [RELEASES]``.

For each release, in its local environment: the CPU seconds of the scenario functions called in one process, of each in a fork
of its own with nothing else around it, and of the same scenarios through the recorder, medians of three rounds that take
turns. Two Markdown tables: the figures with their ratios, and where the recorder's seconds go.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.speed import THEMES
from tfcompat import project
from tfcompat.commands.options import Selection
from tfcompat.environments import bytecode
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.local import LocalSandbox
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell
from tfcompat.suite import catalogue
from tfcompat.suite.program import Program

ROUNDS = 3
RELEASES = "2.2,2.9,2.15,2.16,latest"
BARE = Path(__file__).with_name("bare.py")


@dataclass(frozen=True, kw_only=True)
class Costs:
    """CPU seconds in one cell: three ways to run the scenarios, and the parts that they have."""

    together: float
    apart: float
    recorded: float
    start: float
    recorder_start: float
    empty_forks: float
    calls_together: float
    calls_apart: float

    @property
    def parts(self) -> list[float]:
        """Where the recorder's seconds go; they add up to ``recorded``."""
        isolation = self.calls_apart - self.calls_together - self.empty_forks
        known = [self.start, self.recorder_start - self.start, self.calls_together, self.empty_forks, isolation]
        return [*known, self.recorded - sum(known)]


PARTS = (
    "interpreter, TensorFlow",
    "pytest, collection, canary",
    "scenarios, in one process",
    "fork and exit",
    "first use and copied memory in each process",
    "recorder's work for each scenario",
)


def main() -> int:
    workshop = Workshop(project=project.find(None, os.environ.get("TFCOMPAT_CACHE")), engine_name="local")
    listed = catalogue.load(workshop.program, workshop.project.cache).scenarios
    program = replace(
        workshop.program,
        cores=1.0,
        scenarios=tuple(scenario.id for scenario in listed if scenario.file in THEMES and not scenario.fresh),
    )
    selection = Selection(tf=sys.argv[1] if len(sys.argv) > 1 else RELEASES, python=None, variant=None, only=None)
    costs = {str(cell.release.version): measure(workshop, cell, program) for cell in selection.cells(workshop.project)}
    table(
        ["TensorFlow", "one process", "bare forks", "recorder", "recorder ÷ one process", "recorder ÷ bare forks"],
        {name: ratios(cost) for name, cost in costs.items()},
    )
    table(["TensorFlow", *PARTS], {name: [f"{part:.2f}" for part in cost.parts] for name, cost in costs.items()})
    return 0


def measure(workshop: Workshop, cell: Cell, program: Program) -> Costs:
    """The medians of some rounds in the local environment of a cell, after one that is not counted."""
    lock = workshop.lock(cell)
    sandbox = workshop.engine.find(LockedCell(cell=cell, lock=lock)) if lock else None
    if not isinstance(sandbox, LocalSandbox):
        raise SystemExit(f"{cell.id} has no local environment: tfcompat images build --engine local makes them")
    bytecode.prepare(program, sandbox, cell.python)
    rounds = [one_round(sandbox, program) for _ in range(ROUNDS + 1)][1:]
    return Costs(**{name: statistics.median(getattr(cost, name) for cost in rounds) for name in vars(rounds[0])})


def one_round(sandbox: LocalSandbox, program: Program) -> Costs:
    together, apart = (bare(sandbox, program, mode) for mode in ("together", "apart"))
    return Costs(
        together=together["start"] + together["read"] + together["calls"],
        apart=apart["start"] + apart["read"] + apart["calls"],
        recorded=spent(lambda: record(sandbox, program)),
        start=together["start"],
        recorder_start=spent(lambda: record(sandbox, replace(program, scenarios=()))),
        empty_forks=apart["empty"],
        calls_together=together["calls"],
        calls_apart=apart["calls"],
    )


def bare(sandbox: LocalSandbox, program: Program, mode: str) -> dict[str, float]:
    """What ``bare`` says of the functions, in CPU seconds. It has to find as many as the recorder runs."""
    with tempfile.TemporaryDirectory() as scratch:
        command: list[str | Path] = [sandbox.python, "-I", "-B", BARE, mode, program.bundle, program.suite, *THEMES]
        done = subprocess.run(
            command,
            env=sandbox.variables(scratch),
            cwd=scratch,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if said["count"] != len(program.scenarios or ()):
        raise SystemExit(
            f"{said['count']} functions are not the {len(program.scenarios or ())} scenarios of the recorder"
        )
    return said


def record(sandbox: LocalSandbox, program: Program) -> None:
    lines: list[str] = []
    ending = sandbox.run(program, lines.append)
    outcomes = sum('"kind":"outcome"' in line for line in lines) - 1
    if ending.code or outcomes != len(program.scenarios or ()):
        raise SystemExit(f"the recorder ended with {ending.code} after {outcomes} outcomes: {ending.output}")


def spent(action: Callable[[], object]) -> float:
    """CPU seconds of the processes that an action starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratios(cost: Costs) -> list[str]:
    seconds = [f"{value:.2f}" for value in (cost.together, cost.apart, cost.recorded)]
    return [*seconds, f"{cost.recorded / cost.together:.2f}", f"{cost.recorded / cost.apart:.2f}"]


def table(head: list[str], rows: dict[str, list[str]]) -> None:
    """Print a Markdown table, CPU seconds, with the median of each column of figures at its end."""
    columns = zip(*rows.values(), strict=True)
    median = [f"{statistics.median(map(float, column)):.2f}" for column in columns]
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *([name, *row] for name, row in rows.items())]
    for line in [*lines, ["median", *median]]:
        print("| " + " | ".join(line) + " |")
    print()


if __name__ == "__main__":
    sys.exit(main())

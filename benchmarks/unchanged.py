"""Measures a run that has nothing to do: ``python -m benchmarks.unchanged [--engine docker|local]`` prints what it takes.

To measure the whole suite on the default cells first would take hours. So the cells of a clone of this repository get a trial
each in which every scenario of today's suite has a valid outcome: the answers are those of the newest committed trial that has
them all, and the keys are today's. The run is ``tfcompat run``, and it has to say that all outcomes are reused.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.questions import REPEATS, ROOT, Cost, cost_of, median
from benchmarks.speed import command
from tfcompat import project
from tfcompat.commands.options import Selection
from tfcompat.environments.engine import LockedCell
from tfcompat.project import Project
from tfcompat.record.lines import MOMENT, HeaderLine, Line, OutcomeLine, TrialLine, parse_line
from tfcompat.run.workshop import Workshop
from tfcompat.trials.file import SUFFIX, lines_of
from tfcompat.trials.store import Store


def main() -> None:
    arguments = parsed()
    with tempfile.TemporaryDirectory(prefix="tfcompat-unchanged-") as folder:
        clone = Path(folder, "project")
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)  # noqa: S607
        workshop = Workshop(project=project.find(str(clone), None), engine_name=arguments.engine)
        outcomes = fill(workshop)
        costs = [measured(clone, arguments.engine, outcomes) for _ in range(arguments.repeats)]
        cost = median(costs)  # without its memory, of which this program's own is the least
        print(
            f"{outcomes:,} outcomes, engine {workshop.engine.name}: {cost.wall:.2f} s, {cost.cpu:.2f} CPU, "
            f"median of {len(costs)} runs"
        )


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("docker", "local"), default="local")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    return parser.parse_args()


def fill(workshop: Workshop) -> int:
    """Keep a trial of today in each default cell; how many outcomes they have. Raises SystemExit where none can be made."""
    outcomes, suite, engine = 0, workshop.program.suite_hash, workshop.engine.name
    for cell in Selection(tf=None, python=None, variant=None, only=None).cells(workshop.project):
        lock = workshop.lock(cell)
        keys = workshop.keys.of(LockedCell(cell=cell, lock=lock)) if lock else {}
        before = newest_with(workshop.project, cell.id, keys)
        keep(workshop.project, [today(line, suite, engine, keys) for line in before])
        outcomes += len(keys)
    return outcomes


def newest_with(of: Project, cell: str, keys: Mapping[str, str]) -> Sequence[Line]:
    """The lines of the newest trial of a cell that has an outcome of each scenario itself."""
    for path in sorted((of.trials / cell).glob(f"*{SUFFIX}"), reverse=True):
        lines = [parse_line(text) for text in lines_of(path)]
        if keys and keys.keys() <= {line.scenario for line in lines if isinstance(line, OutcomeLine)}:
            return lines
    raise SystemExit(f"no committed trial of {cell} has an outcome of each scenario of today's suite")


def today(line: Line, suite: str, engine: str, keys: Mapping[str, str]) -> Line:
    """A line as a run of today would have written it, of this suite and by this engine."""
    match line:
        case TrialLine():
            started = datetime.now(UTC).strftime(MOMENT)
            return msgspec.structs.replace(line, suite=suite, engine=engine, started=started)
        case HeaderLine():
            return msgspec.structs.replace(line, suite=suite)
        case OutcomeLine():
            return msgspec.structs.replace(line, key=keys.get(line.scenario, line.key))
    return line


def keep(of: Project, trial: Sequence[Line]) -> None:
    (first,) = (line for line in trial if isinstance(line, TrialLine))
    with Store(of.trials).begin(first.subject) as writer:
        for line in trial:
            writer.write(line)


def measured(clone: Path, engine: str, outcomes: int) -> Cost:
    """What a run costs that reuses all outcomes. Raises SystemExit where it does not."""
    with tempfile.TemporaryFile() as output:
        cost, code = cost_of(command("--project", str(clone), "run", "--engine", engine), output)
        output.seek(0)
        if code or f"{outcomes:,} of {outcomes:,} outcomes reused" not in output.read().decode():
            raise SystemExit(f"the run ended with {code}, and did not reuse all {outcomes:,} outcomes")
    return cost


if __name__ == "__main__":
    main()

"""What tfcompat run --against does: outcomes that changed are run again before they are believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import click

from tfcompat.commands.measure.ending import amount, joined
from tfcompat.commands.measure.session import Course, estimate_of
from tfcompat.compare import flaky
from tfcompat.compare.alignment import answers
from tfcompat.compare.causes import OutcomeRow
from tfcompat.compare.changes import answer
from tfcompat.compare.diff import ChangedOutcome, Side, compare
from tfcompat.compare.flaky import Repetition
from tfcompat.door.fill import in_memory
from tfcompat.errors import ExitCode
from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Trial
from tfcompat.plan.work import Work
from tfcompat.publish.terminal import rank
from tfcompat.run import console
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store

#: Characters of an id in a line.
LONGEST = 200
#: What some trials answered: an outcome for each cell and scenario.
Answers = Mapping[tuple[str, str], OutcomeRow]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A changed outcome, what it was when it was run again, and what that shows."""

    changed: ChangedOutcome
    again: tuple[OutcomeRow | None, ...]
    repetition: Repetition


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What became of the changes of a run against its baseline."""

    baseline: str
    settled: tuple[Settled, ...]

    @property
    def blocks(self) -> list[list[str]]:
        """A line for each change, with its cells: what became of it, and whether it repeats; the worst first."""
        found: dict[str, list[str]] = {}
        for outcome in sorted(self.settled, key=how_bad):
            found.setdefault(line_of(outcome), []).append(outcome.changed.cell)
        heading = (
            f"{amount(len(self.settled), 'outcome')} changed against {printable(self.baseline)}; silent harm first:"
        )
        return [[heading], *([f"{joined(cells)}  {line}"] for line, cells in found.items())] if found else []

    @property
    def exit_code(self) -> ExitCode | None:
        """1 where a change repeats; 3 where one could not be run again; None where all that changed is flaky."""
        repetitions = {outcome.repetition for outcome in self.settled}
        if Repetition.REPEATS in repetitions:
            return ExitCode.CHANGED
        return ExitCode.UNKNOWN_CELLS if Repetition.UNANSWERED in repetitions else None


def settle(
    workshop: Workshop, cells: Sequence[Cell], trials: Sequence[Trial], before: Side, *, prune: bool
) -> Settlement:
    """Compare a run with its baseline, run again what changed, and keep what does not repeat."""
    suspects = flaky.suspects(compare(before, Side(name="this run", table=collect(trials))))
    if not suspects:
        click.echo(f"nothing changed against {before.name}", err=True)
        return Settlement(baseline=before.name, settled=())
    click.echo(f"{len(suspects)} outcomes changed against {before.name}: they are run again", err=True)
    changed = [cell for cell in cells if cell.id in {outcome.cell for outcome in suspects}]
    tries = [
        run_again(workshop, changed, suspects, turn, before=trials, prune=prune) for turn in range(1, flaky.TIMES + 1)
    ]
    settled = tuple(settled_by(outcome, tries) for outcome in suspects)
    keep_flaky(workshop, settled)
    return Settlement(baseline=before.name, settled=settled)


def run_again(
    workshop: Workshop,
    cells: Sequence[Cell],
    suspects: Sequence[ChangedOutcome],
    turn: int,
    *,
    before: Sequence[Trial],
    prune: bool,
) -> Answers:
    """What some outcomes are when their cells run again; those trials are kept in the cache, apart from all others."""
    suite = {path.name: path.read_text(encoding="utf-8") for path in workshop.program.suite.glob("*.py")}
    expression = flaky.expression(suspects, suite)
    arguments = (*workshop.arguments, *(("-k", expression) if expression else ()))
    usual = {trial.subject.cell: trial for trial in before}
    again = [Work(cell=cell, scenarios=tuple(of_cell(suspects, cell))) for cell in cells]
    with console.listening(estimate_of(workshop, again, Course(newest=usual))) as emit:
        matrix = replace(
            workshop.matrix(emit, prune=prune),
            program=replace(workshop.program, arguments=arguments),
            store=Store(workshop.project.cache / "again" / str(turn)),
        )
        return answers(in_memory(collect(matrix.run(cells, workshop.jobs))))


def of_cell(suspects: Sequence[ChangedOutcome], cell: Cell) -> list[str]:
    """The scenarios of a cell that changed."""
    return [outcome.scenario for outcome in suspects if outcome.cell == cell.id]


def settled_by(changed: ChangedOutcome, tries: Sequence[Answers]) -> Settled:
    again = tuple(answered.get((changed.cell, changed.scenario)) for answered in tries)
    return Settled(changed=changed, again=again, repetition=flaky.repetition(changed, again))


def how_bad(outcome: Settled) -> tuple[int, int]:
    """What is believed comes first and, of that, what does most harm now."""
    after = outcome.changed.after
    harm = rank(Harm(after["harm"])) if after else 0
    return list(Repetition).index(outcome.repetition), -harm


def line_of(outcome: Settled) -> str:
    """A changed outcome without its cell: what became of it, what it was in turn, and whether that repeats."""
    changed = outcome.changed
    turns = " → ".join(map(answer, (changed.before, changed.after, *outcome.again)))
    word = str(changed.change if outcome.repetition is Repetition.REPEATS else outcome.repetition)
    return f"{printable(changed.scenario, LONGEST)}: {word}: {turns}"


def keep_flaky(workshop: Workshop, settled: Sequence[Settled]) -> None:
    """Keep what did not repeat beside the run's evidence; of a part of the suite nothing is kept."""
    doubtful = [
        flaky.flaky(outcome.changed, outcome.again) for outcome in settled if outcome.repetition is Repetition.FLAKY
    ]
    if doubtful and not workshop.partial:
        click.echo(f"what did not repeat is kept in {flaky.keep(doubtful, workshop.results)}", err=True)

"""What tfcompat run --against does: outcomes that changed are run again before they are believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import click

from tfcompat.compare import flaky
from tfcompat.compare.alignment import answers
from tfcompat.compare.causes import OutcomeRow
from tfcompat.compare.changes import answer
from tfcompat.compare.diff import ChangedOutcome, Side, compare
from tfcompat.compare.flaky import Repetition
from tfcompat.door.fill import in_memory
from tfcompat.errors import ExitCode
from tfcompat.escape import printable
from tfcompat.outcomes import Trial
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


def settle(
    workshop: Workshop, cells: Sequence[Cell], trials: Sequence[Trial], before: Side, *, prune: bool
) -> ExitCode | None:
    """Compare a run with its baseline, run again what changed, say what repeats, and keep what does not.

    The exit code that this asks for; None where nothing changed that repeats.
    """
    suspects = flaky.suspects(compare(before, Side(name="this run", table=collect(trials))))
    if not suspects:
        click.echo(f"nothing changed against {before.name}", err=True)
        return None
    click.echo(f"{len(suspects)} outcomes changed against {before.name}: they are run again", err=True)
    changed = [cell for cell in cells if cell.id in {outcome.cell for outcome in suspects}]
    tries = [run_again(workshop, changed, suspects, turn, prune=prune) for turn in range(1, flaky.TIMES + 1)]
    settled = [settled_by(outcome, tries) for outcome in suspects]
    show(settled)
    keep_flaky(workshop, settled)
    return exit_code(settled)


def run_again(
    workshop: Workshop, cells: Sequence[Cell], suspects: Sequence[ChangedOutcome], turn: int, *, prune: bool
) -> Answers:
    """What some outcomes are when their cells run again; those trials are kept in the cache, apart from all others."""
    suite = {path.name: path.read_text(encoding="utf-8") for path in workshop.program.suite.glob("*.py")}
    expression = flaky.expression(suspects, suite)
    arguments = (*workshop.arguments, *(("-k", expression) if expression else ()))
    with console.listening(cells) as emit:
        matrix = replace(
            workshop.matrix(emit, prune=prune),
            program=replace(workshop.program, arguments=arguments),
            store=Store(workshop.project.cache / "again" / str(turn)),
        )
        return answers(in_memory(collect(matrix.run(cells, workshop.jobs))))


def settled_by(changed: ChangedOutcome, tries: Sequence[Answers]) -> Settled:
    again = tuple(answered.get((changed.cell, changed.scenario)) for answered in tries)
    return Settled(changed=changed, again=again, repetition=flaky.repetition(changed, again))


def show(settled: Sequence[Settled]) -> None:
    """One line for each changed outcome: what became of it, and whether it repeats."""
    for outcome in settled:
        changed = outcome.changed
        turns = " → ".join(map(answer, (changed.before, changed.after, *outcome.again)))
        word = str(changed.change if outcome.repetition is Repetition.REPEATS else outcome.repetition)
        click.echo(f"{changed.cell}  {printable(changed.scenario, LONGEST)}: {word}: {turns}", err=True)


def keep_flaky(workshop: Workshop, settled: Sequence[Settled]) -> None:
    """Keep what did not repeat beside the run's evidence; of a part of the suite nothing is kept."""
    doubtful = [
        flaky.flaky(outcome.changed, outcome.again) for outcome in settled if outcome.repetition is Repetition.FLAKY
    ]
    if doubtful and not workshop.partial:
        click.echo(f"what did not repeat is kept in {flaky.keep(doubtful, workshop.results)}", err=True)


def exit_code(settled: Sequence[Settled]) -> ExitCode | None:
    """1 where a change repeats; 3 where one could not be run again; None where all that changed is flaky."""
    repetitions = {outcome.repetition for outcome in settled}
    if Repetition.REPEATS in repetitions:
        return ExitCode.CHANGED
    return ExitCode.UNKNOWN_CELLS if Repetition.UNANSWERED in repetitions else None

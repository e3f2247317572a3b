"""What ``tfcompat run --against`` does: outcomes that changed are run again before they are believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from tfcompat.errors import ExitCode
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.compare.diff import Row, Side
    from tfcompat.compare.flaky import Verdict
    from tfcompat.outcomes import Outcome, Trial
    from tfcompat.run.workshop import Workshop
    from tfcompat.select.releases import Cell


def baseline(project: Project, name: str | None) -> "Side | None":
    """What a run is compared with, as it is before the run adds to it; None where nothing was named."""
    from tfcompat.compare.baseline import side

    return side(name, project) if name is not None else None


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A changed outcome, what it was when it was run again, and what that shows."""

    row: "Row"
    again: "tuple[Outcome | None, ...]"
    verdict: "Verdict"


def settle(
    workshop: "Workshop", cells: "Sequence[Cell]", trials: "Sequence[Trial]", before: "Side", *, prune: bool
) -> ExitCode | None:
    """Compare a run with its baseline, run again what changed, say what repeats, and keep what does not.

    The exit code that this asks for; None where nothing changed that repeats.
    """
    doubted = doubts(trials, before)
    if not doubted:
        click.echo(f"nothing changed against {before.name}", err=True)
        return None
    click.echo(f"{len(doubted)} outcomes changed against {before.name}: they are run again", err=True)
    chosen = [cell for cell in cells if cell.id in {row.cell for row in doubted}]
    settled = settled_by(doubted, [again(workshop, chosen, doubted, turn, prune=prune) for turn in turns()])
    say(settled)
    keep_flaky(workshop, trials, settled)
    return code(settled)


def turns() -> range:
    from tfcompat.compare.flaky import TIMES

    return range(1, TIMES + 1)


def doubts(trials: "Sequence[Trial]", before: "Side") -> "tuple[Row, ...]":
    """The outcomes of a run that are not what the baseline has; cells that it did not run are none of them."""
    from tfcompat.compare.diff import Side, compare
    from tfcompat.compare.flaky import suspects

    return suspects(compare(before, Side(name="this run", trials=trials)))


def again(
    workshop: "Workshop", cells: "Sequence[Cell]", rows: "Sequence[Row]", turn: int, *, prune: bool
) -> "dict[tuple[str, str], Outcome]":
    """The outcomes of some rows, run again in their cells; those trials are kept in the cache, apart from all others."""
    from tfcompat.compare.flaky import expression
    from tfcompat.run import console
    from tfcompat.trials.store import Store

    suite = {path.name: path.read_text(encoding="utf-8") for path in workshop.program.suite.glob("*.py")}
    chosen = expression(rows, suite)
    arguments = (*workshop.arguments, *(("-k", chosen) if chosen else ()))
    with console.listening(cells) as emit:
        matrix = replace(
            workshop.matrix(emit, prune=prune),
            program=replace(workshop.program, arguments=arguments),
            store=Store(workshop.project.cache / "again" / str(turn)),
        )
        trials = list(matrix.run(cells, workshop.jobs))
    return {(trial.subject.cell, one.scenario): one for trial in trials for one in trial.outcomes}


def settled_by(rows: "Sequence[Row]", tries: "Sequence[Mapping[tuple[str, str], Outcome]]") -> list[Settled]:
    from tfcompat.compare.flaky import verdict

    found = []
    for row in rows:
        seen = tuple(one.get((row.cell, row.scenario)) for one in tries)
        found.append(Settled(row=row, again=seen, verdict=verdict(row, seen)))
    return found


def say(settled: "Sequence[Settled]") -> None:
    """One line for each changed outcome: what became of it, and whether it repeats."""
    from tfcompat.compare.changes import answer
    from tfcompat.escape import printable

    for one in settled:
        name = f"{one.row.cell}  {printable(one.row.scenario, 200)}"
        seen = " → ".join(map(answer, (one.row.before, one.row.after, *one.again)))
        word = str(one.row.change) if one.verdict == "repeats" else str(one.verdict)
        click.echo(f"{name}: {word}: {seen}", err=True)


def keep_flaky(workshop: "Workshop", trials: "Sequence[Trial]", settled: "Sequence[Settled]") -> None:
    """Keep what did not repeat beside the run's evidence; of a part of the suite nothing is kept."""
    from tfcompat.compare.flaky import Verdict, flaky, keep

    subjects = {trial.subject.cell: trial.subject for trial in trials}
    found = [flaky(subjects[one.row.cell], one.row, one.again) for one in settled if one.verdict is Verdict.FLAKY]
    if found and not workshop.arguments:
        click.echo(f"what did not repeat is kept in {keep(found, workshop.results)}", err=True)


def code(settled: "Sequence[Settled]") -> ExitCode | None:
    """1 where a change repeats; 3 where one could not be run again; None where all that changed is flaky."""
    from tfcompat.compare.flaky import Verdict

    verdicts = {one.verdict for one in settled}
    if Verdict.REPEATS in verdicts:
        return ExitCode.CHANGED
    return ExitCode.UNKNOWN_CELLS if Verdict.UNANSWERED in verdicts else None

"""tfcompat history: what changed in a cell, from one of its trials to the next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import click

from tfcompat import ask
from tfcompat.commands.completion import complete_cell, complete_scenario
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option
from tfcompat.commands.terminal import show
from tfcompat.compare.history import History, HistoryTrial, Moment, turns
from tfcompat.escape import printable
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.publish.statuses import QUIET

#: Characters of an observation in a line, and of an id; those of a hash that tell one suite or lock from another.
LONGEST, LONGEST_NAME, HASH = 160, 200, 12


@click.command()
@click.argument("cell", shell_complete=complete_cell)
@click.argument("scenario", required=False, shell_complete=complete_scenario)
@click.option("--all", "everything", is_flag=True, help="Every trial, also those in which nothing changed.")
@json_option
@click.pass_obj
def history(project: Project, cell: str, scenario: str | None, everything: bool, as_json: bool) -> None:
    """Say what changed in CELL from one of its trials to the next, oldest first; or in the outcome of SCENARIO."""
    found = ask.history(evidence_of(project), cell, scenario)
    if as_json:
        click.echo(ask.as_json(found))
    elif scenario is not None:
        show(line for moments in found.scenarios.values() for line in moment_lines(moments, everything=everything))
    else:
        show([*(map(trial_line, found.trials) if everything else ()), *changes(found)], bold=not everything)


def moment_lines(moments: Sequence[Moment], *, everything: bool) -> Iterator[str]:
    """The moments at which an outcome was another than before, and how often it was the same after each; or every moment."""
    if everything:
        yield from map(moment_line, moments)
        return
    turned = [moment.started for moment in turns(moments)]
    for number, start in enumerate(turned):
        end = turned[number + 1] if number + 1 < len(turned) else None
        alike = [one for one in moments if start <= one.started and (end is None or one.started < end)]
        yield moment_line(alike[0])
        if len(alike) > 1:
            more = len(alike) - 1
            yield f"  the same in {more} more trial{'s' if more > 1 else ''}, until {alike[-1].started}"


def changes(found: History) -> Iterator[str]:
    """Each trial in which an outcome was not what it was in the one before, and what became of it; then how many there are."""
    trials = {trial.started: trial for trial in found.trials}
    by_trial: dict[str, list[str]] = {}
    for name, moments in found.scenarios.items():
        for before, after in pairwise(moments):
            by_trial.setdefault(after.started, []).append(f"  {printable(name, LONGEST_NAME)}: {turn(before, after)}")
    earlier = {after.started: before for before, after in pairwise(found.trials)}
    for started in sorted(by_trial):
        yield f"{started}  {trials[started].engine}{differing(earlier.get(started), trials[started])}"
        yield from by_trial[started]
    changed = f"{len(found.scenarios)} outcomes changed" if found.scenarios else "no outcome has changed"
    span = f"{found.trials[0].started} to {found.trials[-1].started}"
    yield f"{changed} in {len(found.trials)} trials of {found.cell}, {span}" + (
        "" if by_trial else "; --all lists them"
    )


def differing(before: HistoryTrial | None, trial: HistoryTrial) -> str:
    """By what a trial differs from the one before it: its engine, suite or lock."""
    names = [name for name in ("engine", "suite", "lock") if before and getattr(before, name) != getattr(trial, name)]
    return f"  (another {' and another '.join(names)})" if names else ""


def turn(before: Moment, after: Moment) -> str:
    """What an outcome was and became: in words, and with what was observed where these are the same."""
    words = [printable(described(moment), LONGEST) for moment in (before, after)]
    if words[0] == words[1]:
        words = [f"{words[0]} {printable(moment.raised or moment.observed, LONGEST)}" for moment in (before, after)]
    return " → ".join(words)


def moment_line(moment: Moment) -> str:
    """What one trial said to a scenario."""
    answer = f"{moment.status.symbol} {printable(described(moment), LONGEST)}"
    more = moment.raised or ("" if moment.status is Status.ANSWERED else moment.observed)
    return (
        f"{moment.started}  {moment.engine}  suite {moment.suite[:HASH]}  {answer} {printable(more, LONGEST)}".rstrip()
    )


def described(moment: Moment) -> str:
    """What an answer is called, and its harm where that needs to be said."""
    return moment.word if moment.harm in QUIET else f"{moment.word} ({moment.harm} harm)"


def trial_line(trial: HistoryTrial) -> str:
    """The line of a trial: how many scenarios have which status, or why there is no answer."""
    words = ", ".join(f"{count} {status}" for status, count in Counter(trial.counts).most_common())
    result = words or f"unknown: {trial.reason}"
    suite, lock = trial.suite[:HASH], trial.lock[:HASH]
    return f"{trial.started}  {trial.engine}  suite {suite}  lock {lock}  {result}"

"""tfcompat bisect: between which patch releases a scenario changed, and which cell to measure next."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from tfcompat import ask
from tfcompat.advise.bisect import Bisection, Hole, State, Turn
from tfcompat.commands.completion import complete_scenario
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option, leave_if
from tfcompat.commands.own.options import NAMES, OF_SCRIPT, search_options
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.escape import printable
from tfcompat.project import Project
from tfcompat.publish.statuses import QUIET

#: Characters of an id or an observation in a line, and how many holes are named.
LONGEST, NAMED = 200, 8


@click.command("bisect")
@click.argument("scenario", metavar="SCENARIO|SCRIPT", shell_complete=complete_scenario)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--good", metavar="RELEASE", help="One end. Default: the oldest release there is.")
@click.option("--bad", metavar="RELEASE", help="The other end. Default: the newest release there is.")
@click.option("--run", "runs", is_flag=True, help="Measure what a binary search needs and was not measured yet.")
@click.option(
    "--axis", is_flag=True, help="Find which distribution decides at each change, by crossed locks: it runs cells."
)
@search_options
@json_option
@click.pass_obj
def bisect_command(
    project: Project,
    /,
    scenario: str,
    good: str | None,
    bad: str | None,
    runs: bool,
    axis: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Say between which neighbouring patch releases SCENARIO changed, by what was measured, each time that it did.

    Where releases in between were not measured, the cell that a binary search needs next is named, and the exit code is 3;
    --run measures it and what follows. SCRIPT is a Python file of yours: it is run as tfcompat try runs it, first on both
    ends; its ARGUMENTS come after --.
    """
    asked = {"good": good, "bad": bad, "axis": axis, **options}
    if is_script(scenario):
        show_search(project, scenario, asked, as_json=as_json)
        return
    refuse_for_scenario(options)
    if not (runs or axis):
        found = ask.bisect(evidence_of(project), scenario, good=good, bad=bad)
        for note in found.notes:
            click.echo(note, err=True)
        click.echo(ask.as_json(found) if as_json else "\n".join(lines(found)))
        runs = any(turn.next for turn in found.turns) and not as_json and wants_to_run()
        leave_if(not runs and any(turn.holes for turn in found.turns), ExitCode.UNKNOWN_CELLS)
    if runs or axis:
        show_search(project, scenario, asked, as_json=as_json)


def is_script(text: str) -> bool:
    """Whether a text names a script, and not a scenario."""
    return text.endswith(".py") and "::" not in text


def wants_to_run() -> bool:
    """Whether a person says that what is missing is to be measured now; nobody is asked but a person at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty() and click.confirm("measure what is missing now?", err=True)


def refuse_for_scenario(options: Mapping[str, Any]) -> None:
    """Raises SelectionError where an option was given that a script alone has."""
    for name, default in OF_SCRIPT.items():
        if options[name] != default:
            raise SelectionError(f"--{NAMES.get(name, name)} is for a script: a scenario is run as the suite runs it")


def show_search(project: Project, text: str, asked: Mapping[str, Any], *, as_json: bool) -> None:
    """Run a search, and show what it found."""
    from tfcompat.commands.own import bisecting  # it makes environments, and a question is to be quick

    search = bisecting.SearchOptions(**asked)
    if is_script(text):
        found = bisecting.of_script(project, Path(text), search)
    else:
        found = bisecting.of_scenario(evidence_of(project), text, search)
    click.echo(ask.as_json(found) if as_json else "\n".join([*lines(found.bisection), *bisecting.lines(found)]))
    leave_if(any(turn.holes for turn in found.bisection.turns), ExitCode.UNKNOWN_CELLS)


def lines(found: Bisection) -> Iterator[str]:
    """The scenario, each of its turns, and what may hide one."""
    yield printable(f"{found.scenario}  {found.title}".rstrip(), LONGEST)
    yield f"  {found.known} releases known, from {at(found.first)} to {at(found.last)}"
    if not found.turns:
        yield "no change is known"
    for turn in found.turns:
        yield from of_turn(turn)
    if found.hidden:
        yield f"not known, between releases that do the same: {holes(found.hidden)}"
    if found.outside:
        yield f"not known, outside of these: {holes(found.outside)}"


def of_turn(turn: Turn) -> Iterator[str]:
    """Where a scenario changed, what it did before and does after, and the cell to measure next."""
    yield f"{turn.before.release} → {turn.after.release}: {turned(turn)}"
    if turn.beside:
        yield f"  not the same beside TensorFlow: {', '.join(f'{name} {a} → {b}' for name, (a, b) in turn.beside.items())}"
    for state in (turn.before, turn.after):
        if state.others:
            yield f"  {state.release} does not do the same in all its cells: {', '.join(state.others)} differ"
    if turn.holes:
        yield f"  somewhere in between, where nothing is known of {holes(turn.holes)}"
    if turn.next:
        yield f"  next: {turn.next.command}  (at most {turn.next.left} cells to measure)"


def turned(turn: Turn) -> str:
    if turn.what == "outcome":
        return f"{said(turn.before)} → {said(turn.after)}"
    before, after = (printable(state.observed or "nothing", LONGEST) for state in (turn.before, turn.after))
    return f"{said(turn.after)}, observed {before} → {after}"


def said(state: State) -> str:
    """What a release does, with its harm where that needs to be said."""
    return printable(state.word if state.harm in QUIET else f"{state.word} ({state.harm} harm)", LONGEST)


def at(state: State) -> str:
    return f"{state.release} ({said(state)})"


def holes(some: Iterable[Hole]) -> str:
    """Releases of which nothing is known, each with the reason."""
    texts = [f"{hole.release} ({hole.reason})" for hole in some]
    return ", ".join(texts[:NAMED]) + (f" and {len(texts) - NAMED} more" if len(texts) > NAMED else "")

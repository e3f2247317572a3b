"""tfcompat bisect: between which patch releases a scenario changed, and which cell to measure next."""

from collections.abc import Iterable, Iterator, Sequence

import click
import msgspec

from tfcompat.advise.bisect import Bisection, Hole, State, Turn, bisect
from tfcompat.advise.matrix import matrix
from tfcompat.ask import lookup
from tfcompat.commands.advise.releases import measured, pythons, single
from tfcompat.commands.completion import complete_scenario
from tfcompat.commands.door import door_of
from tfcompat.commands.options import json_option, leave_if
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.escape import printable
from tfcompat.project import Project
from tfcompat.publish.statuses import QUIET

#: Characters of an id or an observation in a line, and how many holes are named.
LONGEST, NAMED = 200, 8


@click.command("bisect")
@click.argument("scenario", shell_complete=complete_scenario)
@click.option("--good", metavar="RELEASE", help="One end. Default: the oldest release there is.")
@click.option("--bad", metavar="RELEASE", help="The other end. Default: the newest release there is.")
@json_option
@click.pass_obj
def bisect_command(project: Project, scenario: str, good: str | None, bad: str | None, as_json: bool) -> None:
    """Say between which neighbouring patch releases SCENARIO changed, by what was measured, each time that it did.

    Where releases in between were not measured, the cell that a binary search needs next is named with the command that
    measures it, and the exit code is 3. Nothing is run.
    """
    door = door_of(project)
    name = only(lookup.selected(door, [scenario]), scenario)
    releases = pythons(project)
    known = {*releases, *measured(door)}
    found = bisect(
        matrix(door, [name], releases),
        name,
        good=single(good, known) if good else None,
        bad=single(bad, known) if bad else None,
        pythons=releases,
        versions={trial["cell"]: trial["versions"] for trial in door.current()},
    )
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1) if as_json else "\n".join(lines(found)))
    leave_if(any(turn.holes for turn in found.turns), ExitCode.UNKNOWN_CELLS)


def only(names: Sequence[str], text: str) -> str:
    """The one name that there is. Raises SelectionError where there are several."""
    if len(names) == 1:
        return names[0]
    raise SelectionError(f"{text!r} names {len(names)} scenarios: write one of {', '.join(names[:NAMED])}")


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

"""tfcompat upgrade: what stops working from one release to another, what silently changes and what starts."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tfcompat import ask
from tfcompat.advise.effect import BREAKING, Change
from tfcompat.advise.instead import Instead
from tfcompat.advise.upgrade import Changed, Code, Side, Upgrade
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option, leave_if
from tfcompat.commands.paths import NamedPath
from tfcompat.errors import ExitCode
from tfcompat.escape import printable
from tfcompat.project import Project
from tfcompat.publish.statuses import QUIET

#: Changes of each sort that are shown by default, and characters of an id, of an observation or error, and of advice.
SHOWN, LONGEST_NAME, LONGEST, LONGEST_ADVICE = 10, 200, 120, 400
#: What is shown scenario by scenario; of the others there is the number, and with --all each too.
LISTED = (*BREAKING, Change.STARTS_WRONG, Change.STARTS)
#: How many places of the code a line names.
NAMED = 6


@click.command("upgrade")
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=NamedPath())
@click.option("--all", "everything", is_flag=True, help="Show every change, not only the first of each sort.")
@json_option
@click.pass_obj
def upgrade_command(
    project: Project, old: str, new: str, paths: tuple[Path, ...], everything: bool, as_json: bool
) -> None:
    """Say what stops working from TensorFlow OLD to NEW, what silently changes and what starts, the worst first, and what to
    write instead where a finding, a recipe or another import path is known.

    OLD and NEW are releases; a minor such as 2.15 is its last patch. Both are compared as pip installs them, on the Pythons
    that both were measured on. With PATH only what the Python files and notebooks there use is compared; they are read,
    never run. Exit code 1 where something stops working or silently changes.
    """
    found = ask.upgrade(evidence_of(project), old, new, *paths)
    for note in found.notes:
        click.echo(note, err=True)
    text = "\n".join(lines(found, everything=everything))
    click.echo(ask.as_json(found) if as_json else text)
    leave_if(found.breaks, ExitCode.CHANGED)


def lines(found: Upgrade, *, everything: bool) -> Iterator[str]:
    """What was compared, how much changed, and what."""
    cells = ", ".join(f"{before} → {after}" for before, after in found.pairs)
    yield f"TensorFlow {found.old} → {found.new}, {found.compared} scenario{'s' * (found.compared != 1)}, {cells}"
    if found.code:
        yield from of_code(found.code)
    if found.pythons_differ:
        yield "no Python was measured on both: what Python changes is among this"
    yield "; ".join(f"{kind}: {count}" for kind, count in found.counts.items())
    for kind in Change if everything else LISTED:
        changes = [changed for changed in found.changes if changed.change is kind]
        if changes:
            yield ""
            yield f"{kind} ({len(changes)}):"
        shown = changes if everything else changes[:SHOWN]
        for changed in shown:
            yield from of_change(changed)
        if len(changes) > len(shown):
            yield f"  and {len(changes) - len(shown)} more: --all shows them"


def of_code(code: Code) -> Iterator[str]:
    """What was read, and what of it was not compared."""
    yield f"only what {code.files} file{'s' * (code.files != 1)} use{'s' * (code.files == 1)}"
    for says, names in (
        ("not compared, for a condition or a handler decides", code.conditional),
        ("not known, for no scenario asks about it", code.not_asked),
        ("not read", code.unread),
    ):
        if names:
            yield f"{says}: {some(names)}"


def some(names: Sequence[str]) -> str:
    """Some names on a line, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(printable(name, LONGEST_NAME) for name in names[:NAMED]) + more


def of_change(changed: Changed) -> Iterator[str]:
    """A change: what it was and is, what that is seen by, and what to write instead."""
    on = f" on Python {', '.join(changed.pythons)}" if changed.pythons else ""
    yield f"  {printable(changed.scenario, LONGEST_NAME)}{on}: {said(changed.before)} → {said(changed.after)}"
    yield f"    {printable(changed.title, LONGEST_NAME)}"
    if changed.used:
        yield f"    used at {some(changed.used)}"
    before, after = seen(changed.before), seen(changed.after)
    if before != after:
        yield f"    {before or 'nothing'} → {after or 'nothing'}"
    yield from (f"    instead: {printable(of_advice(advice), LONGEST_ADVICE)}" for advice in changed.instead)


def said(side: Side) -> str:
    """What a side is called, and its harm where that needs to be said."""
    word = printable(side.word, LONGEST)
    return word if side.harm in QUIET else f"{word} ({side.harm} harm)"


def seen(side: Side) -> str:
    return printable(side.raised or side.observed, LONGEST)


def of_advice(advice: Instead) -> str:
    """What to write instead, and who says so; the code of a recipe is in docs/answers.md."""
    if advice.source == "import":
        return advice.text
    return f"{advice.text} ({advice.source} {advice.name})"

"""tfcompat diff: what changed between two reports, two git revisions, or two cells."""

from typing import Literal, assert_never

import click

from tfcompat import ask
from tfcompat.commands.completion import complete_cell
from tfcompat.commands.door import say_day
from tfcompat.commands.options import leave_if
from tfcompat.commands.terminal import show
from tfcompat.compare import changes
from tfcompat.compare.baseline import EVIDENCE, usual
from tfcompat.compare.diff import Diff
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.project import Project

Form = Literal["text", "markdown", "json"]


@click.command("diff")
@click.argument("sides", nargs=-1, metavar="[A [B]]")
@click.option(
    "--cell",
    "cells",
    multiple=True,
    metavar="CELL",
    shell_complete=complete_cell,
    help="Twice: from one cell to another. Once: only it.",
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.pass_obj
def diff(project: Project, sides: tuple[str, ...], cells: tuple[str, ...], form: Form, as_json: bool) -> None:
    """Say what changed from A to B, each a folder of reports, a folder of trials, or a git revision.

    B is the project's reports where it is left out; without a clone it is `evidence`, from which questions are answered.
    With --cell X --cell Y: from one cell to another, of A or of what B would be. The exit code is 1 where something changed.
    """
    if project.is_carried and (len(sides) < 2 or EVIDENCE in sides):
        say_day(project)
    changed = ask.compared(project, *named(project, sides, cells), cells)
    print_as(changed, "json" if as_json else form)
    leave_if(changed.differs, ExitCode.CHANGED)


def named(project: Project, sides: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, str | None]:
    """The two sides, of two cells one. Raises SelectionError where they are not so many."""
    if len(cells) == 2:
        if len(sides) > 1:
            raise SelectionError("two --cell are compared on one side: leave out B, or one --cell")
        return (sides[0] if sides else usual(project)), None
    if not 1 <= len(sides) <= 2 or len(cells) > 2:
        raise SelectionError("name one or two sides (tfcompat diff A B), or two cells of one (--cell X --cell Y)")
    return sides[0], sides[1] if len(sides) == 2 else None


def print_as(changed: Diff, form: Form) -> None:
    match form:
        case "text":
            show(changes.text(changed).splitlines(), bold=True)
        case "markdown":
            click.echo(changes.markdown(changed).rstrip("\n"))
        case "json":
            click.echo(ask.as_json(changes.document(changed)))
        case _ as never:
            assert_never(never)

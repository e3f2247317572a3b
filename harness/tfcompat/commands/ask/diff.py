"""tfcompat diff: what changed between two reports, two git revisions, or two cells."""

import json
from typing import Literal, assert_never

import click

from tfcompat.commands.completion import complete_cell
from tfcompat.commands.options import leave_if
from tfcompat.commands.terminal import with_bold_headings
from tfcompat.compare import changes
from tfcompat.compare.baseline import side
from tfcompat.compare.diff import Diff, compare, compare_cells
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
@click.pass_obj
def diff(project: Project, sides: tuple[str, ...], cells: tuple[str, ...], form: Form) -> None:
    """Say what changed from A to B, each a folder of reports, a folder of trials, or a git revision.

    B is the project's reports where it is left out. With --cell X --cell Y: from one cell to another, of A or the
    project's reports. The exit code is 1 where something changed.
    """
    changed = of_cells(project, sides, cells) if len(cells) == 2 else of_sides(project, sides, cells)
    click.echo(shown(changed, form).rstrip("\n"))
    leave_if(changed.differs, ExitCode.CHANGED)


def of_cells(project: Project, sides: tuple[str, ...], cells: tuple[str, ...]) -> Diff:
    """What changed from one cell to another, of one side."""
    if len(sides) > 1:
        raise SelectionError("two --cell are compared on one side: leave out B, or one --cell")
    return compare_cells(side(sides[0] if sides else str(project.reports), project), *cells)


def of_sides(project: Project, sides: tuple[str, ...], cells: tuple[str, ...]) -> Diff:
    """What changed from one side to the other; where a cell is named, in it alone."""
    if not 1 <= len(sides) <= 2 or len(cells) > 1:
        raise SelectionError("name one or two sides (tfcompat diff A B), or two cells of one (--cell X --cell Y)")
    before = side(sides[0], project)
    after = side(sides[1] if len(sides) == 2 else str(project.reports), project)
    if not cells:
        return compare(before, after)
    (cell,) = cells
    if cell not in (*before.cells, *after.cells):
        raise SelectionError(f"neither side has a cell {cell!r}: tfcompat list names them")
    return compare(before, after, only=cell)


def shown(changed: Diff, form: Form) -> str:
    match form:
        case "text":
            return with_bold_headings(changes.text(changed))
        case "markdown":
            return changes.markdown(changed)
        case "json":
            return json.dumps(changes.document(changed), indent=1, ensure_ascii=False)
        case _ as never:
            assert_never(never)

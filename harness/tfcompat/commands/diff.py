"""The command ``tfcompat diff``: what changed between two reports, two git revisions, or two cells."""

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, assert_never

import click

from tfcompat.commands.options import leave
from tfcompat.errors import ExitCode, SelectionError
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.compare.diff import Diff, Side
    from tfcompat.outcomes import Trial

Form = Literal["text", "markdown", "json"]


@click.command("diff")
@click.argument("sides", nargs=-1, metavar="[A [B]]")
@click.option("--cell", "cells", multiple=True, metavar="CELL", help="Twice: from one cell to another. Once: only it.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.pass_obj
def diff(project: Project, sides: tuple[str, ...], cells: tuple[str, ...], form: Form) -> None:
    """Say what changed from A to B, each a folder of reports, a folder of trials, or a git revision.

    B is the project's reports where it is left out. With --cell X --cell Y: from one cell to another, of A or the
    project's reports. The exit code is 1 where something changed.
    """
    found = of_cells(project, sides, cells) if len(cells) == 2 else of_sides(project, sides, cells)
    click.echo(shown(found, form).rstrip("\n"))
    if found.differs:
        leave(ExitCode.CHANGED)


def of_cells(project: Project, sides: tuple[str, ...], cells: tuple[str, ...]) -> "Diff":
    from tfcompat.compare.baseline import side
    from tfcompat.compare.diff import compare_cells

    if len(sides) > 1:
        raise SelectionError("two --cell are compared on one side: leave out B, or one --cell")
    only = side(sides[0] if sides else str(project.reports), project)
    return compare_cells(only, trial_named(only, cells[0]), trial_named(only, cells[1]))


def of_sides(project: Project, sides: tuple[str, ...], cells: tuple[str, ...]) -> "Diff":
    from tfcompat.compare.baseline import side
    from tfcompat.compare.diff import compare

    if not 1 <= len(sides) <= 2 or len(cells) > 1:
        raise SelectionError("name one or two sides (tfcompat diff A B), or two cells of one (--cell X --cell Y)")
    before = side(sides[0], project)
    after = side(sides[1] if len(sides) == 2 else str(project.reports), project)
    return compare(*(narrowed(one, cells, (before, after)) for one in (before, after)))


def narrowed(one: "Side", cells: tuple[str, ...], sides: "tuple[Side, Side]") -> "Side":
    """A side with the named cell only, which at least one side has to have."""
    if not cells:
        return one
    if not any(trial.subject.cell in cells for either in sides for trial in either.trials):
        raise SelectionError(f"neither side has a cell {cells[0]!r}: tfcompat list names them")
    return replace(one, trials=[trial for trial in one.trials if trial.subject.cell in cells])


def trial_named(one: "Side", cell: str) -> "Trial":
    for trial in one.trials:
        if trial.subject.cell == cell:
            return trial
    raise SelectionError(f"{one.name} has no cell {cell!r}: its cells are {some_of(one)}")


def some_of(one: "Side") -> str:
    names = sorted(trial.subject.cell for trial in one.trials)
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def shown(found: "Diff", form: Form) -> str:
    from tfcompat.compare import changes

    match form:
        case "text":
            return coloured(changes.text(found))
        case "markdown":
            return changes.markdown(found)
        case "json":
            return json.dumps(changes.document(found), indent=1, ensure_ascii=False)
        case _ as never:
            assert_never(never)


def coloured(text: str) -> str:
    """The headings of a text in bold, where somebody sees them."""
    if not sys.stdout.isatty():
        return text
    return "\n".join(line if line.startswith(" ") else click.style(line, bold=True) for line in text.split("\n"))

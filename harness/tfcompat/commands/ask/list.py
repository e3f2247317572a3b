"""tfcompat list: the selected cells, the scenarios of the suite, or what cannot be asked."""

import json
from collections.abc import Sequence
from typing import Any, Literal, assert_never

import click
import msgspec

from tfcompat.commands.options import Selection, json_option, selection, shard_option, share_of
from tfcompat.environments.uv import Uv
from tfcompat.errors import SelectionError
from tfcompat.plan import staged
from tfcompat.project import Project
from tfcompat.questions import vulnerabilities
from tfcompat.select.cells import Cell
from tfcompat.select.shard import Shard
from tfcompat.suite import catalogue, untestable
from tfcompat.suite.catalogue import named

Listed = Literal["cells", "scenarios", "untestable"]


@click.command("list")
@click.argument("what", type=click.Choice(["cells", "scenarios", "untestable"]), default="cells")
@selection
@shard_option
@click.option(
    "-k", "wanted", metavar="SCENARIO", multiple=True, help="Only these scenarios: ids, globs or words of them."
)
@json_option
@click.pass_obj
def list_members(
    project: Project, what: Listed, selection: Selection, shard: Shard, wanted: tuple[str, ...], as_json: bool
) -> None:
    """List the selected cells, the scenarios of the suite, or what cannot be asked."""
    if wanted and what != "scenarios":
        raise SelectionError("-k names scenarios: write tfcompat list scenarios -k ..., or --only GLOB for cells")
    match what:
        case "cells":
            cells = share_of(project, selection.cells(project), shard)
            vulnerable = vulnerabilities.load(project.vulnerabilities)
            rows = [cell_row(project, cell, vulnerable.get(str(cell.release.version))) for cell in cells]
            lines = [cell_line(row) for row in rows]
        case "scenarios":
            suite = catalogue.load(staged.program(project, Uv()), project.cache).scenarios
            names = set(named(suite, wanted)) if wanted else {facts.id for facts in suite}
            rows = msgspec.to_builtins([facts for facts in suite if facts.id in names])
            lines = [f"{row['id']}  {row['title']}" for row in rows]
        case "untestable":
            rows = msgspec.to_builtins(untestable.load(project.untestable))
            lines = [f"{row['id']}  {row['title']}: {row['reason']}" for row in rows]
        case _ as never:
            assert_never(never)
    click.echo(json.dumps(rows, indent=1) if as_json else "\n".join(lines))


def cell_line(row: dict[str, Any]) -> str:
    known = row["vulnerabilities"]
    said = "" if known is None else f"  {len(known)} known vulnerabilit{'y' if len(known) == 1 else 'ies'}"
    return f"{row['cell']:24} {row['date']}  {'locked' if row['locked'] else '':6}{said}".rstrip()


def cell_row(project: Project, cell: Cell, vulnerable: Sequence[str] | None) -> dict[str, Any]:
    """What there is to say of a cell. Of vulnerabilities nothing is said where nobody has asked for those of its release."""
    return {
        "cell": cell.id,
        "tensorflow": str(cell.release.version),
        "channel": str(cell.release.channel),
        "date": str(cell.release.date),
        "python": cell.python,
        "variant": cell.variant.name,
        "vulnerabilities": None if vulnerable is None else list(vulnerable),
        "locked": (project.locks / f"{cell.id}.txt").exists(),
    }

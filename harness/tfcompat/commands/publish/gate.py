"""tfcompat gate: whether results may take the place of those that are published."""

from datetime import UTC, datetime, timedelta

import click

from tfcompat.commands.options import leave
from tfcompat.compare import baseline as sides
from tfcompat.compare import gate as gates
from tfcompat.errors import ExitCode
from tfcompat.project import Project


@click.command()
@click.argument("baseline")
@click.argument("current", required=False)
@click.option("--max-age", type=click.IntRange(1), metavar="DAYS", help="Refuse where a cell was measured longer ago.")
@click.option("--accept", multiple=True, metavar="GLOB", help="Cells or scenarios whose objections are ignored.")
@click.pass_obj
def gate(project: Project, baseline: str, current: str | None, max_age: int | None, accept: tuple[str, ...]) -> None:
    """Refuse to publish CURRENT (default: reports/) in the place of BASELINE, and say why; both as in tfcompat diff.

    It refuses where columns or rows vanished, a canary failed, a cell that had answers has none, or data are old.
    """
    before, after = (sides.side(name, project).table for name in (baseline, current or str(project.reports)))
    limit = timedelta(days=max_age) if max_age else None
    objections = gates.unaccepted(gates.objections(before, after, now=datetime.now(UTC), max_age=limit), accept)
    for objection in objections:
        click.echo(objection.sentence)
    if objections:
        click.echo(f"not to be published, for {len(objections)} reasons; --accept GLOB ignores an objection", err=True)
        leave(ExitCode.CHANGED)
    click.echo(f"{len(after.current)} columns may be published: nothing vanished, and none of them is broken")

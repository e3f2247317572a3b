"""tfcompat gate: whether results may take the place of those that are published."""

from datetime import UTC, datetime, timedelta

import click

from tfcompat.commands.options import leave
from tfcompat.errors import ExitCode
from tfcompat.project import Project


@click.command()
@click.argument("baseline")
@click.argument("current", required=False)
@click.option("--max-age", type=click.IntRange(1), metavar="DAYS", help="Refuse where a cell was measured longer ago.")
@click.option("--accept", multiple=True, metavar="GLOB", help="Cells or scenarios that nothing is refused for.")
@click.pass_obj
def gate(project: Project, baseline: str, current: str | None, max_age: int | None, accept: tuple[str, ...]) -> None:
    """Refuse to publish CURRENT (default: reports/) in the place of BASELINE, and say why; both as in tfcompat diff.

    It refuses where columns or rows vanished, a canary failed, a cell that had answers has none, or data are old.
    """
    from tfcompat.compare import baseline as sides
    from tfcompat.compare import gate as gates

    before, after = (sides.side(name, project).trials for name in (baseline, current or str(project.reports)))
    limit = timedelta(days=max_age) if max_age else None
    found = gates.findings(before, after, now=datetime.now(UTC), max_age=limit)
    refused = gates.unaccepted(found, accept)
    for finding in refused:
        click.echo(finding.sentence)
    if refused:
        click.echo(f"not to be published, for {len(refused)} reasons; --accept GLOB takes one back", err=True)
        leave(ExitCode.CHANGED)
    click.echo(f"{len(after)} columns may be published: nothing vanished, and none of them is broken")

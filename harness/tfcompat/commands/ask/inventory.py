"""tfcompat inventory: what changed among the public names of neighbouring releases."""

import json
from collections.abc import Iterator

import click

from tfcompat.commands.evidence import table_of
from tfcompat.commands.options import json_option
from tfcompat.errors import TfcompatError
from tfcompat.project import Project
from tfcompat.select import releases
from tfcompat.table import inventory as inventories
from tfcompat.table.inventory import Step


@click.command()
@click.option(
    "--tf", metavar="WHICH", help="Releases to compare, each with the next; as for run. Default: all measured."
)
@json_option
@click.pass_obj
def inventory(project: Project, tf: str | None, as_json: bool) -> None:
    """Say which public names with norm in them came, went or changed from release to release."""
    chosen = {str(release.version) for release in releases.select(releases.load(project.releases), tf)} if tf else None
    steps = inventories.steps(table_of(project), chosen)
    if not steps:
        raise TfcompatError("it takes two releases with an inventory to compare them: make more with tfcompat run")
    if as_json:
        click.echo(json.dumps(inventories.document(steps), indent=1))
    else:
        click.echo("\n".join(line for step in steps for line in lines(step)))


def lines(step: Step) -> Iterator[str]:
    """A line for each change of a step."""
    span = f"{step.before.tensorflow} -> {step.after.tensorflow}"
    yield from (f"{span}: {change.sentence}" for change in step.changes)
    if not step.changes:
        yield f"{span}: no change"
    yield from (f"{span}: {root} is not compared: one of them has no answer" for root in step.unanswered)

"""tfcompat inventory: what changed among the public names of neighbouring releases."""

import json
from typing import TYPE_CHECKING

import click

from tfcompat.errors import TfcompatError
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.table.inventory import Step


@click.command()
@click.option(
    "--tf", metavar="WHICH", help="Releases to compare, each with the next; as for run. Default: all measured."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def inventory(project: Project, tf: str | None, as_json: bool) -> None:
    """Say which public names with norm in them came, went or changed from release to release."""
    from tfcompat.select import releases
    from tfcompat.table import inventory as inventories
    from tfcompat.trials import store

    chosen = {str(one.version) for one in releases.select(releases.load(project.releases), tf)} if tf else None
    taken = inventories.taken(store.speaking(store.Store(project.trials).read()))
    steps = inventories.steps(taken, chosen)
    if not steps:
        raise TfcompatError("it takes two releases with an inventory to compare them: make more with tfcompat run")
    click.echo(json.dumps(inventories.document(steps), indent=1) if as_json else "\n".join(map(told, steps)))


def told(step: "Step") -> str:
    """A step as lines, a change in each."""
    releases = f"{step.before.tensorflow} -> {step.after.tensorflow}"
    said = [change.sentence for change in step.changes] or ["no change"]
    said += [f"{root} is not compared: one of them has no answer" for root in step.untold]
    return "\n".join(f"{releases}: {one}" for one in said)

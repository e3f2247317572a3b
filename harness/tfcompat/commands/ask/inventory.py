"""tfcompat inventory: what changed among the public names of neighbouring releases."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from tfcompat.commands.options import json_option
from tfcompat.commands.terminal import show
from tfcompat.door import answers, evidence
from tfcompat.errors import TfcompatError
from tfcompat.project import Project
from tfcompat.select import releases

if TYPE_CHECKING:  # an answer that is kept needs no pandas
    from tfcompat.table.inventory import Step


@click.command()
@click.option(
    "--tf", metavar="WHICH", help="Releases to compare, each with the next; as for run. Default: all measured."
)
@json_option
@click.pass_obj
def inventory(project: Project, tf: str | None, as_json: bool) -> None:
    """Say which public names with norm in them came, went or changed from release to release."""
    known = releases.load(project.releases) if tf else ()
    chosen = sorted(str(release.version) for release in releases.select(known, tf)) if tf else None
    for sentence in releases.said(known, tf):
        click.echo(f"TensorFlow {sentence}", err=True)
    asked = ("inventory", str(as_json), *(chosen if chosen is not None else ["all"]))
    found = evidence.of_project(project)
    text = answers.answer(found, project.cache, asked, lambda: compared(project, chosen, as_json=as_json))
    if as_json:
        click.echo(text)
    else:
        show(text.split("\n"))


def compared(project: Project, chosen: Sequence[str] | None, *, as_json: bool) -> str:
    """The steps as they are printed. Raises TfcompatError where there are no two releases to compare."""
    from tfcompat.commands.evidence import table_of  # these need pandas
    from tfcompat.table import inventory as inventories

    steps = inventories.steps(table_of(project), None if chosen is None else set(chosen))
    if not steps:
        raise TfcompatError("it takes two releases with an inventory to compare them: make more with tfcompat run")
    if as_json:
        return json.dumps(inventories.document(steps), indent=1)
    return "\n".join(line for step in steps for line in lines(step))


def lines(step: "Step") -> Iterator[str]:
    """A line for each change of a step."""
    span = f"{step.before.tensorflow} -> {step.after.tensorflow}"
    yield from (f"{span}: {change.sentence}" for change in step.changes)
    if not step.changes:
        yield f"{span}: no change"
    yield from (f"{span}: {root} is not compared: one of them has no answer" for root in step.unanswered)

"""tfcompat nightly shard: one machine's part of what a night measures."""

from pathlib import Path

import click

from tfcompat.commands.options import Selection
from tfcompat.commands.publish.nightly.steps import has_trials, selections, tfcompat
from tfcompat.project import Project
from tfcompat.select import cells, releases, variants
from tfcompat.trials.current import newest
from tfcompat.trials.store import Store

#: How many of the other columns are measured again each night.
TURN = 30


@click.command("shard", context_settings={"ignore_unknown_options": True})
@click.argument("shard")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default="shards", show_default=True)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def run_shard(context: click.Context, shard: str, output: Path, options: tuple[str, ...]) -> None:
    """Run shard I/N into a folder of its own; what changed is run again before it is believed.

    The last patch of each minor, on its relevant Pythons, and unfinished releases are measured each night, other
    columns of the reports by turns. OPTIONS go to tfcompat run.
    """
    project: Project = context.obj
    folder = output / f"shard-{shard.replace('/', 'of')}"
    against = ("--against", str(project.reports)) if has_trials(project) else ()
    run = ("run", *tonight(project), "--shard", shard, "--output", str(folder))
    tfcompat(context, *run, *against, "--prune", *options)  # the merge says that something changed or is unknown


def tonight(project: Project) -> tuple[str, ...]:
    """What a night measures, as options: the same on every machine that has the same commit, whatever the hour."""
    chosen = [Selection(tf=words[1], python="relevant", variant=None, only=None) for words in selections(project)]
    always = [cell.id for selection in chosen for cell in selection.cells(project)]
    channels = ",".join(["all", *(words[1] for words in selections(project)[1:])])
    only = ",".join([*always, *oldest(project, always)[:TURN]])
    return "--tf", channels, "--python", "all", "--variant", "all", "--only", only


def oldest(project: Project, always: list[str]) -> list[str]:
    """The other cells that were ever measured, the one whose newest trial is the oldest first."""
    known = cells.cells(releases.load(project.releases), python="all", variants=variants.load(project.variants))
    trials = newest(Store(project.trials).read())  # when each was measured; the table would add nothing
    others = [cell.id for cell in known if cell.id in trials and cell.id not in always]
    return sorted(others, key=lambda cell: (trials[cell].subject.started, cell))

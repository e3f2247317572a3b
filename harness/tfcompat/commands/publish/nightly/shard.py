"""tfcompat nightly shard: one machine's part of what a night measures."""

from collections.abc import Sequence
from pathlib import Path

import click

from tfcompat.commands.clone import require_clone
from tfcompat.commands.paths import NamedPath
from tfcompat.commands.publish.nightly.steps import cells_of_night, has_trials, selections, tfcompat
from tfcompat.environments import staging
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.select import rotation, shard
from tfcompat.select.rotation import Tonight
from tfcompat.trials import nights
from tfcompat.trials.current import newest
from tfcompat.trials.recent import recent
from tfcompat.trials.store import Store

#: Seconds of work that a shard gets, cell after cell: within the limit of its job, for some are slower than the last time.
SHARD_SECONDS = 150 * 60.0
#: Seconds that the making of an environment takes, about.
MAKING = 120.0


@click.command("shard", context_settings={"ignore_unknown_options": True})
@click.argument("which", metavar="I/N")
@click.option("--output", type=NamedPath(file_okay=False), default="shards", show_default=True)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def run_shard(context: click.Context, which: str, output: Path, options: tuple[str, ...]) -> None:
    """Run shard I/N into a folder of its own; what changed is run again before it is believed.

    A tenth of the cells is measured anew, the oldest first, and what had no answers; in the others what is new is run.
    OPTIONS go to tfcompat run.
    """
    project: Project = context.obj
    require_clone(project, "tfcompat nightly shard")
    part = shard.parse(which)
    folder = output / f"shard-{part.index}of{part.of}"
    against = ("--against", str(project.reports)) if has_trials(project) else ()
    plan = tonight(project, part.of)
    if plan.waiting:
        click.echo(f"the night is too short for {len(plan.waiting)} cells: they wait for the next", err=True)
    for cells, how in ((plan.anew, ("--fresh",)), (plan.new, ())):
        if cells:
            run = ("run", *options_of(project, cells), *how, "--shard", str(part), "--output", str(folder))
            tfcompat(
                context, *run, *against, "--prune", *options
            )  # the merge says that something changed or is unknown


def options_of(project: Project, cells: Sequence[str]) -> tuple[str, ...]:
    """Some cells of a night as options that choose them."""
    channels = ",".join(["all", *(words[1] for words in selections(project)[1:])])
    return "--tf", channels, "--python", "all", "--variant", "all", "--only", ",".join(cells)


def tonight(project: Project, shards: int) -> Tonight:
    """What a night does: the same on every machine that has the same commit, whatever the hour."""
    trials = recent(Store(project.trials))
    cells = cells_of_night(project, {trial.subject.cell for trial in trials})
    turns = nights.turns(trials, nights.load(project.reports))
    plan = rotation.tonight({cell: turns.get(cell) for cell in cells})
    suite = staging.suite_hash(staging.suite_files(project.suite))
    return rotation.within(plan, expected(plan, trials, suite), shards * SHARD_SECONDS)


def expected(plan: Tonight, trials: Sequence[Trial], suite: str) -> dict[str, float]:
    """Seconds that each cell of a night is expected to take; nothing is new in one whose newest trial is of this suite."""
    seconds = shard.durations(newest(trial for trial in trials if trial.reason is None))
    known = {cell for cell, trial in newest(trials).items() if trial.reason is None and trial.subject.suite == suite}
    return {
        cell: 0.0 if cell in known and cell in plan.new else MAKING + seconds.get(cell, shard.usual(seconds))
        for cell in (*plan.anew, *plan.new)
    }

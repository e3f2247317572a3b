"""tfcompat merge: the trials of a run's shards, put beside those that a report has already."""

from pathlib import Path

import click

from tfcompat.compare import flaky
from tfcompat.environments import staging
from tfcompat.project import Project
from tfcompat.run import merge as shards

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=FOLDER)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Write there. Default: reports/.")
@click.pass_obj
def merge(project: Project, folders: tuple[Path, ...], output: Path | None) -> None:
    """Merge what the shards of a run left, which tfcompat run --shard I/N --output DIR made.

    Every cell that the run planned has to be there, of the suite of this checkout, once; else nothing is merged. What
    the report has already stays.
    """
    target = output or project.reports
    doubtful = [outcome for folder in folders for outcome in flaky.load(folder / flaky.FILE)]
    merged = shards.merge(folders, target, staging.suite_hash(staging.suite_files(project.suite)))
    if doubtful:
        flaky.keep(doubtful, target)
    click.echo(
        f"{len(merged.cells)} cells of {len(folders)} folders were merged, {merged.added} trials of them are new"
    )

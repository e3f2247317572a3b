"""tfcompat merge: the trials of a run's shards, put beside those that a report has already."""

from collections.abc import Sequence
from pathlib import Path

import click

from tfcompat.commands.options import leave_if
from tfcompat.commands.paths import NamedPath
from tfcompat.compare import flaky
from tfcompat.compare.flaky import Flaky
from tfcompat.environments import staging
from tfcompat.errors import DataError, ExitCode
from tfcompat.project import Project
from tfcompat.run import merge as shards
from tfcompat.run.merge import Merged

FOLDER = NamedPath(exists=True, file_okay=False)


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=FOLDER)
@click.option("--output", type=NamedPath(file_okay=False), help="Write there. Default: reports/.")
@click.option("--partial", is_flag=True, help="Merge what is whole, and say what is not.")
@click.pass_obj
def merge(project: Project, folders: tuple[Path, ...], output: Path | None, partial: bool) -> None:
    """Merge what the shards of a run left, which tfcompat run --shard I/N --output DIR made.

    Every cell that the run planned has to be there, of the suite of this checkout, once; else nothing is merged. With
    --partial a shard that is missing or damaged is left out. What the report has already stays.
    """
    done = put_together(project, folders, output or project.reports, partial=partial)
    leave_if(done.refused or done.unmeasured, ExitCode.UNKNOWN_CELLS)


def put_together(project: Project, folders: Sequence[Path], target: Path, *, partial: bool) -> Merged:
    """Merge the folders of shards and what did not repeat in them, and say what was merged and what was not.

    Raises DataError as the merge does.
    """
    doubtful = [outcome for folder in folders for outcome in flaky_of(folder, partial)]
    suite = staging.suite_hash(staging.suite_files(project.suite))
    done = (shards.merge_whole if partial else shards.merge)(folders, target, suite)
    if doubtful:
        flaky.keep(doubtful, target)
    for sentence in left_out(done):
        click.echo(sentence, err=True)
    parts = len(folders) - len(done.refused)
    click.echo(f"{len(done.cells)} cells of {parts} folders were merged, {done.added} trials of them are new")
    return done


def flaky_of(folder: Path, partial: bool) -> list[Flaky]:
    """What did not repeat in a shard. Raises DataError where its file is damaged, unless what is whole is enough."""
    try:
        return flaky.load(folder / flaky.FILE)
    except DataError as error:
        if not partial:
            raise
        click.echo(str(error), err=True)
        return []


def left_out(done: Merged) -> list[str]:
    """A sentence for each thing that was not merged."""
    sentences = list(done.refused)
    if done.missing:
        sentences.append(f"missing: shard {', '.join(map(str, done.missing))}, see its log")
    if done.unmeasured:
        sentences.append(f"not measured: {shards.names(done.unmeasured)}; the next night measures what is oldest first")
    return sentences

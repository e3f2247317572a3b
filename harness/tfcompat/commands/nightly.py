"""tfcompat nightly: the steps of the nightly job in their order, so that whoever wants to can run them anywhere."""

import shlex
import shutil
import sys
import tempfile
from dataclasses import replace
from itertools import accumulate, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfcompat.commands.options import leave
from tfcompat.errors import ExitCode, ToolError
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.compare.diff import Diff

#: Seconds that the index may take to say what there is.
REFRESH_LIMIT = 300.0
#: Characters of an issue's table; a code host takes 65,536 for all of it.
LONGEST_ISSUE = 60_000
#: How many of the other columns are measured again each night, and the days after which one is too old to be published.
TURN, OLDEST = 30, 14


@click.group()
def nightly() -> None:
    """The steps of the nightly job: refresh, then each shard, then publish."""


@nightly.command()
@click.option("--index", metavar="URL", help="Where the index's JSON is served, for a mirror.")
@click.pass_context
def refresh(context: click.Context, index: str | None) -> None:
    """Take up what the package index has: new releases, their locks, and tonight's build.

    A release without a lock is no reason to stop: its column says that there is none.
    """
    from tfcompat import process

    project: Project = context.obj
    options = ["--index", index] if index else []
    done = process.run([sys.executable, project.images / "refresh.py", "--force", *options], limit=REFRESH_LIMIT)
    click.echo(done.output)
    if done.code != 0:
        raise ToolError("the releases could not be refreshed: see above")
    for words in selections(project):
        tfcompat(context, "images", "lock", *words, "--python", "telling", *(["--force"] if "nightly" in words else []))


@nightly.command(context_settings={"ignore_unknown_options": True})
@click.argument("shard")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default="shards", show_default=True)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def shard(context: click.Context, shard: str, output: Path, options: tuple[str, ...]) -> None:
    """Run shard I/N into a folder of its own; what changed is run again before it is believed.

    The last patch of each minor, on the Pythons that tell something, and unfinished releases are measured each night, other
    columns of the reports by turns.
    OPTIONS go to tfcompat run.
    """
    project: Project = context.obj
    place = output / f"shard-{shard.replace('/', 'of')}"
    against = ("--against", str(project.reports)) if has_trials(project) else ()
    run = ("run", *chosen(project), "--shard", shard, "--output", str(place))
    tfcompat(context, *run, *against, "--prune", *options)  # that something changed or is unknown, the merge tells


@nightly.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default="nightly",
    show_default=True,
    help="Where summary.md, changes.md and, where something regressed, issue.md go.",
)
@click.option("--max-age", type=click.IntRange(1), default=OLDEST, show_default=True, metavar="DAYS")
@click.option("--accept", multiple=True, metavar="GLOB", help="As in tfcompat gate.")
@click.pass_context
def publish(
    context: click.Context, folders: tuple[Path, ...], output: Path, max_age: int, accept: tuple[str, ...]
) -> None:
    """Merge the shards into reports/, derive everything anew, say what changed, and ask the gate."""
    project: Project = context.obj
    with tempfile.TemporaryDirectory() as scratch:
        published = as_published(project, Path(scratch, "published"))
        needed(tfcompat(context, "merge", *map(str, folders)))
        needed(tfcompat(context, "report", "--site"))
        tell(project, published, output)
        accepted = [word for glob in accept for word in ("--accept", glob)]
        needed(tfcompat(context, "gate", str(published), "--max-age", str(max_age), *accepted))


def has_trials(project: Project) -> bool:
    from tfcompat.trials.store import Store

    return bool(Store(project.trials).files())


def as_published(project: Project, place: Path) -> Path:
    """A copy of the reports as they are before a merge; on the first night there are none, and the new ones stand for them."""
    return shutil.copytree(project.reports, place) if has_trials(project) else project.reports


def chosen(project: Project) -> tuple[str, ...]:
    """What a night measures, as options: the same on every machine that has the same commit, whatever the hour."""
    from tfcompat.commands.options import Selection
    from tfcompat.select import releases, variants
    from tfcompat.trials.store import Store, newest

    every = [
        Selection(tf=words[1], python="telling", variant=None, only=None).cells(project)
        for words in selections(project)
    ]
    always = [cell.id for some in every for cell in some]
    known = releases.cells(releases.load(project.releases), python="all", variants=variants.load(project.variants))
    measured = newest(Store(project.trials).read())
    others = [cell.id for cell in known if cell.id in measured and cell.id not in always]
    others.sort(key=lambda cell: (measured[cell].subject.started, cell))
    channels = ",".join(["all", *(words[1] for words in selections(project)[1:])])
    only = ",".join([*always, *others[:TURN]])
    return "--tf", channels, "--python", "all", "--variant", "all", "--only", only


def selections(project: Project) -> list[tuple[str, str]]:
    """The releases of each night, as options: the last patch of each minor, and what is unfinished."""
    from tfcompat.select.releases import Channel, load

    there = {release.channel for release in load(project.releases) if release.runnable}
    return [("--tf", ">=0"), *(("--tf", str(one)) for one in (Channel.PRE, Channel.NIGHTLY) if one in there)]


def tfcompat(context: click.Context, *arguments: str) -> ExitCode:
    """Run a command of this tool, as a person would, on the same project and cache; its exit code."""
    project: Project = context.obj
    click.echo(f"$ tfcompat {shlex.join(arguments)}", err=True)
    places = ["--project", str(project.root), "--cache", str(project.cache)]
    root = context.find_root().command
    return ExitCode(root.main([*places, *arguments], prog_name="tfcompat", standalone_mode=False) or ExitCode.COMPLETE)


def needed(code: ExitCode) -> None:
    """End the step where a command of it did not come to its end."""
    if code is not ExitCode.COMPLETE:
        leave(code)


def tell(project: Project, published: Path, output: Path) -> None:
    """Write the summary, what changed against what is published and, where something regressed, the text of an issue."""
    from tfcompat.compare import changes
    from tfcompat.compare.baseline import side
    from tfcompat.compare.diff import compare
    from tfcompat.publish import formats

    before, after = side(str(published), project), side(str(project.reports), project)
    found = compare(replace(before, name="published"), replace(after, name="tonight"))
    told = {
        "summary.md": str(formats.made("summary", formats.Told(trials=after.trials, diff=found)), "utf-8"),
        "changes.md": changes.markdown(found),
        "issue.md": issue(found),
    }
    output.mkdir(parents=True, exist_ok=True)
    for name, text in told.items():
        (output / name).unlink(missing_ok=True)
        if text:
            (output / name).write_text(text, encoding="utf-8")
    click.echo(changes.summary(found))


def issue(found: "Diff") -> str:
    """The text of an issue about what regressed, within what an issue may have; empty where nothing did."""
    from tfcompat.compare import changes
    from tfcompat.compare.diff import Change
    from tfcompat.escape import printable

    regressed = tuple(row for row in found.changed if row.change is Change.REGRESSED)
    if not regressed:
        return ""
    where = ", ".join(dict.fromkeys(row.cell for row in regressed))
    told = changes.markdown(replace(found, pairs=(), rows=regressed)).splitlines(keepends=True)
    kept = list(takewhile(lambda end: end <= LONGEST_ISSUE, accumulate(map(len, told))))
    cut = f"\n{len(told) - len(kept)} more lines: see what changed of that night.\n" if len(kept) < len(told) else ""
    return f"What is measured got worse in {printable(where, 2000)}.\n\n{''.join(told[: len(kept)])}{cut}"

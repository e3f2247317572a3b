"""What the steps of a night share: which cells a night has, and commands of this tool run as a person would."""

import shlex
from collections.abc import Collection

import click

from tfcompat.commands.options import Selection, leave_if
from tfcompat.errors import ExitCode
from tfcompat.project import Project
from tfcompat.select import cells, releases, variants
from tfcompat.select.releases import Channel
from tfcompat.trials.store import Store


def selections(project: Project) -> list[tuple[str, str]]:
    """The releases of each night, as options: the last patch of each minor, and what is unfinished."""
    channels = {release.channel for release in releases.load(project.releases) if release.runnable}
    unfinished = [channel for channel in (Channel.PRE, Channel.NIGHTLY) if channel in channels]
    return [("--tf", ">=0"), *(("--tf", str(channel)) for channel in unfinished)]


def cells_of_night(project: Project, tried: Collection[str]) -> list[str]:
    """The cells of a night: what each night has, whether it was ever tried or not, and every other one that was tried.

    A cell that the lists of releases and variants do not have any more can be measured by nobody, and is none of them.
    """
    asked = [Selection(tf=words[1], python="relevant", variant=None, only=None) for words in selections(project)]
    always = [cell.id for selection in asked for cell in selection.cells(project)]
    every = cells.cells(releases.load(project.releases), python="all", variants=variants.load(project.variants))
    return list(dict.fromkeys([*always, *(cell.id for cell in every if cell.id in tried)]))


def has_trials(project: Project) -> bool:
    return bool(Store(project.trials).files())


def tfcompat(context: click.Context, *arguments: str) -> ExitCode:
    """Run a command of this tool, as a person would, on the same project and cache; its exit code."""
    project: Project = context.obj
    click.echo(f"$ tfcompat {shlex.join(arguments)}", err=True)
    places = ["--project", str(project.root), "--cache", str(project.cache)]
    root = context.find_root().command
    return ExitCode(root.main([*places, *arguments], prog_name="tfcompat", standalone_mode=False) or ExitCode.COMPLETE)


def require(code: ExitCode) -> None:
    """End the step where a command of it did not complete."""
    leave_if(code is not ExitCode.COMPLETE, code)

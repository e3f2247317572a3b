"""What the steps of a night share: the releases that each night measures, and commands of this tool run as a person would."""

import shlex

import click

from tfcompat.commands.options import leave_if
from tfcompat.errors import ExitCode
from tfcompat.project import Project
from tfcompat.select.releases import Channel, load
from tfcompat.trials.store import Store


def selections(project: Project) -> list[tuple[str, str]]:
    """The releases of each night, as options: the last patch of each minor, and what is unfinished."""
    channels = {release.channel for release in load(project.releases) if release.runnable}
    unfinished = [channel for channel in (Channel.PRE, Channel.NIGHTLY) if channel in channels]
    return [("--tf", ">=0"), *(("--tf", str(channel)) for channel in unfinished)]


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

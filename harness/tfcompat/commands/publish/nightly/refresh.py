"""tfcompat nightly refresh: releases and locks, updated from the package index."""

import sys

import click

from tfcompat import process
from tfcompat.commands.clone import require_clone
from tfcompat.commands.publish.nightly.steps import selections, tfcompat
from tfcompat.errors import ToolError
from tfcompat.project import Project

#: Seconds that the index may take to say what there is.
REFRESH_LIMIT = 300.0


@click.command()
@click.option("--index", metavar="URL", help="The index's simple API, for a mirror.")
@click.pass_context
def refresh(context: click.Context, index: str | None) -> None:
    """Update releases and locks from the package index: new releases, their locks, and tonight's build.

    A release without a lock is no reason to stop: its column says that there is none.
    """
    project: Project = context.obj
    require_clone(project, "tfcompat nightly refresh")
    options = ["--index", index] if index else []
    done = process.run([sys.executable, project.images / "refresh.py", "--force", *options], limit=REFRESH_LIMIT)
    click.echo(done.output)
    if done.code != 0:
        raise ToolError("the releases could not be refreshed: see above")
    for words in selections(project):
        force = ["--force"] if "nightly" in words else []
        tfcompat(context, "images", "lock", *words, "--python", "relevant", *force)

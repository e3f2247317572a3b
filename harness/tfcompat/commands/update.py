"""tfcompat update: newer evidence from the published page, for questions without a clone."""

import click
import msgspec

from tfcompat.commands.options import json_option
from tfcompat.errors import SelectionError
from tfcompat.project import Project
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import Contents


@click.command("update")
@click.option(
    "--site",
    metavar="ADDRESS",
    envvar="TFCOMPAT_SITE",
    help="The published page. Default: site of [tool.tfcompat] in the pyproject.toml that this tfcompat was built from.",
)
@json_option
@click.pass_obj
def update_command(project: Project, site: str | None, as_json: bool) -> None:
    """Fetch newer evidence from the published page into the cache, checked by its SHA-256.

    Questions outside a clone are then answered from it, as long as this tfcompat carries nothing newer.
    """
    if not project.is_carried:
        raise SelectionError(
            f"{project.root} is a clone, which answers from its own trials: git pull brings newer ones"
        )
    from tfcompat.snapshot import fetch  # requests and pyarrow, which no other question needs

    fetched = fetch.update(project, fetch.address(project, site))
    used = kept.newest(project)
    if used is None:
        raise AssertionError("what was fetched, or was not older, is there")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(document(used.contents, fetched is not None)), indent=1))
    else:
        click.echo(sentence(used.contents, fetched is not None))


def document(contents: Contents, is_new: bool) -> dict[str, str | int | bool]:
    """What there is now, for programs."""
    return {
        "day": contents.day,
        "measured": contents.measured,
        "tfcompat": contents.tfcompat,
        "cells": contents.cells,
        "trials": contents.trials,
        "bytes": contents.size,
        "fetched": is_new,
    }


def sentence(contents: Contents, is_new: bool) -> str:
    what = f"evidence of {contents.day}: {contents.cells} cells, {contents.trials} trials"
    return f"fetched {what}, {contents.size / 1e6:.1f} MB" if is_new else f"nothing newer is published than the {what}"

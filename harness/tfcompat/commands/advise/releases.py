"""The releases that advice is about: those there are, and the one that a text names, as people write them."""

from collections.abc import Iterable, Sequence

import click

from tfcompat.door.door import Door
from tfcompat.errors import SelectionError
from tfcompat.project import Project
from tfcompat.select import releases
from tfcompat.select.places import version
from tfcompat.select.releases import Channel, Measured


def pythons(project: Project) -> dict[str, Sequence[str]]:
    """The stable releases that the project knows, with the Pythons on which each can be measured; none where it has no list."""
    if not project.releases.exists():
        return {}
    known = releases.load(project.releases)
    return {str(release.version): release.runnable for release in known if release.channel is Channel.STABLE}


def measured(door: Door) -> list[str]:
    """The releases that any current trial is of."""
    return list(dict.fromkeys(trial["tensorflow"] for trial in door.current()))


def single(text: str, known: Iterable[str]) -> str:
    """The one release of those known that a text names; of a minor its last patch, which is said on standard error.

    Raises SelectionError where it names none, or several.
    """
    numbers = sorted(filter(None, map(version, known)))
    choices = [Measured(version=number) for number in numbers]
    try:
        found = releases.select(choices, text)
    except SelectionError as error:
        raise SelectionError(str(error).removeprefix("--tf ")) from error
    if len(found) != 1:
        raise SelectionError(f"{text!r} names {len(found)} releases: write one, for example 2.15 or 2.15.1")
    for sentence in releases.said(choices, text):
        click.echo(sentence, err=True)
    return str(found[0].version)

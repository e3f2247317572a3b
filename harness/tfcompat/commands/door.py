"""The door of a project as commands ask for it."""

import click

from tfcompat import ask
from tfcompat.ask import OpenEvidence
from tfcompat.door import evidence, opened
from tfcompat.door.door import Door
from tfcompat.door.opened import door_if_kept as door_if_kept
from tfcompat.door.opened import no_own_trials as no_own_trials
from tfcompat.door.opened import no_trials as no_trials
from tfcompat.project import Project


def door_of(project: Project) -> Door:
    """The door of a project; where it is that of a snapshot, standard error says of which day. Raises as ``opened`` does."""
    return opened.door_of(project, say=lambda sentence: click.echo(sentence, err=True))


def say_day(project: Project) -> None:
    """Say of which day a snapshot is, if questions are answered from one."""
    found = evidence.of_project(project)
    if found and found.day:
        click.echo(found.day, err=True)


def evidence_of(project: Project) -> OpenEvidence:
    """The evidence of a project as the questions take it; standard error says of which day a snapshot is."""
    found = ask.of_project(project)
    if found.day:
        click.echo(found.day, err=True)
    return found

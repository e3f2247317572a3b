"""The door of a project: what its trials say to a question, without pandas where the same trials were asked before."""

from collections.abc import Callable

from tfcompat.door import evidence, kept
from tfcompat.door.door import Door
from tfcompat.errors import TfcompatError
from tfcompat.project import Project


def no_trials(project: Project) -> TfcompatError:
    """The error of a project that has no trials, or where nothing is carried."""
    if project.is_carried:
        return TfcompatError(
            "this tfcompat carries no evidence: tfcompat update fetches it, or ask in a clone of the project"
        )
    return no_own_trials(project)


def no_own_trials(project: Project) -> TfcompatError:
    """The error of a project in which nothing was measured."""
    return TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")


def door_of(project: Project, say: Callable[[str], object] = lambda sentence: None) -> Door:
    """The door of a project's trials, or of the newest snapshot where there is no clone; then ``say`` is told its day.

    Raises TfcompatError where there is nothing; DataError where something is damaged.
    """
    trials = evidence.of_project(project)
    if trials is None:
        raise no_trials(project)
    if trials.day:
        say(trials.day)
    return kept.door(trials, project.cache)


def door_if_kept(project: Project) -> Door | None:
    """The door of a project's trials where one is kept; nothing is made or said where none is."""
    trials = evidence.of_project(project)
    return kept.find(trials, project.cache) if trials else None

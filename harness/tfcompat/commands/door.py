"""The door of a project: what its trials say to a question, without pandas where the same trials were asked before."""

from tfcompat.door import evidence, kept
from tfcompat.door.door import Door
from tfcompat.errors import TfcompatError
from tfcompat.project import Project


def no_trials(project: Project) -> TfcompatError:
    """The error of a project that has no trials."""
    return TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")


def door_of(project: Project) -> Door:
    """The door of a project's trials. Raises TfcompatError where there are none; DataError where one is damaged."""
    trials = evidence.of_project(project)
    if trials is None:
        raise no_trials(project)
    return kept.door(trials, project.cache)


def door_if_kept(project: Project) -> Door | None:
    """The door of a project's trials where one is kept; nothing is made or said where none is."""
    trials = evidence.of_project(project)
    return kept.find(trials, project.cache) if trials else None

"""What commands say that are about the files of the project itself, and so need a clone of it."""

from tfcompat.errors import SelectionError
from tfcompat.project import Project


def require_clone(project: Project, command: str) -> None:
    """Raise SelectionError where there is no clone, and so no file of the project that a command could write or check."""
    if project.is_carried:
        raise SelectionError(
            f"{command} is about the project's own files: run it in a clone of the project, or name one with --project"
        )

"""A baseline: a side of a diff as a person names it, which is a report folder, a folder of trials, or a git revision."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tfcompat.compare import revisions
from tfcompat.compare.causes import Pins, either, pins
from tfcompat.compare.diff import Side
from tfcompat.compare.flaky import read_flaky
from tfcompat.door import evidence, kept
from tfcompat.door.evidence import Evidence
from tfcompat.door.opened import no_trials
from tfcompat.errors import DataError
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.table.frame import Table

#: What the evidence of questions is called where there is no clone; a folder of that name is ./evidence.
EVIDENCE = "evidence"


class Kept:
    """The evidence of a folder or a revision, whose door is kept in the cache. Raises DataError where it is damaged."""

    def __init__(self, source: Evidence, cache: Path) -> None:
        self.source = source
        self.door = kept.door(replace(source, read=lambda: self.table), cache)

    @cached_property
    def table(self) -> "Table":
        """The table itself, for who needs its frames; it is read where that was not needed for the door."""
        return self.source.read()


class LockFolders(Mapping[str, Pins]):
    """The distributions of each lock in some folders, by the lock's digest; nothing is read before it is asked for."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders = tuple(folders)

    @cached_property
    def texts(self) -> Mapping[str, bytes]:
        """The text of each lock, by its digest."""
        texts = [path.read_bytes() for folder in self.folders for path in sorted(folder.glob("*.txt"))]
        return {hashlib.sha256(text).hexdigest(): text for text in texts}

    def __getitem__(self, digest: str) -> Pins:
        return pins(self.texts[digest].decode("utf-8", "replace"))

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


def side(name: str, project: Project) -> Side:
    """The side that a name stands for: a folder where there is one of that name, else a git revision of the project.

    Raises DataError where it is neither, or has no trials; ToolError where git cannot be asked.
    """
    path = Path(name)
    locks = LockFolders([project.locks, project.cache / "locks"])
    if project.is_carried and name == EVIDENCE:
        return Side(name=name, evidence=Kept(of_questions(project), project.cache), locks=locks)
    if path.exists():
        folder = Kept(of_path(path, name, project), project.cache)
        return Side(name=name, evidence=folder, locks=locks, flaky=read_flaky(path))
    if project.is_carried:
        raise DataError(
            f"{name!r} is not a folder, and without a clone there are no revisions: name {EVIDENCE}, or a folder"
        )
    revision = Kept(revisions.evidence(name, project.root), project.cache)
    known = either(revision.door.locks(), locks)
    return Side(name=name, evidence=revision, locks=known, flaky=revision.door.flaky())


def of_questions(project: Project) -> Evidence:
    """The evidence of questions about a project. Raises TfcompatError where there is none."""
    found = evidence.of_project(project)
    if found is None:
        raise no_trials(project)
    return found


def usual(project: Project) -> str:
    """The side that is meant where none is named: the project's reports, or without a clone the evidence of questions."""
    return EVIDENCE if project.is_carried else str(project.reports)


def of_path(path: Path, name: str, project: Project) -> Evidence:
    """The evidence of a folder; of the project's own reports it is that of every question about the project."""
    own = evidence.of_index(project) if path.resolve() in (project.reports, project.trials) else None
    return own or evidence.of_folder(path, name)

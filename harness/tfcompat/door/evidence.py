"""Evidence: what a door is made of: a project's trials, a snapshot, a folder of trials, or a table of outcomes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfcompat.errors import DataError
from tfcompat.files import hash_of
from tfcompat.index import listing
from tfcompat.project import Project
from tfcompat.snapshot import kept
from tfcompat.snapshot.kept import Snapshot

if TYPE_CHECKING:
    from tfcompat.door.fill import Beside
    from tfcompat.table.frame import Table

#: What is told that something takes a while, and why.
Say = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a door is made of: a key, which is another one where this is, and how it is read.

    ``beside`` gives what is kept with the trials. ``notice`` is said where they have to be read, for that takes its time.
    ``day`` is a sentence that says of which day it is, where that has to be said. ``packed`` is a folder that may have the
    filled door.
    """

    key: str
    read: "Callable[[], Table]"
    beside: "Callable[[], Beside] | None" = None
    notice: str = ""
    day: str = ""
    packed: Path | None = None


def notice(text: str) -> None:
    """Say something on standard error."""
    click.echo(text, err=True)


def of_project(project: Project, say: Say = notice) -> Evidence | None:
    """The evidence that answers questions about a project: its trials, or without a clone the newest snapshot.

    None where there is nothing.
    """
    return of_snapshot(project) if project.is_carried else of_index(project, say)


def of_snapshot(project: Project) -> Evidence | None:
    """The evidence of the newest snapshot, carried or fetched; None where there is none."""
    snapshot = kept.newest(project)
    if snapshot is None:
        return None
    return of_contents(snapshot)


def of_contents(snapshot: Snapshot) -> Evidence:
    """The evidence of a snapshot."""
    return Evidence(
        key=snapshot.contents.key,
        read=lambda: read_snapshot(snapshot),
        day=snapshot.sentence,
        packed=snapshot.folder,
    )


def of_index(project: Project, say: Say = notice) -> Evidence | None:
    """The evidence of a project's trials, known by their content, and read from their index; None where there are none."""
    key = listing.key(project)
    return Evidence(key=key, read=lambda: read_index(project, say)) if key else None


def of_folder(folder: Path, name: str) -> Evidence:
    """The evidence of a folder: the trials in ``trials/``, else its ``outcomes.csv``, else the trials in itself.

    The trials come first: both sides of a diff are then judged by the same rules. Raises DataError where it has none of them.
    """
    if evidence := of_trials(folder / "trials") or of_table(folder / "outcomes.csv", name) or of_trials(folder):
        return evidence
    raise nothing_in(name)


def nothing_in(name: str) -> DataError:
    return DataError(f"{name} has no trials and no outcomes.csv: name a folder like reports/, or a git revision")


def of_trials(folder: Path) -> Evidence | None:
    """The evidence of a folder of trials, known by what the system says of their files; None where there are none."""
    looks = listing.looks_of(folder)
    if not looks:
        return None
    return Evidence(key=hash_of(str(folder.resolve()), listing.hash_of_looks(looks)), read=lambda: read_trials(folder))


def of_table(path: Path, name: str) -> Evidence | None:
    """The evidence of an ``outcomes.csv``; None where there is no such file."""
    if not path.is_file():
        return None
    stat = path.stat()
    key = hash_of(str(path.resolve()), str(stat.st_size), str(stat.st_mtime_ns))
    return Evidence(key=key, read=lambda: read_table(path, name))


# What follows needs pandas, which is imported where there is no door yet.


def read_index(project: Project, say: Say) -> "Table":
    from tfcompat.index import refresh
    from tfcompat.table.frame import table_of

    return table_of(refresh.columns(project, say))


def read_snapshot(snapshot: Snapshot) -> "Table":
    from tfcompat.snapshot.tables import unpack
    from tfcompat.table.frame import table_of

    return table_of(unpack(snapshot))


def read_trials(folder: Path) -> "Table":
    from tfcompat.table.frame import collect
    from tfcompat.trials.store import Store

    return collect(Store(folder).read())


def read_table(path: Path, name: str) -> "Table":
    from tfcompat.table.published import read_outcomes

    table = read_outcomes(path)
    if table.trials.empty:
        raise nothing_in(name)
    return table

"""The snapshots that are there: what the package carries, and what was fetched into the cache; the newest is used."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tfcompat.errors import DataError
from tfcompat.files import write_bytes
from tfcompat.project import Project
from tfcompat.snapshot.contents import (
    FILES,
    LARGEST,
    LARGEST_MANIFEST,
    MANIFEST,
    Contents,
    OtherFormatError,
    dump,
    facts_of,
    parse,
    read_bounded,
)

#: How many fetched snapshots are kept: the newest, and the one that a question may still be reading.
KEPT = 2


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A snapshot that is there: its folder, what its manifest says, and whether it was ``fetched`` or came with the package."""

    folder: Path
    contents: Contents
    fetched: bool

    @property
    def sentence(self) -> str:
        """Of which day the evidence is."""
        whence = "fetched by tfcompat update" if self.fetched else f"as tfcompat {self.contents.tfcompat} carries it"
        newer = "" if self.fetched else "; tfcompat update fetches a newer one"
        return f"evidence of {self.contents.day}, {whence}{newer}"

    def files(self) -> dict[str, bytes]:
        """The content of each file. Raises DataError where one is not what the manifest says."""
        return {name: self.file(name) for name in FILES}

    def file(self, name: str) -> bytes:
        """The content of one file. Raises DataError where it is not what the manifest says."""
        path = self.folder / name
        repair = "tfcompat update fetches it again" if self.fetched else "install tfcompat again"
        try:
            content = read_bounded(path, LARGEST)
        except OSError as error:
            raise DataError(f"{path} cannot be read ({error.strerror}): {repair}") from error
        if facts_of(content) != self.contents.files[name]:
            raise DataError(f"{path} is damaged: {repair}")
        return content


def newest(project: Project) -> Snapshot | None:
    """The newest snapshot, of the package or fetched; None where there is none for this tfcompat."""
    return max(known(project), key=lambda snapshot: (snapshot.contents.measured, snapshot.fetched), default=None)


def known(project: Project) -> Iterator[Snapshot]:
    """All snapshots that are there; a damaged one of the cache is none. Raises DataError where the package's is damaged."""
    if carried := load(project.snapshot, fetched=False):
        yield carried
    for folder in folders(project):
        with suppress(DataError):
            if fetched := load(folder, fetched=True):
                yield fetched


def load(folder: Path, *, fetched: bool) -> Snapshot | None:
    """The snapshot of a folder; None where there is none, or one for another tfcompat. Raises DataError where it is damaged."""
    path = folder / MANIFEST
    try:
        contents = parse(read_bounded(path, LARGEST_MANIFEST), str(path))
    except (FileNotFoundError, NotADirectoryError, OtherFormatError):
        return None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): install tfcompat again") from error
    return Snapshot(folder=folder, contents=contents, fetched=fetched)


def folders(project: Project) -> list[Path]:
    """The folders of the fetched snapshots, by their names, which begin with the moment: the oldest first."""
    return sorted(path.parent for path in cache_of(project).glob(f"[0-9]*/{MANIFEST}"))


def cache_of(project: Project) -> Path:
    """Where snapshots are kept that were fetched."""
    return project.cache / "snapshots"


def name_of(contents: Contents) -> str:
    """The name of the folder of a snapshot in the cache."""
    return f"{contents.measured.replace(':', '')}-{contents.key}"


def write(folder: Path, contents: Contents, files: Mapping[str, bytes]) -> list[Path]:
    """Write a snapshot into a folder, the manifest last; the paths. Raises TfcompatError where it cannot be written."""
    written = [write_bytes(folder / name, files[name]) for name in FILES]
    return [*written, write_bytes(folder / MANIFEST, dump(contents))]


def copy(source: Path, target: Path) -> list[Path]:
    """Write the snapshot of one folder into another; the paths. Raises DataError where it is damaged or not there."""
    snapshot = load(source, fetched=False)
    if snapshot is None:
        raise DataError(f"{source} has no snapshot for this tfcompat: tfcompat report writes it")
    return write(target, snapshot.contents, snapshot.files())


def remove_old(project: Project, newest: Path) -> None:
    """Remove fetched snapshots: those of the moment of the newest one, and all that are older than the one before it."""
    others = [folder for folder in folders(project) if folder != newest]
    alike = [folder for folder in others if moment_of(folder) == moment_of(newest)]
    older = [folder for folder in others if folder not in alike]
    for folder in (*alike, *older[: len(older) - KEPT + 1]):
        shutil.rmtree(folder, ignore_errors=True)


def moment_of(folder: Path) -> str:
    return folder.name.rpartition("-")[0]

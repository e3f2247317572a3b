"""The store: a file a trial, written line by line, then packed and never changed."""

import fcntl
import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from harness.errors import DISK_FULL, DataError
from harness.judge import parse_trial
from harness.outcomes import NoAnswerError, Reason, Subject, Trial
from harness.record import RecordError, dump_line

SUFFIX, PARTIAL = ".jsonl.gz", ".partial"


class Writer:
    """A trial file that is being written: each line is on disk before the next one comes."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def write(self, line: Mapping[str, Any]) -> None:
        """Raises NoAnswerError where the disk is full."""
        try:
            self.file.write(dump_line(line) + "\n")
            self.file.flush()
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            raise NoAnswerError(Reason.OUT_OF_DISK, f"{self.file.name} cannot be written: {error.strerror}") from error


class Store:
    """The trial files under a folder: ``<cell>/<moment>-<engine>.jsonl.gz``.

    Packed, for most of a record's text is in the next one too: a tenth of the size.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def begin(self, subject: Subject) -> Iterator[Writer]:
        """A writer for a new trial; where the block ends without an error the file gets its name, else it goes.

        Raises DataError where that name is taken: a trial is never written over.
        """
        place = self.folder / subject.cell / f"{moment(subject.started)}-{subject.engine}{SUFFIX}"
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(place.name + PARTIAL)
        if place.exists() or partial.exists():
            raise DataError(
                f"{place} is there already: another run measured that cell in the same second; run it again"
            )
        try:
            with partial.open("x", encoding="ascii") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # says to a sweep that this run lives
                yield Writer(file)
                pack(partial, place)
        finally:
            partial.unlink(missing_ok=True)

    def read(self) -> list[Trial]:
        """All trials, oldest first. Raises DataError where a file is damaged, and says which."""
        trials = [read(path) for path in self.files()]
        return sorted(trials, key=lambda trial: (trial.subject.started, trial.subject.cell))

    def files(self) -> list[Path]:
        """The trial files, in the order of their names."""
        return sorted(self.folder.glob(f"*/*{SUFFIX}"))

    def unfinished(self) -> list[Path]:
        """What runs left half-written, or are writing now."""
        return sorted(self.folder.glob(f"*/*{PARTIAL}"))

    def sweep(self) -> list[str]:
        """Remove what runs that were killed left half-written; the names of their cells."""
        left = [path for path in self.unfinished() if not is_written(path)]
        for path in left:
            path.unlink(missing_ok=True)
        return [path.parent.name for path in left]


def pack(written: Path, place: Path) -> None:
    """Give a finished record its name, packed; the same record is the same bytes."""
    packed = written.with_name(f"{place.name}.packed{PARTIAL}")
    try:
        with packed.open("xb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(gzip.compress(written.read_bytes(), compresslevel=9, mtime=0))
            file.flush()
            os.fsync(file.fileno())
            packed.rename(place)
    finally:
        packed.unlink(missing_ok=True)


def is_written(path: Path) -> bool:
    """Whether a run that lives is writing a file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):  # locked, or it has just got its name
        return True
    return False


def read(path: Path) -> Trial:
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
        return parse_trial(text.splitlines())
    except (RecordError, UnicodeDecodeError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"{path} is not a whole trial ({error}): restore it with git checkout, or remove it and run the cell again"
        ) from error


def newest(trials: Iterable[Trial], engine: str | None = None) -> dict[str, Trial]:
    """The newest trial of each cell, of one engine or of any."""
    return {trial.subject.cell: trial for trial in trials if engine in (None, trial.subject.engine)}


def speaking(trials: Iterable[Trial]) -> list[Trial]:
    """The trial that speaks for each cell: the newest; of two of one suite and lock, the container's, the better isolated."""
    trials = list(trials)
    containers = newest(trials, "docker")
    chosen = []
    for cell, trial in newest(trials).items():
        other = containers.get(cell, trial)
        alike = (other.subject.suite, other.subject.lock) == (trial.subject.suite, trial.subject.lock)
        chosen.append(other if alike else trial)
    return chosen


def moment(started: str) -> str:
    """A date and time as a part of a file's name: ``20261121T034500Z``."""
    return re.sub(r"[^0-9TZ]", "", started)

"""The store: a file a trial, written line by line, then packed and never changed."""

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tfcompat import locking
from tfcompat.errors import DISK_FULL, DataError, system_message
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial
from tfcompat.trials.judge import parse_trial
from tfcompat.trials.record import Line, RecordError, dump_line

SUFFIX, PARTIAL = ".jsonl.gz", ".partial"
#: Bytes of disk that a trial holds back while it is written: for its verdict, and for packing it, on a disk that is full.
RESERVE = 1 << 18


class Writer:
    """A trial file that is being written: each line is on disk before the next one comes.

    On a full disk the lines that are there stay whole, and ``reserve`` is given up for the few that are to follow.
    """

    def __init__(self, file: FileIO, reserve: IO[bytes]) -> None:
        self.file = file
        self.reserve = reserve

    def write(self, line: Line) -> None:
        """Raises NoAnswerError where the disk is full; the lines before this one stay."""
        end = self.file.tell()
        try:
            write_all(self.file, (dump_line(line) + "\n").encode("ascii"))
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            self.file.truncate(end)
            self.file.seek(end)
            self.reserve.close()
            raise NoAnswerError(Reason.OUT_OF_DISK, system_message(error, self.file.name)) from error


class Store:
    """The trial files under a folder: ``<cell>/<moment>-<engine>.jsonl.gz``.

    They are packed: trials repeat one another, so that a tenth of the size is left.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def begin(self, subject: Subject) -> Iterator[Writer]:
        """A writer for a new trial; the file gets its name where the block ends without an error, else it is removed.

        Raises DataError where that name is taken: a trial is never written over.
        """
        path = self.folder / subject.cell / f"{moment(subject.started)}-{subject.engine}{SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + PARTIAL)
        if path.exists() or partial.exists():
            raise DataError(f"{path} is there already: another run measured that cell in the same second; run it again")
        try:
            with partial.open("xb", buffering=0) as file, TemporaryFile(dir=path.parent, buffering=0) as reserve:
                locking.lock(file)  # tells a sweep that this run is alive
                write_all(reserve, bytes(RESERVE))
                yield Writer(file, reserve)
                reserve.close()
                pack(partial, path)
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
        """The files that a run is writing now, or that it left when it was killed."""
        return sorted(self.folder.glob(f"*/*{PARTIAL}"))

    def sweep(self) -> list[str]:
        """Remove the files that killed runs left; the names of their cells."""
        left = [path for path in self.unfinished() if not is_written(path)]
        for path in left:
            path.unlink(missing_ok=True)
        return [path.parent.name for path in left]


def write_all(file: FileIO, data: bytes) -> None:
    """Write to a file that has no buffer: what a full disk refuses is not written later, with the next line."""
    while data:
        data = data[file.write(data) :]


def pack(written: Path, path: Path) -> None:
    """Pack a finished record under its name; the same record gives the same bytes."""
    packed = written.with_name(f"{path.name}.packed{PARTIAL}")
    try:
        with packed.open("xb") as file:
            locking.lock(file)
            file.write(gzip.compress(written.read_bytes(), compresslevel=9, mtime=0))
            file.flush()
            os.fsync(file.fileno())
            packed.rename(path)
    finally:
        packed.unlink(missing_ok=True)


def is_written(path: Path) -> bool:
    """Whether a run that is alive is writing a file."""
    try:
        with path.open() as file:
            return not locking.lock(file, wait=False)
    except FileNotFoundError:  # it has just got its name
        return True


def read(path: Path) -> Trial:
    """The trial of a file. Raises DataError where it is damaged."""
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
        return parse_trial(text.splitlines())
    except (RecordError, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path} is not a whole trial ({error}): restore it with git checkout, or remove it and run the cell again"
        ) from error


def moment(started: str) -> str:
    """A date and time as a part of a file's name: ``20261121T034500Z``."""
    return re.sub(r"[^0-9TZ]", "", started)

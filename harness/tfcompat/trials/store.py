"""The store: a file a trial, written line by line, then packed and never changed."""

import fcntl
import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tfcompat.errors import DISK_FULL, DataError, words_of
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial
from tfcompat.trials.judge import parse_trial
from tfcompat.trials.record import RecordError, dump_line

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

    def write(self, line: Mapping[str, Any]) -> None:
        """Raises NoAnswerError where the disk is full; the lines before this one stay."""
        whole = self.file.tell()
        try:
            write_all(self.file, (dump_line(line) + "\n").encode("ascii"))
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            self.file.truncate(whole)
            self.file.seek(whole)
            self.reserve.close()
            raise NoAnswerError(Reason.OUT_OF_DISK, words_of(error, self.file.name)) from error


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
            with partial.open("xb", buffering=0) as file, TemporaryFile(dir=place.parent, buffering=0) as reserve:
                fcntl.flock(file, fcntl.LOCK_EX)  # says to a sweep that this run lives
                write_all(reserve, bytes(RESERVE))
                yield Writer(file, reserve)
                reserve.close()
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


def write_all(file: FileIO, data: bytes) -> None:
    """Write to a file without a buffer: what a full disk refuses is lost then, and not written with the next line."""
    while data:
        data = data[file.write(data) :]


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
    except (RecordError, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path} is not a whole trial ({error}): restore it with git checkout, or remove it and run the cell again"
        ) from error


def newest(trials: Iterable[Trial], engine: str | None = None) -> dict[str, Trial]:
    """The newest trial of each cell, of one engine or of any."""
    return {trial.subject.cell: trial for trial in trials if engine in (None, trial.subject.engine)}


def speaking(trials: Iterable[Trial]) -> list[Trial]:
    """The trial that speaks for each cell: the newest; beside it, of its suite and lock, another engine's that is better."""
    trials = list(trials)
    engines = [newest(trials, engine) for engine in ("docker", "local")]
    chosen = []
    for cell, trial in newest(trials).items():
        measured = (trial.subject.suite, trial.subject.lock)
        others = [found[cell] for found in engines if cell in found]
        alike = [other for other in others if (other.subject.suite, other.subject.lock) == measured]
        chosen.append(max([trial, *alike], key=worth))
    return chosen


def worth(trial: Trial) -> int:
    """How well a trial speaks beside another engine's: one without an answer least, the container's, better isolated, most."""
    if trial.reason is not None:
        return 0
    return 2 if trial.subject.engine == "docker" else 1


def moment(started: str) -> str:
    """A date and time as a part of a file's name: ``20261121T034500Z``."""
    return re.sub(r"[^0-9TZ]", "", started)

"""The store: a file a trial, written line by line, then packed and never changed."""

import glob
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tfcompat import locking
from tfcompat.errors import DISK_FULL, DataError, system_message
from tfcompat.files import naming
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial
from tfcompat.record import suites
from tfcompat.record.judge import Origin, parse_trial
from tfcompat.record.lines import MOMENT, Line, RecordError, ScenarioFacts, dump_line, file_name
from tfcompat.record.suites import Facts
from tfcompat.trials import confirmed
from tfcompat.trials.confirmed import ConfirmedLine
from tfcompat.trials.file import PARTIAL, SUFFIX, is_written, origin_of, pack, partial_of, read

#: Bytes of disk that a trial holds back while it is written: for its verdict, and for packing it, on a disk that is full.
RESERVE = 1 << 18


class Writer:
    """A trial file that is being written: each line is on disk before the next one comes.

    On a full disk the lines that are there stay whole, and ``reserve`` is given up for the few that are to follow.
    ``subject`` is what the trial is to say it measured.
    """

    def __init__(self, file: FileIO, reserve: IO[bytes], subject: Subject) -> None:
        self.file = file
        self.reserve = reserve
        self.subject = subject

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

    They are packed: trials repeat one another, so that a tenth of the size is left. What a trial refers to, the suite and
    earlier trials, is looked up in this folder, then in ``origins``, other folders of trials. Where the store
    ``confirms``, a whole run that says what the newest trial of its cell and engine says is kept as a line of that
    cell's confirmations.
    """

    def __init__(self, folder: Path, origins: Sequence[Path] = (), *, confirms: bool = False) -> None:
        self.folder = folder
        self.origins = origins
        self.confirms = confirms
        self.suites: dict[str, Facts] = {}

    @contextmanager
    def begin(self, subject: Subject) -> Iterator[Writer]:
        """A writer for a new trial; the file gets its name where the block ends without an error, else it is removed.

        A trial is never written over: where another of the cell and engine started in the same second, the writer's
        subject has the next one that is free.
        """
        (self.folder / subject.cell).mkdir(parents=True, exist_ok=True)
        subject, file = self.claim(subject)
        path = self.path(subject)
        partial = partial_of(path)
        try:
            with naming(path), file, TemporaryFile(dir=path.parent, buffering=0) as reserve:
                locking.lock(file)  # tells a sweep that this run is alive
                write_all(reserve, bytes(RESERVE))
                yield Writer(file, reserve, subject)
                reserve.close()
                if not (self.confirms and self.confirmed(partial, subject)):
                    pack(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def claim(self, subject: Subject) -> tuple[Subject, FileIO]:
        """The subject in the first second that no trial of its cell and engine has, and the new file of that trial."""
        confirmed_at = {line.started for line in self.confirmations(subject.cell, subject.engine)}
        while True:
            path = self.path(subject)
            with suppress(FileExistsError):
                file = partial_of(path).open("xb", buffering=0)
                if not path.exists() and subject.started not in confirmed_at:
                    return subject, file
                file.close()
                partial_of(path).unlink()
            subject = a_second_later(subject)

    def path(self, subject: Subject) -> Path:
        return self.folder / subject.cell / f"{file_name(subject)}{SUFFIX}"

    def confirmed(self, written: Path, subject: Subject) -> bool:
        """Whether a finished record says what the newest trial of its cell and engine says; it is then kept as a line."""
        try:
            before = self.newest(subject.cell, subject.engine)
            trial = parse_trial(written.read_text(encoding="ascii").splitlines(), self.sources(subject.cell))
        except (DataError, RecordError):  # neither repeats anything: the record is kept, and who reads it is told
            return False
        if before is None or not confirmed.says_the_same(trial, before):
            return False
        line = confirmed.line_of(trial, self.find(before.file), SUFFIX)
        confirmed.add(self.folder / subject.cell, [line])
        return True

    def read(self) -> list[Trial]:
        """All trials, oldest first. Raises DataError where a file is damaged, and says which."""
        trials = [trial for folder in self.cells() for trial in self.of_cell(folder.name)]
        return sorted(trials, key=lambda trial: (trial.subject.started, trial.subject.cell))

    def of_cell(self, cell: str) -> list[Trial]:
        """The trials of a cell, of its files and then of its confirmations, in no particular order."""
        files = {path.name.removesuffix(SUFFIX): self.trial(path) for path in self.files(cell)}
        lines = confirmed.read(self.folder / cell)
        return [*files.values(), *(self.repeated(cell, line, files.get(line.trial)) for line in lines)]

    def newest(self, cell: str, engine: str) -> Trial | None:
        """The newest trial of a cell by an engine, in this folder or in those of ``origins``; None where there is none."""
        newest: Trial | None = None
        for store in (self, *map(Store, self.origins)):
            trial = store.newest_here(cell, engine)
            if trial and (newest is None or trial.subject.started > newest.subject.started):
                newest = trial
        return newest

    def newest_here(self, cell: str, engine: str) -> Trial | None:
        paths = [path for path in self.files(cell) if path.name.endswith(f"-{engine}{SUFFIX}")]
        lines = self.confirmations(cell, engine)
        repeated = self.repeated(cell, lines[-1]) if lines else None
        if repeated and (not paths or paths[-1].name < file_name(repeated.subject)):
            return repeated
        return self.trial(paths[-1]) if paths else None

    def confirmations(self, cell: str, engine: str) -> list[ConfirmedLine]:
        """The confirmations of a cell's trials by an engine, oldest first."""
        return [line for line in confirmed.read(self.folder / cell) if line.engine == engine]

    def repeated(self, cell: str, line: ConfirmedLine, trial: Trial | None = None) -> Trial:
        """The trial of a confirmation. Raises DataError where what it confirms is not there, or is not the same any more."""
        path = self.find(f"{cell}/{line.trial}{SUFFIX}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != line.sha256:
            raise DataError(
                f"{path} is not what {self.folder / cell / confirmed.NAME} confirms: restore both with git checkout"
            )
        return line.trial_of(trial or self.trial(path))

    def find(self, file: str) -> Path:
        """A trial file by its name, in this folder or in ``origins``. Raises DataError where none has it."""
        for folder in (self.folder, *self.origins):
            if (folder / file).is_file():
                return folder / file
        raise DataError(
            f"{self.folder / file} is not there, and another trial refers to it: restore it with git checkout"
        )

    def trial(self, path: Path) -> Trial:
        """The trial of a file of this store. Raises DataError where it is damaged, or refers to what is not there."""
        return read(path, self.sources(path.parent.name))

    def sources(self, cell: str) -> "CellSources":
        """What the trials of a cell refer to."""
        return CellSources(store=self, cell=cell)

    def keep_suite(self, suite: str, scenarios: Sequence[ScenarioFacts]) -> None:
        """Keep what a suite says of its scenarios, to which its trials refer."""
        suites.keep(self.folder, suite, scenarios)

    def know_suite(self, suite: str, scenarios: Iterable[ScenarioFacts]) -> None:
        """Take what a suite says of its scenarios as known, whether or not it is kept yet."""
        self.suites.setdefault(suite, suites.facts_by_id(scenarios))

    def suite(self, suite: str) -> Facts:
        """The scenarios of a suite that was kept here or in ``origins``. Raises DataError where none has it."""
        if suite not in self.suites:
            self.suites[suite] = suites.read(self.find(f"{suites.FOLDER}/{suite}{suites.SUFFIX}"))
        return self.suites[suite]

    def cells(self) -> list[Path]:
        """The folders of the cells that have trials, by name."""
        return sorted({path.parent for path in (*self.files(), *self.folder.glob(f"*/{confirmed.NAME}"))})

    def files(self, cell: str | None = None) -> list[Path]:
        """The trial files, of one cell or of all, in the order of their names: of a cell and engine the oldest first."""
        return sorted(self.folder.glob(f"{'*' if cell is None else glob.escape(cell)}/*{SUFFIX}"))

    def suite_files(self) -> list[Path]:
        """The files of the suites that were kept here, by name."""
        return sorted((self.folder / suites.FOLDER).glob(f"*{suites.SUFFIX}"))

    def unfinished(self) -> list[Path]:
        """The files that a run is writing now, or that it left when it was killed."""
        return sorted(self.folder.glob(f"*/*{PARTIAL}"))

    def sweep(self) -> list[str]:
        """Remove the files that killed runs left; the names of their cells."""
        left = [path for path in self.unfinished() if not is_written(path)]
        for path in left:
            path.unlink(missing_ok=True)
        return [path.parent.name for path in left]


@dataclass(frozen=True, kw_only=True)
class CellSources:
    """What the trials of a cell refer to, as a store has it."""

    store: Store
    cell: str

    def origin(self, name: str) -> Origin:
        return origin_of(self.store.find(f"{self.cell}/{name}{SUFFIX}"))

    def suite(self, suite: str) -> Facts:
        return self.store.suite(suite)


def a_second_later(subject: Subject) -> Subject:
    started = datetime.strptime(subject.started, MOMENT) + timedelta(seconds=1)
    return replace(subject, started=started.strftime(MOMENT))


def write_all(file: FileIO, data: bytes) -> None:
    """Write to a file that has no buffer: what a full disk refuses is not written later, with the next line."""
    while data:
        data = data[file.write(data) :]

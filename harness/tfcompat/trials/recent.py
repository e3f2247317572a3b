"""The recent trials: of each cell and engine the newest, and those before it as far back as one that ended well.

They say what is current and how old it is; however many trials a store has, few of its files are read for them.
"""

from collections.abc import Iterator
from pathlib import Path

from tfcompat.outcomes import Trial
from tfcompat.trials import confirmed
from tfcompat.trials.confirmed import ConfirmedLine
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store


def recent(store: Store, until: str = "~") -> list[Trial]:
    """The recent trials of all cells, oldest first, of those that started before ``until`` (ISO 8601, in UTC).

    Raises DataError where a file is damaged, and says which.
    """
    trials = [trial for folder in store.cells() for trial in of_cell(store, folder.name, file_moment(until))]
    return sorted(trials, key=lambda trial: (trial.subject.started, trial.subject.cell))


def of_cell(store: Store, cell: str, until: str) -> Iterator[Trial]:
    every: list[Path | ConfirmedLine] = [*store.files(cell), *confirmed.read(store.folder / cell)]
    runs = sorted((run for run in every if started_of(run) < until), key=started_of, reverse=True)
    for engine in sorted({engine_of(run) for run in runs}):
        for run in runs:
            if engine_of(run) == engine:
                trial = store.trial(run) if isinstance(run, Path) else store.repeated(cell, run)
                yield trial
                if trial.reason is None:
                    break


def engine_of(run: Path | ConfirmedLine) -> str:
    """The engine in the name of a trial's file, or of the file that was confirmed."""
    return name_of(run).rpartition("-")[2]


def started_of(run: Path | ConfirmedLine) -> str:
    """When a run started, as names of files say it, which are in the order of time."""
    return name_of(run).partition("-")[0] if isinstance(run, Path) else file_moment(run.started)


def file_moment(started: str) -> str:
    """A moment as the names of files have it: ``20261121T034500Z``."""
    return started.replace("-", "").replace(":", "")


def name_of(run: Path | ConfirmedLine) -> str:
    return run.name.removesuffix(SUFFIX) if isinstance(run, Path) else run.trial

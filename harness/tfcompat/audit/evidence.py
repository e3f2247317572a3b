"""The evidence: every trial file and confirmation of a folder, read strictly; what cannot be read is a hole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfcompat.errors import DataError
from tfcompat.outcomes import Trial
from tfcompat.trials import confirmed
from tfcompat.trials.confirmed import ConfirmedLine
from tfcompat.trials.file import PARTIAL, SUFFIX, is_written
from tfcompat.trials.recent import file_moment
from tfcompat.trials.store import Store


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The trials of a folder that can be read, oldest first, those of its confirmations included, and what is wrong with it."""

    trials: Sequence[Trial]
    holes: Sequence[str]


def gather(store: Store) -> Evidence:
    """All that a folder of trials has. No damage of one file keeps another from being read."""
    trials: list[Trial] = []
    holes: list[str] = []
    for folder in folders(store):
        holes += strangers(folder)
        for read in (*of_files(store, folder), *of_confirmations(store, folder)):
            try:
                trials.append(read())
            except DataError as error:
                holes.append(str(error))
    trials.sort(key=lambda trial: (trial.subject.started, trial.subject.cell))
    return Evidence(trials=trials, holes=holes)


def folders(store: Store) -> list[Path]:
    """The folders of the cells, those in which no trial is left included."""
    known = store.folder.iterdir() if store.folder.is_dir() else ()
    return sorted(path for path in known if path.is_dir() and path.name != "suites")


def of_files(store: Store, folder: Path) -> Iterator[Callable[[], Trial]]:
    """Reads each trial file of a cell."""
    return (lambda path=path: store.trial(path) for path in store.files(folder.name))  # type: ignore[misc]


def of_confirmations(store: Store, folder: Path) -> Iterator[Callable[[], Trial]]:
    """Reads what each line confirms; a damaged file of lines is one that reads nothing."""
    try:
        lines = confirmed.read(folder)
    except DataError as error:
        return iter([raising(error)])
    return (lambda line=line: of_line(store, folder, line) for line in lines)  # type: ignore[misc]


def raising(error: DataError) -> Callable[[], Trial]:
    def read() -> Trial:
        raise error

    return read


def of_line(store: Store, folder: Path, line: ConfirmedLine) -> Trial:
    """The trial of a confirmation. Raises DataError where it comes before what it confirms."""
    if file_moment(line.started) <= line.trial.partition("-")[0]:
        raise DataError(
            f"{folder / confirmed.NAME} says that {line.trial} was confirmed at {line.started}, before it was there: "
            "restore the file with git checkout, or remove the line"
        )
    return store.repeated(folder.name, line)


def strangers(folder: Path) -> Iterator[str]:
    """Files of a cell's folder that are not of the evidence, and those that are not finished."""
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        if path.name.endswith(PARTIAL):
            yield f"{path} is not finished: {unfinished(path)}"
        elif not path.name.endswith(SUFFIX) and path.name not in (confirmed.NAME, confirmed.LOCK):
            yield f"{path} is neither a trial nor a confirmation: remove it"


def unfinished(path: Path) -> str:
    return "wait until the run ends" if is_written(path) else "its run was killed, and the next run removes it"

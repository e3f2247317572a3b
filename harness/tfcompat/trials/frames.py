"""Frames: where in the code an exception was raised, which the trials keep and the index does not."""

from collections.abc import Iterable, Mapping

from tfcompat.trials.file import outcomes_of
from tfcompat.trials.store import Store

#: The traceback of each scenario that raised something, by its id.
Frames = Mapping[str, str]


def of_files(store: Store, files: Iterable[str]) -> dict[str, Frames]:
    """The frames of some trial files of a store, by the file. Raises DataError where one is damaged."""
    return {file: of_file(store, file) for file in dict.fromkeys(files)}


def of_file(store: Store, file: str) -> Frames:
    """The frames of a trial file, those of the outcomes that it reuses included."""
    path = store.find(file)
    lines = outcomes_of(path, store.sources(path.parent.name))
    return {line.scenario: line.traceback for line in lines if line.traceback}

"""Frames: where in the code an exception was raised, which the trials keep and the index does not."""

from collections.abc import Iterable, Mapping

from tfcompat.trials.store import Store

#: The traceback of each scenario that raised something, by its id.
Frames = Mapping[str, str]


def of_files(store: Store, files: Iterable[str]) -> dict[str, Frames]:
    """The frames of some trial files of a store, by the file. Raises DataError where one is damaged."""
    return {file: of_file(store, file) for file in dict.fromkeys(files)}


def of_file(store: Store, file: str) -> Frames:
    """The frames of a trial file, those of the outcomes that it reuses included."""
    outcomes = store.trial(store.find(file)).outcomes
    return {outcome.scenario: outcome.traceback for outcome in outcomes if outcome.traceback}

"""What is published: the trial that each column of the published page is of, as a file of the reports says it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tfcompat.errors import DataError
from tfcompat.files import write_text
from tfcompat.outcomes import Trial
from tfcompat.trials.store import Store

#: The file of a report's folder.
NAME = "published.json"


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file's content: the night that was published, and the file of each cell's trial, below ``trials/``."""

    night: str
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Published:
    """What was published last: on which ``night`` (ISO 8601, in UTC; empty where on none), and the trial of each column."""

    night: str
    trials: tuple[Trial, ...]

    @property
    def cells(self) -> set[str]:
        return {trial.subject.cell for trial in self.trials}


def load(folder: Path, known: Iterable[Trial] = ()) -> Published | None:
    """What was published last of a report's folder, None where nothing was; ``known`` need not be read again.

    Raises DataError where the file is damaged, or a trial that it names is not there.
    """
    path = folder / NAME
    try:
        document = msgspec.json.decode(path.read_bytes(), type=Document)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} is damaged ({error}): restore it with git checkout, or remove it, and all columns count as new"
        ) from error
    read = {trial.file: trial for trial in known}
    store = Store(folder / "trials")
    check_files(path, document.cells, store)
    trials = (read.get(file) or store.trial(store.folder / file) for file in document.cells.values())
    return Published(night=document.night, trials=tuple(trials))


def check_files(path: Path, cells: Mapping[str, str], store: Store) -> None:
    """Raises DataError where a cell's trial is not one of that cell, or not there."""
    for cell, file in cells.items():
        if not file.startswith(f"{cell}/") or store.folder / file not in store.files(cell):
            raise DataError(
                f"{path} says that {cell} is of {file}, which is not among its trials: restore both with git checkout, "
                "or remove the file, and all columns count as new"
            )


def write(current: Iterable[Trial], night: str, folder: Path) -> Path:
    """Write down that trials are published, a line a cell, by name."""
    cells = {trial.subject.cell: trial.file for trial in current}
    lines = ",\n".join(f"  {json.dumps(cell)}: {json.dumps(cells[cell])}" for cell in sorted(cells))
    return write_text(folder / NAME, f'{{\n "night": {json.dumps(night)},\n "cells": {{\n{lines}\n }}\n}}\n')

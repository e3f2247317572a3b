"""Trial files for the tests of the index, line by line as they are given, and their columns as the strict reader has them."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import fakes
from tfcompat.index.builder import Builder
from tfcompat.index.columns import Columns
from tfcompat.index.shape import TABLES
from tfcompat.outcomes import Reason
from tfcompat.record.lines import HeaderLine, Line, OutcomeLine, ReusedLine, dump_line, trial_line, verdict_line
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

CELL = "tf2.9.3-py3.10"
#: The moments of trials, oldest first, and the names of their files.
MOMENTS = ("2026-01-02T03:04:05Z", "2026-01-02T13:04:05Z", "2026-01-03T03:04:05Z", "2026-02-01T03:04:05Z")
NAMES = ("20260102T030405Z-local", "20260102T130405Z-local", "20260103T030405Z-local", "20260201T030405Z-local")


def write(folder: Path, place: int, *lines: Line | str, cell: str = CELL, suite: str = fakes.SUITE) -> str:
    """Write a file of a cell with these lines between its first and its last: its path in the folder."""
    subject = fakes.subject(cell, started=MOMENTS[place], suite=suite)
    return write_text(
        folder,
        place,
        dump_line(trial_line(subject)),
        *fakes.spoken(subject, *lines),
        dump_line(verdict_line(Reason.ENGINE_LOST if lacking(lines) else None, "", 1.0)),
        cell=cell,
    )


def lacking(lines: tuple[Line | str, ...]) -> bool:
    """Whether these lines leave scenarios without an answer: then a run says why."""
    asked = [str(name) for line in lines if isinstance(line, HeaderLine) for name in line.scenarios]
    told = {line.scenario for line in lines if isinstance(line, OutcomeLine)}
    told |= {name for line in lines if isinstance(line, ReusedLine) for name in line.scenarios or asked}
    return not asked or not told.issuperset(asked)


def write_text(folder: Path, place: int, *lines: str, cell: str = CELL) -> str:
    """Write a file of a cell that has these lines."""
    path = folder / cell / f"{NAMES[place]}{SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")))
    return f"{cell}/{path.name}"


def strict(folder: Path, *files: str) -> Columns:
    """The columns of some files, of which each is read by the store and judged by itself. Raises DataError."""
    builder = Builder()
    for name in files:
        builder.add_trial(Store(folder).trial(folder / name), f"digest of {name}")
    return builder.columns()


def rows(columns: Columns) -> Mapping[str, list[dict[str, Any]]]:
    """The content of all tables."""
    return {name: getattr(columns, name).to_pylist() for name in TABLES}

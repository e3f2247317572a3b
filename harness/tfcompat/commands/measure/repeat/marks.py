"""The marks: which rows are known to differ from run to run, and why, read from ``statements/repeat.toml``."""

from collections.abc import Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from tfcompat.select import toml_list

Text = Annotated[str, Meta(pattern=r"\S")]


class Why(StrEnum):
    """What makes a row differ from run to run, so that it is no fault of the harness."""

    THREADS = "threads"
    ADDRESSES = "addresses"
    CLOCK = "clock"
    RANDOM = "random numbers"


class Mark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that may differ: its id or a glob, the cells (a glob of their ids), the cause, and a sentence about it."""

    scenario: Text
    cells: Text = "*"
    why: Why
    sentence: Text

    def admits(self, cell: str, scenario: str) -> bool:
        return fnmatchcase(scenario, self.scenario) and fnmatchcase(cell, self.cells)


def load(path: Path) -> tuple[Mark, ...]:
    """The marks of a ``repeat.toml``; none where there is no such file. Raises DataError where it is not one."""
    if not path.exists():
        return ()
    return tuple(toml_list.read(path, "marks", Mark, "marks of rows that differ"))


def mark_of(marks: Sequence[Mark], cell: str, scenario: str) -> Mark | None:
    """The mark of a row in a cell, if it has one."""
    return next((mark for mark in marks if mark.admits(cell, scenario)), None)

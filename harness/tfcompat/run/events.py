"""The events of a run, which its console shows and its timeline keeps."""

from dataclasses import dataclass
from enum import StrEnum

from tfcompat.outcomes import Trial


class Stage(StrEnum):
    """Where a cell is on its way; one that is waiting has its environment, and runs when it is its turn."""

    LOCKING = "locking"
    BUILDING = "building"
    WAITING = "waiting"
    RUNNING = "running"


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A cell has come to a stage."""

    cell: str
    stage: Stage


@dataclass(frozen=True, kw_only=True)
class Progressed:
    """A cell has written a line of its record: ``done`` of ``planned`` scenarios have an outcome."""

    cell: str
    done: int
    planned: int


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A scenario of a cell has its outcome now, after so many seconds."""

    cell: str
    scenario: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """Something about a cell that a person should know."""

    cell: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A cell has its trial."""

    cell: str
    trial: Trial


Event = Staged | Progressed | Answered | Noticed | Finished

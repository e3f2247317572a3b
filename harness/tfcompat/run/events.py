"""The events of a run, which its console shows."""

from dataclasses import dataclass
from enum import StrEnum

from tfcompat.outcomes import Trial


class Stage(StrEnum):
    """Where a cell is on its way."""

    LOCKING = "locking"
    BUILDING = "building"
    RUNNING = "running"


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A cell has come to a stage."""

    cell: str
    stage: Stage


@dataclass(frozen=True, kw_only=True)
class Progressed:
    """A scenario of a cell has an outcome: ``done`` of ``planned``."""

    cell: str
    done: int
    planned: int


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A cell has its trial."""

    cell: str
    trial: Trial


Event = Staged | Progressed | Finished

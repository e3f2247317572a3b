"""What a contestant is: a way to run the same scenarios on the same releases, from nothing and again."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from benchmarks.side_by_side.clock import Command


class Phase(StrEnum):
    """What is measured, in the order in which it is: each finds what the one before left."""

    COLD = "cold"
    WARM = "warm"
    EDIT = "edit"
    UNCHANGED = "unchanged"


class Contestant(Protocol):
    """One row of the table. All that it makes is in its folder, or removed by ``end``."""

    @property
    def name(self) -> str:
        """The name for ``--only``, which is also the key of its row."""

    @property
    def phases(self) -> Sequence[Phase]:
        """What can be measured of it."""

    @property
    def allowed(self) -> Sequence[int]:
        """The exit codes of a run that was complete: pytest's is 1 where a scenario raised, which is an observation."""

    @property
    def cells(self) -> Sequence[str]:
        """The ids of its cells."""

    def start(self, folder: Path, *, empty: bool) -> None:
        """Lay out its files. ``empty`` asks for empty caches and no environment; else it may use what the machine has."""

    def command(self, phase: Phase) -> Command:
        """The command to measure."""

    def edit(self, number: int) -> None:
        """Edit one scenario; each number makes another text."""

    def rows(self) -> int:
        """How many scenarios each cell has after the last command. Raises SystemExit where cells differ, or one has none."""

    def end(self) -> None:
        """Remove what is outside of the folder."""


def turns(
    contestants: Sequence[Contestant], asked: Sequence[Phase], repeats: int
) -> Iterator[tuple[Phase, int, Contestant]]:
    """Who runs when: A, B, A, B in each phase, so that a machine whose speed drifts is fair to all.

    From nothing is run once. It comes first even where it was not asked for, as what the others stand on.
    """
    for phase in Phase:
        if phase in asked or phase is Phase.COLD:
            for turn in range(1 if phase is Phase.COLD else repeats):
                for contestant in contestants:
                    if phase in contestant.phases:
                        yield phase, turn, contestant

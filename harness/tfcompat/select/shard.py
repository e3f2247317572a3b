"""Shards: a run's cells in equal parts, so that several machines share it and none of them has to be told more."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tfcompat.errors import SelectionError
from tfcompat.outcomes import Trial
from tfcompat.select.releases import Cell

#: Seconds that a cell is taken to last where no trial of any cell says more.
UNMEASURED = 60.0


@dataclass(frozen=True, kw_only=True)
class Shard:
    """The ``index``-th of ``of`` parts, counted from 1."""

    index: int
    of: int

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


WHOLE = Shard(index=1, of=1)


def parse(text: str) -> Shard:
    """The shard that ``i/n`` names. Raises SelectionError where it is not one."""
    found = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", text)
    shard = Shard(index=int(found[1]), of=int(found[2])) if found else None
    if shard is None or shard.index > shard.of:
        raise SelectionError(f"--shard {text!r} is no shard: write i/n with i from 1 to n, for example 2/4")
    return shard


def share(cells: Sequence[Cell], shard: Shard, seconds: Mapping[str, float]) -> tuple[Cell, ...]:
    """The cells of one shard, in their order; of the same cells and ``seconds``, each is in exactly one shard.

    The longest group goes first, and always to the shard that has least to do. A shard may be left without a cell.
    """
    lengths = {key: sum(lasts(cell, seconds) for cell in group) for key, group in grouped(cells).items()}
    loads = [0.0] * shard.of
    mine: set[tuple[str, str]] = set()
    for key in sorted(lengths, key=lambda key: (-lengths[key], key)):
        place = loads.index(min(loads))
        loads[place] += lengths[key]
        if place == shard.index - 1:
            mine.add(key)
    return tuple(cell for cell in cells if group_of(cell) in mine)


def grouped(cells: Iterable[Cell]) -> dict[tuple[str, str], list[Cell]]:
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(group_of(cell), []).append(cell)
    return groups


def group_of(cell: Cell) -> tuple[str, str]:
    """What cells share downloads and the layers below them by: the release and the Python, whatever the variant."""
    return str(cell.release.version), cell.python


def lasts(cell: Cell, seconds: Mapping[str, float]) -> float:
    """Seconds that a cell is taken to last: as measured, or as the middle of what was measured."""
    return seconds.get(cell.id, median(seconds.values()) if seconds else UNMEASURED)


def durations(newest: Mapping[str, Trial]) -> dict[str, float]:
    """Seconds of each cell whose newest trial ran; a cell that ended without an answer says nothing of how long it is."""
    return {cell: trial.seconds for cell, trial in newest.items() if trial.reason is None and trial.seconds > 0}

"""Shards: equal parts of a run's cells, so that several machines share the run without knowing of one another."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tfcompat.errors import SelectionError
from tfcompat.outcomes import Trial
from tfcompat.select.cells import Cell

#: The expected seconds of a cell where no cell was ever measured.
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
    match = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", text)
    if match is None or int(match[1]) > int(match[2]):
        raise SelectionError(f"--shard {text!r} is not a shard: write i/n with i from 1 to n, for example 2/4")
    return Shard(index=int(match[1]), of=int(match[2]))


def share(cells: Sequence[Cell], shard: Shard, seconds: Mapping[str, float]) -> tuple[Cell, ...]:
    """The cells of one shard, in their order. With the same cells and ``seconds``, each cell is in exactly one shard.

    The longest group is assigned first, each to the shard that has least to do. A shard may be left without a cell.
    """
    lengths = {key: sum(lasts(cell, seconds) for cell in group) for key, group in grouped(cells).items()}
    loads = [0.0] * shard.of
    mine: set[tuple[str, str]] = set()
    for key in sorted(lengths, key=lambda key: (-lengths[key], key)):
        least = loads.index(min(loads))
        loads[least] += lengths[key]
        if least == shard.index - 1:
            mine.add(key)
    return tuple(cell for cell in cells if group_of(cell) in mine)


def grouped(cells: Iterable[Cell]) -> dict[tuple[str, str], list[Cell]]:
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(group_of(cell), []).append(cell)
    return groups


def group_of(cell: Cell) -> tuple[str, str]:
    """The release and the Python: cells that have these in common share downloads and image layers."""
    return str(cell.release.version), cell.python


def lasts(cell: Cell, seconds: Mapping[str, float]) -> float:
    """The expected seconds of a cell: as measured, or those of a cell that was not."""
    return seconds.get(cell.id, usual(seconds))


def usual(seconds: Mapping[str, float]) -> float:
    """The expected seconds of a cell that was never measured: the median of those that were."""
    return median(seconds.values()) if seconds else UNMEASURED


def durations(newest: Mapping[str, Trial]) -> dict[str, float]:
    """Seconds that each cell takes as a whole; a trial that ended without an answer tells nothing of that."""
    seconds = {cell: as_a_whole(trial) for cell, trial in newest.items() if trial.reason is None}
    return {cell: length for cell, length in seconds.items() if length > 0}


def as_a_whole(trial: Trial) -> float:
    """Seconds of a trial if all of it had run: where outcomes were reused, at least those of its scenarios, one by one."""
    reused = any(outcome.measured not in ("", trial.subject.started) for outcome in trial.outcomes)
    return max(trial.seconds, sum(outcome.seconds for outcome in trial.outcomes)) if reused else trial.seconds

"""The rotation: which cells a night measures anew, in which it runs only what is new, and which wait for another night."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

#: Within how many nights every outcome is confirmed: each night measures a part of the cells anew, one of so many.
ROTATION = 10
#: After how many nights a cell is too old to be published: as many again are left for nights on which something goes wrong.
LIMIT = 2 * ROTATION


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a cell's place in the rotation depends on: when its oldest outcome was ``measured`` (ISO 8601, in UTC; empty where
    it has none), how many nights have passed since, and whether its newest trial is a ``hole``, without any answer.
    """

    measured: str
    passed: int
    hole: bool


@dataclass(frozen=True, kw_only=True)
class Tonight:
    """The cells of a night by what is done in them: all is measured ``anew``, only what is ``new`` is run, nothing."""

    anew: tuple[str, ...]
    new: tuple[str, ...]
    waiting: tuple[str, ...] = ()


def tonight(turns: Mapping[str, Turn | None]) -> Tonight:
    """What a night does in cells, most urgent first; None is the turn of a cell that was never run.

    Anew: the holes, and of the cells with answers those that were measured longest ago, a ``ROTATION``-th of all cells,
    and more where more would otherwise not be confirmed within as many nights.
    """
    known = {cell: turn for cell, turn in turns.items() if turn is not None}
    never = sorted(cell for cell in turns if cell not in known)
    oldest = sorted(known, key=lambda cell: (known[cell].measured, cell))
    holes = [cell for cell in oldest if known[cell].hole]
    answered = [cell for cell in oldest if not known[cell].hole]
    due = sum(known[cell].passed >= ROTATION - 1 for cell in answered)
    part = max(due, ceil(len(turns) / ROTATION))
    return Tonight(anew=(*holes, *answered[:part]), new=(*never, *answered[part:]))


def within(plan: Tonight, seconds: Mapping[str, float], limit: float) -> Tonight:
    """A plan without what takes it beyond a limit: what is urgent goes first, the first of all in any case.

    ``seconds`` are those that each cell is expected to take, ``limit`` those of all shards together.
    """
    kept = fitting((*plan.anew, *plan.new), seconds, limit)
    return Tonight(
        anew=tuple(cell for cell in plan.anew if cell in kept),
        new=tuple(cell for cell in plan.new if cell in kept),
        waiting=tuple(cell for cell in (*plan.anew, *plan.new) if cell not in kept),
    )


def fitting(cells: Iterable[str], seconds: Mapping[str, float], limit: float) -> set[str]:
    """The first cells, as many as take no longer than the limit, and what takes no time at all."""
    kept: set[str] = set()
    total = 0.0
    for cell in cells:
        total += seconds[cell]
        if total <= limit or not kept or not seconds[cell]:
            kept.add(cell)
    return kept

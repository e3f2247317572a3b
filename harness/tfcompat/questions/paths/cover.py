"""The cover: the fewest candidates that together work on all cells on which any of them works, found exactly."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something that works on some cells; of two that do the same, the one of lower ``rank`` is wanted.

    One of a higher ``tier`` is wanted only where no other works.
    """

    name: str
    works: frozenset[str]
    tier: int = 0
    rank: int = 0


def cover(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The fewest candidates that work wherever any does, and of these the ones of the lowest ranks together.

    Those of the lowest tier come first; each other tier adds the fewest for the cells that are left. In a tier they are in
    the given order. Empty where nothing works anywhere.
    """
    chosen: list[Candidate] = []
    for tier in sorted({candidate.tier for candidate in candidates}):
        pool = [candidate for candidate in candidates if candidate.tier == tier]
        chosen += fewest(pool, union(pool) - union(chosen))
    return tuple(chosen)


def fewest(pool: Sequence[Candidate], cells: frozenset[str]) -> tuple[Candidate, ...]:
    """The fewest of a pool that work on some cells, of the lowest ranks; the pool as a whole works on all of them."""
    useful = list(undominated(pool, cells))
    for size in range(len(useful) + 1):
        covers = [some for some in combinations(useful, size) if cells <= union(some)]
        if covers:
            return min(covers, key=lambda some: sum(candidate.rank for candidate in some))
    raise ValueError(f"nothing works on {sorted(cells - union(pool))}")


def undominated(pool: Sequence[Candidate], cells: frozenset[str]) -> Iterator[Candidate]:
    """The candidates whose place no other can take: one that is of no higher rank, and works wherever they do."""
    for place, candidate in enumerate(pool):
        if candidate.works & cells and not any(
            precedes(other, candidate, cells, first=number < place)
            for number, other in enumerate(pool)
            if number != place
        ):
            yield candidate


def precedes(other: Candidate, candidate: Candidate, cells: frozenset[str], *, first: bool) -> bool:
    """Whether one can take the place of another; of two that are alike the first can."""
    ours, theirs = candidate.works & cells, other.works & cells
    if other.rank > candidate.rank or not ours <= theirs:
        return False
    return other.rank < candidate.rank or ours < theirs or first


def union(candidates: Collection[Candidate]) -> frozenset[str]:
    return frozenset[str]().union(*(candidate.works for candidate in candidates))

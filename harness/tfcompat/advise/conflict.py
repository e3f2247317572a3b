"""A conflict: the fewest scenarios that no cell satisfies together."""

from collections.abc import Mapping, Sequence

#: Some cells, by their numbers: a bit each.
Mask = int


def smallest(denied: Mapping[str, Mask], cells: Mask) -> Sequence[str]:
    """The fewest scenarios of which each of the ``cells`` denies one at least, in their order.

    ``denied`` has of each scenario the cells where it does not hold. Empty where some cell denies none, or there is no cell.
    """
    told = undominated({name: mask & cells for name, mask in denied.items()})
    together = 0
    for mask in told.values():
        together |= mask
    if not cells or together != cells:
        return ()
    sizes = range(1, len(told) + 1)
    chosen = next(names for size in sizes if (names := cover(told, cells, size)) is not None)
    return [name for name in denied if name in chosen]


def undominated(denied: Mapping[str, Mask]) -> dict[str, Mask]:
    """The scenarios that are not denied wholly within what another denies; of equal ones the first."""
    first: dict[Mask, str] = {}
    for name, mask in denied.items():
        first.setdefault(mask, name)
    return {
        name: mask for mask, name in first.items() if not any(mask != other and not mask & ~other for other in first)
    }


def cover(denied: Mapping[str, Mask], left: Mask, size: int) -> Sequence[str] | None:
    """As many scenarios as ``size`` at most of which each cell that is left denies one; None where there are none."""
    if not left:
        return ()
    if most(denied, left, size) < left.bit_count():
        return None
    cell = hardest(denied, left)
    for name, mask in denied.items():
        rest = cover(denied, left & ~mask, size - 1) if mask & cell else None
        if rest is not None:
            return name, *rest
    return None


def most(denied: Mapping[str, Mask], left: Mask, size: int) -> int:
    """More than so many cells of those left cannot be denied by so many scenarios."""
    counts = sorted(((mask & left).bit_count() for mask in denied.values()), reverse=True)
    return sum(counts[:size])


def hardest(denied: Mapping[str, Mask], left: Mask) -> Mask:
    """The cell of those left that the fewest scenarios are denied by: one of these is in every choice."""
    cells = [1 << number for number in range(left.bit_length()) if left >> number & 1]
    return min(cells, key=lambda cell: sum(bool(mask & cell) for mask in denied.values()))

"""Naming: the fewest places that are exactly some of the measured cells. A release is named before a Python or a Keras."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby

from packaging.version import Version

from tfcompat.select.places import Axis, Bounds, Place, Spot, version

#: What a place costs by the axis that it names, beside releases and alone: the cells that it covers are weighed against
#: that. A Keras alone names what is the same on every release; a Python alone has to stand for many releases.
BESIDE: Mapping[Axis | None, float] = {None: 1.0, Axis.KERAS: 1.6, Axis.PYTHON: 1.6}
ALONE: Mapping[Axis | None, float] = {Axis.KERAS: 1.2, Axis.PYTHON: 3.0}
#: What a place costs that names a cell by all that it has.
EXACT = 8.0
#: The version of what has none.
NOTHING = Version("0")
#: Some spots of a family, by their numbers: a bit each.
Mask = int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A place of which no cell is outside, before it is put in words."""

    cells: Mask
    axis: Axis | None = None
    releases: bool = True
    exact: bool = False

    @property
    def cost(self) -> float:
        if self.exact:
            return EXACT
        return (BESIDE if self.releases else ALONE)[self.axis]


def places(spots: Iterable[Spot], inside: Collection[str]) -> tuple[Place, ...]:
    """The places that are exactly the cells ``inside``, given by their ids, among the spots; of each variant oldest first."""
    return tuple(place for family in families(tuple(spots)) for place in family.places(family.mask_of(inside)))


@lru_cache(maxsize=256)
def families(spots: Sequence[Spot]) -> Sequence["Family"]:
    """The spots by the variant that a place of them has to name."""
    ordered = sorted(spots, key=lambda spot: (spot.family, order(spot)))
    return [Family(name, tuple(some)) for name, some in groupby(ordered, key=lambda spot: spot.family)]


class Family:
    """The measured cells of a variant, oldest first, and which of them have a release, a Python or a Keras in common."""

    def __init__(self, name: str, spots: Sequence[Spot]) -> None:
        self.name, self.spots = name, spots
        self.numbers = {spot.cell: number for number, spot in enumerate(spots)}
        self.releases = [mask for _, mask in self.by(version(spot.tensorflow) or NOTHING for spot in spots)]
        self.axes = {axis: self.by(version_of(spot, axis) for spot in spots) for axis in (Axis.KERAS, Axis.PYTHON)}
        self.known: dict[Mask, Sequence[Place]] = {}

    def by(self, versions: Iterable[Version]) -> Sequence[tuple[Version, Mask]]:
        """The spots of each version, the lowest first; ``versions`` has one for each spot."""
        masks: dict[Version, Mask] = {}
        for number, found in enumerate(versions):
            masks[found] = masks.get(found, 0) | 1 << number
        return sorted(masks.items())

    def mask_of(self, cells: Iterable[str]) -> Mask:
        return sum(1 << self.numbers[cell] for cell in set(cells) if cell in self.numbers)

    def members(self, mask: Mask) -> Sequence[Spot]:
        return [spot for number, spot in enumerate(self.spots) if mask >> number & 1]

    def places(self, inside: Mask) -> Sequence[Place]:
        """The places of some of its cells, each no longer than it has to be, oldest first.

        Where the words of two places name a cell, it is a spot of the first.
        """
        if inside not in self.known:
            whole = list(self.spans(inside, -1))
            mixed = inside & ~together(whole)
            chosen = trimmed(self, cover(inside, [*whole, *self.told_apart(inside)])) if mixed else whole
            ordered = sorted(chosen, key=lambda candidate: candidate.cells & -candidate.cells)
            self.known[inside] = list(self.parted(ordered))
        return self.known[inside]

    def parted(self, candidates: Iterable[Candidate]) -> Iterator[Place]:
        """The place of each candidate, with the cells that no candidate before it has as its spots."""
        named = 0
        for candidate in candidates:
            yield replace(self.place(candidate), spots=tuple(self.members(candidate.cells & ~named)))
            named |= candidate.cells

    def told_apart(self, inside: Mask) -> Iterator[Candidate]:
        """What can be named by a Keras or a Python, and each cell by itself."""
        for axis in self.axes:
            for within in self.intervals(axis, inside):
                if not within & ~inside:
                    yield Candidate(cells=within, axis=axis, releases=False)
                yield from self.spans(inside, within, axis)
        yield from (Candidate(cells=self.mask_of([spot.cell]), exact=True) for spot in self.members(inside))

    def intervals(self, axis: Axis, inside: Mask) -> Iterator[Mask]:
        """The cells from each version of an axis that is inside to each later one of the same major."""
        versions = [(found, mask) for found, mask in self.axes[axis] if found != NOTHING]
        for place, (first, _) in enumerate(versions):
            within = 0
            for last, mask in versions[place:]:
                within |= mask
                if first.major == last.major and mask & inside:
                    yield within

    def spans(self, inside: Mask, within: Mask, axis: Axis | None = None) -> Iterator[Candidate]:
        """The longest spans of releases of which those cells that are ``within`` are all inside; others are passed over."""
        asked = [release & within for release in self.releases if release & within]
        for outside, run in groupby(asked, key=lambda some: bool(some & ~inside)):
            if not outside:
                yield Candidate(cells=sum(run), axis=axis)

    def reach(self, mask: Mask) -> Mask:
        """All cells of the releases from the first to the last that some cells are of."""
        touched = [place for place, release in enumerate(self.releases) if release & mask]
        return sum(self.releases[touched[0] : touched[-1] + 1])

    def place(self, candidate: Candidate) -> Place:
        """A candidate in words; without its spots."""
        spots = self.members(candidate.cells)
        place = Place(variant=self.name)
        if candidate.releases:
            place = replace(place, releases=Bounds(first=spots[0].tensorflow, last=spots[-1].tensorflow))
        if candidate.exact:
            return self.exact_place(place, *spots)
        context = self.members(self.reach(candidate.cells)) if candidate.releases else self.spots
        bounds = bounds_of(spots, candidate.axis, context) if candidate.axis else None
        return replace(place, python=bounds) if candidate.axis is Axis.PYTHON else replace(place, keras=bounds)

    def exact_place(self, place: Place, spot: Spot) -> Place:
        """One cell by all that it has; by its variant too where the rest says another cell as well."""
        exact = replace(place, python=exactly(spot.python), keras=exactly(spot.keras))
        alone = not any(exact.admits(other) for other in self.spots if other != spot)
        return exact if alone else replace(exact, variant=spot.variant)


def together(candidates: Iterable[Candidate]) -> Mask:
    mask = 0
    for candidate in candidates:
        mask |= candidate.cells
    return mask


def cover(inside: Mask, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Candidates that are all that is inside: again and again the one that covers most for its cost."""
    left, chosen = inside, []
    while left:
        best = max(candidates, key=lambda candidate: (candidate.cells & left).bit_count() / candidate.cost)
        chosen.append(best)
        left &= ~best.cells
    return chosen


def trimmed(family: Family, chosen: Sequence[Candidate]) -> Sequence[Candidate]:
    """Some candidates without what others name as well: the dearest go first, and spans keep the releases that need them."""
    kept = list(chosen)
    for candidate in sorted(chosen, key=lambda candidate: -candidate.cost):
        kept.remove(candidate)
        if needed := candidate.cells & ~together(kept):
            cells = candidate.cells & family.reach(needed) if candidate.releases else candidate.cells
            kept.append(replace(candidate, cells=cells))
    return kept


@cache
def order(spot: Spot) -> tuple[Version, Version, Version, str]:
    """Oldest first: by release, then by Python and by Keras."""
    return (
        version(spot.tensorflow) or NOTHING,
        version_of(spot, Axis.PYTHON),
        version_of(spot, Axis.KERAS),
        spot.variant,
    )


def version_of(spot: Spot, axis: Axis) -> Version:
    return version(spot.python if axis is Axis.PYTHON else spot.keras) or NOTHING


def exactly(text: str) -> Bounds | None:
    plain = text.removesuffix("-tf")
    return Bounds(first=plain, last=plain) if plain else None


def bounds_of(cells: Iterable[Spot], axis: Axis, context: Iterable[Spot]) -> Bounds | None:
    """The versions of some cells on an axis, in as few parts as tell them from the others of a context, open where they
    reach as far as it does; None where it has no others.
    """
    own = {version_of(spot, axis) for spot in cells}
    others = {version_of(spot, axis) for spot in context} - own
    if not others:
        return None
    below, above = min(own | others) in others, max(own | others) in others
    in_short, in_full = (
        Bounds(first=cut(min(own)) if below else "", last=cut(max(own)) if above else "") for cut in (shortened, str)
    )
    return in_full if any(in_short.reaches(other) for other in others) else in_short


def shortened(found: Version) -> str:
    """A version without what comes after its minor: 3.5 in place of 3.5.2."""
    return ".".join(map(str, found.release[:2]))

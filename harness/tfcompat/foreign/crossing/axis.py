"""The axis: which of the distributions that two cells do not share decides what they do, by as few crossings as a search needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

#: What stands for the interpreter among the distributions, and the order in which causes are likely; others come after.
PYTHON = "Python"
LIKELY = (PYTHON, "keras", "tf-keras", "numpy", "h5py", "scipy", "pandas", "protobuf")


class Like(StrEnum):
    """What a crossing does: as the older cell, as the newer one, or as neither."""

    OLDER = "older"
    NEWER = "newer"
    NEITHER = "neither"


class Base(StrEnum):
    """Whose TensorFlow a crossing has; its other distributions are those of the other cell."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A cell with the TensorFlow of the one side, and with the versions of the other side of the distributions ``swapped``."""

    base: Base
    swapped: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Crossed:
    """What a crossing did; where there is no answer, why."""

    side: Like | None
    why: str = ""


#: Makes and runs a crossing.
Ask = Callable[[Crossing], Crossed]


class AxisVerdict(StrEnum):
    """What is known of the axis."""

    TENSORFLOW = "TensorFlow itself"
    ALONE = "alone"
    TOGETHER = "together"
    ONE_OF = "one of"
    NEITHER = "neither"
    UNKNOWN = "not known"


@dataclass(frozen=True, kw_only=True)
class Found:
    """The ``verdict`` on the axis, the distributions that it is about, and each crossing that was asked, in order."""

    verdict: AxisVerdict
    names: Sequence[str] = ()
    asked: Sequence[tuple[Crossing, Crossed]] = ()


def likely_first(names: Sequence[str]) -> list[str]:
    """Distributions in the order in which they are likely to decide."""
    return sorted(names, key=lambda name: (LIKELY.index(name) if name in LIKELY else len(LIKELY), name))


@dataclass(kw_only=True)
class Search:
    """A search for the axis among distributions in their order; no crossing is asked twice."""

    names: Sequence[str]
    ask: Ask
    answers: dict[Crossing, Crossed] = field(default_factory=dict)

    def found(self) -> Found:
        """The axis. TensorFlow decides where all the older versions under the newer one change nothing."""
        verdict, names = self.verdict()
        return Found(verdict=verdict, names=names, asked=list(self.answers.items()))

    def verdict(self) -> tuple[AxisVerdict, Sequence[str]]:
        if not self.names:
            return AxisVerdict.TENSORFLOW, ()
        match self.side(self.names):
            case Like.NEWER:
                return AxisVerdict.TENSORFLOW, ()
            case Like.OLDER:
                return self.among()
            case Like.NEITHER:
                return AxisVerdict.NEITHER, self.names
            case None:
                return self.by_the_older()

    def side(self, swapped: Sequence[str], base: Base = Base.NEWER) -> Like | None:
        """What a crossing does."""
        crossing = Crossing(base=base, swapped=frozenset(swapped))
        if crossing not in self.answers:
            self.answers[crossing] = self.ask(crossing)
        return self.answers[crossing].side

    def by_the_older(self) -> tuple[AxisVerdict, Sequence[str]]:
        """The verdict where the newer TensorFlow does not run with all of the older versions: the older one is asked instead."""
        match self.side(self.names, Base.OLDER):
            case Like.OLDER:
                return AxisVerdict.TENSORFLOW, ()
            case Like.NEWER:
                return AxisVerdict.ONE_OF, self.names
            case Like.NEITHER:
                return AxisVerdict.NEITHER, self.names
            case None:
                return self.by_singles()

    def by_singles(self) -> tuple[AxisVerdict, Sequence[str]]:
        """The verdict where nothing runs with all the others: each of the likely ones is asked alone."""
        for name in self.names:
            if name in LIKELY and self.side([name]) is Like.OLDER:
                return AxisVerdict.ALONE, [name]
        return AxisVerdict.UNKNOWN, self.names

    def among(self) -> tuple[AxisVerdict, Sequence[str]]:
        """The verdict where some of the distributions decide: the shortest beginning of them that does is looked for."""
        low, high = 0, len(self.names)
        for place in self.places():
            if not low < place < high:
                continue
            if (side := self.side(self.names[:place])) is Like.OLDER:
                high = place
            elif side is Like.NEWER:
                low = place
        while (middle := self.between(low, high)) is not None:
            low, high = (low, middle) if self.side(self.names[:middle]) is Like.OLDER else (middle, high)
        if high - low > 1:
            return AxisVerdict.ONE_OF, self.names[low:high]
        last = self.names[high - 1]
        alone = high == 1 or self.side([last]) is Like.OLDER
        return (AxisVerdict.ALONE, [last]) if alone else (AxisVerdict.TOGETHER, self.names[:high])

    def places(self) -> Sequence[int]:
        """Beginnings of growing length: what is likely comes first, and is found by few crossings."""
        lengths, place = [], 1
        while place < len(self.names):
            lengths.append(place)
            place *= 2
        return lengths

    def between(self, low: int, high: int) -> int | None:
        """A beginning between two that has an answer, near the middle first; None where there is none."""
        middle = (low + high) // 2
        for place in sorted(range(low + 1, high), key=lambda place: abs(place - middle)):
            if self.side(self.names[:place]) in (Like.OLDER, Like.NEWER):
                return place
        return None


def differing(older: Mapping[str, str], newer: Mapping[str, str], pythons: tuple[str, str]) -> list[str]:
    """The distributions that two cells have in different versions, and the interpreter, those first that are likely to decide."""
    names = [name for name in older if name in newer and older[name] != newer[name]]
    return likely_first([*([PYTHON] if pythons[0] != pythons[1] else []), *names])

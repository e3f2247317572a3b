"""Places: cells named by what they have in common, a span of releases, a Python or a Keras, in words that can be read back."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from packaging.version import Version

#: The variant that needs no name: a release as pip installs it.
BUNDLED = "bundled"
#: The variants that only put another Keras under a release: its version says all that is different about them.
OTHER_KERAS = re.compile(r"keras(-latest|[0-9.]+)")
#: What joins the places of a text, and the words before each axis in one.
COMMA, DASH = ", ", " – "
ON_PYTHON, WITH_KERAS, IN_VARIANT = " on ", " with ", " in the variant "


class Axis(StrEnum):
    """By what cells are told apart."""

    RELEASE = "release"
    PYTHON = "Python"
    KERAS = "Keras"
    VARIANT = "variant"


@cache
def version(text: str) -> Version | None:
    """A version; of TensorFlow's own Keras, such as ``2.3.0-tf``, without the suffix. None where there is none."""
    try:
        return Version(text.removesuffix("-tf"))
    except ValueError:
        return None


@cache
def family_of(variant: str) -> str:
    """A variant, where it is one that a place has to name; empty where the versions of its packages say it all."""
    return "" if variant == BUNDLED or OTHER_KERAS.fullmatch(variant) else variant


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A measured cell by what can name it; ``keras`` is the version behind ``tf.keras``, empty where it is not known."""

    cell: str
    tensorflow: str
    python: str
    keras: str
    variant: str

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> "Spot":
        """The spot of a row that has these columns."""
        return cls(**{name: str(row.get(name) or "") for name in cls.__dataclass_fields__})

    @property
    def family(self) -> str:
        """The variant, where it is one that a place has to name."""
        return family_of(self.variant)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """From which version to which of something, each as a text of as many parts as count; empty is open."""

    first: str = ""
    last: str = ""

    def admits(self, text: str) -> bool:
        found = version(text)
        return found is not None and self.reaches(found)

    def reaches(self, found: Version) -> bool:
        below = bool(self.first) and cut(found, self.first) < Version(self.first)
        above = bool(self.last) and cut(found, self.last) > Version(self.last)
        return not (below or above)

    def __str__(self) -> str:
        if not self.last:
            return f"≥ {self.first}"
        if not self.first:
            return f"≤ {self.last}"
        return self.first if self.first == self.last else f"{self.first}{DASH}{self.last}"


def cut(found: Version, like: str) -> Version:
    """A version with as many parts as another, so that 3.5.2 is no more than 3.5; whole where that has all of them."""
    parts = like.count(".") + 1
    return found if parts > 2 else Version(".".join(map(str, found.release[:parts])))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Some cells by what they have in common: each of the bounds that is there, and the variant, empty where it needs no name.

    ``spots`` are the measured cells that it was made from.
    """

    releases: Bounds | None = None
    python: Bounds | None = None
    keras: Bounds | None = None
    variant: str = ""
    spots: tuple[Spot, ...] = ()

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What it names beside the release."""
        named = ((Axis.PYTHON, self.python), (Axis.KERAS, self.keras), (Axis.VARIANT, self.variant))
        return tuple(axis for axis, bounds in named if bounds)

    def admits(self, spot: Spot) -> bool:
        """Whether the words are said of a cell."""
        bounds = ((self.releases, spot.tensorflow), (self.python, spot.python), (self.keras, spot.keras))
        named = spot.variant == self.variant if self.variant else not spot.family
        return named and all(bound is None or bound.admits(text) for bound, text in bounds)

    @property
    def on(self) -> str:
        """What it says beside the releases and the variant."""
        named = ((Axis.PYTHON, self.python), (Axis.KERAS, self.keras))
        return " and ".join(f"{axis} {bounds}" for axis, bounds in named if bounds)

    def __str__(self) -> str:
        before = f"{self.releases}{ON_PYTHON if self.python else WITH_KERAS}" if self.releases and self.on else ""
        text = before + self.on if self.on else str(self.releases)
        return text + (IN_VARIANT + self.variant if self.variant else "")


def words(places: Iterable[Place]) -> str:
    """Some places as a reader reads them; empty where there is none."""
    return COMMA.join(map(str, places))


VERSIONS = rf"\d[\w.]*(?:{DASH}\d[\w.]*)?"
PLACE = re.compile(
    rf"(?:(?P<releases>{VERSIONS})(?:{ON_PYTHON}|{WITH_KERAS})?)?"
    rf"(?:Python (?P<python>(?:[≥≤] )?{VERSIONS}))?(?: and )?"
    rf"(?:Keras (?P<keras>(?:[≥≤] )?{VERSIONS}))?"
    rf"(?:{IN_VARIANT}(?P<variant>\S+))?"
)


def parse(text: str) -> Iterator[Place]:
    """The places of a text that ``words`` made. Raises ValueError where it is none."""
    for part in filter(None, text.split(COMMA)):
        found = PLACE.fullmatch(part)
        if not found:
            raise ValueError(f"{part!r} names no place")
        releases, python, keras = (bounds_of(found[axis]) for axis in ("releases", "python", "keras"))
        yield Place(releases=releases, python=python, keras=keras, variant=found["variant"] or "")


def bounds_of(text: str | None) -> Bounds | None:
    if not text:
        return None
    if text[0] in "≥≤":
        return Bounds(**{"first" if text[0] == "≥" else "last": text[2:]})
    first, _, last = text.partition(DASH)
    return Bounds(first=first, last=last or first)

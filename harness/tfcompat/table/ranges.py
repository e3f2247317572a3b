"""Ranges: the places where a scenario does the same, over all measured cells. Nothing is filled in: a range is what was tested."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tfcompat.outcomes import Harm, Status
from tfcompat.record.words import word
from tfcompat.select.naming import order, places
from tfcompat.select.places import Axis, Bounds, Place, Spot, words
from tfcompat.table.agreement import alike, same_text
from tfcompat.table.columns import of_installs

if TYPE_CHECKING:  # questions that need no frame are answered without pandas
    import pandas as pd

#: What of the rows of a frame makes ranges.
OF_RANGE = (*Spot.__dataclass_fields__, "scenario", "status", "harm", "observed", "reason", "whose")
#: A row of a frame, or of a door.
Row = Mapping[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Range:
    """A place with one status, one harm and, where it ran, one observation; ``whose`` says who lacks what is missing."""

    status: Status
    place: Place
    harm: Harm = Harm.NONE
    observed: str = ""
    reason: str = ""
    whose: str = ""

    @property
    def word(self) -> str:
        """What it is called: its status, or the answer where it is one."""
        return word(self.status, self.observed, self.reason, self.whose)

    @property
    def span(self) -> str:
        """Where, as a reader writes it: from which release to which, and on which Python or Keras where that decides."""
        return str(self.place)

    @property
    def first(self) -> str:
        return self.place.spots[0].tensorflow

    @property
    def last(self) -> str:
        return self.place.spots[-1].tensorflow

    @property
    def tested(self) -> tuple[str, ...]:
        """The cells that it was tested on."""
        return tuple(spot.cell for spot in self.place.spots)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """By what it is told apart beside the release."""
        return self.place.axes


def entry(part: Range) -> dict[str, Any]:
    """A range as JSON has it; ``on`` is the Python or Keras that decides, empty where the release does."""
    return {
        "status": part.status,
        "harm": part.harm,
        "first": part.first,
        "last": part.last,
        "on": part.place.on,
        "tested": part.tested,
        "observed": part.observed,
        "reason": part.reason,
        "whose": part.whose,
    }


def ranges(frame: "pd.DataFrame") -> dict[str, list[Range]]:
    """The ranges of each scenario over the stable releases, as pip installs them and with another Keras; oldest first."""
    of_scenarios: dict[str, list[Row]] = {}
    rows = of_installs(frame)
    for row in rows[[name for name in OF_RANGE if name in rows]].astype(object).to_dict("records"):
        of_scenarios.setdefault(row["scenario"], []).append(row)
    return {scenario: of_rows(some) for scenario, some in of_scenarios.items()}


def of_rows(rows: Iterable[Row]) -> list[Range]:
    """The ranges of some outcomes of one scenario, oldest first."""
    ordered = sorted(((Spot.of(row), row) for row in rows), key=lambda pair: order(pair[0]))
    kinds: list[tuple[Row, list[str]]] = []
    for spot, row in ordered:
        known = next((cells for first, cells in kinds if alike(first, row)), None)
        if known is None:
            kinds.append((row, known := []))
        known.append(spot.cell)
    said = [(spot, row["status"] != Status.UNKNOWN) for spot, row in ordered]
    found = [made(place, row) for row, cells in kinds for place in placed(said, cells)]
    return sorted(found, key=lambda part: order(part.place.spots[0]))


def made(place: Place, row: Row) -> Range:
    return Range(
        status=Status(row["status"]),
        harm=Harm(row.get("harm") or Harm.NONE),
        place=place,
        **{name: row.get(name) or "" for name in ("observed", "reason", "whose")},
    )


def placed(said: Sequence[tuple[Spot, bool]], inside: Collection[str]) -> tuple[Place, ...]:
    """The places of the cells ``inside`` among all that were asked, each with whether it has an answer.

    A cell without one is passed over where its release has another's; a release without any is never filled in.
    """
    wanted = set(inside)
    known = {(spot.tensorflow, spot.family) for spot, answered in said if answered}
    spots = [
        spot
        for spot, answered in said
        if answered or spot.cell in wanted or (spot.tensorflow, spot.family) not in known
    ]
    return places(spots, wanted)


def where(ranges: Iterable[Range], wanted: Callable[[Range], bool]) -> str:
    """Where a scenario does what is wanted, in words that are exact over all cells of its ranges; empty where nowhere."""
    parts = list(ranges)
    said = [(spot, part.status is not Status.UNKNOWN) for part in parts for spot in part.place.spots]
    return words(placed(said, [cell for part in parts if wanted(part) for cell in part.tested]))


def spans(ranges: Sequence[Range]) -> dict[str, str]:
    """Where a scenario does what, by the word for it, as a reader writes it: ``2.6.5 – 2.21.0``, several with commas."""
    return {said: where(ranges, partial(is_called, said)) for said in dict.fromkeys(part.word for part in ranges)}


def is_called(said: str, part: Range) -> bool:
    return part.word == said


def observations(ranges: Sequence[Range]) -> list[tuple[str, str]]:
    """The different observations of a scenario, each with where it was made; empty where all are one."""
    kinds: dict[str, str] = {}
    for text in dict.fromkeys(part.observed for part in ranges if part.observed):
        kinds[text] = next((known for known in dict.fromkeys(kinds.values()) if same_text(known, text)), text)
    known = list(dict.fromkeys(kinds.values()))
    return [(text, where(ranges, partial(is_observed, kinds, text))) for text in known] if len(known) > 1 else []


def is_observed(kinds: Mapping[str, str], wanted: str, part: Range) -> bool:
    """Whether an observation is of the wanted kind: the first that agrees with it, by each text."""
    return kinds.get(part.observed) == wanted


def axes(ranges: Iterable[Range]) -> tuple[Axis, ...]:
    """By what a scenario's outcomes differ beside the release."""
    named = {axis for part in ranges for axis in part.axes}
    return tuple(axis for axis in Axis if axis in named)


def runs(rows: Sequence[Row]) -> Iterator[Range]:
    """The runs of neighbouring rows that are alike: columns as they are shown side by side, whatever tells them apart."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or not alike(rows[start], rows[end]):
            spots = tuple(Spot.of(row) for row in rows[start:end])
            span = Bounds(first=spots[0].tensorflow, last=spots[-1].tensorflow)
            yield made(Place(releases=span, spots=spots), rows[start])
            start = end

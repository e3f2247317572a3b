"""Spans: where something is so, as briefly as that is exact: by minors where each does it wholly or not at all."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from packaging.version import Version

from tfcompat.outcomes import Status
from tfcompat.publish.parts.minors import minor_of
from tfcompat.select.naming import order
from tfcompat.select.places import Spot, words
from tfcompat.table.ranges import Range, placed, where


def short(ranges: Sequence[Range], wanted: Callable[[Range], bool]) -> str:
    """Where a scenario does what is wanted: ``2.6 – 2.21`` where each minor does so wholly or not at all, else all of it."""
    spots = (
        (spot, None if part.status is Status.UNKNOWN else wanted(part)) for part in ranges for spot in part.place.spots
    )
    return by_minors(spots) or where(ranges, wanted)


def by_minors(spots: Iterable[tuple[Spot, bool | None]]) -> str:
    """The minors whose cells all say so; empty where those of one differ, or none does. None is not known."""
    of_minors: dict[str, set[bool | None]] = {}
    for spot, does in sorted(spots, key=lambda pair: Version(pair[0].tensorflow)):
        of_minors.setdefault(minor_of(spot.tensorflow), set()).add(does)
    if any(len(does) > 1 for does in of_minors.values()):
        return ""
    runs = [list(run) for does, run in groupby(of_minors, key=lambda name: of_minors[name]) if does == {True}]
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} – {run[-1]}" for run in runs)


def of_cells(rows: Iterable[Mapping[Any, Any]], inside: Collection[str]) -> str:
    """Some cells among the rows of a scenario, by their ids: by minors where that is exact, else in words that are."""
    asked = sorted(((Spot.of(row), row["status"] != Status.UNKNOWN) for row in rows), key=lambda pair: order(pair[0]))
    brief = by_minors((spot, spot.cell in inside if known else None) for spot, known in asked)
    return brief or words(placed(asked, inside))

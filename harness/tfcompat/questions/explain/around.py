"""Around an outcome: where else a scenario does the same, and what the next releases do that do not."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from packaging.version import Version

from tfcompat.door.door import Door, Row
from tfcompat.outcomes import Harm, Status
from tfcompat.questions.lookup import filled, label_of
from tfcompat.record import words
from tfcompat.select.places import Spot
from tfcompat.select.places import words as places
from tfcompat.table.agreement import alike
from tfcompat.table.ranges import placed


class Neighbour(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A release that does something else: what it does, in the cell that is nearest to the one in question."""

    release: str
    cell: str
    word: str
    harm: Harm
    observed: str


class Around(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a scenario does the same as in one cell, among the cells of its variant, and the nearest releases that differ.

    ``same_release`` are the other cells of the release that do something else; ``unknown`` the releases between two
    neighbours of which nothing is known. A neighbour is null where no known release on that side differs.
    """

    where: str
    older: Neighbour | None
    newer: Neighbour | None
    same_release: list[Neighbour]
    unknown: list[str]


def rows_of(door: Door, scenario: str, row: Row) -> list[Row]:
    """The rows of a scenario in the cells of one variant, as the table has them."""
    return [other for other in filled(door.of_scenario(scenario)) if label_of(other) == label_of(row)]


def around(rows: Sequence[Row], row: Row) -> Around:
    """What some rows of one variant, in any order, say around one of them."""
    said = [(Spot.of(other), is_known(other)) for other in rows]
    inside = [other["cell"] for other in rows if alike(other, row)]
    nearest = nearest_of(rows, row)
    here = Version(row["tensorflow"])
    differing = [version for version, other in nearest.items() if is_known(other) and not alike(other, row)]
    older = max((version for version in differing if version < here), default=None)
    newer = min((version for version in differing if version > here), default=None)
    return Around(
        where=places(placed(said, inside)),
        older=neighbour(nearest[older]) if older else None,
        newer=neighbour(nearest[newer]) if newer else None,
        same_release=[
            neighbour(other)
            for other in rows
            if other["tensorflow"] == row["tensorflow"] and is_known(other) and not alike(other, row)
        ],
        unknown=[
            str(version)
            for version, other in sorted(nearest.items())
            if not is_known(other) and (older is None or version > older) and (newer is None or version < newer)
        ],
    )


def nearest_of(rows: Iterable[Row], row: Row) -> dict[Version, Row]:
    """Of each release the row that is nearest to one: with an answer, on the same Python, else on the newest."""
    nearest: dict[Version, Row] = {}
    for other in sorted(rows, key=lambda other: nearness(other, row)):
        nearest[Version(other["tensorflow"])] = other
    return nearest


def nearness(other: Row, row: Row) -> tuple[bool, bool, Version]:
    return is_known(other), other["python"] == row["python"], Version(other["python"])


def is_known(row: Row) -> bool:
    return bool(row["status"] != Status.UNKNOWN)


def neighbour(row: Row) -> Neighbour:
    return Neighbour(
        release=row["tensorflow"],
        cell=row["cell"],
        word=words.word(row["status"], row["observed"], row["reason"], row["whose"]),
        harm=Harm(row["harm"] or Harm.NONE),
        observed=row["observed"],
    )

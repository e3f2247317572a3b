"""Traps: where code is right at the edge of the releases that suit, and harmful one step outside or on another Python."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from tfcompat.advise.matrix import Matrix, bundled, harm_of, is_known
from tfcompat.advise.need import RAN, RANK, Truth, truth_of
from tfcompat.door.door import Row
from tfcompat.outcomes import Harm, Status
from tfcompat.table.ranges import Range, of_rows
from tfcompat.table.support import said

#: Harm that no clear error tells of.
HIDDEN = (Harm.OBSCURE, Harm.VISIBLE, Harm.SILENT)


class Trap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a scenario does ``where``, which is beside the releases that suit, or on some Pythons or Keras of one of them.

    ``there`` is the first release that has it and ``right`` the first that does it right; empty where they are the same.
    """

    scenario: str
    word: str
    harm: Harm
    where: str
    there: str = ""
    right: str = ""


def traps(matrix: Matrix, suiting: Collection[str], allowed: Harm = Harm.NONE) -> Iterator[Trap]:
    """The traps of each scenario, the worst first; ``suiting`` are the releases that suit."""
    near = neighbours(suiting, matrix.known)
    for name, rows in matrix.rows.items():
        parts = of_rows(rows)
        by_cell = {row["cell"]: truth_of(row, allowed) for row in rows}
        harmful = [part for part in parts if is_trap(part, near, suiting, by_cell[part.tested[0]])]
        there, right = begins(rows, allowed)
        for part, where in sorted(said(harmful, parts), key=by_harm):
            edge = there in {spot.tensorflow for spot in part.place.spots}
            first = (there, right) if edge else ("", "")
            yield Trap(scenario=name, word=part.word, harm=part.harm, where=where, there=first[0], right=first[1])


def by_harm(trap: tuple[Range, str]) -> int:
    return -RANK[trap[0].harm]


def is_trap(part: Range, near: Collection[str], suiting: Collection[str], truth: Truth) -> bool:
    """Whether a range is harmful without a clear error at an edge, or is not what its release does otherwise."""
    if part.status is Status.UNKNOWN:
        return False
    releases = {spot.tensorflow for spot in part.place.spots}
    inside = not releases.isdisjoint(suiting)
    if truth is Truth.FALSE and inside:
        return True
    return part.harm in HIDDEN and (inside or not releases.isdisjoint(near))


def neighbours(suiting: Collection[str], known: Sequence[str]) -> set[str]:
    """The releases just before and just after those that suit."""
    near = set[str]()
    for place, release in enumerate(known):
        if release in suiting:
            near |= set(known[max(place - 1, 0) : place + 2])
    return near - set(suiting)


def begins(rows: Iterable[Row], allowed: Harm) -> tuple[str, str]:
    """The first release that has what was missing before, and the first that does it right; empty where they are one.

    A release has it where a cell as pip installs it does; it is right where all of these are that have an answer.
    """
    of_release: dict[str, list[Row]] = {}
    for row in bundled(rows):
        if is_known(row):
            of_release.setdefault(row["tensorflow"], []).append(row)
    there = [name for name, some in of_release.items() if any(row["status"] != Status.MISSING for row in some)]
    right = [name for name, some in of_release.items() if all(truth_of(row, allowed) is Truth.HOLDS for row in some)]
    if not there or not right or there[0] == next(iter(of_release)) or there[0] == right[0]:
        return "", ""
    return (there[0], right[0]) if ran_wrong(of_release[there[0]]) else ("", "")


def ran_wrong(rows: Iterable[Row]) -> bool:
    """Whether some rows have harm that no clear error tells of, in what ran."""
    return any(harm_of(row) in HIDDEN and row["status"] in {*RAN, Status.WRONG} for row in rows)

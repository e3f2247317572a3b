"""What some scenarios require: the specifiers on which all of them hold, or the fewest of them that no release satisfies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tfcompat.advise import conflict
from tfcompat.advise.matrix import Matrix, is_known, why_unknown
from tfcompat.advise.need import Need, Truth, need, together, unmet
from tfcompat.advise.specifier import exactly, within
from tfcompat.advise.traps import Trap, traps
from tfcompat.outcomes import Harm, Kind, Reason
from tfcompat.select.places import Bounds, Place, Spot

#: What a place names beside releases: the Python and the Keras that decide.
Beside = tuple[Bounds | None, Bounds | None]


class Requirement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Specifiers on which every measured cell does what is needed; ``keras`` and ``python`` are empty where TensorFlow decides.

    ``releases`` are the measured ones that they admit, ``pythons`` those that these were measured on, and ``unmeasured``
    the cells of them that have no answer, each with the reason.
    """

    tensorflow: Annotated[str, Meta(description="PEP 440")]
    keras: str
    python: str
    releases: list[str]
    pythons: list[str]
    unmeasured: dict[str, str]


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario: where it ``holds``, in words, and where it does what else. Data is judged by nothing: it holds where it is."""

    scenario: str
    title: str
    kind: str
    holds: str
    otherwise: dict[str, str]
    not_known: str


class Requires(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The requirements, that of TensorFlow alone first; where there is none, the ``conflict``: the fewest scenarios that deny
    each cell with an answer.

    ``holes`` are the releases of which nothing is known, each with the reason: no requirement admits them.
    """

    schema: Literal[1]
    allowed: Harm
    scenarios: list[Asked]
    requirements: list[Requirement]
    traps: list[Trap]
    holes: dict[str, str]
    conflict: list[str]


def requires(matrix: Matrix, allowed: Harm = Harm.NONE) -> Requires:
    """What the scenarios of a matrix require; answers may have the harm that is ``allowed``, and less."""
    needs = {name: need(rows, allowed) for name, rows in matrix.rows.items()}
    whole = together(needs.values())
    requirements = list(requirements_of(whole, matrix))
    suiting = {release for requirement in requirements for release in requirement.releases}
    return Requires(
        schema=1,
        allowed=allowed,
        scenarios=[asked(name, needs[name], matrix, allowed) for name in needs],
        requirements=requirements,
        traps=list(traps(matrix, suiting, allowed)) if suiting else [],
        holes=holes(whole, matrix),
        conflict=[] if requirements else list(conflicting(needs, whole)),
    )


def asked(name: str, of: Need, matrix: Matrix, allowed: Harm) -> Asked:
    facts = matrix.facts.get(name, {})
    return Asked(
        scenario=name,
        title=str(facts.get("title", "")),
        kind=str(Kind(facts["kind"])) if facts.get("kind") else "",
        holds=of.words(Truth.HOLDS),
        otherwise=unmet(matrix.rows[name], allowed),
        not_known=of.words(Truth.UNKNOWN),
    )


def requirements_of(whole: Need, matrix: Matrix) -> Iterator[Requirement]:
    """The places where all holds as specifiers; those that name the same Python and Keras, or none, are one.

    Two cells that nothing tells apart but their variant, of which one denies it, are in none.
    """
    groups: dict[Beside, list[Place]] = {}
    for place in sorted(whole.places(Truth.HOLDS), key=lambda place: len(place.axes)):
        groups.setdefault((place.python, place.keras), []).append(place)
    denied = whole_of(whole, Truth.FALSE)
    for beside, places in groups.items():
        told = {spot.tensorflow for spot in denied if admits(beside, spot)}
        spots = [spot for place in places for spot in place.spots if spot.tensorflow not in told]
        if spots:
            yield requirement(beside, spots, whole, matrix)


def whole_of(need: Need, wanted: Truth) -> list[Spot]:
    return [spot for spot, truth in need.truths if truth is wanted]


def admits(beside: Beside, spot: Spot) -> bool:
    python, keras = beside
    return (python is None or python.admits(spot.python)) and (keras is None or keras.admits(spot.keras))


def requirement(beside: Beside, spots: Sequence[Spot], whole: Need, matrix: Matrix) -> Requirement:
    """The requirement of some cells that all do what is needed."""
    releases = {spot.tensorflow for spot in spots}
    python, keras = beside
    others = [spot for spot in whole_of(whole, Truth.UNKNOWN) if spot.tensorflow in releases and admits(beside, spot)]
    return Requirement(
        tensorflow=exactly(releases, matrix.known),
        keras=within(keras, [spot.keras for spot in spots]) if keras else "",
        python=within(python, minors(spots)) if python else "",
        releases=[name for name in matrix.known if name in releases],
        pythons=minors(spots),
        unmeasured={spot.cell: reason(spot.cell, matrix) for spot in others},
    )


def minors(spots: Sequence[Spot]) -> list[str]:
    """The Pythons of some cells, the oldest first."""
    return sorted({spot.python for spot in spots}, key=lambda text: [int(part) for part in text.split(".")])


def reason(cell: str, matrix: Matrix) -> str:
    """Why a cell has no answer to one of the scenarios."""
    rows = (row for rows in matrix.rows.values() for row in rows if row["cell"] == cell and not is_known(row))
    return next(map(why_unknown, rows), str(Reason.NOT_RUN))


def holes(whole: Need, matrix: Matrix) -> dict[str, str]:
    """The releases of which no cell says that all holds or that it does not, each with the reason."""
    said = {spot.tensorflow for spot, truth in whole.truths if truth is not Truth.UNKNOWN}
    cells = {spot.tensorflow: spot.cell for spot in whole_of(whole, Truth.UNKNOWN)}
    return {
        name: reason(cells[name], matrix) if name in cells else str(Reason.NOT_RUN)
        for name in matrix.known
        if name not in said
    }


def conflicting(needs: Mapping[str, Need], whole: Need) -> Sequence[str]:
    """The fewest scenarios of which each cell with an answer denies one; none where there is no such cell."""
    numbers = {spot.cell: 1 << number for number, (spot, _) in enumerate(whole.truths)}
    denied = {name: sum(numbers[cell] for cell in of.cells(Truth.FALSE)) for name, of in needs.items()}
    return conflict.smallest(denied, sum(numbers[cell] for cell in whole.cells(Truth.FALSE)))

"""The matrix: what scenarios did in each cell of the stable releases as pip installs them, where a hole stays a hole."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from packaging.version import Version

from tfcompat.door.door import ANSWER, Door, Given, Row
from tfcompat.outcomes import Harm, Kind, Reason, Status
from tfcompat.questions.lookup import RELEASES, filled, label_of, presence
from tfcompat.record.words import word
from tfcompat.select.naming import order
from tfcompat.select.places import BUNDLED, Spot

#: What a row repeats of its cell.
OF_CELL = ("cell", "tensorflow", "python", "keras", "variant", "set")

#: How the name of a path begins that no scenario tries and an inventory lists.
LISTED = "listed::"


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Some scenarios × all cells: ``rows`` has of each scenario a row a cell, unknown in a hole, the oldest release first.

    ``known`` are all stable releases there are, the measured ones and others; ``facts`` are what a scenario says of itself.
    """

    rows: Mapping[str, Sequence[Row]]
    known: Sequence[str]
    facts: Mapping[str, Row] = field(default_factory=dict)

    @cached_property
    def spots(self) -> Sequence[Spot]:
        """The cells that any scenario has a row of."""
        spots = {row["cell"]: Spot.of(row) for rows in self.rows.values() for row in rows}
        return sorted(spots.values(), key=order)


def matrix(door: Door, scenarios: Iterable[str], known: Collection[str]) -> Matrix:
    """The matrix of some scenarios, which are ids; ``known`` are the releases there are, whether measured or not."""
    rows = {name: sorted(map(dict, installs(door, name)), key=in_order) for name in dict.fromkeys(scenarios)}
    measured = {str(row["tensorflow"]) for of_scenario in rows.values() for row in of_scenario}
    facts = {name: door.facts(name) or {} for name in rows}
    return Matrix(rows=rows, known=sorted({*known, *measured}, key=Version), facts=facts)


def of_releases(door: Door, releases: Collection[str]) -> Matrix:
    """The matrix of all scenarios in the cells of some releases alone, as pip installs them: it is quick to read."""
    trials = [row for row in door.current() if row["tensorflow"] in releases and row["variant"] == BUNDLED]
    given = {trial["number"]: door.given(trial) for trial in trials}
    rows = {
        name: sorted((of_trial(door, trial, given[trial["number"]].get(name)) for trial in trials), key=in_order)
        for name in door.scenarios()
    }
    return Matrix(rows=rows, known=sorted(releases, key=Version), facts=door.words)


def with_paths(whole: Matrix, door: Door, names: Iterable[str]) -> Matrix:
    """A matrix with the paths among some names, ``listed::tf.…``: an inventory says in which of its cells each is there."""
    listed, cells = door.listed(), {spot.cell for spot in whole.spots}
    paths = {name: path for name in names if (path := name.removeprefix(LISTED)) != name and path in listed}
    rows = {
        name: [
            {**dict.fromkeys(ANSWER, ""), **row} for row in presence(door, path, listed[path]) if row["cell"] in cells
        ]
        for name, path in paths.items()
    }
    facts = {
        name: {"title": f"The path `{path}` is listed", "kind": str(Kind.PRESENCE)} for name, path in paths.items()
    }
    ordered = {name: sorted(some, key=in_order) for name, some in rows.items()}
    return Matrix(rows={**whole.rows, **ordered}, known=whole.known, facts={**whole.facts, **facts})


def of_trial(door: Door, trial: Row, given: Given | None) -> Row:
    """What a trial said to a scenario as a row of it, unknown where it was not asked."""
    cell = {name: trial[name] for name in OF_CELL}
    if given is None:
        hole = dict.fromkeys(ANSWER, "")
        return {**cell, **hole, "status": str(Status.UNKNOWN), "reason": trial["reason"] or str(Reason.NOT_RUN)}
    return {**cell, **door.answer(given[0])}


def installs(door: Door, scenario: str) -> list[Row]:
    """The rows of a scenario on stable releases, as pip installs them or with another Keras 3."""
    return [row for row in filled(door.of_scenario(scenario)) if label_of(row) == RELEASES]


def in_order(row: Row) -> Any:
    return order(Spot.of(row))


def bundled(rows: Iterable[Row]) -> list[Row]:
    """The rows of cells that are exactly as pip installs them."""
    return [row for row in rows if row["variant"] == BUNDLED]


def is_known(row: Row) -> bool:
    """Whether a cell has an answer."""
    return bool(row["status"] != Status.UNKNOWN)


def harm_of(row: Row) -> Harm:
    return Harm(row["harm"] or Harm.NONE)


def called(row: Row) -> str:
    """What an outcome is called."""
    return word(row["status"], row["observed"], row["reason"], row["whose"])


def why_unknown(row: Row) -> str:
    """Why a cell has no answer."""
    return str(row["reason"])

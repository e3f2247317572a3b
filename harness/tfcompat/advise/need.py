"""A need: that a scenario does what its user relies on, and what each cell says to that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from tfcompat.advise.matrix import called, harm_of, is_known
from tfcompat.door.door import Row
from tfcompat.outcomes import Harm, Status
from tfcompat.select.places import Place, Spot, words
from tfcompat.table.ranges import placed

#: What a need may be met by; a refusal that was promised is `works`.
RAN = frozenset({Status.WORKS, Status.ANSWERED})
#: Harm from none to the worst.
RANK: Mapping[Harm, int] = {harm: rank for rank, harm in enumerate(Harm)}


class Truth(StrEnum):
    """What a cell says to a need; the first that any need has decides of several. Unknown never becomes an answer."""

    FALSE = "false"
    UNKNOWN = "unknown"
    HOLDS = "holds"


@dataclass(frozen=True, kw_only=True)
class Need:
    """What the cells say, oldest first."""

    truths: Sequence[tuple[Spot, Truth]]

    def cells(self, *wanted: Truth) -> set[str]:
        return {spot.cell for spot, truth in self.truths if truth in wanted}

    def places(self, wanted: Truth) -> Sequence[Place]:
        """Where the cells say so, exact over all that were measured; what is not known is passed over as ``placed`` does."""
        return placed([(spot, truth is not Truth.UNKNOWN) for spot, truth in self.truths], self.cells(wanted))

    def words(self, wanted: Truth) -> str:
        return words(self.places(wanted))


def truth_of(row: Row, allowed: Harm) -> Truth:
    """What a row says to the need: it holds where it works, or has an answer, with no more harm than is allowed."""
    if not is_known(row):
        return Truth.UNKNOWN
    return Truth.HOLDS if row["status"] in RAN and RANK[harm_of(row)] <= RANK[allowed] else Truth.FALSE


def need(rows: Iterable[Row], allowed: Harm = Harm.NONE) -> Need:
    """The need for one scenario, by its rows."""
    return Need(truths=[(Spot.of(row), truth_of(row, allowed)) for row in rows])


def together(needs: Iterable[Need]) -> Need:
    """All of some needs at once, cell by cell."""
    spots: dict[Spot, list[Truth]] = {}
    for some in needs:
        for spot, truth in some.truths:
            spots.setdefault(spot, []).append(truth)
    return Need(truths=[(spot, min(truths, key=list(Truth).index)) for spot, truths in spots.items()])


def unmet(rows: Iterable[Row], allowed: Harm) -> dict[str, str]:
    """Where a scenario does not hold, by what it does there."""
    some = list(rows)
    said = [(Spot.of(row), is_known(row)) for row in some]
    denying = [row for row in some if truth_of(row, allowed) is Truth.FALSE]
    names = dict.fromkeys(map(called, denying))
    cells = {name: list(map(cell_of, filter(partial(is_called, name), denying))) for name in names}
    return {name: words(placed(said, inside)) for name, inside in cells.items()}


def is_called(name: str, row: Row) -> bool:
    return called(row) == name


def cell_of(row: Row) -> str:
    return str(row["cell"])

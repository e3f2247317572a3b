"""The inventory: the public names of each release with their signatures, and what changed from one to the next."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from tfcompat.table.columns import CellSet
from tfcompat.table.frame import Table
from tfcompat.table.signatures import Difference, Kind, compare, shown

#: The sets of cells that are compared: those that stand for a stable release, and unfinished ones where they are named.
COMPARED = (str(CellSet.MINORS), str(CellSet.PATCHES))
NAMED = (*COMPARED, str(CellSet.PRE))


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The names of one cell: for each root that has an answer name to signature, or None where there is no such root."""

    cell: str
    tensorflow: str
    keras: str
    roots: Mapping[str, Mapping[str, str] | None]


@dataclass(frozen=True, kw_only=True)
class NameChange:
    """What happened to a name between two releases; ``also`` are its aliases, to which the same happened."""

    kind: Kind
    name: str
    also: tuple[str, ...] = ()
    text: str

    @property
    def sentence(self) -> str:
        likewise = f" (likewise {', '.join(self.also)})" if self.also else ""
        return f"{self.name} {self.text}{likewise}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """From one measured release to the next; ``unanswered`` are the roots that one of the two has no answer for."""

    before: Inventory
    after: Inventory
    changes: tuple[NameChange, ...]
    unanswered: tuple[str, ...]


def steps(table: Table, releases: Collection[str] | None = None) -> list[Step]:
    """What changed between neighbours of the named releases, or of all stable ones that have an inventory."""
    cells = table.current[table.current["set"].isin(COMPARED if releases is None else NAMED)]
    chosen = cells if releases is None else cells[cells["tensorflow"].isin(releases)]
    of_cells = table.names.groupby("cell")
    inventories = [inventory(of_cells.get_group(cell)) for cell in chosen["cell"] if cell in of_cells.groups]
    return [step_between(before, after) for before, after in pairwise(inventories)]


def inventory(names: pd.DataFrame) -> Inventory:
    """The inventory in the names of one cell."""
    roots = {str(root): signatures(rows) for root, rows in names.groupby("root", sort=False)}
    first = names.iloc[0]
    return Inventory(cell=first["cell"], tensorflow=first["tensorflow"], keras=first["keras"], roots=roots)


def signatures(rows: pd.DataFrame) -> dict[str, str] | None:
    """Name to signature below one root, or None where the cell has no such root."""
    if not rows["there"].all():
        return None
    named = rows[rows["name"] != ""]
    return dict(zip(named["name"], named["signature"], strict=True))


def step_between(before: Inventory, after: Inventory) -> Step:
    roots = list(dict.fromkeys((*before.roots, *after.roots)))
    both = [root for root in roots if root in before.roots and root in after.roots]
    changes = [change for root in both for change in of_root(root, before.roots[root], after.roots[root])]
    return Step(
        before=before,
        after=after,
        changes=tuple(aliases_joined(changes)),
        unanswered=tuple(root for root in roots if root not in both),
    )


def of_root(root: str, old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Iterator[NameChange]:
    """What changed below a root; a root that comes or goes as a whole is one change."""
    if old is None and new is not None:
        yield NameChange(kind=Kind.APPEARS, name=root, text=f"appears, with {len(new)} of these names")
    if new is None and old is not None:
        yield NameChange(kind=Kind.GONE, name=root, text=f"is gone, with {len(old)} of these names")
    if old is None or new is None:
        return
    for name in sorted({*old, *new}):
        for difference in differences(old.get(name), new.get(name)):
            yield NameChange(kind=difference.kind, name=name, text=difference.text)


def differences(old: str | None, new: str | None) -> Iterable[Difference]:
    if old is None:
        return [Difference(kind=Kind.APPEARS, text=f"appears: {shown(new or '')}")]
    if new is None:
        return [Difference(kind=Kind.GONE, text="is gone")]
    return compare(old, new)


def aliases_joined(changes: Iterable[NameChange]) -> Iterator[NameChange]:
    """The changes in the order of their kinds; names with the same last part and the same change are aliases, and one change."""
    aliases: dict[tuple[Kind, str, str], list[str]] = defaultdict(list)
    for change in changes:
        aliases[change.kind, change.name.rsplit(".", 1)[-1], change.text].append(change.name)
    order = list(Kind)
    for (kind, _, text), names in sorted(aliases.items(), key=lambda item: order.index(item[0][0])):
        yield NameChange(kind=kind, name=names[0], also=tuple(names[1:]), text=text)


def document(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps for a program."""
    return [
        {
            "before": step.before.tensorflow,
            "after": step.after.tensorflow,
            "untold": list(step.unanswered),
            "changes": [
                {"kind": str(change.kind), "name": change.name, "also": list(change.also), "said": change.text}
                for change in step.changes
            ],
        }
        for step in steps
    ]

"""The inventory: the public names of each release with their signatures, and what changed from one to the next."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from packaging.version import Version

from tfcompat.outcomes import Outcome, Status, Trial
from tfcompat.table import frame as table
from tfcompat.table.signatures import LONGEST, Difference, Kind, compare, shown

#: The group of the scenarios that take it; what follows is the root that each walks.
GROUP = "inventory::"
COLUMNS = ("cell", "tensorflow", "keras", "root", "name", "signature")


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The names of one cell: for each root that has an answer name to signature, or None where there is no such root."""

    cell: str
    tensorflow: str
    variant: str
    keras: str
    roots: Mapping[str, Mapping[str, str] | None]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happened to a name, and to others by which the same thing goes, between two releases."""

    kind: Kind
    name: str
    also: tuple[str, ...] = ()
    said: str

    @property
    def sentence(self) -> str:
        likewise = f" (likewise {', '.join(self.also)})" if self.also else ""
        return f"{self.name} {self.said}{likewise}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """The way from one release to the next that was measured; ``untold`` are the roots that one of them has no answer for."""

    before: Inventory
    after: Inventory
    changes: tuple[Change, ...]
    untold: tuple[str, ...]


def taken(trials: Iterable[Trial]) -> list[Inventory]:
    """The inventories in the order of releases; trials that answer for no root have none."""
    made = (of_trial(trial) for trial in sorted(trials, key=table.order))
    return [one for one in made if one.roots]


def of_trial(trial: Trial) -> Inventory:
    asked = {one.scenario.removeprefix(GROUP): one for one in trial.outcomes if one.scenario.startswith(GROUP)}
    answers = {root: names_of(root, outcome) for root, outcome in asked.items() if answered(outcome)}
    return Inventory(
        cell=trial.subject.cell,
        tensorflow=trial.subject.tensorflow,
        variant=trial.subject.variant,
        keras=trial.versions.get("keras") or "",
        roots=answers,
    )


def answered(outcome: Outcome) -> bool:
    """Whether it says which names there are, or that there is no such root; a failed one says neither."""
    return outcome.status is Status.MISSING or isinstance(outcome.observed, dict)


def names_of(root: str, outcome: Outcome) -> dict[str, str] | None:
    """The names that were observed; it came out of a cell, so what is no name with a text is left out."""
    if outcome.status is Status.MISSING:
        return None
    return {
        name: tidy(signature)
        for name, signature in outcome.observed.items()
        if re.fullmatch(re.escape(root) + r"(\.\w+)+", name) and isinstance(signature, str)
    }


def tidy(signature: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", signature)[: LONGEST + 1]


def frame(inventories: Iterable[Inventory]) -> pd.DataFrame:
    """One row a cell and public name, with ``COLUMNS``."""
    rows = [
        (one.cell, one.tensorflow, one.keras, root, name, signature)
        for one in inventories
        for root, names in one.roots.items()
        for name, signature in (names or {}).items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def steps(inventories: Iterable[Inventory], releases: Collection[str] | None = None) -> list[Step]:
    """What changed between neighbours of the named releases, or of all stable ones."""
    return [step(before, after) for before, after in pairwise(speaking(inventories, releases))]


def speaking(inventories: Iterable[Inventory], releases: Collection[str] | None) -> list[Inventory]:
    """One inventory a release: as pip installs it, on the newest Python of those that were measured."""
    chosen = {
        one.tensorflow: one
        for one in inventories
        if one.variant == "bundled"
        and (one.tensorflow in releases if releases is not None else not Version(one.tensorflow).is_prerelease)
    }
    return list(chosen.values())


def step(before: Inventory, after: Inventory) -> Step:
    roots = list(dict.fromkeys((*before.roots, *after.roots)))
    both = [root for root in roots if root in before.roots and root in after.roots]
    found = [change for root in both for change in of_root(root, before.roots[root], after.roots[root])]
    return Step(
        before=before,
        after=after,
        changes=tuple(told_once(found)),
        untold=tuple(root for root in roots if root not in both),
    )


def of_root(root: str, old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Iterator[Change]:
    """What changed below a root; one that comes or goes as a whole is told as a whole."""
    if old is None and new is not None:
        yield Change(kind=Kind.APPEARS, name=root, said=f"appears, with {len(new)} of these names")
    if new is None and old is not None:
        yield Change(kind=Kind.GONE, name=root, said=f"is gone, with {len(old)} of these names")
    if old is None or new is None:
        return
    for name in sorted({*old, *new}):
        for difference in differences(old.get(name), new.get(name)):
            yield Change(kind=difference.kind, name=name, said=difference.said)


def differences(old: str | None, new: str | None) -> Iterable[Difference]:
    if old is None:
        return [Difference(kind=Kind.APPEARS, said=f"appears: {shown(new or '')}")]
    if new is None:
        return [Difference(kind=Kind.GONE, said="is gone")]
    return compare(old, new)


def told_once(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes by kind, those of the same last name to which the same happened as one: they are aliases."""
    aliases: dict[tuple[Kind, str, str], list[str]] = defaultdict(list)
    for change in changes:
        aliases[change.kind, change.name.rsplit(".", 1)[-1], change.said].append(change.name)
    order = list(Kind)
    for (kind, _, said), names in sorted(aliases.items(), key=lambda item: order.index(item[0][0])):
        yield Change(kind=kind, name=names[0], also=tuple(names[1:]), said=said)


def document(found: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps for a program."""
    return [
        {
            "before": one.before.tensorflow,
            "after": one.after.tensorflow,
            "untold": list(one.untold),
            "changes": [
                {"kind": str(change.kind), "name": change.name, "also": list(change.also), "said": change.said}
                for change in one.changes
            ],
        }
        for one in found
    ]

"""Evidence: what all measured cells say to a rule, where a hole is never an answer."""

import json
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import pandas as pd
from packaging.version import Version

from tfcompat.outcomes import Harm, Status
from tfcompat.questions.rules import EVERY, RAISED, RAN, Check, Combine, Rule
from tfcompat.record.verdict import same
from tfcompat.select.naming import order
from tfcompat.select.places import Place, Spot, words
from tfcompat.select.releases import Channel
from tfcompat.table.agreement import same_text
from tfcompat.table.columns import BUNDLED
from tfcompat.table.frame import Table
from tfcompat.table.ranges import placed


class Truth(StrEnum):
    """What a cell says to a statement."""

    HOLDS = "holds"
    FALSE = "false"
    NO_DATA = "no data"
    SILENT = "not spoken of"


#: Of several truths the first of these decides: what is not spoken of never does, and what has no data seldom.
ALL = (Truth.FALSE, Truth.NO_DATA, Truth.HOLDS, Truth.SILENT)
ANY = (Truth.HOLDS, Truth.NO_DATA, Truth.FALSE, Truth.SILENT)
#: What a cell did where a scenario was never asked.
NEVER_ASKED = {
    "status": str(Status.UNKNOWN),
    "harm": str(Harm.NONE),
    **dict.fromkeys(("observed", "type", "bare_message", "kind"), ""),
}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One outcome that a rule rests on: ``observed`` is JSON text, empty where nothing was."""

    cell: str
    scenario: str
    status: Status
    observed: str


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """What the cells say to a rule, oldest first."""

    truths: tuple[tuple[Spot, Truth], ...]

    def has(self, wanted: Truth) -> bool:
        return any(truth is wanted for _, truth in self.truths)

    def places(self, *wanted: Truth) -> tuple[Place, ...]:
        """Where the cells say so: by release, or by the Python or Keras that decides, exact over all that were measured."""
        said = [(spot, truth is not Truth.NO_DATA) for spot, truth in self.truths]
        return placed(said, {spot.cell for spot, truth in self.truths if truth in wanted})

    def ranges(self, *wanted: Truth) -> str:
        """Where the cells say so, in words: ``2.3.0, 2.6.0 – 2.21.0``; nothing is filled in between tested releases."""
        return words(self.places(*wanted))

    @cached_property
    def cells(self) -> Mapping[str, Truth]:
        return {spot.cell: truth for spot, truth in self.truths}


def cells_of(table: Table) -> "Cells":
    """The cells of a table, which know the ids that its scenarios had before."""
    return Cells(table.frame, heirs(table.scenarios["aliases"].items()))


def heirs(aliases: Iterable[tuple[Hashable, str]]) -> dict[str, str]:
    """By an id that no scenario has any more the one that has its question now; ``aliases`` are those of each, a line each.

    An id whose question went to several scenarios is not among them.
    """
    now: dict[str, list[str]] = {}
    given = dict(aliases)
    for scenario, text in given.items():
        for alias in text.splitlines():
            now.setdefault(alias, []).append(str(scenario))
    return {alias: names[0] for alias, names in now.items() if alias not in given and len(names) == 1}


class Cells:
    """The cells of ``Table.frame`` that are of a stable release, and what each scenario did in them.

    ``aliases`` are ids that rows had before, each with the one that it has now.
    """

    def __init__(self, frame: pd.DataFrame, aliases: Mapping[str, str] | None = None) -> None:
        rows = frame[frame["channel"] == str(Channel.STABLE)]
        cells = rows[list(Spot.__dataclass_fields__)].drop_duplicates().astype(object)
        spots = sorted((Spot.of(row) for row in cells.to_dict("records")), key=order)
        self.spots = {spot.cell: spot for spot in spots}
        self.cells = pd.DataFrame(
            {
                "tensorflow": [spot.tensorflow for spot in spots],
                "variant": [spot.variant for spot in spots],
                "family": [spot.family or BUNDLED for spot in spots],
                "release": pd.Series([Version(spot.tensorflow) for spot in spots], dtype=object),
            }
        ).set_axis(pd.Index(list(self.spots), name="cell", dtype=object))
        self.outcomes = rows.set_index("cell")[list(NEVER_ASKED)]
        self.places = rows.groupby("scenario", sort=False, observed=True).indices
        self.aliases = aliases or {}

    @property
    def variants(self) -> list[str]:
        """The variants that there are cells of, the bundled one first; those with another Keras belong to that one."""
        return sorted(self.cells["family"].unique(), key=lambda name: (name != BUNDLED, name))

    def of(self, variants: Collection[str]) -> pd.DataFrame:
        """The cells of some variants by id, oldest first, with ``tensorflow``, ``variant`` and ``release``.

        Those with another Keras 3 under a release as pip installs it are cells of that release too.
        """
        if EVERY in variants:
            return self.cells
        return self.cells[self.cells["family"].isin(variants) | self.cells["variant"].isin(variants)]

    def now(self, scenario: str) -> str:
        """The id that a scenario has now."""
        return scenario if scenario in self.places else self.aliases.get(scenario, scenario)

    def did(self, scenario: str, cells: pd.Index) -> pd.DataFrame:
        """What a scenario did in each of some cells; unknown where it was never asked."""
        name = self.now(scenario)
        if name not in self.places:
            return pd.DataFrame(NEVER_ASKED, index=cells)
        return self.outcomes.iloc[self.places[name]].reindex(cells)


def judge(rule: Rule, cells: Cells) -> RuleResult:
    """What the cells say to a rule; no data never becomes an answer."""
    chosen = cells.of(rule.variants)
    match rule.combine:
        case Combine.CHANGES:
            truths = pd.Series(changes(evidence(rule, cells)), index=chosen.index, dtype="object")
        case Combine.ALL:
            truths = deciding(truths_of_checks(rule, chosen, cells), ALL)
        case Combine.ANY:
            truths = deciding(truths_of_checks(rule, chosen, cells), ANY)
    return RuleResult(truths=tuple((cells.spots[str(cell)], Truth(truth)) for cell, truth in truths.items()))


def deciding(truths: "pd.Series[Any]", priority: tuple[Truth, ...]) -> "pd.Series[Any]":
    """The truth that decides in each cell: the first of an order that is there."""
    ordered = truths.astype(pd.CategoricalDtype(list(priority), ordered=True))
    return pd.Series(ordered.groupby(level=0, sort=False).min())


def truths_of_checks(rule: Rule, chosen: pd.DataFrame, cells: Cells) -> "pd.Series[Any]":
    """What each cell says to each check, below one another, by cell."""
    return pd.Series(pd.concat([truths_of(check, chosen, cells) for check in rule.checks]))


def truths_of(check: Check, chosen: pd.DataFrame, cells: Cells) -> "pd.Series[Any]":
    """What each of some cells says to one check."""
    outcomes = cells.did(check.scenario, chosen.index).astype(object).to_dict("records")
    truths = pd.Series([truth(check, outcome) for outcome in outcomes], index=chosen.index, dtype="object")
    if check.given:
        premise = truths_of(check.given, chosen, cells)
        truths = truths.where(premise != Truth.NO_DATA, Truth.NO_DATA)
        truths = truths.where(premise.isin([Truth.HOLDS, Truth.NO_DATA]), Truth.SILENT)
    return truths.where(spoken_of(check, chosen), Truth.SILENT)


def truth(check: Check, outcome: Mapping[Any, Any]) -> Truth:
    """What one outcome says to a check that speaks of its cell; one of another kind says nothing."""
    if outcome["status"] == Status.UNKNOWN or (check.kind is not None and outcome["kind"] != check.kind):
        return Truth.NO_DATA
    return Truth.HOLDS if counts(check, outcome) else Truth.FALSE


def counts(check: Check, outcome: Mapping[Any, Any]) -> bool:
    """Whether an outcome is what a check asks for. Of one that is older than kinds, what was not documented works."""
    status = Status(outcome["status"])
    if status is Status.ANSWERED and not outcome["kind"] and Status.WORKS in check.statuses:
        status = Status.WORKS
    if status not in check.statuses or (check.harm and outcome["harm"] not in check.harm):
        return False
    if check.raises is not None and status in RAISED:
        said = (None, outcome["bare_message"])
        return bool(outcome["type"] == check.raises) and check.message in said
    if not check.observed or status not in RAN:
        return True
    value = json.loads(outcome["observed"]) if outcome["observed"] else None
    if check.part is not None:
        value = value.get(check.part) if isinstance(value, dict) else None
    return any(same(value, wanted) for wanted in check.observed)


def spoken_of(check: Check, chosen: pd.DataFrame) -> "pd.Series[Any]":
    """Whether a check speaks of the release of each cell."""
    releases = check.releases
    if releases is None:
        return pd.Series(True, index=chosen.index)
    return chosen["release"].map(lambda release: release in releases).astype("bool")


def evidence(rule: Rule, cells: Cells) -> tuple[Evidence, ...]:
    """The outcomes that a rule looks at, each once: cell by cell, and of each in the order of the checks."""
    chosen = cells.of(rule.variants)
    rows = pd.concat([looked_at(check, chosen, cells) for check in rule.checks]).reset_index(names="cell")
    rows["cell"] = pd.Categorical(rows["cell"], categories=chosen.index)
    rows = rows.sort_values("cell", kind="stable").drop_duplicates(["cell", "scenario"])
    fields = zip(rows["cell"], rows["scenario"], rows["status"], rows["observed"], strict=True)
    return tuple(
        Evidence(cell=cell, scenario=scenario, status=Status(status), observed=observed)
        for cell, scenario, status, observed in fields
    )


def looked_at(check: Check, chosen: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """The outcomes that a check looks at, by cell, those of its premise first."""
    spoken = chosen[spoken_of(check, chosen)]
    if check.given is None:
        return cells.did(check.scenario, spoken.index).assign(scenario=check.scenario)
    premise = looked_at(check.given, spoken, cells)
    holding = spoken[truths_of(check.given, spoken, cells) == Truth.HOLDS]
    return pd.concat([premise, cells.did(check.scenario, holding.index).assign(scenario=check.scenario)])


def changes(outcomes: tuple[Evidence, ...]) -> Truth:
    """Whether the outcomes are not all the same; it takes two to say."""
    known = [outcome for outcome in outcomes if outcome.status is not Status.UNKNOWN]
    if len(known) < 2:
        return Truth.NO_DATA
    first = known[0]
    alike = all(outcome.status is first.status and same_text(outcome.observed, first.observed) for outcome in known)
    return Truth.FALSE if alike else Truth.HOLDS

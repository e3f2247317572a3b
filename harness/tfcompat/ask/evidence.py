"""Evidence: what the cells of the table say to a rule, where a hole is never an answer."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

import pandas as pd
from packaging.version import Version

from tfcompat.ask.rules import RAN, Check, Combine, Rule
from tfcompat.outcomes import Status
from tfcompat.record.verdict import same
from tfcompat.table.agreement import same_text
from tfcompat.table.columns import BUNDLED


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
NEVER_ASKED = {"status": str(Status.UNKNOWN), "observed": "", "type": ""}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One outcome that a rule rests on: ``observed`` is JSON text, empty where nothing was."""

    cell: str
    scenario: str
    status: Status
    observed: str


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """What the releases say to a rule, oldest first."""

    releases: tuple[tuple[str, Truth], ...]

    def has(self, wanted: Truth) -> bool:
        return any(truth is wanted for _, truth in self.releases)

    def ranges(self, *wanted: Truth) -> str:
        """Where the releases say so: ``2.3.4, 2.6.5 – 2.21.0``; nothing is filled in between tested releases."""
        runs = groupby(self.releases, key=lambda release: release[1] in wanted)
        return ", ".join(span([version for version, _ in run]) for is_wanted, run in runs if is_wanted)


def span(versions: list[str]) -> str:
    return versions[0] if len(versions) == 1 else f"{versions[0]} – {versions[-1]}"


class Cells:
    """The cells of ``Table.frame`` that stand for a minor, in each variant by itself, and what each scenario did in them."""

    def __init__(self, frame: pd.DataFrame) -> None:
        rows = frame[frame["stands_for_minor"]]
        cells = rows[["cell", "tensorflow", "variant"]].drop_duplicates()
        cells["release"] = cells["tensorflow"].map(Version)
        self.cells = cells.sort_values(["release", "cell"]).set_index("cell")
        by_scenario = rows.set_index("cell").groupby("scenario", sort=False, observed=True)
        self.outcomes = {scenario: outcomes[list(NEVER_ASKED)] for scenario, outcomes in by_scenario}

    @property
    def variants(self) -> list[str]:
        """The variants that there are cells of, the bundled one first."""
        return sorted(self.cells["variant"].unique(), key=lambda name: (name != BUNDLED, name))

    def of(self, variants: Collection[str]) -> pd.DataFrame:
        """The cells of some variants by id, oldest first, with ``tensorflow``, ``variant`` and ``release``."""
        return self.cells[self.cells["variant"].isin(variants)]

    def did(self, scenario: str, cells: pd.Index) -> pd.DataFrame:
        """Status, observation and type of error of a scenario in each of some cells; unknown where it was never asked."""
        if scenario not in self.outcomes:
            return pd.DataFrame(NEVER_ASKED, index=cells)
        return self.outcomes[scenario].loc[cells]


def judge(rule: Rule, cells: Cells) -> RuleResult:
    """What the cells say to a rule. A release says what all its cells say; no data never becomes an answer."""
    chosen = cells.of(rule.variants)
    match rule.combine:
        case Combine.CHANGES:
            truths = pd.Series(changes(evidence(rule, cells)), index=chosen.index, dtype="object")
        case Combine.ALL:
            truths = deciding(truths_of_checks(rule, chosen, cells), chosen.index.name, ALL)
        case Combine.ANY:
            truths = deciding(truths_of_checks(rule, chosen, cells), chosen.index.name, ANY)
    of_releases = deciding(truths, chosen["release"], ALL)
    return RuleResult(releases=tuple((str(release), Truth(truth)) for release, truth in of_releases.items()))


def deciding(truths: "pd.Series[Any]", by: Any, order: tuple[Truth, ...]) -> "pd.Series[Any]":
    """The truth that decides in each group: the first of an order that is there."""
    ordered = truths.astype(pd.CategoricalDtype(list(order), ordered=True))
    return pd.Series(ordered.groupby(by, sort=False).min())


def truths_of_checks(rule: Rule, chosen: pd.DataFrame, cells: Cells) -> "pd.Series[Any]":
    """What each cell says to each check, below one another, by cell."""
    return pd.Series(pd.concat([truths_of(check, chosen, cells) for check in rule.checks]))


def truths_of(check: Check, chosen: pd.DataFrame, cells: Cells) -> "pd.Series[Any]":
    """What each of some cells says to one check."""
    outcomes = cells.did(check.scenario, chosen.index)
    rows = zip(outcomes["status"], outcomes["observed"], outcomes["type"], strict=True)
    truths = pd.Series([truth(check, *row) for row in rows], index=chosen.index, dtype="object")
    if check.given:
        premise = truths_of(check.given, chosen, cells)
        truths = truths.where(premise != Truth.NO_DATA, Truth.NO_DATA)
        truths = truths.where(premise.isin([Truth.HOLDS, Truth.NO_DATA]), Truth.SILENT)
    return truths.where(spoken_of(check, chosen), Truth.SILENT)


def truth(check: Check, status: str, observed: str, error: str) -> Truth:
    """What one outcome says to a check that speaks of its cell."""
    if status == Status.UNKNOWN:
        return Truth.NO_DATA
    return Truth.HOLDS if counts(check, Status(status), observed, error) else Truth.FALSE


def counts(check: Check, status: Status, observed: str, error: str) -> bool:
    """Whether an outcome is what a check asks for."""
    if status not in check.statuses:
        return False
    if check.raises is not None and status is Status.FAILS:
        return error == check.raises
    if not check.observed or status not in RAN:
        return True
    value = json.loads(observed) if observed else None
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
    rows = pd.concat([looked_at(check, chosen, cells) for check in rule.checks]).reset_index()
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

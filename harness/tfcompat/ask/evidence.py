"""Evidence: what the cells of the table say to a rule, in answers that fill no hole."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import assert_never

import pandas as pd
from packaging.version import Version

from tfcompat.ask.rules import RAN, Check, Combine, Rule
from tfcompat.outcomes import Status
from tfcompat.table.frame import default_columns, same_text
from tfcompat.trials.judge import same


class Answer(StrEnum):
    """What a cell says to a statement."""

    HOLDS = "holds"
    FALSE = "false"
    NO_DATA = "no data"
    SILENT = "not spoken of"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One outcome that a rule rests on: ``observed`` is JSON text, empty where nothing was; ``error`` what was raised."""

    cell: str
    scenario: str
    status: Status
    observed: str
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the releases say to a rule, oldest first, and the outcomes that this rests on."""

    releases: tuple[tuple[str, Answer], ...]
    evidence: tuple[Evidence, ...]

    def says(self, answer: Answer) -> bool:
        return any(said is answer for _, said in self.releases)

    def ranges(self, *wanted: Answer) -> str:
        """Where the releases answer so: ``2.3.4, 2.6.5 – 2.21.0``; nothing is filled in between tested releases."""
        runs = groupby(self.releases, key=lambda one: one[1] in wanted)
        return ", ".join(span([release for release, _ in run]) for holds, run in runs if holds)


def span(releases: Sequence[str]) -> str:
    return releases[0] if len(releases) == 1 else f"{releases[0]} – {releases[-1]}"


class Cells:
    """The default cells of a table: of each variant the last patch of each minor, on the newest Python it was tested on."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.columns = default_columns(frame)
        rows = zip(*(frame[name] for name in ("cell", "scenario", "status", "observed", "message")), strict=True)
        self.outcomes = {
            (cell, scenario): Evidence(
                cell=cell,
                scenario=scenario,
                status=Status(status),
                observed=observed,
                error=message.partition(":")[0],
            )
            for cell, scenario, status, observed, message in rows
        }

    @property
    def variants(self) -> list[str]:
        """The variants that there are cells of, the bundled one first."""
        return sorted({row["variant"] for row in self.columns}, key=lambda name: (name != "bundled", name))

    def of(self, variants: Sequence[str]) -> list[tuple[Version, str]]:
        """The release and the id of each cell of some variants, oldest first."""
        chosen = [(Version(row["tensorflow"]), row["cell"]) for row in self.columns if row["variant"] in variants]
        return sorted(chosen)

    def outcome(self, cell: str, scenario: str) -> Evidence:
        """What a scenario did in a cell; unknown where it was never asked."""
        nothing = Evidence(cell=cell, scenario=scenario, status=Status.UNKNOWN, observed="")
        return self.outcomes.get((cell, scenario), nothing)


def judge(rule: Rule, cells: Cells) -> Finding:
    """What the default cells say to a rule. A release says what all its cells say; no data never becomes an answer."""
    columns = cells.of(rule.variants)
    evidence = tuple(
        dict.fromkeys(one for at in columns for check in rule.checks for one in rests_on(check, at, cells))
    )
    if rule.combine is Combine.CHANGES:
        said = [(release, changes(evidence)) for release, _ in columns]
    else:
        said = [(at[0], combined(rule.combine, [answer(check, at, cells) for check in rule.checks])) for at in columns]
    releases = [
        (str(release), combined(Combine.ALL, [one for _, one in group]))
        for release, group in groupby(said, key=lambda one: one[0])
    ]
    return Finding(releases=tuple(releases), evidence=evidence)


def rests_on(check: Check, at: tuple[Version, str], cells: Cells) -> Iterator[Evidence]:
    """The outcomes that a check looks at in a cell, its premise first."""
    if check.releases is not None and not check.releases.contains(at[0]):
        return
    if check.given:
        yield from rests_on(check.given, at, cells)
        if answer(check.given, at, cells) is not Answer.HOLDS:
            return
    yield cells.outcome(at[1], check.scenario)


def answer(check: Check, at: tuple[Version, str], cells: Cells) -> Answer:
    """What one cell says to one check."""
    if check.releases is not None and not check.releases.contains(at[0]):
        return Answer.SILENT
    premise = answer(check.given, at, cells) if check.given else Answer.HOLDS
    if premise is not Answer.HOLDS:
        return Answer.NO_DATA if premise is Answer.NO_DATA else Answer.SILENT
    found = cells.outcome(at[1], check.scenario)
    if found.status is Status.UNKNOWN:
        return Answer.NO_DATA
    return Answer.HOLDS if counts(check, found) else Answer.FALSE


def counts(check: Check, found: Evidence) -> bool:
    """Whether an outcome is what a check asks for."""
    if found.status not in check.statuses:
        return False
    if check.raises is not None and found.status is Status.FAILS:
        return found.error == check.raises
    if not check.observed or found.status not in RAN:
        return True
    value = json.loads(found.observed) if found.observed else None
    if check.part is not None:
        value = value.get(check.part) if isinstance(value, dict) else None
    return any(same(value, wanted) for wanted in check.observed)


def combined(combine: Combine, answers: Sequence[Answer]) -> Answer:
    """One answer of several; those that are not spoken of do not count, and what has no data decides nothing."""
    spoken = [one for one in answers if one is not Answer.SILENT]
    if not spoken:
        return Answer.SILENT
    match combine:
        case Combine.ALL | Combine.CHANGES:
            order = (Answer.FALSE, Answer.NO_DATA, Answer.HOLDS)
        case Combine.ANY:
            order = (Answer.HOLDS, Answer.NO_DATA, Answer.FALSE)
        case _ as never:
            assert_never(never)
    return next(one for one in order if one in spoken)


def changes(evidence: Sequence[Evidence]) -> Answer:
    """Whether the outcomes are not all the same; it takes two to say."""
    known = [one for one in evidence if one.status is not Status.UNKNOWN]
    if len(known) < 2:
        return Answer.NO_DATA
    alike = all(one.status is known[0].status and same_text(one.observed, known[0].observed) for one in known)
    return Answer.FALSE if alike else Answer.HOLDS

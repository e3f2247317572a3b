"""Claims: what documents say about the layers, in our own words, and the verdict that the table gives on each."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from tfcompat.errors import DataError
from tfcompat.questions import datafile
from tfcompat.questions.datafile import Text, Texts
from tfcompat.questions.evidence import Cells, Evidence, RuleResult, Truth, cells_of, evidence, judge
from tfcompat.questions.rules import BUNDLED_ONLY, Rule
from tfcompat.table.frame import Table


class VerdictKind(StrEnum):
    """What a verdict comes to, over the releases that were tested and that the claim speaks of."""

    HOLDS = "holds everywhere"
    PARTLY = "false in places"
    FALSE = "false everywhere"
    UNTESTABLE = "not testable"


class ClaimRow(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A claim as the file has it: its rule, or why it is ``untestable``."""

    id: Text
    document: Text
    text: Text
    reading: Text | None = None
    untestable: Text | None = None
    also: Texts = ()

    def __post_init__(self) -> None:
        if self.untestable is None:
            super().__post_init__()
        elif self.combines or self.variants != BUNDLED_ONLY:
            raise ValueError("has a rule and says that it is untestable: keep one of them")


class ClaimsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a ``claims.toml``: the titles of the documents, and what they say."""

    documents: dict[str, Any]
    claims: tuple[ClaimRow, ...]

    def __post_init__(self) -> None:
        for name, title in self.documents.items():
            if not isinstance(title, str) or not title.strip():
                raise ValueError(f'has document {name}, whose title is not a text: write it in "quotes"')


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim of a document: ``reading`` says how it is understood; ``also`` bears on it without deciding."""

    id: str
    document: str
    title: str
    text: str
    reading: str = ""
    rule: Rule | None = None
    untestable: str = ""
    also: tuple[str, ...] = ()

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios that bear on it, those that decide first."""
        return tuple(dict.fromkeys((*(self.rule.scenarios if self.rule else ()), *self.also)))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the table says to a claim: on which ``ranges`` it holds, where it is false, and where there is no answer.

    ``speaks_of`` are the ranges that were judged, where the claim, or its rule, does not speak of every cell measured.
    """

    claim: Claim
    kind: VerdictKind
    ranges: str = ""
    false_on: str = ""
    no_answer_on: str = ""
    speaks_of: str = ""
    why: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def words(self) -> str:
        """The verdict as a reader reads it: what is false somewhere leads with where."""
        match self.kind:
            case VerdictKind.PARTLY:
                return f"false on {self.false_on}; holds on {self.ranges}"
            case VerdictKind.UNTESTABLE:
                return f"{self.kind}: {self.why}"
            case _ if self.speaks_of:
                return f"{self.kind} that it speaks of: {self.speaks_of}"
            case _:
                return str(self.kind)


def load(path: Path) -> tuple[Claim, ...]:
    """The claims of a ``claims.toml``, in its order. Raises DataError where a key, a value or a rule is not one of a claim."""
    return claims_of(datafile.load(path, ClaimsFile, "a list of claims"), str(path))


def claims_of(file: ClaimsFile, name: str) -> tuple[Claim, ...]:
    """The claims of a file, each with the title of its document. Raises DataError where a document or an id is wrong."""
    for row in file.claims:
        if row.document not in file.documents:
            known = ", ".join(file.documents)
            raise DataError(f"claim {row.id} in {name}: document is {row.document!r}, which is not one of {known}")
    counts = Counter(row.id for row in file.claims)
    if repeated := sorted(claim for claim, count in counts.items() if count > 1):
        raise DataError(f"{name} has two claims {', '.join(repeated)}: give one of them another id")
    return tuple(claim_of(row, file.documents[row.document]) for row in file.claims)


def claim_of(row: ClaimRow, title: str) -> Claim:
    return Claim(
        id=row.id,
        document=row.document,
        title=title,
        text=row.text,
        reading=row.reading or "",
        rule=None if row.untestable else row,
        untestable=row.untestable or "",
        also=row.also,
    )


def require(claims: Iterable[Claim], known: Collection[str]) -> None:
    """Raises DataError where a claim names a scenario that is none of the known ones, naming both."""
    for claim in claims:
        for scenario in claim.scenarios:
            if scenario not in known:
                raise DataError(
                    f"claim {claim.id} names the scenario {scenario}, which does not exist: "
                    "correct its id in claims.toml; tfcompat list scenarios shows them all"
                )


def judged(table: Table, claims: Iterable[Claim]) -> list[Verdict]:
    """The verdict on each claim, from all measured cells of the table in the variants that it is about."""
    cells = cells_of(table)
    return [verdict(claim, cells) for claim in claims]


def verdict(claim: Claim, cells: Cells) -> Verdict:
    """The verdict on one claim; what has no data is left out and said so."""
    if claim.rule is None:
        return Verdict(claim=claim, kind=VerdictKind.UNTESTABLE, why=claim.untestable)
    result = judge(claim.rule, cells)
    kind = kind_of(result)
    return Verdict(
        claim=claim,
        kind=kind,
        ranges=result.ranges(Truth.HOLDS),
        false_on=result.ranges(Truth.FALSE),
        no_answer_on=result.ranges(Truth.NO_DATA),
        speaks_of=result.ranges(Truth.HOLDS, Truth.FALSE) if result.has(Truth.SILENT) else "",
        why=lacking(claim.rule, result) if kind is VerdictKind.UNTESTABLE else "",
        evidence=evidence(claim.rule, cells),
    )


def kind_of(result: RuleResult) -> VerdictKind:
    match result.has(Truth.HOLDS), result.has(Truth.FALSE):
        case True, True:
            return VerdictKind.PARTLY
        case True, False:
            return VerdictKind.HOLDS
        case False, True:
            return VerdictKind.FALSE
        case _:
            return VerdictKind.UNTESTABLE


def lacking(rule: Rule, result: RuleResult) -> str:
    """Why no cell has an answer."""
    variants = " or ".join(rule.variants)
    if not result.truths:
        return f"no cell of the variant {variants} was tested"
    if result.has(Truth.NO_DATA):
        return f"no answer on {result.ranges(Truth.NO_DATA)}"
    return f"none of the cells tested of the variant {variants} is one that it speaks of"


def document(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The verdicts as one JSON document; equal outcomes of a scenario stand once, with their cells."""
    return {
        "schema": 1,
        "documents": {verdict.claim.document: verdict.claim.title for verdict in verdicts},
        "claims": [entry(verdict) for verdict in verdicts],
    }


def entry(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.claim.id,
        "document": verdict.claim.document,
        "text": verdict.claim.text,
        "reading": verdict.claim.reading,
        "verdict": str(verdict.kind),
        "words": verdict.words,
        "ranges": verdict.ranges,
        "false_on": verdict.false_on,
        "no_answer_on": verdict.no_answer_on,
        "speaks_of": verdict.speaks_of,
        "why": verdict.why,
        "also": list(verdict.claim.also),
        "evidence": list(grouped(verdict.evidence)),
    }


def grouped(outcomes: Sequence[Evidence]) -> Iterator[dict[str, Any]]:
    """The outcomes of each scenario, those of neighbouring cells that are equal as one."""
    for scenario in dict.fromkeys(outcome.scenario for outcome in outcomes):
        of_scenario = [outcome for outcome in outcomes if outcome.scenario == scenario]
        for (status, observed), run in groupby(of_scenario, key=lambda outcome: (outcome.status, outcome.observed)):
            yield {
                "scenario": scenario,
                "status": str(status),
                "observed": json.loads(observed) if observed else None,
                "cells": [outcome.cell for outcome in run],
            }

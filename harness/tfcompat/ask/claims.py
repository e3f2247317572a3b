"""Claims: what documents say about the layers, in our own words, and the verdict that the table gives on each."""

import json
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from tfcompat.ask import rules
from tfcompat.ask.evidence import Answer, Cells, Evidence, Finding, judge
from tfcompat.ask.rules import Rule
from tfcompat.errors import DataError

#: The keys of a claim beside those of its rule: required, and those that may be left out.
REQUIRED = frozenset({"id", "document", "text"})
OPTIONAL = frozenset({"reading", "also", "untestable", "variants", *rules.Combine})


class Kind(StrEnum):
    """What a verdict comes to, over the releases that were tested and that the claim speaks of."""

    HOLDS = "holds everywhere"
    PARTLY = "holds on"
    FALSE = "false everywhere"
    UNTESTABLE = "not testable"


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

    ``speaks_of`` are the ranges that were judged, where the claim, or its rule, does not speak of every release tested.
    """

    claim: Claim
    kind: Kind
    ranges: str = ""
    false_on: str = ""
    no_answer_on: str = ""
    speaks_of: str = ""
    why: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def words(self) -> str:
        """The verdict as a reader reads it."""
        match self.kind:
            case Kind.PARTLY:
                return f"{self.kind} {self.ranges}"
            case Kind.UNTESTABLE:
                return f"{self.kind}: {self.why}"
            case _ if self.speaks_of:
                return f"{self.kind} that it speaks of: {self.speaks_of}"
            case _:
                return str(self.kind)


def load(path: Path) -> tuple[Claim, ...]:
    """The claims of a ``claims.toml``, in its order. Raises DataError where a key, a value or a rule is not one of a claim."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a list of claims ({error}): restore it with git checkout") from error
    return parse(document, str(path))


def parse(document: Mapping[str, Any], name: str) -> tuple[Claim, ...]:
    rules.only(document, {"documents", "claims"}, (), what=name)
    titles, rows = document["documents"], document["claims"]
    if not isinstance(titles, dict) or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError(f"{name} needs a table of documents and a list of claims")
    claims = tuple(parse_claim(row, titles, name) for row in rows)
    names = [claim.id for claim in claims]
    if repeated := sorted({one for one in names if names.count(one) > 1}):
        raise DataError(f"{name} has two claims {', '.join(repeated)}: give one of them another id")
    return claims


def parse_claim(row: Mapping[str, Any], titles: Mapping[str, Any], name: str) -> Claim:
    what = f"claim {row.get('id', 'without an id')} of {name}"
    rules.only(row, REQUIRED, OPTIONAL, what=what)
    words = {key: rules.text(row[key], f"{what}: {key}") for key in ("id", "document", "text")}
    if words["document"] not in titles:
        raise DataError(f"{what} is of document {words['document']!r}, which is none of {', '.join(titles)}")
    if "untestable" in row and {*rules.Combine, "variants"} & set(row):
        raise DataError(f"{what} has a rule and says that it is untestable: keep one of them")
    return Claim(
        **words,
        title=rules.text(titles[words["document"]], f"{name}: document {words['document']}"),
        reading=rules.text(row["reading"], f"{what}: reading") if "reading" in row else "",
        rule=None if "untestable" in row else rules.parse(row, what),
        untestable=rules.text(row["untestable"], f"{what}: untestable") if "untestable" in row else "",
        also=rules.texts(row["also"], f"{what}: also") if "also" in row else (),
    )


def require(claims: Iterable[Claim], known: Collection[str]) -> None:
    """Raises DataError where a claim names a scenario that is none of the known ones, naming both."""
    for claim in claims:
        for scenario in claim.scenarios:
            if scenario not in known:
                raise DataError(
                    f"claim {claim.id} names the scenario {scenario}, which does not exist: "
                    "mend its id in claims.toml; tfcompat list scenarios shows them all"
                )


def judged(frame: pd.DataFrame, claims: Iterable[Claim]) -> list[Verdict]:
    """The verdict on each claim, from the default cells of the table's long frame, of the variants that it is about."""
    cells = Cells(frame)
    return [verdict(claim, cells) for claim in claims]


def verdict(claim: Claim, cells: Cells) -> Verdict:
    """The verdict on one claim; what has no data is left out and said so."""
    if claim.rule is None:
        return Verdict(claim=claim, kind=Kind.UNTESTABLE, why=claim.untestable)
    finding = judge(claim.rule, cells)
    kind = kind_of(finding)
    return Verdict(
        claim=claim,
        kind=kind,
        ranges=finding.ranges(Answer.HOLDS),
        false_on=finding.ranges(Answer.FALSE),
        no_answer_on=finding.ranges(Answer.NO_DATA),
        speaks_of=finding.ranges(Answer.HOLDS, Answer.FALSE) if finding.says(Answer.SILENT) else "",
        why=lacking(claim.rule, finding) if kind is Kind.UNTESTABLE else "",
        evidence=finding.evidence,
    )


def kind_of(finding: Finding) -> Kind:
    match finding.says(Answer.HOLDS), finding.says(Answer.FALSE):
        case True, True:
            return Kind.PARTLY
        case True, False:
            return Kind.HOLDS
        case False, True:
            return Kind.FALSE
        case _:
            return Kind.UNTESTABLE


def lacking(rule: Rule, finding: Finding) -> str:
    """Why no cell has an answer."""
    variants = " or ".join(rule.variants)
    if not finding.releases:
        return f"no cell of the variant {variants} was tested"
    if finding.says(Answer.NO_DATA):
        return f"no answer on {finding.ranges(Answer.NO_DATA)}"
    return f"none of the cells tested of the variant {variants} is one that it speaks of"


def document(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The verdicts as one JSON document; equal outcomes of a scenario stand once, with their cells."""
    return {
        "schema": 1,
        "documents": {one.claim.document: one.claim.title for one in verdicts},
        "claims": [entry(one) for one in verdicts],
    }


def entry(one: Verdict) -> dict[str, Any]:
    return {
        "id": one.claim.id,
        "document": one.claim.document,
        "text": one.claim.text,
        "reading": one.claim.reading,
        "verdict": str(one.kind),
        "words": one.words,
        "ranges": one.ranges,
        "false_on": one.false_on,
        "no_answer_on": one.no_answer_on,
        "speaks_of": one.speaks_of,
        "why": one.why,
        "also": list(one.claim.also),
        "evidence": list(grouped(one.evidence)),
    }


def grouped(evidence: Sequence[Evidence]) -> Iterable[dict[str, Any]]:
    """The outcomes of each scenario, those of neighbouring cells that are equal as one."""
    names = dict.fromkeys(one.scenario for one in evidence)
    for name in names:
        of_one = [one for one in evidence if one.scenario == name]
        for (status, observed), run in groupby(of_one, key=lambda one: (one.status, one.observed)):
            yield {
                "scenario": name,
                "status": str(status),
                "observed": json.loads(observed) if observed else None,
                "cells": [one.cell for one in run],
            }

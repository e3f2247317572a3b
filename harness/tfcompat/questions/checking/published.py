"""What is published about cells: each statement in its words, with what every cell that it speaks of says to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfcompat.outcomes import Harm, Status
from tfcompat.questions import answers, claims, findings
from tfcompat.questions.answers import EVERYWHERE, NOWHERE, ON, UNMEASURED, Question
from tfcompat.questions.claims import Claim, VerdictKind
from tfcompat.questions.evidence import Cells, RuleResult, Truth, cells_of, judge
from tfcompat.record.words import word
from tfcompat.select.places import Spot, parse
from tfcompat.suite.recipes import Recipe
from tfcompat.table.columns import BUNDLED, of_installs
from tfcompat.table.frame import Table
from tfcompat.table.ranges import spans
from tfcompat.table.support import said

#: What a cell says to a statement: nothing where it is not among these.
Truths = Sequence[tuple[Spot, bool]]
#: The outcomes of each scenario.
Outcomes = Mapping[str, Sequence[Mapping[Any, Any]]]


@dataclass(frozen=True, kw_only=True)
class Published:
    """A statement: where it stands, the words that say where it is true, and which cells say that it is."""

    name: str
    words: str
    truths: Truths

    def contradictions(self) -> list[str]:
        """The cells that the words name and that deny it, or that say it and are not named."""
        named = cells_named(self.words)
        return [spot.cell for spot, holds in self.truths if named(spot) is not holds]


def cells_named(words: str) -> Callable[[Spot], bool]:
    """Whether some words, as they were published, name a cell."""
    if words in (EVERYWHERE, UNMEASURED) or words.startswith(NOWHERE):
        return lambda spot: words == EVERYWHERE
    places = list(parse(words.removeprefix(ON)))
    return lambda spot: any(place.admits(spot) for place in places)


def statements(
    table: Table, questions: Iterable[Question], recipes: Mapping[str, Recipe], judged: Iterable[Claim], folder: Path
) -> Iterator[Published]:
    """All that is published; ``folder`` is that of the findings."""
    cells = cells_of(table)
    for question in questions:
        yield from of_question(question, recipes, cells)
    for claim in judged:
        yield from of_claim(claim, cells)
    yield from of_findings(table, folder)
    rows = rows_of(table)
    yield from of_rows(table, rows)
    yield from of_harms(table, rows)


def of_question(question: Question, recipes: Mapping[str, Recipe], cells: Cells) -> Iterator[Published]:
    """The points of a question, and where its recipes work in each variant."""
    for point in question.points:
        result = judge(point, cells)
        stated = answers.statement(point, cells)
        yield Published(name=f"question {question.number}: {point.says}", words=stated.where, truths=truths(result))
    for recipe in (recipes[name] for name in question.recipes if name in recipes):
        for variant in cells.variants:
            result = judge(answers.working_rule(recipe, variant), cells)
            plain = [(as_bundled(spot), truth) for spot, truth in truths(result)]
            name = f"question {question.number}: {recipe.scenario} in {variant}"
            yield Published(name=name, words=after("works on", answers.working(result)), truths=plain)


def as_bundled(spot: Spot) -> Spot:
    """A spot as words that need no variant name it."""
    return Spot(cell=spot.cell, tensorflow=spot.tensorflow, python=spot.python, keras=spot.keras, variant=BUNDLED)


def after(begins: str, words: str) -> str:
    """What some parts of a sentence say behind these words."""
    return next((part.removeprefix(f"{begins} ") for part in words.split("; ") if part.startswith(begins)), NOWHERE)


def truths(result: RuleResult, wanted: Truth = Truth.HOLDS) -> Truths:
    """Which cells say what is wanted, of those that say anything."""
    return [(spot, truth is wanted) for spot, truth in result.truths if truth in (Truth.HOLDS, Truth.FALSE)]


def of_claim(claim: Claim, cells: Cells) -> Iterator[Published]:
    """Where a claim holds and where it is false."""
    if claim.rule is None:
        return
    result, verdict = judge(claim.rule, cells), claims.verdict(claim, cells)
    everywhere = verdict.kind is VerdictKind.HOLDS and not verdict.speaks_of
    holds = EVERYWHERE if everywhere else verdict.ranges or NOWHERE
    yield Published(name=f"claim {claim.id} holds", words=holds, truths=truths(result))
    yield Published(
        name=f"claim {claim.id} is false", words=verdict.false_on or NOWHERE, truths=truths(result, Truth.FALSE)
    )


def of_findings(table: Table, folder: Path) -> Iterator[Published]:
    """Where each finding is seen; a project need not have any."""
    if not folder.exists():
        return
    now = findings.now_of(table)
    for finding in findings.findings(folder):
        for sighting in finding.scenarios:
            parts = table.ranges.get(now(sighting.id), ())
            shown = [
                (spot, sighting.shown_by(part))
                for part in parts
                if part.status is not Status.UNKNOWN
                for spot in part.place.spots
            ]
            name = f"finding {finding.name}: {sighting.id}"
            yield Published(name=name, words=findings.seen(sighting, parts), truths=shown)


def of_rows(table: Table, outcomes: Outcomes) -> Iterator[Published]:
    """The words of each row and where each is said, held against the outcomes of the frame themselves."""
    for scenario, rows in outcomes.items():
        called = [(Spot.of(row), called_of(row)) for row in rows if row["status"] != Status.UNKNOWN]
        words = spans(table.ranges[scenario])
        for name in dict.fromkeys(name for _, name in called):
            shown = [(spot, other == name) for spot, other in called]
            yield Published(name=f"{scenario}: {name}", words=words.get(name, NOWHERE), truths=shown)


def of_harms(table: Table, outcomes: Outcomes) -> Iterator[Published]:
    """Where each row does which harm, as support.json and the highlights have it, held against the outcomes themselves."""
    for scenario, rows in outcomes.items():
        done = [(Spot.of(row), (called_of(row), row["harm"])) for row in rows if row["status"] != Status.UNKNOWN]
        words = {(part.word, part.harm): span for part, span in said(table.ranges[scenario])}
        for wanted in dict.fromkeys(does for _, does in done if does[1] != Harm.NONE):
            shown = [(spot, does == wanted) for spot, does in done]
            name = "{}: {} with {} harm".format(scenario, *wanted)
            yield Published(name=name, words=words.get(wanted, NOWHERE), truths=shown)


def called_of(row: Mapping[Any, Any]) -> str:
    return word(row["status"], row["observed"], row["reason"], row["whose"])


def rows_of(table: Table) -> Outcomes:
    """The outcomes of each scenario in the cells that its ranges speak of."""
    rows: dict[str, list[Mapping[Any, Any]]] = {}
    wanted = [*Spot.__dataclass_fields__, "scenario", "status", "harm", "observed", "reason", "whose"]
    for row in of_installs(table.frame)[wanted].astype(object).to_dict("records"):
        rows.setdefault(row["scenario"], []).append(row)
    return rows

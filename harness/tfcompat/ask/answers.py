"""Answers: the questions that people ask, each answered by statements whose ranges the table gives, and by recipes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, assert_never
from urllib.parse import quote

import msgspec

from tfcompat.ask import datafile
from tfcompat.ask.claims import VerdictKind, kind_of
from tfcompat.ask.datafile import Count, Text, Texts
from tfcompat.ask.evidence import Cells, RuleResult, Truth, judge
from tfcompat.ask.rules import Check, Rule
from tfcompat.errors import DataError
from tfcompat.escape import shortened
from tfcompat.outcomes import Status
from tfcompat.rendering import render
from tfcompat.suite.recipes import GROUP, Recipe
from tfcompat.table.columns import BUNDLED
from tfcompat.table.frame import Table
from tfcompat.table.ranges import Range, observations, ranges, spans

#: Where a scenario's row is on the page, from docs/.
PAGE = "../reports/site/index.html#scenario="
#: Characters of an observation that a row shows.
OBSERVED = 100


class Point(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One statement of an answer; where it is true is for its rule to compute."""

    says: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.changes:
            raise ValueError("has changes, which is true of no single release: use all or any")


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people ask, the threads where they did, and the points and recipes that answer it.

    ``remark`` promises nothing of a release.
    """

    number: Count
    question: Text
    threads: Texts
    points: Annotated[tuple[Point, ...], msgspec.Meta(min_length=1)]
    recipes: Texts = ()
    remark: Text | None = None

    @property
    def scenarios(self) -> tuple[str, ...]:
        """What it rests on, its recipes too."""
        named = [name for point in self.points for name in point.scenarios]
        return tuple(dict.fromkeys([*named, *(GROUP + recipe for recipe in self.recipes)]))


class QuestionsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of an ``answers.toml``."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A point with what the table says to it."""

    where: str
    left_out: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A recipe with where it works. Its ``title`` promises that it works everywhere, and is empty where that is not so."""

    name: str
    title: str
    code: str
    works: tuple[str, ...]


def load(path: Path) -> tuple[Question, ...]:
    """The questions of an ``answers.toml``. Raises DataError where a key, a value or a rule is not one of a question."""
    return counted(datafile.load(path, QuestionsFile, "a list of questions").questions, str(path))


def counted(questions: tuple[Question, ...], name: str) -> tuple[Question, ...]:
    """The questions; raises DataError where they are not numbered one after another."""
    numbers = [question.number for question in questions]
    if numbers != list(range(1, len(numbers) + 1)):
        raise DataError(f"{name}: the questions are numbered {', '.join(map(str, numbers))}: count from 1")
    return questions


def require(questions: Iterable[Question], known: Collection[str]) -> None:
    """Raises DataError where a question names a scenario that is none of the known ones, naming both."""
    for question in questions:
        for scenario in question.scenarios:
            if scenario not in known:
                raise DataError(
                    f"question {question.number} names the scenario {scenario}, which does not exist: "
                    "correct its id in answers.toml; tfcompat list scenarios shows them all"
                )


def markdown(questions: Sequence[Question], recipes: Mapping[str, Recipe], table: Table) -> str:
    """The answers as Markdown, from the table alone. Raises DataError where a recipe is not there."""
    cells = Cells(table.frame)
    of_scenarios = ranges(table.frame[table.frame["stands_for_minor"]])
    sections = [
        {
            "question": question,
            "statements": [statement(point, cells) for point in question.points],
            "recipes": [
                (first(name, questions), proof(recipe_of(name, question, recipes), cells)) for name in question.recipes
            ],
            "rows": [(name, outcomes(of_scenarios.get(name, ()))) for name in question.scenarios],
        }
        for question in questions
    ]
    return render(
        "answers.md.jinja",
        sections=sections,
        tested=list(cells.of([BUNDLED])["tensorflow"]),
        link=lambda scenario: PAGE + quote(scenario, safe=""),
    )


def recipe_of(name: str, question: Question, recipes: Mapping[str, Recipe]) -> Recipe:
    if name not in recipes:
        raise DataError(
            f"question {question.number} names the recipe {name}, which test_recipes.py does not have: "
            f"it has {', '.join(recipes) or 'none'}"
        )
    return recipes[name]


def first(recipe: str, questions: Iterable[Question]) -> int:
    """The number of the first question that a recipe answers: its code stands there."""
    return next(question.number for question in questions if recipe in question.recipes)


def statement(point: Point, cells: Cells) -> Statement:
    result = judge(point, cells)
    return Statement(
        where=where(result, point.variants),
        left_out=result.ranges(Truth.NO_DATA) if kind_of(result) is not VerdictKind.UNTESTABLE else "",
        says=point.says,
    )


def where(result: RuleResult, variants: Sequence[str]) -> str:
    """On which releases a statement is true, in words that the result alone chooses."""
    beside = "" if tuple(variants) == (BUNDLED,) else f", variant {' or '.join(variants)}"
    match kind_of(result):
        case VerdictKind.HOLDS if not result.has(Truth.SILENT):
            return f"On every release tested{beside}"
        case VerdictKind.HOLDS | VerdictKind.PARTLY:
            return f"On {result.ranges(Truth.HOLDS)}{beside}"
        case VerdictKind.FALSE:
            return f"On no release tested{beside}"
        case VerdictKind.UNTESTABLE:
            return f"Not measured{beside}"
        case _ as never:
            assert_never(never)


def proof(recipe: Recipe, cells: Cells) -> Proof:
    """On which releases a recipe works, as pip installs them and in each variant that was tested."""
    check = Check(scenario=recipe.scenario, status=(Status.WORKS,))
    by_words: dict[str, list[str]] = {}
    for variant in cells.variants:
        result = judge(Rule(all=(check,), variants=(variant,)), cells)
        by_words.setdefault(working(result), []).append(variant)
    everywhere = all(words.startswith("works on ") and ";" not in words for words in by_words)
    return Proof(
        name=recipe.scenario.removeprefix(GROUP),
        title=recipe.title if by_words and everywhere else "",
        code=recipe.code,
        works=tuple(f"{', '.join(variants)}: {words}" for words, variants in by_words.items()),
    )


def working(result: RuleResult) -> str:
    """Where something works, and where it does not, in words that the result alone chooses."""
    parts = {
        "works on": result.ranges(Truth.HOLDS),
        "does not work on": result.ranges(Truth.FALSE),
        "not measured on": result.ranges(Truth.NO_DATA),
    }
    return "; ".join(f"{words} {releases}" for words, releases in parts.items() if releases)


def outcomes(parts: Sequence[Range]) -> str:
    """What a scenario did where, and what was observed where that changes, as its row has it."""
    texts = [f"{status} {span}" for status, span in spans(parts).items()]
    texts += [f"{span}: {shortened(observed, OBSERVED)}" for observed, span in observations(parts)]
    return "; ".join(texts) or "not measured"

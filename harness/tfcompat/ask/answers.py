"""Answers: the questions that people ask, each answered by statements whose ranges the table gives, and by recipes."""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from tfcompat.ask import rules
from tfcompat.ask.claims import Kind, kind_of
from tfcompat.ask.evidence import Answer, Cells, Finding, judge
from tfcompat.ask.rules import Check, Combine, Rule
from tfcompat.errors import DataError
from tfcompat.outcomes import Status
from tfcompat.rendering import render
from tfcompat.suite.recipes import GROUP, Recipe
from tfcompat.table import frame as table

#: Where a scenario's row is on the page, from docs/.
PAGE = "../reports/site/index.html#scenario="
#: Characters of an observation that a row shows.
OBSERVED = 100


@dataclass(frozen=True, kw_only=True)
class Point:
    """One statement of an answer; where it is true is for its rule to find out."""

    says: str
    rule: Rule


@dataclass(frozen=True, kw_only=True)
class Question:
    """What people ask, the threads where they did, and the points and recipes that answer it.

    ``remark`` promises nothing of a release.
    """

    number: int
    question: str
    threads: tuple[str, ...]
    points: tuple[Point, ...]
    recipes: tuple[str, ...] = ()
    remark: str = ""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """What it rests on, its recipes too."""
        named = [name for point in self.points for name in point.rule.scenarios]
        return tuple(dict.fromkeys([*named, *(GROUP + recipe for recipe in self.recipes)]))


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A point with what the table says to it."""

    where: str
    left_out: str
    says: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A recipe with where it works. Its ``title`` promises that it works everywhere, and is empty where that is not so."""

    name: str
    title: str
    code: str
    works: tuple[str, ...]


def load(path: Path) -> tuple[Question, ...]:
    """The questions of an ``answers.toml``. Raises DataError where a key, a value or a rule is not one of a question."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a list of questions ({error}): restore it with git checkout") from error
    return parse(document, str(path))


def parse(document: Mapping[str, Any], name: str) -> tuple[Question, ...]:
    rules.only(document, {"questions"}, (), what=name)
    if not isinstance(document["questions"], list) or not all(isinstance(row, dict) for row in document["questions"]):
        raise DataError(f"{name} needs a list of questions")
    questions = tuple(parse_question(row, name) for row in document["questions"])
    numbers = [question.number for question in questions]
    if numbers != list(range(1, len(numbers) + 1)):
        raise DataError(f"{name}: the questions are numbered {', '.join(map(str, numbers))}: count from 1")
    return questions


def parse_question(row: Mapping[str, Any], name: str) -> Question:
    what = f"question {row.get('number', 'without a number')} of {name}"
    rules.only(row, {"number", "question", "threads", "points"}, {"recipes", "remark"}, what=what)
    if type(row["number"]) is not int:
        raise DataError(f"{what}: number is not a number")
    points = row["points"]
    if not isinstance(points, list) or not points or not all(isinstance(point, dict) for point in points):
        raise DataError(f"{what}: points is not a list of statements")
    return Question(
        number=row["number"],
        question=rules.text(row["question"], f"{what}: question"),
        threads=rules.texts(row["threads"], f"{what}: threads"),
        points=tuple(parse_point(point, what) for point in points),
        recipes=rules.texts(row["recipes"], f"{what}: recipes") if "recipes" in row else (),
        remark=rules.text(row["remark"], f"{what}: remark") if "remark" in row else "",
    )


def parse_point(row: Mapping[str, Any], what: str) -> Point:
    rules.only(row, {"says"}, {"variants", *Combine} - {"changes"}, what=f"a point of {what}")
    says = rules.text(row["says"], f"{what}: says")
    return Point(says=says, rule=rules.parse(row, f"{what}, {says!r}"))


def require(questions: Iterable[Question], known: Collection[str]) -> None:
    """Raises DataError where a question names a scenario that is none of the known ones, naming both."""
    for question in questions:
        for scenario in question.scenarios:
            if scenario not in known:
                raise DataError(
                    f"question {question.number} names the scenario {scenario}, which does not exist: "
                    "mend its id in answers.toml; tfcompat list scenarios shows them all"
                )


def markdown(questions: Sequence[Question], recipes: Mapping[str, Recipe], frame: pd.DataFrame) -> str:
    """The answers as Markdown, from the long frame of the table alone. Raises DataError where a recipe is not there."""
    cells = Cells(frame)
    bundled = cells.of(["bundled"])
    ranges = table.ranges(frame[frame["cell"].isin([cell for _, cell in bundled])])
    sections = [
        {
            "facts": question,
            "statements": [statement(point, cells) for point in question.points],
            "recipes": [
                (first(name, questions), proof(found(name, question, recipes), cells)) for name in question.recipes
            ],
            "rows": [(name, outcomes(ranges.get(name, ()))) for name in question.scenarios],
        }
        for question in questions
    ]
    return render(
        "answers.md.jinja",
        questions=sections,
        tested=[str(release) for release, _ in bundled],
        link=lambda scenario: PAGE + quote(scenario, safe=""),
    )


def found(name: str, question: Question, recipes: Mapping[str, Recipe]) -> Recipe:
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
    finding = judge(point.rule, cells)
    return Statement(
        where=where(finding, point.rule.variants),
        left_out=finding.ranges(Answer.NO_DATA) if kind_of(finding) is not Kind.UNTESTABLE else "",
        says=point.says,
        scenarios=point.rule.scenarios,
    )


def where(finding: Finding, variants: Sequence[str]) -> str:
    """On which releases a statement is true, in words that the finding alone chooses."""
    beside = "" if tuple(variants) == ("bundled",) else f", variant {' or '.join(variants)}"
    match kind_of(finding):
        case Kind.HOLDS if not finding.says(Answer.SILENT):
            return f"On every release tested{beside}"
        case Kind.HOLDS | Kind.PARTLY:
            return f"On {finding.ranges(Answer.HOLDS)}{beside}"
        case Kind.FALSE:
            return f"On no release tested{beside}"
        case _:
            return f"Not measured{beside}"


def proof(recipe: Recipe, cells: Cells) -> Proof:
    """On which releases a recipe works, as pip installs them and in each variant that was tested."""
    check = Check(scenario=recipe.scenario, statuses=frozenset({Status.WORKS}))
    told: dict[str, list[str]] = {}
    for variant in cells.variants:
        finding = judge(Rule(combine=Combine.ALL, checks=(check,), variants=(variant,)), cells)
        told.setdefault(working(finding), []).append(variant)
    everywhere = all(words.startswith("works on ") and ";" not in words for words in told)
    return Proof(
        name=recipe.scenario.removeprefix(GROUP),
        title=recipe.title if told and everywhere else "",
        code=recipe.code,
        works=tuple(f"{', '.join(variants)}: {words}" for words, variants in told.items()),
    )


def working(finding: Finding) -> str:
    """Where something works, and where it does not, in words that the finding alone chooses."""
    lacking = finding.ranges(Answer.NO_DATA)
    parts = [
        f"works on {finding.ranges(Answer.HOLDS)}" if finding.says(Answer.HOLDS) else "",
        f"does not work on {finding.ranges(Answer.FALSE)}" if finding.says(Answer.FALSE) else "",
        f"not measured on {lacking}" if lacking else "",
    ]
    return "; ".join(part for part in parts if part)


def outcomes(found: Sequence[table.Range]) -> str:
    """What a scenario did where, and what was observed where that changes, as its row has it."""
    said = [f"{status} {span}" for status, span in table.spans(found).items()]
    said += [f"{span}: {bounded(observed)}" for observed, span in table.observations(found)]
    return "; ".join(said) or "not measured"


def bounded(text: str) -> str:
    return text if len(text) <= OBSERVED else text[: OBSERVED - 1] + "…"

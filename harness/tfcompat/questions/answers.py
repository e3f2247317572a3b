"""Answers: the questions that people ask, each answered by statements whose ranges the table gives, and by recipes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, assert_never

import msgspec

from tfcompat.errors import DataError
from tfcompat.escape import shortened
from tfcompat.outcomes import Status
from tfcompat.questions import addresses, datafile
from tfcompat.questions.claims import VerdictKind, kind_of
from tfcompat.questions.datafile import Count, Text, Texts
from tfcompat.questions.evidence import Cells, RuleResult, Truth, cells_of, judge
from tfcompat.questions.rules import BUNDLED_ONLY, Check, Rule
from tfcompat.rendering import render
from tfcompat.select.naming import NOTHING, version_of
from tfcompat.select.places import Axis, Spot, words
from tfcompat.suite.recipes import GROUP, Recipe
from tfcompat.table.frame import Table
from tfcompat.table.ranges import Range, observations, spans

#: How a statement says where it is true.
EVERYWHERE, NOWHERE, UNMEASURED, ON = "On every release tested", "On no release tested", "Not measured", "On "
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
    """What people ask, the threads where they did, the errors that lead to it, and the points and recipes that answer it.

    ``remark`` promises nothing of a release. ``address`` are the words of its page's address.
    """

    number: Count
    question: Text
    address: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z")] | None = None
    threads: Texts
    errors: Texts = ()
    points: Annotated[tuple[Point, ...], msgspec.Meta(min_length=1)]
    recipes: Texts = ()
    remark: Text | None = None

    @property
    def scenarios(self) -> tuple[str, ...]:
        """What it rests on, its recipes too."""
        named = [name for point in self.points for name in point.scenarios]
        return tuple(dict.fromkeys([*named, *(GROUP + recipe for recipe in self.recipes)]))

    @property
    def words(self) -> str:
        """The words of its page's address, else the question itself."""
        return self.address or self.question


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


def markdown(questions: Sequence[Question], recipes: Mapping[str, Recipe], table: Table, site: str = "") -> str:
    """The answers as Markdown, from the table alone, with links to ``site``, the address of the site, where it is known.

    Raises DataError where a recipe is not there.
    """
    pages = addresses.of_scenarios(str(name) for name in table.scenarios.index)
    cells = cells_of(table)
    sections = [
        {
            "question": question,
            "statements": [statement(point, cells) for point in question.points],
            "recipes": [
                (first(name, questions), proof(recipe_of(name, question, recipes), cells)) for name in question.recipes
            ],
            "rows": [(name, outcomes(table.ranges.get(cells.now(name), ()))) for name in question.scenarios],
        }
        for question in questions
    ]
    return render(
        "answers.md.jinja",
        sections=sections,
        tested=tested(cells),
        link=lambda name: site + pages[cells.now(name)] if site and cells.now(name) in pages else "",
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
    """Where a statement is true, in words that the result alone chooses: exact over every cell that was measured."""
    match kind_of(result):
        case VerdictKind.HOLDS if variants == BUNDLED_ONLY and not result.has(Truth.SILENT):
            return EVERYWHERE
        case VerdictKind.HOLDS | VerdictKind.PARTLY:
            return f"{ON}{result.ranges(Truth.HOLDS)}"
        case VerdictKind.FALSE:
            return NOWHERE if variants == BUNDLED_ONLY else f"{NOWHERE} in the variant {' or '.join(variants)}"
        case VerdictKind.UNTESTABLE:
            return UNMEASURED
        case _ as never:
            assert_never(never)


def proof(recipe: Recipe, cells: Cells) -> Proof:
    """On which releases a recipe works, as pip installs them and in each variant that was tested."""
    by_words: dict[str, list[str]] = {}
    for variant in cells.variants:
        by_words.setdefault(working(judge(working_rule(recipe, variant), cells)), []).append(variant)
    everywhere = all(words.startswith("works on ") and ";" not in words for words in by_words)
    return Proof(
        name=recipe.scenario.removeprefix(GROUP),
        title=recipe.title if by_words and everywhere else "",
        code=recipe.code,
        works=tuple(f"{', '.join(variants)}: {words}" for words, variants in by_words.items()),
    )


def working_rule(recipe: Recipe, variant: str) -> Rule:
    """That a recipe works in a variant."""
    return Rule(all=(Check(scenario=recipe.scenario, status=(Status.WORKS,)),), variants=(variant,))


def working(result: RuleResult) -> str:
    """Where something works, and where it does not, in words that the result alone chooses; its one variant is not named."""
    parts = {"works on": Truth.HOLDS, "does not work on": Truth.FALSE, "not measured on": Truth.NO_DATA}
    said = {text: words(replace(place, variant="") for place in result.places(truth)) for text, truth in parts.items()}
    return "; ".join(f"{text} {places}" for text, places in said.items() if places)


def outcomes(parts: Sequence[Range]) -> str:
    """What a scenario did where, and what was observed where that changes, as its row has it."""
    called = spans(parts)
    texts = [f"{word} {span}" for word, span in called.items()]
    texts += [
        f"{span}: {shortened(seen, OBSERVED)}" for seen, span in observations(parts) if seen.strip('"') not in called
    ]
    return "; ".join(texts) or "not measured"


def tested(cells: Cells) -> str:
    """What was measured as pip installs it, and on which Pythons and with which Keras."""
    spots = [cells.spots[str(cell)] for cell in cells.of(BUNDLED_ONLY).index]
    if not spots:
        return "nothing"
    releases = len({spot.tensorflow for spot in spots})
    beside = ", ".join(filter(None, (extent(spots, Axis.PYTHON), extent(spots, Axis.KERAS))))
    return f"{releases} releases from {spots[0].tensorflow} to {spots[-1].tensorflow}, {len(spots)} cells ({beside})"


def extent(spots: Iterable[Spot], axis: Axis) -> str:
    """From which version of something to which; empty where none is known."""
    versions = sorted({version_of(spot, axis) for spot in spots} - {NOTHING})
    return f"{axis} {versions[0]} to {versions[-1]}" if versions else ""

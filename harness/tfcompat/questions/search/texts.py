"""The texts beside the table in which a question is looked for: what the suite says of its scenarios, and what people ask."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec

from tfcompat.questions import datafile
from tfcompat.questions.rules import Rule
from tfcompat.suite import recipes
from tfcompat.suite.recipes import GROUP

#: A docstring, its first line apart, and how many characters of it are read.
DOCSTRING = re.compile(r'"""([^"\n]+)\n(.*?)"""', re.DOTALL)
LONGEST = 1500


class Point(Rule, frozen=True, kw_only=True):
    """A sentence that answers a question, with the rule that says where it is true."""

    says: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question that people ask, where they did, the errors that lead to it, and the points and recipes that answer it."""

    number: int
    question: str
    address: str = ""
    threads: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    recipes: tuple[str, ...] = ()

    @property
    def scenarios(self) -> tuple[str, ...]:
        """What it rests on, its recipes too."""
        named = [name for point in self.points for name in point.scenarios]
        return tuple(dict.fromkeys([*named, *(GROUP + recipe for recipe in self.recipes)]))


class KnownFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A silent wrong result: what happens, and what to do instead."""

    name: str
    title: str
    what: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class LoadError:
    """What was raised where a release loaded what another had saved: the message, the place of it on the page of the grid, and
    where it was, a sentence for each form of saving.
    """

    message: str
    anchor: str
    where: tuple[str, ...]


class KnownFindingsFile(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a ``findings.toml`` that is read here."""

    findings: tuple[KnownFinding, ...]


class QuestionsFile(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an ``answers.toml`` that is read here."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is beside the table: questions, findings, errors of loading, what gives a recipe's code by its name (empty where there
    is none), and by file of the suite its docstrings, the text below the first line by that line.
    """

    questions: tuple[Question, ...] = ()
    findings: tuple[KnownFinding, ...] = ()
    loading: tuple[LoadError, ...] = ()
    recipe: Callable[[str], str] = lambda name: ""
    docstrings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def detail(self, title: str, source: str) -> str:
        """What the docstring of a scenario says below its title; empty where that is not known."""
        known = self.docstrings.get(source.partition(":")[0], {})
        return (
            known[title] if title in known else next((text for first, text in known.items() if fits(title, first)), "")
        )

    def answering(self, scenario: str) -> Iterator[Question]:
        """The questions whose answers rest on a scenario."""
        return (question for question in self.questions if scenario in question.scenarios)

    def code(self, questions: Iterable[Question]) -> str:
        """The code of the first recipe of some questions; empty where there is none."""
        codes = (self.recipe(name) for question in questions for name in question.recipes)
        return next(filter(None, codes), "")


def fits(title: str, first: str) -> bool:
    """Whether a title may come from a docstring's first line, once its parameters are filled in."""
    start, _, rest = first.partition("{")
    return bool(rest) and title.startswith(start) and title.endswith(rest.rpartition("}")[2])


def read(questions: Path, suite: Path, findings: Path | None = None, loading: Iterable[LoadError] = ()) -> Beside:
    """What is beside a table; what is not there is left out. Raises DataError where it is damaged."""
    return Beside(
        findings=datafile.load(findings, KnownFindingsFile, "a list of findings").findings
        if findings is not None and findings.is_file()
        else (),
        questions=datafile.load(questions, QuestionsFile, "a list of questions").questions
        if questions.is_file()
        else (),
        loading=tuple(loading),
        recipe=cache(lambda name: code_of(suite / "test_recipes.py", name)),
        docstrings={path.name: dict(docstrings(path)) for path in sorted(suite.glob("test_*.py"))},
    )


def code_of(path: Path, name: str) -> str:
    """The code of a recipe; empty where there is no such recipe, or no such file."""
    found = recipes.load(path, name) if path.is_file() else {}
    return found[name].code if name in found else ""


def docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """The docstrings of a file that have more than a first line."""
    for found in DOCSTRING.finditer(path.read_text(encoding="utf-8", errors="replace")):
        yield found[1].strip(), " ".join(found[2].split())[:LONGEST]

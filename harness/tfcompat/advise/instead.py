"""What to write instead: what findings, recipes and the paths of an import say of a scenario, where it works on a release."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from msgspec import Struct

from tfcompat.questions import datafile
from tfcompat.questions.lookup import PATH, TRIED, last
from tfcompat.suite import recipes
from tfcompat.suite.recipes import GROUP, Recipe

#: How many paths of an import are offered.
OFFERED = 3


class Instead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to write instead, and who says so: a finding, a recipe, or an import path that works. ``code`` may be empty."""

    source: Literal["finding", "recipe", "import"]
    name: str
    text: str
    code: str = ""


class Named(Struct, frozen=True, kw_only=True):
    """A scenario that a finding names."""

    id: str


class Finding(Struct, frozen=True, kw_only=True):
    """What of a finding is advice; the rest is for its own page."""

    name: str
    instead: str
    scenarios: tuple[Named, ...]


class Findings(Struct, frozen=True, kw_only=True):
    findings: tuple[Finding, ...]


class Check(Struct, frozen=True, kw_only=True):
    """A scenario that a point of an answer rests on."""

    scenario: str


class Point(Struct, frozen=True, kw_only=True):
    all: tuple[Check, ...] = ()
    any: tuple[Check, ...] = ()
    changes: tuple[Check, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """All that it rests on."""
        return (*self.all, *self.any, *self.changes)


class Question(Struct, frozen=True, kw_only=True):
    """What of a question is advice: what it rests on, and its recipes."""

    points: tuple[Point, ...]
    recipes: tuple[str, ...] = ()


class Questions(Struct, frozen=True, kw_only=True):
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is known of the release that the advice is for: what works on it, and what was ``seen`` before, on the other one."""

    working: Collection[str]
    seen: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What there is to say of each scenario: the findings that it shows, and the recipes of the questions that rest on it.

    ``asked`` is how many findings and points of questions rest on each.
    """

    findings: Mapping[str, Sequence[Instead]] = field(default_factory=dict)
    recipes: Mapping[str, Sequence[Recipe]] = field(default_factory=dict)
    paths: Sequence[str] = ()
    asked: Mapping[str, int] = field(default_factory=dict)

    def used(self, scenario: str) -> int:
        """How used something is: how much rests on it; a public import path counts as one more."""
        return self.asked.get(scenario, 0) + scenario.startswith(f"{TRIED}::tf.keras")

    def of(self, scenario: str, release: Release, *, silent: bool) -> list[Instead]:
        """What to write instead of what a scenario does, with recipes and paths that work on the release alone.

        Findings are about what is ``silent``.
        """
        findings = self.findings.get(scenario, ()) if silent else ()
        paths = islice(self.paths_of(scenario, release), OFFERED)
        return [*paths, *findings, *self.recipes_of(scenario, release)]

    def recipes_of(self, scenario: str, release: Release) -> Iterator[Instead]:
        """The recipes that work; for a path that is tried, those whose code has what it is a path to."""
        group, _, path = scenario.partition("::")
        sought = last(path) if group == TRIED and PATH.match(path) else ""
        for recipe in self.recipes.get(scenario, ()):
            fits = not sought or re.search(rf"\b{re.escape(sought)}\b", recipe.code)
            if fits and recipe.scenario != scenario and recipe.scenario in release.working:
                name = recipe.scenario.removeprefix(GROUP)
                yield Instead(source="recipe", name=name, text=recipe.title, code=recipe.code)

    def paths_of(self, scenario: str, release: Release) -> Iterator[Instead]:
        """The paths to what is called the same, where a scenario tries one; none that was seen to lead elsewhere before."""
        group, _, path = scenario.partition("::")
        here = release.seen.get(scenario, "")
        for other in self.paths if group == TRIED and PATH.match(path) else ():
            name = f"{TRIED}::{other}"
            elsewhere = here and release.seen.get(name, here) != here
            if other != path and last(other) == last(path) and name in release.working and not elsewhere:
                yield Instead(source="import", name=other, text=f"`{other}` is there", code=other)


def read(
    findings: Path, questions: Path, programs: Path, scenarios: Sequence[str], now: Callable[[str], str]
) -> Advice:
    """What the files of a project say, each where it is there: findings, answered questions, and the suite's recipes.

    ``now`` gives the id that a scenario has now. Raises DataError where a file is damaged.
    """
    known = recipes.load(programs) if programs.exists() else {}
    found = datafile.load(findings, Findings, "a list of findings").findings if findings.exists() else ()
    people_ask = datafile.load(questions, Questions, "a list of questions").questions if questions.exists() else ()
    return Advice(
        findings=findings_of(found, now),
        recipes=recipes_of(people_ask, known, now),
        asked=Counter(now(name) for name in resting(found, people_ask)),
        paths=[path for name in scenarios if PATH.match(path := name.removeprefix(f"{TRIED}::")) and path != name],
    )


def resting(found: Iterable[Finding], people_ask: Iterable[Question]) -> Iterator[str]:
    """The scenarios on which findings and points of questions rest, with repetitions."""
    yield from (named.id for finding in found for named in finding.scenarios)
    for question in people_ask:
        points = question.points
        yield from (check.scenario for point in points for check in point.checks)


def findings_of(found: Iterable[Finding], now: Callable[[str], str]) -> Mapping[str, Sequence[Instead]]:
    """By scenario what its findings say to write instead."""
    of_scenario: dict[str, list[Instead]] = {}
    for finding in found:
        said = Instead(source="finding", name=finding.name, text=finding.instead)
        for sighting in finding.scenarios:
            of_scenario.setdefault(now(sighting.id), []).append(said)
    return of_scenario


def recipes_of(
    asked: Iterable[Question], known: Mapping[str, Recipe], now: Callable[[str], str]
) -> Mapping[str, Sequence[Recipe]]:
    """By scenario the recipes of the questions whose points rest on it, each once."""
    of_scenario: dict[str, dict[str, Recipe]] = {}
    for question in asked:
        some = {name: known[name] for name in question.recipes if name in known}
        for point in question.points:
            for check in point.checks:
                of_scenario.setdefault(now(check.scenario), {}).update(some)
    return {name: list(some.values()) for name, some in of_scenario.items()}

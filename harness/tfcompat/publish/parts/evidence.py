"""What pages are made from: the table, and what a project says beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tfcompat.advise.instead import Advice
from tfcompat.door import fill
from tfcompat.door.door import Door, Row
from tfcompat.publish.parts import groups
from tfcompat.publish.parts.minors import Minors, minors
from tfcompat.questions import addresses
from tfcompat.questions.answers import Point, Question
from tfcompat.questions.claims import Verdict
from tfcompat.questions.evidence import Cells, RuleResult, cells_of
from tfcompat.questions.findings import Finding
from tfcompat.questions.lookup import PATH, TRIED, filled, label_of, lacks_package, last, shown
from tfcompat.questions.lookup import RELEASES as INSTALLED
from tfcompat.questions.paths import chain as chains
from tfcompat.questions.paths.chain import Chain
from tfcompat.suite.recipes import Recipe
from tfcompat.suite.sources import Definition
from tfcompat.suite.untestable import Untestable
from tfcompat.table.frame import Table
from tfcompat.table.inventory import Step
from tfcompat.table.ranges import Range, of_rows


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """A finding, its script, and where each of its scenarios shows it: id, title and places."""

    finding: Finding
    script: str
    seen: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class SiteEvidence:
    """What a site is made from: a table, and of a project what there is; ``functions`` are by scenario, ``titles`` by variant.

    ``base`` is the path at which a server has the site, with a slash at its end; empty where nobody says so.
    ``grid`` is the text of ``grid.csv``, and ``flaky`` the outcomes (cell, scenario, start of the trial) that do not repeat.
    ``vulnerabilities`` are the known ones by release, where somebody has asked.
    """

    table: Table
    questions: Sequence[Question] = ()
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()
    findings: Sequence[ShownFinding] = ()
    advice: Advice = field(default_factory=Advice)
    inventory: Sequence[Step] = ()
    untestable: Sequence[Untestable] = ()
    functions: Mapping[str, Definition] = field(default_factory=dict)
    grid: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    vulnerabilities: Mapping[str, Sequence[str]] = field(default_factory=dict)
    chains: dict[tuple[str, bool, str], Chain] = field(default_factory=dict)
    judged: dict[int, list[tuple[Point, RuleResult]]] = field(default_factory=dict)

    @cached_property
    def door(self) -> Door:
        """The same table, for questions."""
        return fill.in_memory(self.table)

    @cached_property
    def cells(self) -> Cells:
        return cells_of(self.table)

    @cached_property
    def minors(self) -> Minors:
        return minors(self.table)

    @cached_property
    def newest(self) -> str:
        """When the newest trial started."""
        return str(self.table.current["started"].max())

    @cached_property
    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        """What each scenario says of itself, in the order of the table."""
        rows: Mapping[Any, Mapping[Any, Any]] = self.table.scenarios.astype(str).to_dict("index")
        return {str(name): dict(facts) for name, facts in rows.items()}

    @cached_property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """The scenarios of each group, in the order of readers."""
        members: dict[str, list[str]] = {name: [] for name in groups.in_order(f["group"] for f in self.facts.values())}
        for scenario, facts in self.facts.items():
            members[facts["group"]].append(scenario)
        return members

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The path of each scenario's page."""
        return addresses.of_scenarios(self.facts)

    @cached_property
    def tried(self) -> Sequence[str]:
        """The import paths that a scenario tries, in the order of the suite."""
        names = (name.removeprefix(f"{TRIED}::") for name in self.facts if name.startswith(f"{TRIED}::"))
        return [path for path in names if PATH.match(path)]

    @cached_property
    def apis(self) -> Mapping[str, str]:
        """The path of the page of each import path that is tried."""
        return {path: addresses.of_api(path) for path in self.tried}

    @cached_property
    def asked(self) -> Mapping[int, str]:
        """The path of the page of each question, by its number."""
        return {question.number: addresses.of_question(question.words) for question in self.questions}

    @cached_property
    def used(self) -> Mapping[str, int]:
        """How many statements rest on each scenario: of questions, claims and findings."""
        named = [self.cells.now(name) for question in self.questions for name in question.scenarios]
        named += [self.cells.now(name) for verdict in self.verdicts for name in verdict.claim.scenarios]
        named += [name for shown in self.findings for name, _, _ in shown.seen]
        return {name: named.count(name) for name in dict.fromkeys(named)}

    @cached_property
    def asked_of(self) -> Mapping[str, Sequence[Question]]:
        """By scenario the questions whose answers rest on it."""
        found: dict[str, list[Question]] = {}
        for question in self.questions:
            for name in dict.fromkeys(map(self.cells.now, question.scenarios)):
                found.setdefault(name, []).append(question)
        return found

    @cached_property
    def claimed_of(self) -> Mapping[str, Sequence[Verdict]]:
        """By scenario the claims that rest on it."""
        found: dict[str, list[Verdict]] = {}
        for verdict in self.verdicts:
            for name in dict.fromkeys(map(self.cells.now, verdict.claim.scenarios)):
                found.setdefault(name, []).append(verdict)
        return found

    def ranges(self, scenario: str) -> Sequence[Range]:
        return self.table.ranges.get(scenario, ())

    def shown(self, scenario: str) -> tuple[str, Sequence[Range], Sequence[Row]]:
        """The ranges and rows that say most of a scenario, behind the variant that they are of; empty where pip installs it so."""
        ranges = self.ranges(scenario)
        if all(lacks_package(part.status, part.whose) for part in ranges):
            label, rows = shown(filled(self.door.of_scenario(scenario)))
            if label != INSTALLED:
                return label, of_rows(rows), rows
        return "", ranges, self.rows(scenario)

    def title(self, scenario: str) -> str:
        return str(self.facts[scenario]["title"]) or scenario if scenario in self.facts else scenario

    def page_of(self, scenario: str) -> str:
        """The path of the page that says most of a scenario: of an import path that of its API."""
        path = scenario.removeprefix(f"{TRIED}::")
        return self.apis.get(path, "") or self.paths.get(scenario, "")

    def rows(self, scenario: str) -> list[Row]:
        """What a scenario did in each cell of a stable release, as pip installs it or with another Keras 3."""
        return [row for row in filled(self.door.of_scenario(scenario)) if label_of(row) == INSTALLED]

    def chain(self, path: str, *, attributes: bool) -> Chain:
        """The import paths of what a path leads to that together work on as many releases as any do."""
        name = last(path)
        key = (name, attributes, chains.kind_of(path))
        if key not in self.chains:
            self.chains[key] = chains.chain(self.door, name, "all", attributes=attributes, like=path)
        return self.chains[key]

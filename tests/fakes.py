"""Fakes that keep the same promises as the real engines, and builders of the facts that tests are about."""

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from packaging.version import Version

from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.environments.locks import DEFAULT_PACKAGE, Lock
from tfcompat.environments.uv import Uv
from tfcompat.outcomes import Happened, Harm, Kind, Oracle, Outcome, Reason, Status, Subject, Trial
from tfcompat.plan.digested import Digested
from tfcompat.process import Completed
from tfcompat.record.judge import CANARY, Origin
from tfcompat.record.lines import (
    SCHEMA,
    EndLine,
    HeaderLine,
    Line,
    OutcomeLine,
    RecordError,
    ScenarioFacts,
    dump_line,
    parse_line,
)
from tfcompat.record.sense import CANARY_GIVES
from tfcompat.record.suites import Facts, facts_by_id
from tfcompat.record.words import USUAL
from tfcompat.run.manifest import Manifest
from tfcompat.select.cells import Cell
from tfcompat.select.releases import Release
from tfcompat.suite.catalogue import CataloguedScenario
from tfcompat.suite.program import Program
from tfcompat.table.frame import Table, collect
from tfcompat.trials.store import Store

#: The hash of every suite that is made for a test and says no other.
SUITE = "0123456789abcdef"
#: The versions of a header that says no other.
VERSIONS: Mapping[str, str | None] = {"python": "3.12.4", "tensorflow": "2.16.2", "keras": "3.3.3"}
#: What a program that ended well looks like.
ENDED_WELL = Exit(code=0, output="")


def release(
    version: str = "2.16.2",
    *,
    day: date = date(2024, 6, 28),
    pythons: Sequence[str] = ("3.11", "3.12"),
    megabytes: int = 200,
) -> Release:
    return Release(version=Version(version), date=day, pythons=tuple(pythons), megabytes=megabytes)


def cell(version: str = "2.16.2", python: str = "3.12") -> Cell:
    return Cell(release=release(version, pythons=(python,)), python=python)


def lock(of: Cell | None = None, *, package: str = DEFAULT_PACKAGE, day: date = date(2024, 7, 29)) -> Lock:
    """A lock of one distribution, as its file would have it."""
    of = of or cell()
    text = (
        f"# tfcompat lock of {of.id} with {package}\n# exclude-newer: {day}\n"
        f"{package}=={of.release.version} \\\n    --hash=sha256:{'a' * 64}\n"
    )
    return Lock(cell=of.id, package=package, exclude_newer=day, text=text)


def subject(of: str = "tf2.16.2-py3.12", **changes: str) -> Subject:
    """The subject of a cell id; what is left out of ``changes`` fits the id."""
    name, _, variant = of.partition("+")
    tensorflow, _, python = name.removeprefix("tf").partition("-py")
    facts = {
        "cell": of,
        "tensorflow": tensorflow,
        "python": python,
        "variant": variant or "bundled",
        "package": DEFAULT_PACKAGE,
        "engine": "local",
        "environment": "local:0123456789abcdef",
        "lock": "a" * 64,
        "suite": SUITE,
        "started": "2026-01-02T03:04:05Z",
        "tfcompat": "0.1.0",
    }
    return Subject(**{**facts, **changes})


def outcome(scenario: str = "adapt::mean", status: Status = Status.WORKS, **facts: Any) -> Outcome:
    """An outcome with the harm that its status mostly has; an unknown one was not run unless it says otherwise."""
    facts.setdefault("harm", USUAL.get(status, Harm.NONE))
    if status is Status.UNKNOWN:
        facts.setdefault("reason", Reason.NOT_RUN)
    return Outcome(scenario=scenario, status=status, **facts)


def trial(of: str | Subject = "tf2.16.2-py3.12", *outcomes: Outcome, **facts: Any) -> Trial:
    """A trial of a cell id or a subject with some outcomes."""
    return Trial(subject=of if isinstance(of, Subject) else subject(of), outcomes=outcomes, **facts)


def table(*trials: Trial) -> Table:
    """The table of some trials."""
    return collect(trials)


def scenario_facts(scenario: str = "adapt::mean", **changes: Any) -> ScenarioFacts:
    """What a suite says of a scenario: by default that it asks for a presence; ``documented=`` makes it a promise of that."""
    facts: dict[str, Any] = {
        "title": f"Title of {scenario}",
        "reference": "https://example.org",
        "source": "test_adapt.py:7",
        "kind": Kind.PRESENCE,
    }
    if "documented" in changes:
        facts |= {"kind": Kind.PROMISE, "oracle": Oracle.DOCUMENTED, "promises": {"": changes.pop("documented")}}
    return ScenarioFacts(id=scenario, **{**facts, **changes})


@dataclass(frozen=True, kw_only=True)
class FakeSources:
    """What trials refer to: one suite, whatever its hash, and earlier trials by the names of their files."""

    facts: Facts
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def origin(self, name: str) -> Origin:
        if name not in self.origins:
            raise RecordError(f"it reuses outcomes of {name}, which is not there")
        return self.origins[name]

    def suite(self, suite: str) -> Facts:
        return self.facts


def sources(*scenarios: ScenarioFacts, **origins: Origin) -> FakeSources:
    """The sources of trials of a suite with these scenarios; one where none is given."""
    return FakeSources(facts=facts_by_id(scenarios or [scenario_facts()]), origins=origins)


def keep_suite(folder: Path, *scenarios: ScenarioFacts, suite: str = SUITE) -> None:
    """Keep a suite with these scenarios, one where none is given, beside the trials of a folder."""
    Store(folder).keep_suite(suite, scenarios or [scenario_facts()])


def catalogued(scenario: str = "adapt::mean", **changes: Any) -> CataloguedScenario:
    """What the catalogue says of a scenario that asks for a presence; ``promises=`` are documented, by requirement."""
    facts: dict[str, Any] = {
        "title": f"Title of {scenario}",
        "reference": "https://example.org",
        "source": "test_adapt.py:7",
        "kind": Kind.PRESENCE,
        "file": "test_adapt.py",
        "function": "test_it",
        "parameters": {},
        "promises": {},
        "limit": 30.0,
        "largest": 4000,
        "fresh": False,
    }
    return CataloguedScenario(id=scenario, **{**facts, **changes})


def digested(**digests: str) -> Digested:
    """A suite by the digests of its scenarios, ``adapt__mean="1"``; of one scenario where none is given."""
    named = {name.replace("__", "::"): digest for name, digest in (digests or {"adapt__mean": "1"}).items()}
    return Digested(scenarios=tuple(map(catalogued, named)), digests=named, recorder="recorder")


def manifest(*cells: str, planned: Sequence[str] = (), **changes: Any) -> Manifest:
    """What a run of some cells planned; where ``planned`` is left out, it was all of the run."""
    facts: dict[str, Any] = {
        "suite": SUITE,
        "engine": "local",
        "package": DEFAULT_PACKAGE,
        "started": "2026-01-02T03:04:05Z",
        "tfcompat": "0.1.0",
        "shard": "1/1",
    }
    return Manifest(**{**facts, **changes}, cells=cells, planned=tuple(planned or cells))


def header_line(
    *scenarios: ScenarioFacts, versions: Mapping[str, str | None] | None = None, suite: str = SUITE
) -> HeaderLine:
    """A header line that names these scenarios; one where none is given."""
    return HeaderLine(
        schema=SCHEMA,
        suite=suite,
        versions=dict(versions or VERSIONS),
        scenarios=[facts.id for facts in scenarios or [scenario_facts()]],
    )


def outcome_line(scenario: str = "adapt::mean", happened: str = "returned", **answer: Any) -> OutcomeLine:
    """The line of an outcome; a canary that returned computed what it has to."""
    if (scenario, happened) == (CANARY, "returned"):
        answer.setdefault("observed", CANARY_GIVES)
    return OutcomeLine(**{"scenario": scenario, "seconds": 0.25, "happened": Happened(happened), **answer})


def end_line(outcomes: int = 1) -> EndLine:
    return EndLine(outcomes=outcomes, seconds=1.5)


def spoken(of: str | Subject, *lines: Line | str) -> list[str]:
    """The texts of lines as the runner of a cell writes them: in its order and versions, with its canary and its end.

    What a test says of these itself stays, and so does what is not a line.
    """
    texts = [line if isinstance(line, str) else dump_line(line) for line in lines]
    kinds = [kind_of(text) for text in texts]
    if "outcome" in kinds and "canary" not in kinds:
        texts.append(dump_line(outcome_line(CANARY)))
    if {"outcome", "canary"} & {*kinds} and "end" not in kinds:
        texts.append(dump_line(end_line()))
    named = of if isinstance(of, Subject) else subject(of)
    texts = [fitting(text, named, kinds.count("outcome")) for text in texts]
    order = ("header", "canary", "outcome", "end", "reused")
    return sorted(texts, key=lambda text: order.index(kind_of(text)))


def said(of: str | Subject, *lines: Line) -> list[Line]:
    """Lines as the runner of a cell writes them, see ``spoken``."""
    return [parse_line(text) for text in spoken(of, *lines)]


def kind_of(text: str) -> str:
    """The kind of a line, the canary's apart; of what is not one that of an outcome."""
    try:
        facts = json.loads(text)
        kind = "canary" if facts.get("scenario") == CANARY else facts["kind"]
    except (ValueError, KeyError, AttributeError, RecursionError):
        return "outcome"
    return kind if kind in ("header", "canary", "end", "reused") else "outcome"


def fitting(text: str, of: Subject, outcomes: int) -> str:
    """A header of the suite and with the versions of a cell, and an end that counts right; other lines as they are."""
    if kind_of(text) == "end":
        return json.dumps({**json.loads(text), "outcomes": outcomes})
    if kind_of(text) != "header":
        return text
    header = json.loads(text)
    suite = of.suite if header["suite"] == SUITE else header["suite"]
    own = {"tensorflow": of.tensorflow, "python": f"{of.python}.4"}
    changed = {name: own[name] for name in own if header["versions"].get(name) == VERSIONS[name]}
    return json.dumps({**header, "suite": suite, "versions": {**header["versions"], **changed}})


def changed_line(line: Line, **changes: Any) -> str:
    """The text of a line with other values and keys, those that a recorder never writes included."""
    return json.dumps({**json.loads(dump_line(line)), **changes})


def program(*arguments: str, limit: float = 60.0) -> Program:
    """A program of a suite and bundle that nobody looks into."""
    return Program(
        suite=Path("/suite/scenarios"),
        suite_hash=SUITE,
        bundle=Path("/bundle"),
        cores=2.5,
        memory=1 << 30,
        limit=limit,
        arguments=arguments,
    )


class FakeUv(Uv):
    """Answers as ``answer`` says, and keeps what it was asked."""

    def __init__(self, answer: Callable[[list[str]], Completed]) -> None:
        self.answer = answer
        self.cancelled = threading.Event()
        self.asked: list[list[str]] = []

    def __call__(self, arguments: Sequence[str | Path], limit: float) -> Completed:
        self.asked.append([str(argument) for argument in arguments])
        return self.answer(self.asked[-1])


@dataclass(kw_only=True)
class FakeSandbox:
    """Says some lines, as the runner of its cell where it has one, and ends; keeps the programs that it ran."""

    lines: Sequence[str] = ()
    ending: Exit = ENDED_WELL
    environment: str = "fake:0123456789abcdef"
    ran: list[Program] = field(default_factory=list)
    shells: int = 0
    cell: Subject | None = None

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        self.ran.append(program)
        for line in spoken(self.cell, *self.lines) if self.cell else self.lines:
            on_line(line)
        return self.ending

    def shell(self, program: Program) -> int:
        self.shells += 1
        return self.ending.code


@dataclass(kw_only=True)
class FakeEngine:
    """Has the environments in ``made`` and makes others as ``sandbox``, or raises what ``trouble`` says for a cell id."""

    name: str = "local"
    sandbox: Callable[[], FakeSandbox] = FakeSandbox
    made: dict[str, FakeSandbox] = field(default_factory=dict)
    trouble: Mapping[str, Exception] = field(default_factory=dict)
    built: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    cancelled: bool = False
    free: int = 100_000_000_000
    made_from: str = "nothing"

    def recipe(self, locked: LockedCell) -> str:
        return self.made_from

    def has(self, locked: LockedCell) -> bool:
        return locked.cell.id in self.made

    def find(self, locked: LockedCell) -> FakeSandbox | None:
        sandbox = self.made.get(locked.cell.id)
        if sandbox:
            sandbox.cell = subject(locked.cell.id, tensorflow=str(locked.cell.release.version))
        return sandbox

    def build(self, locked: LockedCell) -> FakeSandbox:
        if error := self.trouble.get(locked.cell.id):
            raise error
        self.built.append(locked.cell.id)
        sandbox = self.made.setdefault(locked.cell.id, self.sandbox())
        sandbox.cell = subject(locked.cell.id, tensorflow=str(locked.cell.release.version))
        return sandbox

    def remove(self, locked: LockedCell) -> bool:
        self.removed.append(locked.cell.id)
        return self.made.pop(locked.cell.id, None) is not None

    def environments(self) -> Sequence[tuple[str, str, int]]:
        return [(f"fake:{cell_id}", cell_id, 1_000_000) for cell_id in self.made]

    def prune(self, cells: Collection[str] | None) -> int:
        chosen = [cell_id for cell_id in self.made if cells is None or cell_id in cells]
        for cell_id in chosen:
            del self.made[cell_id]
        return len(chosen)

    def free_disk(self) -> int:
        return self.free

    def cancel(self) -> None:
        self.cancelled = True

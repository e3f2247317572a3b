"""The questions as functions: each takes the evidence that was opened, and returns what is known as typed values.

    from tfcompat import ask

    evidence = ask.open_evidence()
    ask.where(evidence, "readapt::*")

Each result is a frozen struct of msgspec: what ``tfcompat … --json`` prints, described by ``ask.schema("where")``. Scenarios
and releases are named as on the command line (docs/ask.md). A question that names what is not there raises a
TfcompatError, whose message is a sentence that says what to do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tfcompat import project as projects
from tfcompat.door.door import Door
from tfcompat.door.opened import door_of
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm
from tfcompat.project import Project
from tfcompat.select import releases
from tfcompat.select.releases import Measured

if TYPE_CHECKING:  # each question imports what answers it, and nothing else: it is to be quick
    from tfcompat.advise.bisect import Bisection
    from tfcompat.advise.instead import Advice
    from tfcompat.advise.requires import Requires
    from tfcompat.advise.upgrade import Upgrade
    from tfcompat.compare.changes import Differences
    from tfcompat.compare.diff import Diff
    from tfcompat.compare.history import History
    from tfcompat.exchange.loads import Loads
    from tfcompat.questions.explain.explained import Explained
    from tfcompat.questions.lookup import Where
    from tfcompat.questions.paths.imports import Imports
    from tfcompat.questions.search.answer import Answers
    from tfcompat.scan.documents import Scanned

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: What each question returns, by the name of its function and command: a module of the package, and a type.
RESULTS: Mapping[str, str] = {
    "ask": "questions.search.answer:Answers",
    "where": "questions.lookup:Where",
    "imports": "questions.paths.imports:Imports",
    "history": "compare.history:History",
    "explain": "questions.explain.explained:Explained",
    "loads": "exchange.loads:Loads",
    "diff": "compare.changes:Differences",
    "requires": "advise.requires:Requires",
    "upgrade": "advise.upgrade:Upgrade",
    "bisect": "advise.bisect:Bisection",
    "scan": "scan.documents:Scanned",
}
#: What the commands print that run the user's own code or a search, by the name of their schema.
RUNS: Mapping[str, str] = {
    "try": "foreign.groups:TryReport",
    "tests": "foreign.cases:CasesReport",
    "search": "commands.own.search:SearchReport",
}
#: How those commands are called.
CALLED = {"tests": "run --tests", "search": "bisect --run"}
#: A file or folder, as a path or as its text.
AnyPath = Path | str


@dataclass(frozen=True, kw_only=True)
class OpenEvidence:
    """Evidence that can be asked: the door to its table, and the project whose other files are beside it.

    ``day`` is a sentence that says of which day it is, where there is no clone and a snapshot is asked; else it is empty.
    """

    door: Door
    project: Project
    day: str = ""

    @property
    def releases(self) -> list[Measured]:
        """The releases that any cell was measured of, oldest first."""
        return releases.numbered(trial["tensorflow"] for trial in self.door.current())

    @property
    def listed(self) -> dict[str, Any]:
        """The stable releases that the project knows, measured or not, with the Pythons on which each can be measured."""
        return dict(releases.runnable_pythons(self.project.releases))


def open_evidence(folder: AnyPath | None = None, cache: AnyPath | None = None) -> OpenEvidence:
    """The evidence of the project in a folder, by default of the one that the command would find.

    ``cache`` is where it is kept for the next question. Raises TfcompatError where there is none, DataError where it is
    damaged.
    """
    found = projects.find(None if folder is None else str(folder), None if cache is None else str(cache))
    return of_project(found)


def of_project(project: Project) -> OpenEvidence:
    """The evidence of a project."""
    said: list[str] = []
    door = door_of(project, said.append)
    return OpenEvidence(door=door, project=project, day=" ".join(said))


def schema(question: str) -> dict[str, Any]:
    """The JSON Schema of what a question returns, or a command of ``RUNS`` prints. Raises KeyError where there is none."""
    module, _, name = {**RESULTS, **RUNS}[question].partition(":")
    made = msgspec.json.schema(getattr(import_module(f"tfcompat.{module}"), name))
    return {"$schema": DIALECT, "title": f"What tfcompat {CALLED.get(question, question)} --json prints", **made}


def as_json(result: Struct) -> str:
    """A result as ``--json`` prints it."""
    return msgspec.json.format(msgspec.json.encode(result), indent=1).decode()


def ask(evidence: OpenEvidence, text: str, on: str | None = None) -> "Answers":
    """The answers to a pasted error, traceback, import or question, on the releases ``on`` or on all; the best comes first."""
    from tfcompat.exchange import errors
    from tfcompat.questions.search import answer, texts

    project = evidence.project
    beside = texts.read(project.questions, project.suite, project.findings, errors.read(project.grid_table))
    site = project.site or (None if project.is_carried else "")  # the package carries no pages
    return answer.answers_to(evidence.door, beside, text, on, site)


def where(evidence: OpenEvidence, *wanted: str) -> "Where":
    """On which releases each of some scenarios does what."""
    from tfcompat.questions import lookup

    return lookup.where(evidence.door, wanted)


def imports(evidence: OpenEvidence, name: str, tf: str | None = None) -> "Imports":
    """Where each import path that ends in a name works; with ``tf`` also the fewest that work on all of these releases."""
    from tfcompat.questions.paths import imports as importing

    return importing.imports(evidence.door, name, tf)


def history(evidence: OpenEvidence, cell: str, scenario: str | None = None) -> "History":
    """The trials of a cell, and what each said to one scenario, or to each scenario that ever changed."""
    from tfcompat.compare import history as histories

    return histories.of_cell(evidence.door, cell, scenario)


def explain(evidence: OpenEvidence, cell: str, scenario: str) -> "Explained":
    """All that is known of what a scenario did in a cell; of a release in its cell as pip installs it, on the newest Python."""
    from tfcompat.questions.explain import explained
    from tfcompat.trials.store import Store

    return explained.explain(evidence.door, Store(evidence.project.trials), cell, scenario)


def loads(evidence: OpenEvidence, writers: str, readers: str, model: str | None = None) -> "Loads":
    """What some releases make of the models that others saved, in each format; of one model or of all."""
    from tfcompat.exchange import loads as exchange

    rows = exchange.read(evidence.project.grid_table)
    return exchange.loads(rows, writers, readers, model, evidence.listed)


def diff(evidence: OpenEvidence, before: str, after: str | None = None, cells: Iterable[str] = ()) -> "Differences":
    """What changed from one side to another, each a folder of reports or a git revision; ``after`` is by default the project's.

    One cell of ``cells`` is looked at alone; two are compared with each other, on the side ``before``.
    """
    from tfcompat.compare import changes

    return changes.document(compared(evidence.project, before, after, tuple(cells)))


def compared(project: Project, before: str, after: str | None, cells: tuple[str, ...]) -> "Diff":
    """The diff of two sides, or of two cells of one. Raises SelectionError where a side has no such cell."""
    from tfcompat.compare.baseline import side, usual
    from tfcompat.compare.diff import compare, compare_cells

    first = side(before, project)
    if len(cells) > 1:
        return compare_cells(first, *cells)
    second = side(after if after is not None else usual(project), project)
    if cells and cells[0] not in (*first.cells, *second.cells):
        raise SelectionError(f"neither side has a cell {cells[0]!r}: tfcompat list names them")
    return compare(first, second, only=cells[0]) if cells else compare(first, second)


def requires(evidence: OpenEvidence, *wanted: str, harm: Harm | str = Harm.NONE) -> "Requires":
    """The specifiers on which all of some scenarios hold, with no more than a harm, or the fewest that exclude each other."""
    from tfcompat.advise import requires as requiring
    from tfcompat.advise.matrix import matrix
    from tfcompat.questions import lookup

    names = lookup.selected(evidence.door, wanted)
    return requiring.requires(matrix(evidence.door, names, evidence.listed), Harm(harm))


def upgrade(evidence: OpenEvidence, old: str, new: str, *paths: AnyPath) -> "Upgrade":
    """What silently changes, stops and starts from one release to another; with paths only of what the code there uses."""
    from tfcompat.advise import upgrade as upgrading
    from tfcompat.advise.matrix import of_releases, with_paths

    older, newer = (str(releases.single(evidence.releases, text).version) for text in (old, new))
    notes = [sentence for text in dict.fromkeys((old, new)) for sentence in releases.said(evidence.releases, text)]
    whole, advice = of_releases(evidence.door, {older, newer}), advice_of(evidence)
    if not paths:
        return replace(upgrading.upgrade(whole, older, newer, advice), notes=notes)

    from tfcompat.scan import report, uses

    used = uses.uses(report.scan(list(map(Path, paths)), evidence.door), newer)
    of_code = with_paths(whole, evidence.door, used.places)
    return replace(upgrading.upgrade(of_code, older, newer, advice, used.places), code=used.code, notes=notes)


def advice_of(evidence: OpenEvidence) -> "Advice":
    """What the files of a project say to write instead."""
    from tfcompat.advise import instead

    project, door = evidence.project, evidence.door
    programs = project.suite / "test_recipes.py"
    return instead.read(project.findings, project.questions, programs, door.scenarios(), door.heir)


def bisect(evidence: OpenEvidence, scenario: str, *, good: str | None = None, bad: str | None = None) -> "Bisection":
    """Between which releases a scenario changed, from one end to the other or over all, by what was measured."""
    from tfcompat.advise import bisect as bisecting
    from tfcompat.advise.matrix import matrix
    from tfcompat.questions import lookup
    from tfcompat.select import scenarios

    door, listed = evidence.door, evidence.listed
    name = scenarios.single(scenario, lookup.titles(door, door.scenarios()), door.heirs)
    known = releases.numbered([*listed, *(str(release.version) for release in evidence.releases)])
    ends = [None if end is None else str(releases.single(known, end).version) for end in (good, bad)]
    found = bisecting.bisect(
        matrix(door, [name], listed),
        name,
        good=ends[0],
        bad=ends[1],
        pythons=listed,
        versions={trial["cell"]: trial["versions"] for trial in door.current()},
    )
    notes = [sentence for text in (good, bad) if text is not None for sentence in releases.said(known, text)]
    return replace(found, notes=list(dict.fromkeys(notes)))


def scan(evidence: OpenEvidence, *paths: AnyPath, tf: str | None = None) -> "Scanned":
    """Which normalization APIs and traps are in some files, on which releases each works, and which releases suit them all."""
    from tfcompat.scan import documents, fix, report

    found = report.scan(list(map(Path, paths)), evidence.door, tf)
    return documents.document(fix.advised(found, fix.fixes_of(evidence.door, found)))

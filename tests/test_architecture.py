"""The architecture: which module may know which, read from the imports themselves."""

import ast
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: The modules of harness from the ground to the top, as docs/design.md has them: each may import those above its line.
LAYERS = (
    ("errors", "process", "outcomes", "project", "schedule", "whole"),
    ("record", "variants", "pythons", "uv", "events"),
    ("releases", "untestable", "signatures"),
    ("judge", "locks", "interpreters", "staging", "shard", "manifest"),
    ("engine", "store", "artefacts"),
    ("engines.docker", "engines.local", "trial", "catalogue", "merge", "gate"),
    ("matrix", "table"),
    ("rules", "recipes"),
    ("evidence",),
    ("claims",),
    ("inventory",),
    ("report", "console", "causes", "lookup", "junit", "columns", "island", "schema", "sections", "sources"),
    ("diff", "sheet", "badge"),
    ("changes", "flaky", "history", "findings", "feed", "patches"),
    ("baseline", "summary", "page"),
    ("formats",),
    ("workshop", "answers"),
    ("exchange", "doctor", "grid", "surprises"),
    ("commands.options",),
    ("commands.claims", "commands.ask", "commands.against", "commands.diff", "commands.formats"),
    ("commands.site",),
    ("commands.answers", "commands.grid", "commands.surprises", "commands.inventory"),
    ("commands.merge", "commands.gate", "commands.nightly"),
    ("cli",),
    ("__main__",),
)
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
#: The two wings: what makes trials, and what tells of them. They meet in the outcome's data types and in their files.
RUNNING = {"process", "uv", "interpreters", "locks", "staging", "engine", "engines.docker", "engines.local", "trial"}
RUNNING |= {"schedule", "matrix", "events", "exchange"}
TELLING = {"causes", "changes", "diff", "flaky", "formats", "history", "junit", "lookup", "summary"}
TELLING |= {"table", "report", "grid", "surprises", "gate", "inventory"}
TELLING |= {"badge", "columns", "feed", "findings", "island", "page", "schema", "sections", "sheet", "sources"}
TELLING |= {"patches", "rules", "recipes", "evidence", "claims", "answers"}
#: The only outside names that a scenario may import: what every cell has, and the suite itself.
#: keras is imported inside functions only, where the import is the question.
SHIPPED = {"numpy", "keras", "tensorflow", "pytest", "_pytest", "packaging", "scenarios"}
#: Modules of the standard library that the oldest Python of the matrix does not have yet.
NOT_IN_3_8 = {"graphlib", "tomllib", "zoneinfo"}


def sources(package: str) -> dict[str, Path]:
    """The modules of a package by their name in it."""
    folder = ROOT / package
    paths = sorted(path for path in folder.rglob("*.py") if path.name != "__init__.py")
    return {".".join(path.relative_to(folder).with_suffix("").parts): path for path in paths}


HARNESS, SCENARIOS = sources("harness"), sources("scenarios")


def imported(path: Path) -> Iterator[str]:
    """The full names that a file imports anywhere in it: ``from a import b`` is ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import: write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def of_harness(module: str) -> set[str]:
    """The modules of harness that a module of it imports."""
    names = {name.removeprefix("harness.") for name in imported(HARNESS[module]) if name.startswith("harness.")}
    return {known for known in HARNESS for name in names if name == known or name.startswith(known + ".")}


def importers(outside: str) -> set[str]:
    """The modules of harness that import an outside package, or a part of it."""
    return {module for module, path in HARNESS.items() if outside in {name.split(".")[0] for name in imported(path)}}


def test_every_module_has_its_place() -> None:
    assert set(HARNESS) == set(RANK), "place the module in LAYERS, and in the table of docs/design.md"


@pytest.mark.parametrize("module", HARNESS)
def test_no_arrow_runs_up(module: str) -> None:
    assert [other for other in sorted(of_harness(module)) if RANK[other] >= RANK[module]] == []


def test_the_reading_of_imports_sees_every_form_of_them() -> None:
    """Else the rules here would hold of anything."""
    assert {"locks", "schedule", "trial"} <= of_harness("matrix")
    assert {"engines.docker", "engines.local"} <= of_harness("workshop")
    assert importers("click") >= {"cli", "console"}


@pytest.mark.parametrize(
    ("outside", "only"),
    [
        ("docker", {"engines.docker"}),
        ("requests", {"engines.docker"}),
        ("pandas", {"evidence", "claims", "answers", "formats", "table", "report", "grid", "inventory"}),
        ("jinja2", {"report"}),
        ("subprocess", {"process"}),
        ("multiprocessing", set()),
    ],
)
def test_each_outside_tool_has_one_door(outside: str, only: set[str]) -> None:
    assert importers(outside) == only


def test_the_wings_do_not_know_each_other() -> None:
    assert {module: of_harness(module) & TELLING for module in RUNNING if of_harness(module) & TELLING} == {}
    assert {module: of_harness(module) & RUNNING for module in TELLING if of_harness(module) & RUNNING} == {}


@pytest.mark.parametrize(
    ("module", "unknown"),
    [
        ("errors", {"harness"}),
        ("process", {"harness"}),
        ("schedule", {"harness"}),
        ("outcomes", {"harness", "pathlib", "os"}),
        ("record", {"pathlib", "os"}),
        ("judge", {"pathlib", "os"}),
        ("engine", {"harness.uv", "harness.engines"}),
        ("trial", {"pathlib", "os", "tempfile", "harness.uv", "harness.engines", "harness.process"}),
        ("engines.docker", {"harness.judge", "harness.record", "harness.outcomes.Status", "harness.trial"}),
        ("engines.local", {"harness.judge", "harness.record", "harness.outcomes.Status", "harness.trial"}),
        ("store", {"harness.engine", "harness.trial"}),
        ("matrix", {"harness.engines", "harness.console", "click"}),
        ("table", {"pathlib", "os", "harness.store"}),
        ("rules", {"pathlib", "os", "harness.store"}),
        ("evidence", {"pathlib", "os", "harness.store"}),
    ],
)
def test_a_module_does_not_know_what_is_not_its_business(module: str, unknown: Collection[str]) -> None:
    known = list(imported(HARNESS[module]))
    assert [name for name in known for other in unknown if name == other or name.startswith(other + ".")] == []


def exits(path: Path) -> list[int]:
    """The lines where a file ends its process by itself."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.exit", "os._exit", "os.abort"))
        or (isinstance(node, ast.Name) and node.id in ("SystemExit", "exit", "quit"))
    ]


def test_only_the_command_line_exits() -> None:
    assert [module for module, path in HARNESS.items() if exits(path)] == ["cli"]


@pytest.mark.parametrize("module", SCENARIOS)
def test_what_ships_into_a_cell_parses_on_the_oldest_python(module: str) -> None:
    ast.parse(SCENARIOS[module].read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("module", SCENARIOS)
def test_what_ships_into_a_cell_imports_only_what_every_cell_has(module: str) -> None:
    allowed = (sys.stdlib_module_names - NOT_IN_3_8) | SHIPPED
    assert {name.split(".")[0] for name in imported(SCENARIOS[module])} - allowed == set()


@pytest.mark.starts
def test_help_imports_neither_pandas_nor_docker() -> None:
    code = (
        "import sys\n"
        "from harness.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'pyarrow', 'docker', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("Usage: ")
    assert done.stdout.splitlines()[-1] == "[]"

"""The architecture, read from the imports themselves: folders are stages, and data flows one way through them."""

import ast
import subprocess
import sys
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: From the ground up: single modules, then the folders. Each imports only what stands in a line above its own.
STAGES = (
    ("errors", "process", "outcomes", "project"),
    ("files", "escape", "locking", "screen"),
    ("rendering",),
    ("select",),
    ("record",),
    ("trials",),
    ("suite.code",),
    ("suite",),
    ("environments",),
    ("environments.engines.docker",),
    ("environments.engines",),
    ("plan",),
    ("run",),
    ("run.timeline", "run.cluster"),
    ("foreign.inside",),
    ("foreign",),
    ("foreign.crossing",),
    ("index",),
    ("table",),
    ("snapshot",),
    ("door",),
    ("compare",),
    ("questions",),
    ("questions.paths", "questions.explain", "questions.checking"),
    ("questions.search",),
    ("advise",),
    ("scan.known",),
    ("scan.code",),
    ("scan",),
    ("publish",),
    ("exchange",),
    ("ask",),
    ("publish.parts",),
    ("publish.pages",),
    ("publish.discovery",),
    ("publish.site",),
    ("plugin", "assist", "audit"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
RANK = {stage: rank for rank, line in enumerate(STAGES) for stage in line}
#: What makes trials, and what is derived from them: they meet in the outcome's data types and in the trials' files.
MAKES, DERIVES = (
    ("environments", "plan", "run", "foreign"),
    ("index", "table", "snapshot", "door", "compare", "questions", "advise", "scan", "publish"),
)
#: Files of a folder, and lines of a file, at most; the ways into the package, and into a cell, are not counted.
FILES, LINES = 10, 300
ENTRIES = {Path("harness/tfcompat") / name for name in ("__main__.py", "ask.py", "cli.py")} | {
    Path("scenarios/runner/cell.py")
}
#: The only outside names that a scenario may import: what every cell has, and the suite itself.
#: keras is imported inside functions only, where the import is the question.
SHIPPED = {"numpy", "h5py", "keras", "tensorflow", "pytest", "_pytest", "packaging", "scenarios"}
#: The one door to Docker.
DOCKER = {
    f"environments.engines.docker.{name}"
    for name in ("bases", "connection", "containers", "engine", "images", "registry", "sandbox")
}
#: Modules of the standard library that the oldest Python of the matrix does not have yet.
NOT_IN_3_8 = {"graphlib", "tomllib", "zoneinfo"}


def modules(folder: Path) -> dict[str, Path]:
    """The modules under a folder by their dotted name in it."""
    paths = sorted(path for path in folder.rglob("*.py") if path.name != "__init__.py")
    return {".".join(path.relative_to(folder).with_suffix("").parts): path for path in paths}


PACKAGE = ROOT / "harness" / "tfcompat"
HARNESS, SCENARIOS = modules(PACKAGE), modules(ROOT / "scenarios")
#: What runs the user's own code inside a cell, and what a repeated run puts there.
INSIDE = {module: path for module, path in HARNESS.items() if module.startswith(("foreign.inside.", "repeat.inside."))}


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
    names = {name.removeprefix("tfcompat.") for name in imported(HARNESS[module]) if name.startswith("tfcompat.")}
    return {known for known in HARNESS for name in names if name == known or name.startswith(known + ".")}


def stage_of(module: str) -> str:
    """The folder of a module; the modules on the ground are stages of their own."""
    stage = module.rpartition(".")[0] or module
    return "commands" if stage.startswith("commands.") else stage


def importers(outside: str) -> set[str]:
    """The modules of harness that import an outside package, or a part of it."""
    return {module for module, path in HARNESS.items() if outside in {name.split(".")[0] for name in imported(path)}}


def test_every_module_is_in_a_stage() -> None:
    assert {stage_of(module) for module in HARNESS} == set(RANK), "place the folder in STAGES"


@pytest.mark.parametrize("module", HARNESS)
def test_data_flows_one_way(module: str) -> None:
    stage = stage_of(module)
    upwards = {
        other for other in of_harness(module) if stage_of(other) != stage and RANK[stage_of(other)] >= RANK[stage]
    }
    assert upwards == set()


def test_there_is_no_circle_inside_a_stage() -> None:
    try:
        list(TopologicalSorter({module: of_harness(module) for module in HARNESS}).static_order())
    except CycleError as error:
        pytest.fail(f"a circle of imports: {error.args[1]}")


def test_the_reading_of_imports_sees_every_form_of_them() -> None:
    """Else the rules here would hold of anything."""
    assert {"environments.locks", "plan.work", "run.schedule", "run.trial"} <= of_harness("run.matrix")
    assert {"environments.engines.docker.engine", "environments.engines.local"} <= of_harness("run.workshop")
    assert importers("click") >= {"cli", "run.console"}


@pytest.mark.parametrize("folder", sorted({path.parent for path in HARNESS.values()} | {ROOT / "scenarios" / "runner"}))
def test_a_folder_says_what_it_is_and_is_small(folder: Path) -> None:
    first = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert first.endswith(".")
    assert "\n" not in first, "one sentence"
    files = [path for path in folder.glob("*.py") if path.relative_to(ROOT) not in ENTRIES]
    assert len(files) <= FILES + 1, "ten files, and the one that says what the folder is"


@pytest.mark.parametrize("path", [*HARNESS.values(), *modules(ROOT / "scenarios" / "runner").values()])
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    assert (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].endswith((".", "?", ":"))


@pytest.mark.parametrize(
    ("outside", "only"),
    [
        ("docker", DOCKER),
        ("requests", DOCKER - {"environments.engines.docker.engine"} | {"snapshot.fetch"}),
        ("fcntl", {"locking"}),
        ("uv", {"environments.uv"}),
        ("jinja2", {"rendering"}),
        ("subprocess", {"process", "foreign.inside.child"}),
        ("multiprocessing", {"index.parallel"}),
        ("distributed", {f"run.cluster.{name}" for name in ("crew", "driver", "records", "worker")}),
        ("mcp", {"assist.server"}),
        ("sqlite3", {f"door.{name}" for name in ("door", "fill", "kept")}),
        (
            "pyarrow",
            {f"index.{name}" for name in ("builder", "columns", "parts", "refresh", "shape")}
            | {"table.outcomes", "snapshot.tables"},
        ),
    ],
)
def test_each_outside_tool_has_one_door(outside: str, only: set[str]) -> None:
    assert importers(outside) == only


def test_what_makes_trials_and_what_is_derived_from_them_do_not_know_each_other() -> None:
    for side, other in ((MAKES, DERIVES), (DERIVES, MAKES)):
        for module in HARNESS:
            if module.split(".")[0] in side:
                assert not {known for known in of_harness(module) if known.split(".")[0] in other}, module


@pytest.mark.parametrize(
    ("module", "unknown"),
    [
        ("errors", {"tfcompat"}),
        ("process", {"tfcompat"}),
        ("run.schedule", {"tfcompat"}),
        ("outcomes", {"tfcompat", "pathlib", "os"}),
        ("record.lines", {"pathlib", "os"}),
        ("record.judge", {"pathlib", "os"}),
        ("environments.engine", {"tfcompat.environments.uv"}),
        ("run.trial", {"pathlib", "os", "tempfile", "tfcompat.environments.uv", "tfcompat.process"}),
        *((module, {"tfcompat.trials", "tfcompat.outcomes.Status"}) for module in sorted(DOCKER)),
        ("environments.engines.local", {"tfcompat.trials", "tfcompat.outcomes.Status"}),
        ("run.matrix", {"tfcompat.environments.engines", "tfcompat.run.console", "click"}),
        ("table.frame", {"pathlib", "os", "tfcompat.trials.store"}),
        ("questions.rules", {"pathlib", "os", "tfcompat.trials.store"}),
        ("questions.evidence", {"pathlib", "os", "tfcompat.trials.store"}),
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
    assert [module for module, path in HARNESS.items() if exits(path) and module not in INSIDE] == ["cli"]


@pytest.mark.parametrize("path", [*SCENARIOS.values(), *INSIDE.values()])
def test_what_ships_into_a_cell_parses_on_the_oldest_python(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("module", SCENARIOS)
def test_what_ships_into_a_cell_imports_only_what_every_cell_has(module: str) -> None:
    allowed = (sys.stdlib_module_names - NOT_IN_3_8) | SHIPPED
    assert {name.split(".")[0] for name in imported(SCENARIOS[module])} - allowed == set()


@pytest.mark.parametrize("path", INSIDE.values())
def test_what_runs_the_users_code_in_a_cell_imports_the_standard_library_and_pytest(path: Path) -> None:
    own = {name for name in imported(path) if name.startswith("tfcompat.foreign.inside")}
    others = {name.split(".")[0] for name in set(imported(path)) - own}
    assert others - (sys.stdlib_module_names - NOT_IN_3_8) - {"pytest"} == set()


@pytest.mark.starts
def test_help_imports_neither_pandas_nor_docker() -> None:
    code = (
        "import sys\n"
        "from tfcompat.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'pyarrow', 'docker', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("Usage: ")
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_picture_stays_small_enough_to_be_read() -> None:
    """A folder counts as one unit, as does each module on the ground."""
    assert len(set(map(stage_of, HARNESS))) <= 51

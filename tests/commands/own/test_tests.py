"""tfcompat run --tests: what it shows, JUnit, its exit codes, and which options are the suite's alone."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.command import NEW, OLD, Call, use
from tests.fakes import FakeEngine
from tests.foreign.made import running_tests
from tfcompat.environments import staging
from tfcompat.errors import ToolError
from tfcompat.foreign.program import ForeignProgram, Runs


@pytest.fixture
def tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(staging, "stage_bundle", lambda images, cache, uv: Path("/bundle"))
    folder = tmp_path / "own" / "tests"
    folder.mkdir(parents=True)
    (folder / "test_a.py").write_text("def test_a():\n    pass\n")
    (folder.parent / "pyproject.toml").touch()
    return str(folder)


def test_each_test_has_its_ranges(call: Call, engine: FakeEngine, tests: str, tmp_path: Path) -> None:
    engine.made |= {
        OLD: running_tests(
            {"t.py::a": "passed", "t.py::b": "failed: no\x1b[2J 1\nlong"}, {"u.py": "x\nE   ImportError: no"}
        ),
        NEW: running_tests({"t.py::a": "passed", "t.py::b": "passed", "t.py::c": "skipped: why"}),
    }
    junit = tmp_path / "j.xml"
    code, said, complained = call("run", "--tests", tests, "--tf", "2.9,2.16", "--junit", str(junit))
    assert code == 1
    assert said.splitlines() == [
        "3 tests of tests, 2 cells",
        "t.py::b",
        "  failed on 2.9.3: no 1",
        "  passed on 2.16.2",
        "t.py::c",
        "  not there on 2.9.3",
        "  skipped on 2.16.2",
        "u.py cannot be collected on 2.9.3: ImportError: no",
        "1 pass, or are skipped or expected to fail, everywhere",
        f"{OLD}: 1 passed, 1 failed in 0 s",
        f"{NEW}: 2 passed, 1 skipped in 0 s",
    ]
    assert "its addopts and your plugins are not there: --with NAME adds one" in complained
    assert ElementTree.parse(junit).getroot().get("failures") == "1"  # noqa: S314
    sandbox = engine.made[OLD]
    (ran,) = sandbox.ran
    assert isinstance(ran, ForeignProgram)
    assert (ran.runs, ran.target, ran.bundle) == (Runs.TESTS, "tests", Path("/bundle"))


def test_where_all_pass_it_is_exit_code_zero(call: Call, engine: FakeEngine, tests: str) -> None:
    engine.made[NEW] = running_tests({"t.py::a": "passed"})
    code, said, _ = call("run", "--tests", tests, "--tf", "2.16", "--json")
    assert (code, json.loads(said)["fails"]) == (0, False)


def test_what_was_not_run_is_exit_code_three(call: Call, engine: FakeEngine, tests: str) -> None:
    engine.made[NEW] = running_tests({"t.py::a": "passed", "t.py::b": ""})
    assert call("run", "--tests", tests, "--tf", "2.16")[0] == 3


def test_a_folder_without_tests(call: Call, engine: FakeEngine, tests: str) -> None:
    engine.made[NEW] = running_tests({})
    code, _, complained = call("run", "--tests", tests, "--tf", "2.16")
    assert (code, complained.splitlines()[-1]) == (
        2,
        f"tfcompat: {tests} has no tests: pytest takes functions test_* of files test_*.py",
    )


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--tests", "DIR", "-k", "a"), "-k is for the suite: leave it out beside --tests"),
        (("--tests", "DIR", "--fresh"), "--fresh is for the suite: leave it out beside --tests"),
        (("--tests", "DIR", "--shard", "1/2"), "--shard is for the suite: leave it out beside --tests"),
        (("--junit", "x.xml"), "--junit belongs to --tests DIR: leave it out, or name your tests"),
        (("--with", "pandas"), "--with belongs to --tests DIR: leave it out, or name your tests"),
        (("--tests", "nothing"), "nothing is not there: name a folder with pytest files, or one such file"),
    ],
)
def test_what_does_not_go_together(arguments: tuple[str, ...], says: str, call: Call, tests: str) -> None:
    code, _, complained = call("run", *(tests if word == "DIR" else word for word in arguments))
    assert (code, complained) == (2, f"tfcompat: {says}\n")


def test_without_a_container_no_test_runs(call: Call, tests: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, ToolError("no Docker engine answers: start one"))
    code, _, complained = call("run", "--tests", tests, "--tf", "2.16")
    assert code == 2
    assert "would run on this machine without a container" in complained

"""tfcompat try: what it shows and saves, its exit codes, and that nothing runs without a container unless somebody agrees."""

import json
from pathlib import Path

import pytest

from tests.command import NEW, OLD, Call, use
from tests.fakes import FakeEngine
from tests.foreign.made import VerbatimSandbox, printing
from tfcompat.environments.engine import Exit
from tfcompat.errors import ToolError
from tfcompat.foreign.program import ForeignProgram


@pytest.fixture
def script(tmp_path: Path) -> str:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "s.py").write_text("print('hello')\n")
    (folder / "d.csv").write_text("1")
    return str(folder / "s.py")


def test_equal_outputs_are_one_group(call: Call, engine: FakeEngine, script: str) -> None:
    engine.made |= {OLD: printing("hello\n"), NEW: printing("hello\n")}
    code, said, complained = call("try", script, "--tf", "2.9,2.16")
    assert (code, said.splitlines()[:4]) == (
        0,
        ["s.py: the same everywhere", "", "2.9.3 – 2.16.2: exit status 0", "  hello"],
    )
    assert complained.startswith(
        f"each cell gets its own copy of 2 files, 1 kB of {Path(script).parent}; what it writes"
    )


def test_outputs_that_differ_are_exit_code_one(call: Call, engine: FakeEngine, script: str) -> None:
    engine.made |= {OLD: printing("[[0.]]\n"), NEW: printing("[[1.]]\n", stderr="a\x1b[2Jb")}
    code, said, _ = call("try", script, "--tf", "2.9,2.16")
    assert code == 1
    assert said.splitlines()[:8] == [
        "s.py: 2 groups",
        "",
        "2.9.3: exit status 0",
        "  [[0.]]",
        "",
        "2.16.2: exit status 0",
        "  [[1.]]",
        "  standard error:",
    ]
    assert "\x1b" not in said


@pytest.mark.parametrize(("fail_on", "code"), [("any", 1), ("differs", 0), ("fails", 1), ("never", 0)])
def test_a_script_that_fails_everywhere_alike(
    fail_on: str, code: int, call: Call, engine: FakeEngine, script: str
) -> None:
    engine.made |= {OLD: printing(code=2), NEW: printing(code=2)}
    assert call("try", script, "--tf", "2.9,2.16", "--fail-on", fail_on)[0] == code


def test_a_cell_without_an_answer_is_exit_code_three(call: Call, engine: FakeEngine, script: str) -> None:
    engine.made |= {OLD: printing("hello"), NEW: VerbatimSandbox(ending=Exit(code=1, output="no\x1b[2J python"))}
    code, said, _ = call("try", script, "--tf", "2.9,2.16")
    assert code == 3
    assert f"{NEW}: suite broken (cause: the suite): the program in the cell did not end well (1): no" in said
    assert "\x1b" not in said


def test_for_programs(call: Call, engine: FakeEngine, script: str) -> None:
    engine.made |= {OLD: printing("a"), NEW: printing("b")}
    code, said, _ = call("try", script, "--tf", "2.9,2.16", "--json", "--raw")
    found = json.loads(said)
    assert (code, found["differs"], [group["where"] for group in found["groups"]]) == (1, True, ["2.9.3", "2.16.2"])
    assert found["groups"][0]["cells"][0]["stdout"] == "a"


def test_what_each_cell_printed_can_be_kept(call: Call, engine: FakeEngine, script: str, tmp_path: Path) -> None:
    engine.made[NEW] = printing("2021-01-01 10:00:00.5: I tensorflow/x.cc:1] log\n1\n")
    call("try", script, "--tf", "2.16", "--output", str(tmp_path / "out"))
    assert (tmp_path / "out" / f"{NEW}.stdout.txt").read_text().startswith("2021-01-01")


def test_the_cell_gets_the_arguments_and_the_limit(call: Call, engine: FakeEngine, script: str) -> None:
    sandbox = engine.made[NEW] = printing()
    assert call("try", script, "--tf", "2.16", "--limit", "7", "--", "--epochs", "2")[0] == 0
    (ran,) = sandbox.ran
    assert isinstance(ran, ForeignProgram)
    assert (ran.arguments, ran.settings("", "")["limit"], ran.target) == (("--epochs", "2"), 7.0, "s.py")


@pytest.mark.parametrize("engine_name", ["auto", "local"])
def test_without_a_container_nothing_runs_unless_that_is_meant(
    engine_name: str, call: Call, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, ToolError("no Docker engine answers: start one"))
    code, said, complained = call("try", script, "--tf", "2.16", "--engine", engine_name)
    assert (code, said) == (2, "")
    assert complained.splitlines()[-1] == (
        "tfcompat: s.py would run on this machine without a container, as you, with your files and your network: "
        "start Docker, or add --unsandboxed if that is meant"
    )


def test_what_runs_without_a_container_is_said(call: Call, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(name="local", made={NEW: printing("hello")})
    use(monkeypatch, engine)
    code, _, complained = call("try", script, "--tf", "2.16", "--unsandboxed")
    assert code == 0
    assert complained.startswith(
        "s.py runs on this machine without a container: as you, with your files and your network\n"
    )


def test_a_script_that_is_not_there(call: Call, engine: FakeEngine) -> None:
    code, _, complained = call("try", "nothing.py", "--tf", "2.16")
    assert (code, complained) == (2, "tfcompat: nothing.py is not a file: name a Python script\n")
    assert engine.made == {}


def test_it_is_saved_as_a_scenario(call: Call, engine: FakeEngine, script: str, project_folder: Path) -> None:
    engine.made[NEW] = printing("hello")
    code, _, complained = call("try", script, "--tf", "2.16", "--save-as", "own::hello")
    path = project_folder / "scenarios" / "test_own_hello.py"
    assert code == 0
    assert "print('hello')" in path.read_text()
    assert f"{path} has the scenario; tfcompat check scenarios looks at it. To do:\n" in complained
    again = call("try", script, "--tf", "2.16", "--save-as", "own::hello")
    assert (again[0], again[2].splitlines()[-1]) == (
        2,
        f"tfcompat: {path} is there already: name another id, or remove it",
    )


def test_long_outputs_are_shown_in_part(call: Call, engine: FakeEngine, script: str) -> None:
    engine.made[NEW] = printing("".join(f"{number}\n" for number in range(100)))
    said = call("try", script, "--tf", "2.16")[1].splitlines()
    assert "  … 70 more lines: --json and --output have them" in said
    assert ("  0" in said, "  99" in said, "  50" in said) == (True, True, False)

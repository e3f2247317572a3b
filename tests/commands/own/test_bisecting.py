"""tfcompat bisect where it runs something: a script from its ends on, a scenario where it was not measured, and the axis."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests import fakes
from tests.command import Call
from tests.fakes import FakeEngine
from tests.foreign.made import VerbatimSandbox, printing
from tests.trial_files import keep
from tfcompat.environments import locks
from tfcompat.environments.locks import Lock
from tfcompat.foreign.crossing import crossed
from tfcompat.foreign.crossing.crossed import CrossedPair
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.run.matrix import Matrix
from tfcompat.select.cells import Cell


@pytest.fixture
def script(tmp_path: Path) -> str:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "s.py").write_text("print('hello')\n")
    return str(folder / "s.py")


def put(engine: FakeEngine, **stdout: str | None) -> None:
    """Let releases print something; None is an environment that cannot be made."""
    for name, text in stdout.items():
        cell = name.replace("_", ".") + "-py3.9"
        if text is None:
            engine.trouble = {**engine.trouble, cell: NoAnswerError(Reason.NO_IMAGE, "no base")}
        else:
            engine.made[cell] = printing(text)


def test_a_script_is_run_at_its_ends_and_then_between(call: Call, engine: FakeEngine, script: str) -> None:
    put(engine, tf2_5_0="a", tf2_5_1="a", tf2_5_2="a", tf2_5_3="b\n1", tf2_6_0="b\n1", tf2_6_1="b\n1")
    code, said, complained = call("bisect", script, "--good", "2.5.0", "--bad", "2.6.1")
    assert code == 0
    assert said.splitlines() == [
        "s.py",
        "  4 releases known, from 2.5.0 (exit status 0, output A) to 2.6.1 (exit status 0, output B)",
        "2.5.2 → 2.5.3: exit status 0, output A → exit status 0, output B",
        "  not the same beside TensorFlow: protobuf 3.19.1 → 3.19.4",
        "not known, between releases that do the same: 2.5.1 (not run), 2.6.0 (not run)",
        "ran 4 cells: tf2.5.0-py3.9, tf2.6.1-py3.9, tf2.5.2-py3.9, tf2.5.3-py3.9",
        "exit status 0, output A:",
        "  a",
        "exit status 0, output B:",
        "  b",
        "  1",
    ]
    assert "running tf2.5.0-py3.9, tf2.6.1-py3.9" in complained


def test_a_release_that_cannot_be_made_stays_a_hole(call: Call, engine: FakeEngine, script: str) -> None:
    put(engine, tf2_5_2="a", tf2_5_3=None, tf2_6_0="b")
    code, said, _ = call("bisect", script, "--good", "2.5.2", "--bad", "2.6.0")
    assert code == 3
    assert "  somewhere in between, where nothing is known of 2.5.3 (no image)" in said.splitlines()


def test_both_ends_may_do_the_same(call: Call, engine: FakeEngine, script: str) -> None:
    put(engine, tf2_5_2="a", tf2_6_0="a")
    code, said, _ = call("bisect", script, "--good", "2.5.2", "--bad", "2.6.0")
    assert (code, said.splitlines()[2]) == (0, "no change is known")


def test_an_exit_status_alone_may_count(call: Call, engine: FakeEngine, script: str) -> None:
    put(engine, tf2_5_3="a", tf2_6_0="b")
    code, said, _ = call("bisect", script, "--good", "2.5.3", "--bad", "2.6.0", "--compare", "status", "--json")
    found = json.loads(said)
    assert (code, found["bisection"]["turns"], list(found["outputs"])) == (0, [], ["exit status 0, output A"])


@pytest.fixture
def trials(project_folder: Path) -> Path:
    folder = project_folder / "reports" / "trials"
    keep(folder, "tf2.5.3-py3.9", {"adapt::mean": KeyError("no")})
    keep(folder, "tf2.6.1-py3.9", {"adapt::mean": [0.5]})
    return folder


ENDS = ("adapt::mean", "--good", "2.5.3", "--bad", "2.6.1")


@pytest.mark.usefixtures("trials")
def test_a_scenario_is_run_only_where_it_is_not_known(call: Call, engine: FakeEngine) -> None:
    assert call("bisect", *ENDS)[0] == 3
    assert engine.built == []
    code, said, _ = call("bisect", *ENDS, "--run")
    assert code == 0
    assert "2.5.3 → 2.6.0: fails" in said
    assert said.splitlines()[-1] == "ran 1 cell: tf2.6.0-py3.9"
    assert engine.built == ["tf2.6.0-py3.9"]
    ran = len(engine.made["tf2.6.0-py3.9"].ran)
    again = call("bisect", *ENDS, "--run")
    assert (again[0], len(engine.made["tf2.6.0-py3.9"].ran)) == (0, ran)
    assert again[1].splitlines() == [*said.splitlines()[:-1], "nothing had to be run"]
    assert "running" not in again[2]


@pytest.mark.usefixtures("trials")
def test_what_a_search_kept_and_somebody_damaged_is_measured_again(
    call: Call, engine: FakeEngine, project_folder: Path
) -> None:
    call("bisect", *ENDS, "--run")
    (kept,) = (project_folder / "cache" / "searches").iterdir()
    kept.write_text('{"row": 1}')
    code, _, complained = call("bisect", *ENDS, "--run")
    assert (code, "running tf2.6.0-py3.9" in complained) == (0, True)


@pytest.mark.usefixtures("trials", "engine")
def test_what_a_script_alone_has_is_refused_for_a_scenario(call: Call) -> None:
    code, _, complained = call("bisect", *ENDS, "--with", "pandas")
    assert (code, complained) == (2, "tfcompat: --with is for a script: a scenario is run as the suite runs it\n")


@pytest.mark.usefixtures("trials")
def test_the_axis_is_what_crossings_show(call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def make_lock(matrix: Matrix, cell: Cell, pair: CrossedPair) -> Lock:
        lock = replace(fakes.lock(cell), cell=cell.id)
        locks.save(lock, matrix.lock_folders[-1] / locks.file_name(cell, matrix.package))
        return lock

    monkeypatch.setattr(crossed, "make_lock", make_lock)
    code, said, complained = call("bisect", *ENDS, "--axis")
    assert code == 0
    assert "tf2.5.3-py3.9 → tf2.6.0-py3.9: TensorFlow itself decides" in said.splitlines()
    assert "crossing: TensorFlow 2.6.0 with " in complained
    assert any(cell.startswith("tf2.6.0-py3.9+crossed-") for cell in engine.built)


@pytest.mark.usefixtures("trials")
def test_a_crossing_that_cannot_be_resolved_is_said(
    call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_lock(matrix: Matrix, cell: Cell, pair: CrossedPair) -> Lock:
        raise NoAnswerError(Reason.NO_LOCK, "uv could not lock it")

    monkeypatch.setattr(crossed, "make_lock", make_lock)
    said = call("bisect", *ENDS, "--axis")[1]
    assert "what decides is not known: the crossed versions do not stand or run together" in said
    assert "no answer (no lock: uv could not lock it)" in said
    assert not any("crossed" in cell for cell in engine.built)


def test_a_script_that_says_nothing_at_its_end(call: Call, engine: FakeEngine, script: str) -> None:
    engine.made |= {"tf2.5.3-py3.9": VerbatimSandbox(), "tf2.6.0-py3.9": VerbatimSandbox()}
    code, _, complained = call("bisect", script, "--good", "2.5.3", "--bad", "2.6.0")
    assert code == 2
    assert "nothing is known of s.py on these releases" in complained

"""Tests of visits: what a cell says is checked, and where it says nothing there is a reason."""

import json
from pathlib import Path

import pytest

from tests import fakes
from tests.fakes import FakeEngine
from tests.foreign.made import VerbatimSandbox
from tfcompat.environments import locks
from tfcompat.environments.engine import Exit
from tfcompat.foreign import lines, visits
from tfcompat.foreign.program import ForeignProgram, Runs
from tfcompat.foreign.visits import Visit
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.run.matrix import Matrix
from tfcompat.trials.store import Store

ENDED = json.dumps(
    {"kind": "script", "code": 0, "timed_out": False, "seconds": 1.0, "stdout": {}, "stderr": {}, "places": {}}
)
OLD, NEW = fakes.cell("2.9.3", "3.10"), fakes.cell()


def program() -> ForeignProgram:
    return ForeignProgram(
        runs=Runs.SCRIPT,
        target="s.py",
        suite=Path("/staged"),
        suite_hash="",
        bundle=Path("/staged/nothing"),
        cores=4.0,
        memory=1,
        limit=60.0,
    )


def run(engine: FakeEngine, folder: Path, *, prune: bool = False) -> dict[str, Visit]:
    for cell in (OLD, NEW):
        locks.save(fakes.lock(cell), folder / "locks" / locks.file_name(cell, locks.DEFAULT_PACKAGE))
    matrix = Matrix(
        engine=engine,
        program=program(),
        scenarios=(),
        store=Store(folder / "trials"),
        uv=fakes.FakeUv(lambda arguments: pytest.fail("nothing is locked here")),
        package=locks.DEFAULT_PACKAGE,
        lock_folders=[folder / "locks"],
        emit=lambda event: None,
        remove_afterwards=prune,
    )
    return {visit.cell.id: visit for visit in visits.visits(matrix, program(), [OLD, NEW], 2)}


def test_each_cell_says_what_it_did(tmp_path: Path) -> None:
    engine = FakeEngine(sandbox=lambda: VerbatimSandbox(lines=[ENDED]))
    found = run(engine, tmp_path)
    assert [visit.error for visit in found.values()] == [None, None]
    assert found[NEW.id].pins == {"tensorflow-cpu": "2.16.2"}
    assert sorted(engine.built) == sorted([OLD.id, NEW.id])
    assert (engine.removed, list(tmp_path.glob("trials/*"))) == ([], [])
    assert all(sandbox.ran[0].cores <= 4 for sandbox in engine.made.values())


def test_environments_go_where_they_are_to(tmp_path: Path) -> None:
    engine = FakeEngine(sandbox=lambda: VerbatimSandbox(lines=[ENDED]))
    run(engine, tmp_path, prune=True)
    assert sorted(engine.removed) == sorted([OLD.id, NEW.id])


def test_a_cell_without_an_environment_has_a_reason(tmp_path: Path) -> None:
    engine = FakeEngine(
        sandbox=lambda: VerbatimSandbox(lines=[ENDED]), trouble={NEW.id: NoAnswerError(Reason.NO_IMAGE, "no base")}
    )
    found = run(engine, tmp_path)
    error = found[NEW.id].error
    assert error is not None
    assert (error.reason, error.message) == (Reason.NO_IMAGE, "no base")
    assert found[OLD.id].error is None


@pytest.mark.parametrize(
    ("texts", "ending", "reason"),
    [
        (["no line"], fakes.ENDED_WELL, Reason.SUITE_BROKEN),
        ([], Exit(code=-9, output="", timed_out=True), Reason.TIME_LIMIT),
        ([], Exit(code=-9, output="", lost=True), Reason.ENGINE_LOST),
        ([], Exit(code=137, output="", out_of_memory=True), Reason.OUT_OF_MEMORY),
        ([], Exit(code=1, output="Traceback"), Reason.SUITE_BROKEN),
        (['{"kind": "found", "test": "a"}'], fakes.ENDED_WELL, Reason.SUITE_BROKEN),
    ],
)
def test_what_says_nothing_has_a_reason(texts: list[str], ending: Exit, reason: Reason, tmp_path: Path) -> None:
    found = run(FakeEngine(sandbox=lambda: VerbatimSandbox(lines=texts, ending=ending)), tmp_path)
    error = found[NEW.id].error
    assert error is not None
    assert error.reason is reason


def test_a_cell_that_has_said_all_is_believed_whatever_came_after(tmp_path: Path) -> None:
    ending = Exit(code=137, output="", out_of_memory=True)
    visit = run(FakeEngine(sandbox=lambda: VerbatimSandbox(lines=[ENDED], ending=ending)), tmp_path)[NEW.id]
    assert (visit.error, visit.out_of_memory) == (None, True)


def test_a_cell_that_never_stops_talking_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_CHARACTERS", 1000)
    engine = FakeEngine(sandbox=lambda: VerbatimSandbox(lines=["x" * 600] * 9))
    error = run(engine, tmp_path)[NEW.id].error
    assert error is not None
    assert error.reason is Reason.SUITE_BROKEN

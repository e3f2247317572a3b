"""The local engine: environments are whole or not there, stay while they are used, and go when they are to go."""

import errno
import fcntl
import os
import platform
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests import fakes
from tfcompat import process
from tfcompat.environments.engine import Exit, Recipe
from tfcompat.environments.engines.local import ALONE, COMPLETE, SHARED, LocalEngine, LocalSandbox, locked
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed
from tfcompat.suite.program import Program

PYTHON = ".".join(platform.python_version_tuple()[:2])
RECIPE = Recipe(cell=fakes.cell("9.1.0", PYTHON), lock=fakes.lock())
#: A limit that no test reaches unless the code is wrong.
FAR = 30.0
WAITS = """
import os, time
print("there", flush=True)
while not os.path.exists({!r}):
    time.sleep(0.01)
print("whole", flush=True)
"""


def whole(folder: Path) -> None:
    """What a made environment looks like; its interpreter is this one."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / COMPLETE).touch()


def installs(asked: list[str]) -> Completed:
    """What uv does: it knows an interpreter, makes an environment, and installs into it."""
    if asked[:2] == ["python", "find"]:
        return Completed(code=0, output=sys.executable)
    if asked[0] == "venv":
        whole(Path(asked[-1]))
        (Path(asked[-1]) / COMPLETE).unlink()
    return Completed(code=0, output="")


class Uv(fakes.FakeUv):
    """A fake that can be cancelled as the real one can."""

    def __init__(self, answer: Callable[[list[str]], Completed] = installs) -> None:
        super().__init__(answer)
        self.cancelled = threading.Event()


@pytest.fixture
def engine(tmp_path: Path) -> LocalEngine:
    return LocalEngine(tmp_path / "environments", Uv())


@pytest.fixture
def made(engine: LocalEngine) -> LocalSandbox:
    """A whole environment, as the engine finds it, with its lock file as a build leaves it."""
    folder = engine.place(RECIPE)
    whole(folder)
    lock_of(folder).touch()
    found = engine.find(RECIPE)
    assert found is not None
    return found


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as threads:
        yield threads


def lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + ".lock")


def names(engine: LocalEngine) -> list[str]:
    return sorted(path.name for path in engine.folder.iterdir())


def made_times(engine: LocalEngine) -> int:
    assert isinstance(engine.uv, Uv)
    return [asked[0] for asked in engine.uv.asked].count("venv")


def program(folder: Path, code: str) -> Program:
    """A program whose suite is one file, that Python runs."""
    suite = folder / "suite"
    suite.mkdir(exist_ok=True)
    (suite / "runner").mkdir(exist_ok=True)
    (suite / "runner" / "cell.py").write_text(code)
    return replace(fakes.program(limit=FAR), suite=suite)


class Running:
    """A run in an environment, from its first word until ``end``."""

    def __init__(self, sandbox: LocalSandbox, folder: Path, executor: ThreadPoolExecutor) -> None:
        folder.mkdir()
        self.enough = folder / "enough"
        self.heard: list[str] = []
        self.began = threading.Event()
        self.ending: Future[Exit] = executor.submit(
            sandbox.run, program(folder, WAITS.format(str(self.enough))), self.hear
        )
        assert self.began.wait(FAR)

    def hear(self, line: str) -> None:
        self.heard.append(line)
        self.began.set()

    def end(self) -> Exit:
        self.enough.touch()
        return self.ending.result(FAR)


# Made, found and whole


@pytest.mark.starts
def test_an_environment_is_made_once_and_found_by_its_recipe(engine: LocalEngine) -> None:
    assert engine.find(RECIPE) is None
    sandbox = engine.build(RECIPE)
    assert engine.find(RECIPE) == sandbox == engine.build(RECIPE)
    assert made_times(engine) == 1
    assert [cell for _, cell, _ in engine.environments()] == [RECIPE.cell.id]


@pytest.mark.starts
def test_who_comes_while_it_is_made_waits_for_it(engine: LocalEngine, executor: ThreadPoolExecutor) -> None:
    sandboxes = list(executor.map(engine.build, [RECIPE] * 4))
    assert sandboxes == [engine.find(RECIPE)] * 4
    assert made_times(engine) == 1


@pytest.mark.starts
def test_a_failed_installation_leaves_nothing(engine: LocalEngine) -> None:
    def fails(asked: list[str]) -> Completed:
        return Completed(code=2, output="error: hash mismatch") if asked[0] == "pip" else installs(asked)

    engine.uv = Uv(fails)
    with pytest.raises(NoAnswerError, match="hash mismatch"):
        engine.build(RECIPE)
    assert names(engine) == []


@pytest.mark.starts
def test_an_environment_whose_interpreter_is_gone_is_made_anew(engine: LocalEngine, made: LocalSandbox) -> None:
    made.python.unlink()
    made.python.symlink_to(engine.folder / "pyenv" / "bin" / "python")
    assert engine.find(RECIPE) is None
    assert engine.build(RECIPE).python.exists()
    assert made_times(engine) == 1


def test_a_build_does_not_wait_for_those_who_use_what_is_whole(engine: LocalEngine, made: LocalSandbox) -> None:
    otherwise = threading.Timer(FAR, engine.cancel)
    otherwise.start()
    with locked(made.folder, SHARED):
        assert engine.build(RECIPE) == made
    otherwise.cancel()


def test_who_waits_for_an_environment_can_be_interrupted(engine: LocalEngine) -> None:
    engine.folder.mkdir()
    engine.cancel()
    with locked(engine.place(RECIPE), ALONE), pytest.raises(NoAnswerError) as raised:
        engine.build(RECIPE)
    assert raised.value.reason is Reason.INTERRUPTED


# Used


@pytest.mark.starts
@pytest.mark.parametrize(
    "removal", [lambda engine: engine.remove(RECIPE), lambda engine: engine.prune(None)], ids=["remove", "prune"]
)
def test_an_environment_that_runs_is_not_removed(
    removal: Callable[[LocalEngine], int],
    engine: LocalEngine,
    made: LocalSandbox,
    tmp_path: Path,
    executor: ThreadPoolExecutor,
) -> None:
    running = Running(made, tmp_path / "run", executor)
    assert removal(engine) == 0
    assert running.end() == Exit(code=0, output="")
    assert running.heard == ["there", "whole"]
    assert removal(engine) == 1
    assert names(engine) == []


@pytest.mark.starts
def test_the_last_of_two_runs_removes_their_environment(
    engine: LocalEngine, made: LocalSandbox, tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    one, other = (Running(made, tmp_path / name, executor) for name in ("one", "other"))
    one.end()
    assert not engine.remove(RECIPE)
    assert other.end().code == 0
    assert engine.remove(RECIPE)


def test_an_environment_with_a_shell_is_not_removed(
    engine: LocalEngine, made: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "interactive", lambda *_, **__: engine.prune(None))
    assert made.shell(fakes.program()) == 0
    assert engine.prune(None) == 1


def removed(sandbox: LocalSandbox) -> None:
    shutil.rmtree(sandbox.folder)


def half_removed(sandbox: LocalSandbox) -> None:
    (sandbox.folder / COMPLETE).unlink()


def without_interpreter(sandbox: LocalSandbox) -> None:
    sandbox.python.unlink()
    sandbox.python.symlink_to("nothing")


@pytest.mark.starts
@pytest.mark.parametrize("happened", [removed, half_removed, without_interpreter])
def test_what_is_no_longer_whole_is_not_run(
    happened: Callable[[LocalSandbox], None], made: LocalSandbox, tmp_path: Path
) -> None:
    happened(made)
    heard: list[str] = []
    ending = made.run(program(tmp_path, "print('a word')"), heard.append)
    assert ending == Exit(code=-1, output=f"somebody removed {made.folder}: run the cell again", lost=True)
    assert heard == []
    with pytest.raises(NoAnswerError, match="run the cell again"):
        made.shell(fakes.program())


@pytest.mark.starts
def test_an_interpreter_that_cannot_be_started_is_no_answer(made: LocalSandbox, tmp_path: Path) -> None:
    made.python.unlink()
    made.python.write_bytes(b"\x7fELF, but damaged")
    made.python.chmod(0o755)
    ending = made.run(program(tmp_path, ""), print)
    assert ending.lost
    assert ending.output == f"{made.folder} cannot be used: [Errno 8] Exec format error: '{made.python}'"
    with pytest.raises(NoAnswerError, match="Exec format error") as raised:
        made.shell(fakes.program())
    assert raised.value.reason is Reason.ENGINE_LOST


def test_without_a_folder_for_scratch_there_is_no_answer(made: LocalSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nothing")
    ending = made.run(fakes.program(), print)
    assert ending.lost
    assert "No such file or directory: '/nothing/tfcompat-" in ending.output


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_as_what_it_is(number: int, made: LocalSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(OSError, match=os.strerror(number)):
        made.run(fakes.program(), print)


# Removed


def test_removing_what_is_not_there_leaves_nothing(engine: LocalEngine) -> None:
    assert not engine.remove(RECIPE)
    assert engine.prune(None) == 0
    assert not engine.folder.exists()
    engine.folder.mkdir()
    assert not engine.remove(RECIPE)
    assert names(engine) == []


@pytest.fixture
def left(engine: LocalEngine, made: LocalSandbox) -> LocalEngine:
    """An engine with one whole environment and what was left where others were killed, while they were made or removed."""
    for name in ("tf9.2.0-py3.11-0123", "tf9.3.0-py3.11-4567"):
        (engine.folder / name / "bin").mkdir(parents=True)
    for name in ("tf9.2.0-py3.11-0123", "tf9.4.0-py3.11-89ab"):
        (engine.folder / f"{name}.lock").touch()
    return engine


def test_what_was_left_half_made_is_pruned_and_not_listed(left: LocalEngine, made: LocalSandbox) -> None:
    assert [name for name, *_ in left.environments()] == [str(made.folder)]
    assert left.prune(None) == 3
    assert names(left) == []


def test_of_some_cells_only_theirs_is_pruned(left: LocalEngine, made: LocalSandbox) -> None:
    assert left.prune({"tf9.2.0-py3.11", "tf9.4.0-py3.11", "tf9.5.0-py3.11"}) == 1
    assert names(left) == sorted([made.folder.name, f"{made.folder.name}.lock", "tf9.3.0-py3.11-4567"])


@pytest.mark.parametrize("held", ["whole", "half made"])
def test_what_others_hold_is_neither_pruned_nor_counted(held: str, left: LocalEngine, made: LocalSandbox) -> None:
    folder = made.folder if held == "whole" else left.folder / "tf9.2.0-py3.11-0123"
    with locked(folder, SHARED):
        assert left.prune(None) == 2
    assert names(left) == [folder.name, f"{folder.name}.lock"]


def test_what_cannot_be_removed_is_not_counted(
    engine: LocalEngine, made: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    assert engine.prune(None) == 0


def test_a_removal_that_is_killed_leaves_nothing_that_seems_whole(
    engine: LocalEngine, made: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        engine.remove(RECIPE)
    assert made.python.exists()
    assert engine.find(RECIPE) is None


# The lock


def test_a_lock_is_shared_or_held_alone(tmp_path: Path) -> None:
    with locked(tmp_path / "one", SHARED) as first, locked(tmp_path / "one", SHARED) as second:
        assert first
        assert second
        with locked(tmp_path / "one", ALONE) as third:
            assert not third
    with locked(tmp_path / "one", ALONE) as alone, locked(tmp_path / "one", ALONE) as other:
        assert alone
        assert not other


def test_who_waited_for_a_lock_whose_file_was_removed_holds_the_new_one(
    tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    folder, held, over = tmp_path / "one", threading.Event(), threading.Event()

    def share() -> None:
        with locked(folder, SHARED):
            held.set()
            over.wait(FAR)

    with locked(folder, ALONE):
        waiting = executor.submit(share)
        assert not held.wait(0.2)
        lock_of(folder).unlink()
    assert held.wait(FAR)
    with locked(folder, ALONE) as alone:
        over.set()
        assert not alone
    waiting.result(FAR)


def test_a_lock_ends_although_a_program_being_started_has_a_copy_of_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    with locked(folder, SHARED):
        copies = [os.dup(number) for number in open_files(lock_of(folder))]
    assert copies
    with locked(folder, ALONE) as alone:
        assert alone
    for number in copies:
        os.close(number)


def open_files(path: Path) -> list[int]:
    """The numbers under which this process has a file open."""
    there = path.stat()
    return [number for number in range(3, 1000) if is_open(number) and os.path.samestat(os.fstat(number), there)]


def is_open(number: int) -> bool:
    try:
        fcntl.fcntl(number, fcntl.F_GETFD)
    except OSError:
        return False
    return True

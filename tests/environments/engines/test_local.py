"""The local engine: environments are whole or not there, stay while they are used, and go when they are to go."""

import errno
import os
import platform
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from tests import fakes
from tfcompat import locking, process
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.environments.engines import local
from tfcompat.environments.engines.local import COMPLETE, LocalEngine, LocalSandbox, lock_file
from tfcompat.files import fingerprint
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed
from tfcompat.suite.program import Program

PYTHON = ".".join(platform.python_version_tuple()[:2])
LOCKED = LockedCell(cell=fakes.cell("9.1.0", PYTHON), lock=fakes.lock())
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
    (folder / "lib").mkdir()
    (folder / "lib" / "package.py").write_text("edited = False\n")
    (folder / COMPLETE).write_text(fingerprint(folder / "lib"))


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
def sandbox(engine: LocalEngine) -> LocalSandbox:
    """A whole environment, as the engine finds it, with its lock file as a build leaves it."""
    folder = engine.folder_of(LOCKED)
    whole(folder)
    lock_file(folder).touch()
    sandbox = engine.find(LOCKED)
    assert sandbox is not None
    return sandbox


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as threads:
        yield threads


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
    assert engine.find(LOCKED) is None
    sandbox = engine.build(LOCKED)
    assert engine.find(LOCKED) == sandbox == engine.build(LOCKED)
    assert made_times(engine) == 1
    assert [cell for _, cell, _ in engine.environments()] == [LOCKED.cell.id]


@pytest.mark.starts
def test_who_comes_while_it_is_made_waits_for_it(engine: LocalEngine, executor: ThreadPoolExecutor) -> None:
    sandboxes = list(executor.map(engine.build, [LOCKED] * 4))
    assert sandboxes == [engine.find(LOCKED)] * 4
    assert made_times(engine) == 1


@pytest.mark.starts
def test_a_failed_installation_leaves_nothing(engine: LocalEngine) -> None:
    def fails(asked: list[str]) -> Completed:
        return Completed(code=2, output="error: hash mismatch") if asked[0] == "pip" else installs(asked)

    engine.uv = Uv(fails)
    with pytest.raises(NoAnswerError, match="hash mismatch"):
        engine.build(LOCKED)
    assert names(engine) == []


@pytest.mark.starts
def test_an_environment_whose_interpreter_is_gone_is_made_anew(engine: LocalEngine, sandbox: LocalSandbox) -> None:
    sandbox.python.unlink()
    sandbox.python.symlink_to(engine.folder / "pyenv" / "bin" / "python")
    assert engine.find(LOCKED) is None
    assert engine.build(LOCKED).python.exists()
    assert made_times(engine) == 1


def test_a_build_does_not_wait_for_those_who_use_what_is_whole(engine: LocalEngine, sandbox: LocalSandbox) -> None:
    otherwise = threading.Timer(FAR, engine.cancel)
    otherwise.start()
    with locking.holding(lock_file(sandbox.folder), shared=True):
        assert engine.build(LOCKED) == sandbox
    otherwise.cancel()


def test_who_waits_for_an_environment_can_be_interrupted(engine: LocalEngine) -> None:
    engine.folder.mkdir()
    engine.cancel()
    with locking.holding(lock_file(engine.folder_of(LOCKED))), pytest.raises(NoAnswerError) as raised:
        engine.build(LOCKED)
    assert raised.value.reason is Reason.INTERRUPTED


# Used


@pytest.mark.fault(
    "images prune while a run uses the environment",
    group="person",
    reads="nothing: what is used stays",
    code=0,
    kept="the environment, and the run",
)
@pytest.mark.starts
@pytest.mark.parametrize(
    "removal", [lambda engine: engine.remove(LOCKED), lambda engine: engine.prune(None)], ids=["remove", "prune"]
)
def test_an_environment_that_runs_is_not_removed(
    removal: Callable[[LocalEngine], int],
    engine: LocalEngine,
    sandbox: LocalSandbox,
    tmp_path: Path,
    executor: ThreadPoolExecutor,
) -> None:
    running = Running(sandbox, tmp_path / "run", executor)
    assert removal(engine) == 0
    assert running.end() == Exit(code=0, output="")
    assert running.heard == ["there", "whole"]
    assert removal(engine) == 1
    assert names(engine) == []


@pytest.mark.starts
def test_the_last_of_two_runs_removes_their_environment(
    engine: LocalEngine, sandbox: LocalSandbox, tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    first, second = (Running(sandbox, tmp_path / name, executor) for name in ("first", "second"))
    first.end()
    assert not engine.remove(LOCKED)
    assert second.end().code == 0
    assert engine.remove(LOCKED)


def test_an_environment_with_a_shell_is_not_removed(
    engine: LocalEngine, sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "interactive", lambda *_, **__: engine.prune(None))
    assert sandbox.shell(fakes.program()) == 0
    assert engine.prune(None) == 1


def removed(sandbox: LocalSandbox) -> None:
    shutil.rmtree(sandbox.folder)


def half_removed(sandbox: LocalSandbox) -> None:
    (sandbox.folder / COMPLETE).unlink()


def without_interpreter(sandbox: LocalSandbox) -> None:
    sandbox.python.unlink()
    sandbox.python.symlink_to("nothing")


@pytest.mark.fault(
    "Somebody removes an environment under a run",
    group="person",
    reads="somebody removed ENVIRONMENT: run the cell again",
    code=3,
    reason="engine lost",
    kept="earlier trials; the other cells go on",
)
@pytest.mark.starts
@pytest.mark.parametrize("happened", [removed, half_removed, without_interpreter])
def test_what_is_no_longer_whole_is_not_run(
    happened: Callable[[LocalSandbox], None], sandbox: LocalSandbox, tmp_path: Path
) -> None:
    happened(sandbox)
    heard: list[str] = []
    ending = sandbox.run(program(tmp_path, "print('a word')"), heard.append)
    assert ending == Exit(code=-1, output=f"somebody removed {sandbox.folder}: run the cell again", lost=True)
    assert heard == []
    with pytest.raises(NoAnswerError, match="run the cell again"):
        sandbox.shell(fakes.program())


@pytest.mark.starts
def test_an_interpreter_that_cannot_be_started_is_no_answer(sandbox: LocalSandbox, tmp_path: Path) -> None:
    sandbox.python.unlink()
    sandbox.python.write_bytes(b"\x7fELF, but damaged")
    sandbox.python.chmod(0o755)
    ending = sandbox.run(program(tmp_path, ""), print)
    assert ending.lost
    assert ending.output == f"{sandbox.folder} cannot be used: [Errno 8] Exec format error: '{sandbox.python}'"
    with pytest.raises(NoAnswerError, match="Exec format error") as raised:
        sandbox.shell(fakes.program())
    assert raised.value.reason is Reason.ENGINE_LOST


@pytest.mark.fault(
    "There is no temporary folder",
    group="machine",
    reads="ENVIRONMENT cannot be used: …",
    code=3,
    reason="engine lost",
    kept="earlier trials; the other cells go on",
)
def test_without_a_folder_for_scratch_there_is_no_answer(
    sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nothing")
    ending = sandbox.run(fakes.program(), print)
    assert ending.lost
    assert "No such file or directory: '/nothing/tfcompat-" in ending.output


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_as_what_it_is(number: int, sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(OSError, match=os.strerror(number)):
        sandbox.run(fakes.program(), print)


# Removed


def test_removing_what_is_not_there_leaves_nothing(engine: LocalEngine) -> None:
    assert not engine.remove(LOCKED)
    assert engine.prune(None) == 0
    assert not engine.folder.exists()
    engine.folder.mkdir()
    assert not engine.remove(LOCKED)
    assert names(engine) == []


@pytest.fixture
def left(engine: LocalEngine, sandbox: LocalSandbox) -> LocalEngine:
    """An engine with one whole environment and what was left where others were killed, while they were made or removed."""
    for name in ("tf9.2.0-py3.11-0123", "tf9.3.0-py3.11-4567"):
        (engine.folder / name / "bin").mkdir(parents=True)
    for name in ("tf9.2.0-py3.11-0123", "tf9.4.0-py3.11-89ab"):
        (engine.folder / f"{name}.lock").touch()
    return engine


def test_what_was_left_half_made_is_pruned_and_not_listed(left: LocalEngine, sandbox: LocalSandbox) -> None:
    assert [name for name, *_ in left.environments()] == [str(sandbox.folder)]
    assert left.prune(None) == 3
    assert names(left) == []


def test_of_some_cells_only_theirs_is_pruned(left: LocalEngine, sandbox: LocalSandbox) -> None:
    assert left.prune({"tf9.2.0-py3.11", "tf9.4.0-py3.11", "tf9.5.0-py3.11"}) == 1
    assert names(left) == sorted([sandbox.folder.name, f"{sandbox.folder.name}.lock", "tf9.3.0-py3.11-4567"])


@pytest.mark.parametrize("held", ["whole", "half made"])
def test_what_others_hold_is_neither_pruned_nor_counted(held: str, left: LocalEngine, sandbox: LocalSandbox) -> None:
    folder = sandbox.folder if held == "whole" else left.folder / "tf9.2.0-py3.11-0123"
    with locking.holding(lock_file(folder), shared=True):
        assert left.prune(None) == 2
    assert names(left) == [folder.name, f"{folder.name}.lock"]


def test_what_cannot_be_removed_is_not_counted(
    engine: LocalEngine, sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    assert engine.prune(None) == 0


def test_a_removal_that_is_killed_leaves_nothing_that_seems_whole(
    engine: LocalEngine, sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        engine.remove(LOCKED)
    assert sandbox.python.exists()
    assert engine.find(LOCKED) is None


@pytest.mark.fault(
    "A scenario edits the environment of those after it",
    group="cell",
    reads="nothing: the next run makes the environment again",
    code=0,
    kept="everything",
)
@pytest.mark.starts
def test_an_environment_that_a_scenario_edited_is_made_again(engine: LocalEngine, sandbox: LocalSandbox) -> None:
    source = sandbox.folder / "lib" / "package.py"
    assert engine.find(LOCKED) is not None
    source.write_text("edited = True\n")
    assert engine.has(LOCKED)
    assert engine.find(LOCKED) is None
    assert not engine.has(LOCKED)
    assert not sandbox.folder.exists()
    engine.build(LOCKED)
    assert engine.find(LOCKED) is not None


@pytest.mark.starts
def test_an_environment_is_installed_from_copies_and_not_from_links(engine: LocalEngine) -> None:
    """Else an edit in it would be one of uv's cache, and what is made from it again would have it too."""
    engine.build(LOCKED)
    uv = engine.uv
    assert isinstance(uv, Uv)
    (install,) = (asked for asked in uv.asked if asked[:2] == ["pip", "install"])
    assert install[install.index("--link-mode") + 1] == "copy"


@pytest.mark.parametrize(("before", "after", "memory"), [(3, 4, True), (3, 3, False)])
def test_a_runner_that_is_killed_lacked_memory_only_where_the_system_says_so(
    before: int, after: int, memory: bool, engine: LocalEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = iter([before, after])
    monkeypatch.setattr(local, "oom_kills", lambda: next(kills))
    monkeypatch.setattr(process, "stream", lambda *_, **__: Completed(code=-9, output=""))
    monkeypatch.setattr(LocalSandbox, "in_use", lambda self: nullcontext(str(tmp_path)))
    sandbox = engine.sandbox(LOCKED)
    assert sandbox.run(fakes.program(), print).out_of_memory is memory


def test_a_system_knows_how_many_programs_it_killed_for_memory() -> None:
    assert local.oom_kills() >= 0


def test_what_a_run_writes_goes_where_the_engine_is_told(sandbox: LocalSandbox, tmp_path: Path) -> None:
    told = replace(sandbox, scratch=tmp_path)
    with told.in_use() as scratch:
        assert Path(scratch).parent == tmp_path
    assert not Path(scratch).exists()


def test_an_engine_tells_its_environments_where_to_write(sandbox: LocalSandbox, tmp_path: Path) -> None:
    found = LocalEngine(sandbox.folder.parent, Uv(), scratch=tmp_path).find(LOCKED)
    assert found is not None
    assert found.scratch == tmp_path
    assert sandbox.scratch is None

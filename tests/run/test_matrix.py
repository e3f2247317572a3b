"""The matrix: lock, environment and trial of each cell; where one fails, a hole with its reason; nothing of an interruption."""

import errno
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.fakes import FakeEngine, FakeSandbox, FakeUv
from tfcompat import __version__
from tfcompat.environments import locks
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.errors import DataError
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial
from tfcompat.process import Completed
from tfcompat.run.events import Event, Finished, Progressed, Stage, Staged
from tfcompat.run.matrix import Matrix
from tfcompat.suite.program import Program
from tfcompat.trials.record import dump_line
from tfcompat.trials.store import Store, Writer

OLD, NEW = fakes.cell("2.5.3", "3.9"), fakes.cell("2.16.2", "3.12")
LINES = [dump_line(line) for line in (fakes.header_line(), fakes.outcome_line(), fakes.end_line())]


def speaking() -> FakeSandbox:
    return FakeSandbox(lines=LINES)


def no_network(asked: list[str]) -> Completed:
    return Completed(code=2, output="error: the network is unreachable")


def locks_it(asked: list[str]) -> Completed:
    """What uv does when it locks."""
    wanted = Path(asked[2]).read_text().strip()
    Path(asked[asked.index("--output-file") + 1]).write_text(f"{wanted} \\\n    --hash=sha256:{'b' * 64}\n")
    return Completed(code=0, output="")


@pytest.fixture
def matrix(tmp_path: Path) -> Matrix:
    """A matrix of two locked cells whose sandboxes speak a whole record; ``events`` hears what it emits."""
    for cell in (OLD, NEW):
        locks.save(fakes.lock(cell), tmp_path / "committed" / f"{cell.id}.txt")
    return Matrix(
        engine=FakeEngine(sandbox=speaking),
        program=fakes.program(),
        store=Store(tmp_path / "trials"),
        uv=FakeUv(no_network),
        package=locks.DEFAULT_PACKAGE,
        lock_folders=[tmp_path / "committed", tmp_path / "made"],
        emit=lambda event: None,
    )


def engine_of(matrix: Matrix) -> FakeEngine:
    assert isinstance(matrix.engine, FakeEngine)
    return matrix.engine


def heard(matrix: Matrix) -> tuple[Matrix, list[Event]]:
    events: list[Event] = []
    return replace(matrix, emit=events.append), events


def reasons(trials: Sequence[Trial]) -> dict[str, Reason | None]:
    return {trial.subject.cell: trial.reason for trial in trials}


def test_every_cell_has_its_trial_and_the_store_keeps_it(matrix: Matrix) -> None:
    trials = list(matrix.run([OLD, NEW], jobs=2))
    assert reasons(trials) == {OLD.id: None, NEW.id: None}
    assert sorted(matrix.store.read(), key=str) == sorted(trials, key=str)


@pytest.mark.parametrize(("jobs", "shares"), [(1, [4.0, 4.0, 4.0]), (2, [2.0, 2.0, 4.0]), (8, [4 / 3, 2.0, 4.0])])
def test_cores_are_shared_among_the_cells_that_are_left(matrix: Matrix, jobs: int, shares: list[float]) -> None:
    cells = [OLD, NEW, fakes.cell("2.9.3", "3.10")]
    locks.save(fakes.lock(cells[-1]), matrix.lock_folders[0] / f"{cells[-1].id}.txt")
    matrix = replace(matrix, program=replace(matrix.program, cores=4.0))
    assert len(list(matrix.run(cells, jobs))) == len(cells)
    sandboxes = engine_of(matrix).made
    assert [program.cores for cell in cells for program in sandboxes[cell.id].ran] == shares


def test_the_subject_names_all_that_a_trial_was_made_of(matrix: Matrix) -> None:
    (trial,) = matrix.run([NEW], jobs=1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", trial.subject.started)
    assert trial.subject == Subject(
        cell="tf2.16.2-py3.12",
        tensorflow="2.16.2",
        python="3.12",
        variant="bundled",
        package="tensorflow-cpu",
        engine="fake",
        environment="fake:0123456789abcdef",
        lock=fakes.lock(NEW).digest,
        suite=matrix.program.suite_hash,
        started=trial.subject.started,
        tfcompat=__version__,
    )


def test_the_subject_of_a_nightly_build_names_the_night_that_its_lock_has(matrix: Matrix) -> None:
    night = fakes.cell("2.22.0.dev20260905", "3.13")
    text = fakes.lock(night).text.replace("tensorflow-cpu==2.22.0.dev20260905", "tf-nightly-cpu==2.23.0.dev20261026")
    locks.save(replace(fakes.lock(night), text=text), matrix.lock_folders[0] / "tfnightly-py3.13.txt")
    (trial,) = matrix.run([night], jobs=1)
    told = trial.subject.cell, trial.subject.tensorflow, trial.subject.package
    assert told == ("tfnightly-py3.13", "2.23.0.dev20261026", "tf-nightly-cpu")


def test_the_events_tell_each_stage_in_order(matrix: Matrix) -> None:
    matrix, events = heard(matrix)
    (trial,) = matrix.run([NEW], jobs=1)
    assert events == [
        Staged(cell=NEW.id, stage=Stage.BUILDING),
        Staged(cell=NEW.id, stage=Stage.RUNNING),
        Progressed(cell=NEW.id, done=0, planned=1),
        Progressed(cell=NEW.id, done=1, planned=1),
        Progressed(cell=NEW.id, done=1, planned=1),
        Finished(cell=NEW.id, trial=trial),
    ]


def test_an_environment_that_is_there_is_not_built(matrix: Matrix) -> None:
    engine_of(matrix).made[NEW.id] = speaking()
    matrix, events = heard(matrix)
    assert reasons(list(matrix.run([NEW], jobs=1))) == {NEW.id: None}
    assert engine_of(matrix).built == []
    assert Staged(cell=NEW.id, stage=Stage.BUILDING) not in events


def test_a_cell_without_an_environment_is_a_hole_with_the_reason_and_the_others_go_on(matrix: Matrix) -> None:
    engine = FakeEngine(sandbox=speaking, trouble={OLD.id: NoAnswerError(Reason.NO_IMAGE, "it does not build")})
    trials = list(replace(matrix, engine=engine).run([OLD, NEW], jobs=1))
    assert reasons(trials) == {OLD.id: Reason.NO_IMAGE, NEW.id: None}
    assert (trials[0].message, trials[0].subject.environment) == ("it does not build", "")
    assert trials[0].subject.lock == fakes.lock(OLD).digest
    assert reasons(matrix.store.read()) == reasons(trials)


def test_a_cell_that_cannot_be_locked_is_a_hole_without_a_lock(matrix: Matrix, tmp_path: Path) -> None:
    (tmp_path / "committed" / f"{OLD.id}.txt").unlink()
    (trial,) = matrix.run([OLD], jobs=1)
    assert (trial.reason, trial.subject.lock) == (Reason.NO_NETWORK, "")
    assert "the network is unreachable" in trial.message
    assert engine_of(matrix).built == []
    assert reasons(matrix.store.read()) == {OLD.id: Reason.NO_NETWORK}


def test_a_lock_that_is_lacking_is_made_and_kept_in_the_last_folder(matrix: Matrix, tmp_path: Path) -> None:
    (tmp_path / "committed" / f"{OLD.id}.txt").unlink()
    matrix, events = heard(replace(matrix, uv=FakeUv(locks_it)))
    (trial,) = matrix.run([OLD], jobs=1)
    made = locks.find(OLD, locks.DEFAULT_PACKAGE, [tmp_path / "made"])
    assert made is not None
    assert (trial.reason, trial.subject.lock) == (None, made.digest)
    assert events[0] == Staged(cell=OLD.id, stage=Stage.LOCKING)
    assert not (tmp_path / "committed" / f"{OLD.id}.txt").exists()


def test_another_package_has_a_lock_of_its_own(matrix: Matrix, tmp_path: Path) -> None:
    (trial,) = replace(matrix, package="tensorflow", uv=FakeUv(locks_it)).run([OLD], jobs=1)
    assert trial.subject.package == "tensorflow"
    assert [path.name for path in (tmp_path / "made").iterdir()] == [f"{OLD.id}.tensorflow.txt"]


def test_a_damaged_lock_ends_the_run_with_advice(matrix: Matrix, tmp_path: Path) -> None:
    (tmp_path / "committed" / f"{OLD.id}.txt").write_text("")
    with pytest.raises(DataError, match="make it anew"):
        list(matrix.run([OLD], jobs=1))
    assert engine_of(matrix).cancelled


def test_environments_stay_unless_they_are_to_go(matrix: Matrix) -> None:
    list(matrix.run([OLD, NEW], jobs=1))
    assert engine_of(matrix).removed == []


def test_with_prune_each_environment_goes_after_its_cell(matrix: Matrix) -> None:
    order: list[str] = []

    class Keeper(FakeEngine):
        def build(self, locked: LockedCell) -> FakeSandbox:
            order.append(f"build {locked.cell.id}")
            return super().build(locked)

        def remove(self, locked: LockedCell) -> bool:
            order.append(f"remove {locked.cell.id}")
            return super().remove(locked)

    engine = Keeper(sandbox=speaking)
    list(replace(matrix, engine=engine, remove_afterwards=True).run([OLD, NEW], jobs=1))
    assert order == [f"build {OLD.id}", f"remove {OLD.id}", f"build {NEW.id}", f"remove {NEW.id}"]
    assert engine.made == {}


def test_with_prune_what_a_failed_build_left_goes_too(matrix: Matrix) -> None:
    engine = FakeEngine(trouble={OLD.id: NoAnswerError(Reason.NO_IMAGE, "")})
    list(replace(matrix, engine=engine, remove_afterwards=True).run([OLD], jobs=1))
    assert engine.removed == [OLD.id]


class Waiting(FakeSandbox):
    """Runs until its engine is cancelled."""

    def __init__(self, started: threading.Event, cancelled: threading.Event) -> None:
        super().__init__(lines=LINES[:1])
        self.started, self.cancelled = started, cancelled

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        self.started.set()
        assert self.cancelled.wait(10), "nobody cancelled it"
        super().run(program, on_line)
        return Exit(code=-9, output="", lost=True)


class Cancellable(FakeEngine):
    """Its second cell waits to be cancelled; the first runs when the second has started."""

    def __init__(self) -> None:
        super().__init__()
        self.started, self.ended = threading.Event(), threading.Event()

    def build(self, locked: LockedCell) -> FakeSandbox:
        if locked.cell == NEW:
            return Waiting(self.started, self.ended)
        assert self.started.wait(10)
        return speaking()

    def cancel(self) -> None:
        super().cancel()
        self.ended.set()


def interrupt_at_first_trial(event: Event) -> None:
    if isinstance(event, Finished):
        raise KeyboardInterrupt


def test_an_interruption_ends_what_runs_and_keeps_only_what_had_ended(matrix: Matrix) -> None:
    """The third cell never starts."""
    engine = Cancellable()
    matrix = replace(matrix, engine=engine, emit=interrupt_at_first_trial)
    with pytest.raises(KeyboardInterrupt):
        list(matrix.run([OLD, NEW, OLD], jobs=2))
    assert engine.cancelled
    assert reasons(matrix.store.read()) == {OLD.id: None}
    assert [path.name for path in matrix.store.folder.rglob("*") if path.is_file() and path.suffix != ".gz"] == []


def test_who_stops_listening_ends_what_runs_too(matrix: Matrix) -> None:
    engine = Cancellable()
    trials = replace(matrix, engine=engine).run([OLD, NEW], jobs=2)
    assert next(trials).subject.cell == OLD.id
    trials.close()  # type: ignore[attr-defined]
    assert reasons(matrix.store.read()) == {OLD.id: None}


def test_a_cell_that_fails_because_the_run_was_interrupted_leaves_no_hole(matrix: Matrix) -> None:
    matrix.stopped.set()
    trial = matrix.hole(OLD, NoAnswerError(Reason.ENGINE_LOST, "it went away"), None)
    assert trial.reason is Reason.INTERRUPTED
    assert matrix.store.read() == []


def test_a_cell_whose_record_is_nonsense_is_a_hole_and_the_run_goes_on(matrix: Matrix) -> None:
    sandboxes = iter([FakeSandbox(lines=[LINES[0], dump_line(fakes.outcome_line("a::stranger"))]), speaking()])
    engine = FakeEngine(sandbox=lambda: next(sandboxes))
    trials = list(replace(matrix, engine=engine).run([OLD, NEW], jobs=1))
    assert reasons(trials) == {OLD.id: Reason.SUITE_BROKEN, NEW.id: None}


class FullStore(Store):
    """A store on a disk that takes no more."""

    @contextmanager
    def begin(self, subject: Subject) -> Iterator[Writer]:
        raise OSError(errno.ENOSPC, "No space left on device", str(self.folder))
        yield


def test_a_full_disk_under_the_store_is_a_reason_and_does_not_end_the_run(matrix: Matrix, tmp_path: Path) -> None:
    trials = list(replace(matrix, store=FullStore(tmp_path)).run([OLD, NEW], jobs=1))
    assert reasons(trials) == {OLD.id: Reason.OUT_OF_DISK, NEW.id: Reason.OUT_OF_DISK}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_under_the_engine_is_a_reason(matrix: Matrix, number: int) -> None:
    trouble: Mapping[str, Any] = {OLD.id: OSError(number, "full", "/cache")}
    (trial,) = replace(matrix, engine=FakeEngine(trouble=trouble)).run([OLD], jobs=1)
    assert (trial.reason, trial.message) == (
        Reason.OUT_OF_DISK,
        "the disk is full (/cache): free some space, or use --prune",
    )


def test_what_the_system_refuses_while_an_environment_is_made_is_a_hole_and_the_others_go_on(matrix: Matrix) -> None:
    trouble = {OLD.id: PermissionError(errno.EACCES, "Permission denied", "/cache/locks")}
    trials = list(replace(matrix, engine=FakeEngine(sandbox=speaking, trouble=trouble)).run([OLD, NEW], jobs=1))
    assert reasons(trials) == {OLD.id: Reason.ENGINE_LOST, NEW.id: None}
    assert trials[0].message == "Permission denied (/cache/locks)"


def test_an_error_that_nobody_foresaw_is_not_hidden(matrix: Matrix) -> None:
    engine = FakeEngine(trouble={OLD.id: RuntimeError("broken")})
    with pytest.raises(RuntimeError, match="broken"):
        list(replace(matrix, engine=engine).run([OLD], jobs=1))
    assert engine.cancelled

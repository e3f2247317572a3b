"""The matrix: lock, environment and trial of each cell; where one fails, a hole with its reason; nothing of an interruption."""

import errno
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.fakes import FakeEngine, FakeSandbox, FakeUv
from tfcompat import __version__
from tfcompat.environments import locks
from tfcompat.environments.disk import Budget
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.errors import DataError
from tfcompat.outcomes import NoAnswerError, Reason, Subject, Trial
from tfcompat.plan.work import Reused, Work
from tfcompat.process import ENDING, Completed
from tfcompat.record.judge import CANARY
from tfcompat.record.lines import Line, dump_line, file_name, trial_line, verdict_line
from tfcompat.run.events import Answered, Event, Finished, Noticed, Progressed, Stage, Staged
from tfcompat.run.matrix import Matrix, expected
from tfcompat.select.cells import Cell
from tfcompat.suite.program import Program
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
        scenarios=[fakes.scenario_facts()],
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
    """The matrix, with the events that it will emit."""
    events: list[Event] = []
    return replace(matrix, emit=events.append), events


def of_cell(cell: Cell, trials: Sequence[Trial]) -> Trial:
    return next(trial for trial in trials if trial.subject.cell == cell.id)


def reasons(trials: Sequence[Trial]) -> dict[str, Reason | None]:
    return {trial.subject.cell: trial.reason for trial in trials}


def test_every_cell_has_its_trial_and_the_store_keeps_it(matrix: Matrix) -> None:
    trials = list(matrix.run([OLD, NEW], jobs=2))
    assert reasons(trials) == {OLD.id: None, NEW.id: None}
    kept = [replace(trial, file="") for trial in matrix.store.read()]
    assert sorted(kept, key=str) == sorted(trials, key=str)


@pytest.mark.parametrize(("jobs", "shares"), [(1, [4.0, 4.0, 4.0]), (2, [2.0, 2.0, 4.0]), (8, [4 / 3, 2.0, 4.0])])
def test_cores_are_shared_among_the_cells_that_are_left(matrix: Matrix, jobs: int, shares: list[float]) -> None:
    cells = [OLD, NEW, fakes.cell("2.9.3", "3.10")]
    locks.save(fakes.lock(cells[-1]), matrix.lock_folders[0] / f"{cells[-1].id}.txt")
    matrix = replace(matrix, program=replace(matrix.program, cores=4.0))
    engine_of(matrix).made.update({cell.id: speaking() for cell in cells})
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
        engine="local",
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
        Staged(cell=NEW.id, stage=Stage.WAITING),
        Staged(cell=NEW.id, stage=Stage.RUNNING),
        Progressed(cell=NEW.id, done=0, planned=1),
        Answered(cell=NEW.id, scenario=CANARY, seconds=0.25),
        Progressed(cell=NEW.id, done=0, planned=1),
        Answered(cell=NEW.id, scenario="adapt::mean", seconds=0.25),
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
    hole = of_cell(OLD, trials)
    assert (hole.message, hole.subject.environment) == ("it does not build", "")
    assert hole.subject.lock == fakes.lock(OLD).digest
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
    for cell in (OLD, NEW):
        assert [line for line in order if cell.id in line] == [f"build {cell.id}", f"remove {cell.id}"]
    assert engine.made == {}


def test_with_prune_no_more_environments_are_made_than_cells_run_and_the_next(matrix: Matrix) -> None:
    cells = [fakes.cell(f"2.{minor}.0", "3.10") for minor in range(4, 12)]
    for cell in cells:
        locks.save(fakes.lock(cell), matrix.lock_folders[0] / f"{cell.id}.txt")
    most: list[int] = []

    class Counting(FakeEngine):
        def build(self, locked: LockedCell) -> FakeSandbox:
            sandbox = super().build(locked)
            most.append(len(self.made))
            return sandbox

    list(replace(matrix, engine=Counting(sandbox=speaking), remove_afterwards=True).run(cells, jobs=1))
    assert len(most) == len(cells)
    assert max(most) <= 2


def test_with_prune_an_environment_that_was_there_goes_after_its_cell_too(matrix: Matrix) -> None:
    engine_of(matrix).made.update({OLD.id: speaking(), "another": speaking()})
    list(replace(matrix, remove_afterwards=True).run([OLD], jobs=1))
    assert list(engine_of(matrix).made) == ["another"]


class Pruned(FakeEngine):
    """Keeps in which order it pruned which cells; each environment has a million bytes."""

    def prune(self, cells: Collection[str] | None) -> int:
        self.removed += cells or ()
        return super().prune(cells)


def budgeted(matrix: Matrix, limit: int, there: Collection[str] = ()) -> Matrix:
    engine = Pruned(sandbox=speaking, made={name: speaking() for name in there})
    return replace(matrix, engine=engine, budget=Budget(limit=limit, needs=lambda cell: 1_000_000))


def test_within_a_budget_environments_stay(matrix: Matrix) -> None:
    matrix = budgeted(matrix, 2_000_000)
    list(matrix.run([OLD, NEW], jobs=1))
    assert (engine_of(matrix).removed, len(engine_of(matrix).made)) == ([], 2)


def test_a_budget_for_one_environment_makes_runs_and_removes_them_in_turn(matrix: Matrix) -> None:
    matrix = budgeted(matrix, 1_500_000)
    assert reasons(list(matrix.run([OLD, NEW], jobs=2))) == {OLD.id: None, NEW.id: None}
    assert engine_of(matrix).built == [OLD.id, NEW.id]
    assert engine_of(matrix).removed == [OLD.id]
    assert list(engine_of(matrix).made) == [NEW.id]


def test_what_is_over_the_budget_already_goes_before_the_run_unless_it_is_needed(matrix: Matrix) -> None:
    matrix = budgeted(matrix, 1_500_000, there=[OLD.id, "another"])
    kept: list[list[str]] = []

    def emit(event: Event) -> None:
        if event == Staged(cell=OLD.id, stage=Stage.RUNNING):
            kept.append(list(engine_of(matrix).made))

    list(replace(matrix, emit=emit).run([OLD], jobs=1))
    assert kept == [[OLD.id]]


def test_a_cell_that_is_larger_than_the_budget_runs_and_says_so(matrix: Matrix) -> None:
    matrix, events = heard(budgeted(matrix, 900_000))
    assert reasons(list(matrix.run([OLD], jobs=1))) == {OLD.id: None}
    text = "takes about 1 MB, more than there is room for: it runs alone"
    assert events[0] == Noticed(cell=OLD.id, text=text)


def test_a_failed_build_gives_its_share_of_the_budget_back(matrix: Matrix) -> None:
    matrix = budgeted(matrix, 1_000_000)
    engine = Pruned(sandbox=speaking, trouble={OLD.id: NoAnswerError(Reason.NO_IMAGE, "")})
    matrix, events = heard(replace(matrix, engine=engine))
    assert reasons(list(matrix.run([OLD, NEW], jobs=1))) == {OLD.id: Reason.NO_IMAGE, NEW.id: None}
    assert engine.removed == []
    assert not [event for event in events if isinstance(event, Noticed)]


def test_the_longest_runs_first_and_one_that_was_never_measured_counts_as_usual(matrix: Matrix) -> None:
    cells = [fakes.cell(f"2.{minor}.0", "3.10") for minor in (4, 5, 6, 7)]
    for cell in cells:
        locks.save(fakes.lock(cell), matrix.lock_folders[0] / f"{cell.id}.txt")
        engine_of(matrix).made[cell.id] = speaking()
    seconds = {cells[0].id: 10.0, cells[1].id: 30.0, cells[2].id: 20.0}
    trials = replace(matrix, durations=seconds).run(cells, jobs=1)
    assert [trial.subject.cell for trial in trials] == [cells[index].id for index in (1, 2, 3, 0)]


def test_a_cell_with_an_environment_comes_before_a_longer_one_without(matrix: Matrix) -> None:
    engine_of(matrix).made[OLD.id] = speaking()
    matrix, events = heard(replace(matrix, durations={OLD.id: 1.0, NEW.id: 100.0}))
    list(matrix.run([NEW, OLD], jobs=1))
    running = [event.cell for event in events if isinstance(event, Staged) and event.stage is Stage.RUNNING]
    assert running == [OLD.id, NEW.id]


class InStep(FakeSandbox):
    """Runs until another environment is being made."""

    building: threading.Event

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        assert self.building.wait(10), "nothing is made while this runs"
        return super().run(program, on_line)


@pytest.mark.parametrize("budget", [Budget(), Budget(limit=10_000_000, needs=lambda cell: 1_000_000)])
def test_one_cell_runs_while_the_environment_of_the_next_is_made(matrix: Matrix, budget: Budget) -> None:
    """Each waits for the other; what is free is enough for one, after the other was made."""
    running, building = threading.Event(), threading.Event()
    first = InStep(lines=LINES)
    first.building = building

    class Slow(FakeEngine):
        def build(self, locked: LockedCell) -> FakeSandbox:
            if locked.cell == OLD:
                first.cell = fakes.subject(OLD.id)
                return first
            assert running.wait(10), "nothing runs while this is made"
            building.set()
            return super().build(locked)

    def emit(event: Event) -> None:
        if event == Staged(cell=OLD.id, stage=Stage.RUNNING):
            running.set()

    matrix = replace(matrix, engine=Slow(sandbox=speaking, free=1_500_000), emit=emit, budget=budget)
    assert reasons(list(matrix.run([OLD, NEW], jobs=1))) == {OLD.id: None, NEW.id: None}


def measured_before(matrix: Matrix, *lines: Line) -> Subject:
    """Keep a trial of OLD that is a year old."""
    subject = replace(matrix.subject(OLD, fakes.lock(OLD), "fake:before"), started="2025-01-01T00:00:00Z")
    matrix.store.keep_suite(matrix.program.suite_hash, matrix.scenarios)
    with matrix.store.begin(subject) as writer:
        for line in (trial_line(subject), *fakes.said(subject, *lines), verdict_line(None, "", 1.0)):
            writer.write(line)
    return subject


def test_only_the_scenarios_of_the_work_run_and_the_others_are_reused(matrix: Matrix) -> None:
    matrix = replace(matrix, scenarios=[fakes.scenario_facts("a::x"), fakes.scenario_facts("a::y")])
    header = fakes.header_line(*matrix.scenarios)
    outcomes = fakes.outcome_line("a::x"), fakes.outcome_line("a::y", observed=1.0)
    before = measured_before(matrix, header, *outcomes, fakes.end_line(2))
    half = [header, fakes.outcome_line("a::x", observed=2.0), fakes.end_line(1)]
    sandbox = FakeSandbox(lines=list(map(dump_line, half)))
    engine_of(matrix).made[OLD.id] = sandbox
    reused = Reused(trial=file_name(before), measured=before.started, scenarios=("a::y",))
    keyed = replace(matrix, keys=lambda locked: {"a::x": f"key of {locked.cell.id}"})
    (trial,) = keyed.run([Work(cell=OLD, scenarios=("a::x",), reused=(reused,))], jobs=1)
    assert [program.scenarios for program in sandbox.ran] == [("a::x",)]
    x, y = trial.outcomes
    assert (x.observed, x.key, x.measured) == (2.0, f"key of {OLD.id}", trial.subject.started)
    assert (y.observed, y.origin, y.measured) == (1.0, file_name(before), before.started)
    assert matrix.store.read()[-1].outcomes == trial.outcomes


def test_a_cell_without_work_of_its_own_runs_the_whole_suite(matrix: Matrix) -> None:
    sandbox = engine_of(matrix).made[OLD.id] = speaking()
    assert len(list(matrix.run([OLD, Work(cell=NEW)], jobs=1))) == 2
    assert [program.scenarios for program in sandbox.ran] == [None]


def test_where_nothing_runs_the_trial_is_carried_over_and_no_environment_is_touched(matrix: Matrix) -> None:
    before = measured_before(matrix, fakes.header_line(), fakes.outcome_line(), fakes.end_line())
    engine = Pruned(trouble={OLD.id: RuntimeError("it was asked for an environment")})
    matrix, events = heard(replace(matrix, engine=engine, remove_afterwards=True))
    reused = Reused(trial=file_name(before), measured="", scenarios=("adapt::mean",))
    program = replace(matrix.program, suite_hash="another")
    matrix = replace(matrix, program=program, scenarios=[fakes.scenario_facts(title="A new title")])
    header = fakes.header_line(suite="another")
    work = Work(cell=OLD, scenarios=(), reused=(reused,), header=header, environment="fake:as-before")
    (trial,) = matrix.run([work], jobs=1)
    assert trial.subject.environment == "fake:as-before"
    assert [(outcome.title, outcome.measured) for outcome in trial.outcomes] == [("A new title", before.started)]
    assert engine.removed == []
    assert events == [Finished(cell=OLD.id, trial=trial)]


def test_what_is_carried_over_comes_first_and_does_not_share_the_cores(matrix: Matrix) -> None:
    before = measured_before(matrix, fakes.header_line(), fakes.outcome_line(), fakes.end_line())
    reused = Reused(trial=file_name(before), measured="", scenarios=("adapt::mean",))
    sandbox = engine_of(matrix).made[NEW.id] = speaking()
    works = [Work(cell=NEW), Work(cell=OLD, scenarios=(), reused=(reused,), header=fakes.header_line())]
    assert [trial.subject.cell for trial in matrix.run(works, jobs=1)] == [OLD.id, NEW.id]
    assert [program.cores for program in sandbox.ran] == [matrix.program.cores]


@pytest.mark.parametrize(
    ("scenarios", "reused", "seconds"),
    [(None, (), 100.0), (("a", "b"), ("c", "d", "e", "f", "g", "h"), 25.0), (("a",), (), 100.0), ((), ("a",), 0.0)],
)
def test_a_part_of_the_suite_takes_its_part_of_the_time(
    scenarios: tuple[str, ...] | None, reused: tuple[str, ...], seconds: float
) -> None:
    parts = (Reused(trial="20260101T000000Z-fake", measured="", scenarios=reused),) if reused else ()
    work = Work(cell=OLD, scenarios=scenarios, reused=parts)
    assert expected(work, {OLD.id: 100.0}) == seconds


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
        super().__init__(sandbox=speaking)
        self.started, self.ended = threading.Event(), threading.Event()

    def build(self, locked: LockedCell) -> FakeSandbox:
        if locked.cell == NEW:
            return Waiting(self.started, self.ended)
        assert self.started.wait(10)
        return super().build(locked)

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
    assert [path.name for path in matrix.store.folder.rglob("*") if path.is_file() and path.suffix != ".gz"] == [
        f"{fakes.SUITE}.jsonl"
    ]


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


@pytest.mark.fault(
    "A cell's record has outcomes that nobody asked for",
    group="cell",
    reads="the cell wrote what is not a record: outcomes of scenarios that the header does not name: …",
    code=3,
    reason="suite broken",
    kept="a trial that says so; the other cells go on",
)
def test_a_cell_whose_record_is_nonsense_is_a_hole_and_the_run_goes_on(matrix: Matrix) -> None:
    engine_of(matrix).made[OLD.id] = FakeSandbox(lines=[LINES[0], dump_line(fakes.outcome_line("a::stranger"))])
    trials = list(matrix.run([OLD, NEW], jobs=1))
    assert reasons(trials) == {OLD.id: Reason.SUITE_BROKEN, NEW.id: None}
    assert reasons(matrix.store.read()) == reasons(trials), "that there is no answer is kept with its reason"


@pytest.mark.fault(
    "Another TensorFlow is imported than the cell's",
    group="cell",
    reads="the cell wrote what is not a record: TensorFlow 2.6.0 was imported in a cell of 2.5.3",
    code=3,
    reason="suite broken",
    kept="a trial that says so, and no outcome of it",
)
def test_a_cell_of_another_release_is_a_hole(matrix: Matrix) -> None:
    strange = fakes.header_line(versions={"python": "3.9.4", "tensorflow": "2.6.0"})
    engine_of(matrix).made[OLD.id] = FakeSandbox(lines=[dump_line(strange), *LINES[1:]])
    (trial,) = matrix.run([OLD], jobs=1)
    assert (trial.reason, trial.outcomes) == (Reason.SUITE_BROKEN, ())
    assert "TensorFlow 2.6.0 was imported in a cell of 2.5.3" in trial.message


class FullStore(Store):
    """A store on a disk that takes no more."""

    @contextmanager
    def begin(self, subject: Subject) -> Iterator[Writer]:
        raise OSError(errno.ENOSPC, "No space left on device", str(self.folder))
        yield


def test_a_full_disk_under_the_store_is_a_reason_and_does_not_end_the_run(matrix: Matrix, tmp_path: Path) -> None:
    trials = list(replace(matrix, store=FullStore(tmp_path)).run([OLD, NEW], jobs=1))
    assert reasons(trials) == {OLD.id: Reason.OUT_OF_DISK, NEW.id: Reason.OUT_OF_DISK}


@pytest.mark.fault(
    "The disk or a quota is full while an environment is made",
    group="machine",
    reads="the disk is full (/cache): free some space: tfcompat images prune removes environments",
    code=3,
    reason="out of disk",
    kept="earlier trials; the other cells go on",
)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_under_the_engine_is_a_reason(matrix: Matrix, number: int) -> None:
    trouble: Mapping[str, Any] = {OLD.id: OSError(number, "full", "/cache")}
    (trial,) = replace(matrix, engine=FakeEngine(trouble=trouble)).run([OLD], jobs=1)
    assert (trial.reason, trial.message) == (
        Reason.OUT_OF_DISK,
        "the disk is full (/cache): free some space: tfcompat images prune removes environments",
    )


@pytest.mark.fault(
    "The system refuses access while an environment is made",
    group="machine",
    reads="Permission denied (/cache/locks)",
    code=3,
    reason="engine lost",
    kept="earlier trials; the other cells go on",
)
def test_what_the_system_refuses_while_an_environment_is_made_is_a_hole_and_the_others_go_on(matrix: Matrix) -> None:
    trouble = {OLD.id: PermissionError(errno.EACCES, "Permission denied", "/cache/locks")}
    trials = list(replace(matrix, engine=FakeEngine(sandbox=speaking, trouble=trouble)).run([OLD, NEW], jobs=1))
    assert reasons(trials) == {OLD.id: Reason.ENGINE_LOST, NEW.id: None}
    assert of_cell(OLD, trials).message == "Permission denied (/cache/locks)"


def test_an_error_that_nobody_foresaw_is_not_hidden(matrix: Matrix) -> None:
    engine = FakeEngine(trouble={OLD.id: RuntimeError("broken")})
    with pytest.raises(RuntimeError, match="broken"):
        list(replace(matrix, engine=engine).run([OLD], jobs=1))
    assert engine.cancelled


def test_a_cell_is_told_which_versions_it_has_to_have(matrix: Matrix) -> None:
    sandbox = engine_of(matrix).made[OLD.id] = speaking()
    list(matrix.run([OLD], jobs=1))
    (program,) = sandbox.ran
    assert (program.pins, program.package) == ({"tensorflow-cpu": str(OLD.release.version)}, "tensorflow-cpu")
    settings = program.settings("bundle", "scratch")
    assert (settings["pins"], settings["package"]) == (program.pins, "tensorflow-cpu")


def test_who_interrupts_again_and_again_does_not_break_off_what_ends_the_cells(matrix: Matrix) -> None:
    """A real signal each, in the middle of it: where one broke it off, a container would be left."""

    class Interrupted(FakeEngine):
        def cancel(self) -> None:
            for number in ENDING:
                os.kill(os.getpid(), number)
                time.sleep(0.01)
            super().cancel()

    handler, engine = signal.getsignal(signal.SIGINT), Interrupted(sandbox=speaking)
    with replace(matrix, engine=engine).cancelling():
        os.kill(os.getpid(), signal.SIGINT)  # while what runs is waited for
    assert engine.cancelled
    assert signal.getsignal(signal.SIGINT) is handler

"""What travels to a worker and back, and what a worker does with it, without a cluster."""

import gzip
from pathlib import Path

import pytest

from tests import fakes
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.plan.work import Reused, Work
from tfcompat.project import Project
from tfcompat.record.judge import Origin, make_trial
from tfcompat.record.lines import (
    LARGEST_FILE,
    Line,
    OutcomeLine,
    RecordError,
    ReusedLine,
    dump_line,
    trial_line,
    verdict_line,
)
from tfcompat.run.cluster import task
from tfcompat.run.cluster.records import check, completed, may_try_again
from tfcompat.run.cluster.task import Settings, Task, carry_out, pack, parse_task, stage_project, task_of, unpack
from tfcompat.run.cluster.worker import STEP, telling, told
from tfcompat.run.events import Answered, Event, Noticed, Progressed, Stage, Staged
from tfcompat.run.matrix import Matrix
from tfcompat.run.workshop import Workshop
from tfcompat.trials.store import Store

CELL = fakes.cell("2.16.2", "3.12")
LOCK = fakes.lock(CELL)
SUBJECT = fakes.subject(lock=LOCK.digest, engine="local")
SUITE = [fakes.scenario_facts("adapt::mean"), fakes.scenario_facts("adapt::sum")]
SOURCES = fakes.sources(*SUITE)
#: What a whole record of two scenarios has.
RECORD: list[Line] = [
    trial_line(SUBJECT),
    fakes.header_line(*SUITE),
    fakes.outcome_line("canary::tensorflow_adds"),
    fakes.outcome_line("adapt::mean"),
    fakes.end_line(1),
    verdict_line(None, "", 9.0),
]


def matrix(folder: Path) -> Matrix:
    return Matrix(
        engine=fakes.FakeEngine(),
        program=fakes.program(),
        scenarios=SUITE,
        store=Store(folder),
        uv=fakes.FakeUv(lambda arguments: pytest.fail(f"uv was asked for {arguments}")),
        package="tensorflow-cpu",
        lock_folders=[folder],
        emit=lambda event: None,
    )


def test_a_task_is_text_and_comes_back_as_it_was() -> None:
    work = Work(cell=CELL, scenarios=("adapt::mean",), reused=(Reused(trial="x", measured="", scenarios=("b",)),))
    asked = task_of(work, LOCK, among=2)
    assert parse_task(asked.dump()) == asked
    assert asked == Task(cell=CELL.id, lock=LOCK.text, scenarios=("adapt::mean",), among=2)
    assert task_of(Work(cell=CELL), LOCK, among=1).scenarios is None


def test_a_record_is_packed_and_unpacked() -> None:
    assert unpack(pack(RECORD)) == RECORD


def test_a_record_that_unpacks_to_more_than_a_trial_may_have_is_none() -> None:
    with pytest.raises(RecordError, match="unpacks to more than"):
        unpack(gzip.compress(b"\0" * (LARGEST_FILE + 1)))


def test_a_project_is_staged_once_and_by_its_content(tmp_path: Path) -> None:
    files = {"images/uv.txt": b"uv", "scenarios/runner/cell.py": b"pass"}
    project = stage_project(files, tmp_path)
    assert (project.cache, (project.suite / "runner" / "cell.py").read_bytes()) == (tmp_path, b"pass")
    before = project.root.stat().st_mtime_ns
    assert stage_project(dict(reversed(files.items())), tmp_path).root.stat().st_mtime_ns == before
    assert stage_project(files | {"images/uv.txt": b"other"}, tmp_path).root != project.root


def test_the_files_of_a_project_are_those_that_make_cells_and_the_staged_suite(
    project_folder: Path, tmp_path: Path
) -> None:
    project = Project(root=project_folder, cache=tmp_path)
    files = task.project_files(project, project.suite)
    staged = stage_project(files, tmp_path)
    assert task.project_files(staged, staged.suite) == files
    assert {
        "images/Dockerfile",
        "images/bundle.txt",
        "scenarios/observe.py",
        "scenarios/runner/cell.py",
    } <= files.keys()
    assert not any("locks" in name for name in files)


def test_a_worker_runs_the_scenarios_that_it_is_asked_for(project_folder: Path, tmp_path: Path) -> None:
    """In its part of the cores, with the lock that came, and nothing of it stays but the record."""
    sandbox = fakes.FakeSandbox(lines=[dump_line(line) for line in RECORD[1:-1]])
    engine = fakes.FakeEngine(made={CELL.id: sandbox})
    workshop = ready_workshop(project_folder, tmp_path, engine)
    heard: list[Event] = []
    record = carry_out(Task(cell=CELL.id, lock=LOCK.text, scenarios=("adapt::mean",), among=5), workshop, heard.append)
    (program,) = sandbox.ran
    assert (program.scenarios, program.cores) == (("adapt::mean",), 1.0)
    trial = make_trial(unpack(record), SOURCES)
    assert (trial.subject.cell, trial.subject.lock, trial.reason) == (CELL.id, LOCK.digest, None)
    assert Staged(cell=CELL.id, stage=Stage.RUNNING) in heard
    assert [path.name for path in (tmp_path / "cluster").iterdir()] == ["locks"]
    assert engine.removed == []


def test_a_worker_that_is_told_to_remove_environments_does(project_folder: Path, tmp_path: Path) -> None:
    engine = fakes.FakeEngine(made={CELL.id: fakes.FakeSandbox()})
    workshop = ready_workshop(project_folder, tmp_path, engine)
    carry_out(Task(cell=CELL.id, lock=LOCK.text, scenarios=None, among=1), workshop, lambda event: None, prune=True)
    assert engine.removed == [CELL.id]


def test_a_worker_that_cannot_make_the_environment_sends_the_reason(project_folder: Path, tmp_path: Path) -> None:
    engine = fakes.FakeEngine(trouble={CELL.id: NoAnswerError(Reason.NO_NETWORK, "no route")})
    workshop = ready_workshop(project_folder, tmp_path, engine)
    record = carry_out(Task(cell=CELL.id, lock=LOCK.text, scenarios=None, among=1), workshop, lambda event: None)
    assert make_trial(unpack(record), SOURCES).reason is Reason.NO_NETWORK


def test_a_worker_that_is_told_to_stop_sends_that_it_was_interrupted(project_folder: Path, tmp_path: Path) -> None:
    workshop = ready_workshop(project_folder, tmp_path, fakes.FakeEngine(made={CELL.id: fakes.FakeSandbox()}))
    workshop.uv.cancelled.set()
    record = carry_out(Task(cell=CELL.id, lock=LOCK.text, scenarios=None, among=1), workshop, lambda event: None)
    assert make_trial(unpack(record), SOURCES).reason is Reason.INTERRUPTED


def ready_workshop(root: Path, cache: Path, engine: fakes.FakeEngine) -> Workshop:
    """A workshop whose engine and program are fakes."""
    (cache / "cluster").mkdir()
    settings = Settings(engine="local", package="tensorflow-cpu", arguments=(), prune=False, code="")
    workshop = task.workshop_of(Project(root=root, cache=cache), settings)
    suite = fakes.digested(adapt__mean="1", adapt__sum="2")
    vars(workshop).update(engine=engine, program=fakes.program(), suite=suite)
    return workshop


def test_what_a_worker_sends_is_what_it_was_asked_for(tmp_path: Path) -> None:
    check(RECORD, Work(cell=CELL), LOCK, matrix(tmp_path))
    for changes in ({"of": "tf2.16.2-py3.11"}, {"lock": "b" * 64}, {"suite": "fedcba9876543210"}, {"engine": "docker"}):
        subject = fakes.subject(**{"lock": LOCK.digest, "engine": "fake", **changes})
        with pytest.raises(NoAnswerError, match="the record of something else"):
            check([trial_line(subject), *RECORD[1:]], Work(cell=CELL), LOCK, matrix(tmp_path))


def test_what_is_no_whole_record_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(NoAnswerError, match="what is not a record") as caught:
        check(RECORD[:-1], Work(cell=CELL), LOCK, matrix(tmp_path))
    assert caught.value.reason is Reason.ENGINE_LOST


FIRST = "20260102T030405Z-local"
ORIGIN = Origin(started="2026-01-02T03:04:05Z", outcomes={"adapt::sum": fakes.outcome_line("adapt::sum")})
EARLIER = fakes.FakeSources(facts=SOURCES.facts, origins={FIRST: ORIGIN})


def test_a_record_gets_keys_and_what_is_reused_before_its_verdict() -> None:
    reused = Reused(trial="20260102T030405Z-local", measured="2026-01-02T03:04:05Z", scenarios=("adapt::sum",))
    lines = completed(RECORD, {"adapt::mean": "0123456789ab"}, [reused], EARLIER)
    assert [line.kind for line in lines] == ["trial", "header", "outcome", "outcome", "end", "reused", "verdict"]
    assert [line.key for line in lines if isinstance(line, OutcomeLine)] == ["", "0123456789ab"]
    assert lines[5] == ReusedLine(trial=FIRST, measured="2026-01-02T03:04:05Z")


def test_a_cell_without_an_answer_reuses_nothing() -> None:
    """What earlier trials said would look like an answer of this one."""
    reused = Reused(trial="20260102T030405Z-local", measured="", scenarios=("adapt::sum",))
    lost = verdict_line(Reason.ENGINE_LOST, "gone", 1.0)
    assert not any(isinstance(line, ReusedLine) for line in completed([*RECORD[:3], lost], {}, [reused], EARLIER))
    assert any(isinstance(line, ReusedLine) for line in completed([*RECORD[:4], lost], {}, [reused], EARLIER))


@pytest.mark.parametrize(
    ("reason", "again"),
    [
        (Reason.NO_NETWORK, True),
        (Reason.OUT_OF_DISK, True),
        (Reason.INTERRUPTED, True),
        (Reason.CANARY_FAILED, False),
        (Reason.SUITE_BROKEN, False),
        (Reason.NOT_RUN, False),
        (None, False),
    ],
)
def test_only_what_the_machine_caused_runs_again(reason: Reason | None, again: bool) -> None:
    assert may_try_again(reason) is again


@pytest.mark.parametrize(
    "event",
    [
        Staged(cell="tf2.16.2-py3.12", stage=Stage.BUILDING),
        Noticed(cell="tf2.16.2-py3.12", text="takes about 2 GB"),
        Progressed(cell="tf2.16.2-py3.12", done=STEP, planned=3 * STEP),
        Progressed(cell="tf2.16.2-py3.12", done=3, planned=3),
    ],
)
def test_what_a_worker_tells_comes_out_as_the_event_it_was(event: Event) -> None:
    facts: list[dict[str, object]] = []
    telling(facts.append)(event)
    assert told(facts[0] | {"worker": "tcp://127.0.0.1:1234"}) == event


def test_not_every_scenario_is_a_message() -> None:
    facts: list[dict[str, object]] = []
    emit = telling(facts.append)
    for done in range(3 * STEP):
        emit(Progressed(cell="cell", done=done, planned=1000))
        emit(Answered(cell="cell", scenario="adapt::mean", seconds=1.0))
    assert [fact["done"] for fact in facts] == [0, STEP, 2 * STEP]

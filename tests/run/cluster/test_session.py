"""One run on a cluster that is not there: what it asks of Dask, and what becomes of each answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from distributed import Client, Future, KilledWorker
from distributed.client import ClosedClientError

from tests import fakes
from tfcompat.environments import locks
from tfcompat.errors import ToolError
from tfcompat.outcomes import Reason, Trial
from tfcompat.plan.work import Work
from tfcompat.project import Project
from tfcompat.record.lines import trial_line, verdict_line
from tfcompat.run.cluster import worker
from tfcompat.run.cluster.crew import HURRY, PATIENCE, START, Crew
from tfcompat.run.cluster.driver import AGAIN, Session
from tfcompat.run.cluster.task import pack, parse_task
from tfcompat.run.events import Event, Finished, Progressed, Stage, Staged
from tfcompat.run.matrix import Matrix
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell
from tfcompat.trials.store import Store

CELLS = (fakes.cell("2.16.2", "3.12"), fakes.cell("2.15.1", "3.11"))
ONE = CELLS[0]
#: What becomes of a cell, from its id and the worker that it is given to.
Answer = Callable[[str, str], bytes | Exception | None]


@dataclass(kw_only=True)
class FakeFuture:
    """A future of Dask that has ended, or runs on and on where it has no answer."""

    key: str
    answer: object
    cancelled: bool = False

    @property
    def status(self) -> str:
        return "error" if isinstance(self.answer, Exception) else "pending" if self.answer is None else "finished"

    def exception(self) -> object:
        return self.answer

    def result(self, timeout: float | None = None) -> object:
        return self.answer

    def cancel(self) -> None:
        self.cancelled = True

    def add_done_callback(self, call: Callable[["FakeFuture"], object]) -> None:
        if self.answer is not None:
            call(self)


@dataclass(kw_only=True)
class FakeClient:
    """Answers at once: a worker that is asked what it has with ``says``, a cell with what ``answer`` gives."""

    answer: Answer
    workers: dict[str, dict[str, Any]]
    says: Mapping[str, str] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    given: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    futures: list[FakeFuture] = field(default_factory=list)
    plugins: list[str] = field(default_factory=list)
    ended: list[object] = field(default_factory=list)
    status: str = "running"

    def scheduler_info(self) -> dict[str, Any]:
        return {"workers": dict(self.workers)}

    def submit(
        self, function: Callable[..., object], *arguments: str, key: str, workers: list[str], **options: Any
    ) -> FakeFuture:
        answer: object
        if function is worker.describe:
            answer = self.says.get(workers[0], '{"cells":[]}')
        else:
            asked = parse_task(arguments[1])
            self.given.append((asked.cell, workers[0], options))
            answer = self.answer(asked.cell, workers[0])
        self.futures.append(FakeFuture(key=key, answer=answer))
        return self.futures[-1]

    def processing(self) -> dict[str, list[str]]:
        return self.places

    def register_plugin(self, plugin: object, name: str) -> None:
        self.plugins.append(name)

    def unregister_worker_plugin(self, name: str) -> None:
        self.plugins.remove(name)

    def subscribe_topic(self, name: str, handler: object) -> None:
        self.plugins.append(f"topic {name}")

    def unsubscribe_topic(self, name: str) -> None:
        self.plugins.remove(f"topic {name}")

    def cancel(self, futures: Iterable[FakeFuture]) -> None:
        self.ended += futures


def facts(*, host: str = "here", threads: int = 4, **resources: float) -> dict[str, Any]:
    """What a scheduler says of a worker."""
    return {"host": host, "nthreads": threads, "resources": resources}


def record(cell: Cell, reason: Reason | None = None, **facts: str) -> bytes:
    subject = fakes.subject(cell.id, lock=fakes.lock(cell).digest, engine="local", **facts)
    lines = [trial_line(subject), verdict_line(reason, "because" if reason else "", 1.0)]
    if reason is None:
        lines[1:1] = fakes.said(cell.id, fakes.header_line(), fakes.outcome_line())
    return pack(lines)


@pytest.fixture
def start(project_folder: Path, tmp_path: Path) -> Callable[..., Session]:
    """Makes a session of some cells, whose locks are there, on a client."""

    def session(client: FakeClient, *cells: Cell, **changes: Any) -> Session:
        project = Project(root=project_folder, cache=tmp_path / "cache")
        workshop = Workshop(project=project, engine_name="local")
        matrix = Matrix(
            engine=fakes.FakeEngine(),
            program=replace(fakes.program(), suite=project.suite),
            scenarios=[fakes.scenario_facts()],
            store=Store(tmp_path / "trials"),
            uv=fakes.FakeUv(lambda arguments: pytest.fail(f"uv was asked for {arguments}")),
            package="tensorflow-cpu",
            lock_folders=[tmp_path / "locks"],
            **{"emit": lambda event: None, **changes},
        )
        for cell in cells:
            locks.save(fakes.lock(cell), tmp_path / "locks" / locks.file_name(cell, matrix.package))
        return Session(cast(Client, client), workshop, matrix, [Work(cell=cell) for cell in cells])

    return session


def works(cell: str, at: str) -> bytes:
    return record(next(of for of in CELLS if of.id == cell))


def test_every_cell_is_stored_and_shown(start: Callable[..., Session]) -> None:
    heard: list[Event] = []
    client = FakeClient(answer=works, workers={"a": facts(slots=1), "b": facts(slots=2)})
    session = start(client, *CELLS, emit=heard.append, keys=lambda locked: {"adapt::mean": "0123456789ab"})
    trials = list(session.trials())
    assert {trial.subject.cell for trial in trials} == {cell.id for cell in CELLS}
    assert [trial.outcomes[0].key for trial in trials] == ["0123456789ab"] * 2
    assert [event.cell for event in heard if isinstance(event, Finished)] == [trial.subject.cell for trial in trials]
    assert {trial.subject for trial in session.matrix.store.read()} == {trial.subject for trial in trials}
    assert client.plugins == []


def test_a_cell_is_given_to_the_worker_that_has_its_environment(start: Callable[..., Session]) -> None:
    workers = {name: facts(slots=1) for name in ("a", "b")}
    client = FakeClient(answer=works, workers=workers, says={"b": f'{{"cells":["{ONE.id}"]}}'})
    list(start(client, ONE).trials())
    assert [(cell, at) for cell, at, _ in client.given] == [(ONE.id, "b")]
    assert client.given[0][2]["allow_other_workers"] is True


@pytest.mark.parametrize(
    ("declared", "has", "taken"),
    [(40_000, "", ONE.release.megabytes * 5.6), (100, "", 100), (40_000, f'"{ONE.id}"', 0)],
)
def test_a_cell_takes_a_slot_and_the_disk_of_what_is_to_be_made(
    declared: float, has: str, taken: float, start: Callable[..., Session]
) -> None:
    workers = {"a": facts(slots=1, disk=declared)}
    client = FakeClient(answer=works, workers=workers, says={"a": f'{{"cells":[{has}]}}'})
    list(start(client, ONE).trials())
    assert client.given[0][2]["resources"] == {"slots": 1, "disk": pytest.approx(taken)}


def test_what_failed_by_its_machine_is_tried_on_others_and_then_kept(start: Callable[..., Session]) -> None:
    workers = {name: facts(slots=1) for name in ("a", "b", "c", "d")}
    client = FakeClient(answer=lambda cell, at: record(ONE, Reason.OUT_OF_DISK), workers=workers)
    session = start(client, ONE)
    (trial,) = session.trials()
    assert trial.reason is Reason.OUT_OF_DISK
    assert len({at for _, at, _ in client.given}) == len(client.given) == 1 + AGAIN
    assert len(session.matrix.store.read()) == 1


def test_what_a_second_worker_can_do_has_its_trial(start: Callable[..., Session]) -> None:
    def answer(cell: str, at: str) -> bytes:
        return record(ONE, Reason.NO_NETWORK if len(client.given) == 1 else None)

    client = FakeClient(answer=answer, workers={name: facts(slots=1) for name in ("a", "b")})
    session = start(client, ONE)
    assert [trial.reason for trial in session.trials()] == [None]
    assert [trial.reason for trial in session.matrix.store.read()] == [None]


@pytest.mark.parametrize("reason", [Reason.CANARY_FAILED, Reason.SUITE_BROKEN])
def test_nothing_else_is_tried_again(reason: Reason, start: Callable[..., Session]) -> None:
    client = FakeClient(answer=lambda cell, at: record(ONE, reason), workers={"a": facts(slots=1), "b": facts(slots=1)})
    assert [trial.reason for trial in start(client, ONE).trials()] == [reason]
    assert len(client.given) == 1


def test_a_cell_at_which_workers_died_is_a_hole_that_says_so(start: Callable[..., Session]) -> None:
    """Dask has given it to several then: it may be what kills them."""

    class Lost:
        address = "tcp://10.0.0.7:1234"

    error = KilledWorker(ONE.id, cast(Any, Lost()), 3)
    client = FakeClient(answer=lambda cell, at: error, workers={"a": facts(slots=1), "b": facts(slots=1)})
    (trial,) = start(client, ONE).trials()
    assert trial.reason is Reason.ENGINE_LOST
    assert "all those workers died" in trial.message
    assert len(client.given) == 1


def test_an_error_of_a_worker_is_a_hole_after_others_have_tried(start: Callable[..., Session]) -> None:
    client = FakeClient(answer=lambda cell, at: ToolError("no Docker engine answers"), workers={"a": facts(slots=1)})
    (trial,) = start(client, ONE).trials()
    assert (trial.reason, len(client.given)) == (Reason.ENGINE_LOST, 1 + AGAIN)
    assert "no Docker engine answers" in trial.message


def test_a_record_of_another_cell_is_not_stored_as_that(start: Callable[..., Session]) -> None:
    client = FakeClient(answer=lambda cell, at: record(CELLS[1]), workers={"a": facts(slots=1)})
    (trial,) = start(client, ONE).trials()
    assert (trial.subject.cell, trial.reason) == (ONE.id, Reason.ENGINE_LOST)


@pytest.mark.parametrize("days", [-400, 3])
def test_a_trial_began_when_the_clock_of_the_driver_says_so(days: int, start: Callable[..., Session]) -> None:
    """A store with a trial from the future cannot be read, and one from before what it reuses makes no sense."""
    there = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = record(ONE, started=there, environment="of the worker")
    session = start(FakeClient(answer=lambda cell, at: answer, workers={"a": facts(slots=1)}), ONE)
    before = datetime.now(UTC).replace(microsecond=0)
    (trial,) = session.trials()
    assert (trial.reason, trial.subject.environment) == (None, "of the worker")
    assert before <= datetime.fromisoformat(trial.subject.started) <= datetime.now(UTC)
    assert [kept.subject for kept in session.matrix.store.read()] == [trial.subject]


def test_a_result_that_comes_twice_is_stored_once(start: Callable[..., Session]) -> None:
    client = FakeClient(answer=works, workers={"a": facts(slots=1)})
    session = start(client, *CELLS)
    trials: list[Trial] = []
    for trial in session.trials():
        trials.append(trial)
        session.ended.put(cast(Any, client.futures[-1]))
        session.ended.put(cast(Any, client.futures[-1]))
    assert len(trials) == len(session.matrix.store.read()) == 2


def test_leaving_a_run_takes_everything_back(start: Callable[..., Session]) -> None:
    def answer(cell: str, at: str) -> bytes | None:
        return works(cell, at) if cell == ONE.id else None

    client = FakeClient(answer=answer, workers={"a": facts(slots=2)})
    trials = start(client, *CELLS).trials()
    next(trials)
    assert len(client.plugins) == 2
    trials.close()  # type: ignore[attr-defined]  # it is a generator
    assert client.plugins == []
    assert [future.answer for future in cast(list[FakeFuture], client.ended)] == [None]


def test_what_a_worker_tells_is_shown_while_its_cell_runs(start: Callable[..., Session]) -> None:
    heard: list[Event] = []
    client = FakeClient(answer=lambda cell, at: None, workers={"a": facts(slots=1)})
    session = start(client, ONE, emit=heard.append)
    session.look()
    session.crew.admit(cast(Any, client.futures[0]))
    list(session.hand_out())
    for cell in (ONE.id, CELLS[1].id):
        session.hear((0.0, {"cell": cell, "stage": "running", "worker": "a"}))
        session.hear((0.0, {"cell": cell, "done": 10, "planned": 20, "worker": "a"}))
    assert heard == [Staged(cell=ONE.id, stage=Stage.RUNNING), Progressed(cell=ONE.id, done=10, planned=20)]


def test_a_cell_whose_worker_is_lost_counts_where_dask_runs_it_now(start: Callable[..., Session]) -> None:
    client = FakeClient(answer=lambda cell, at: None, workers={"a": facts(slots=1)})
    session = start(client, ONE)
    session.look()
    session.crew.admit(cast(Any, client.futures[0]))
    list(session.hand_out())
    assert session.running[ONE.id].member == "a"
    client.workers = {"b": facts(slots=1)}
    session.looked = -1000.0
    session.look()
    assert session.running[ONE.id].member is None
    session.crew.admit(cast(Any, client.futures[-1]))
    client.places = {"b": [session.running[ONE.id].key]}
    session.looked = -1000.0
    session.look()
    assert session.running[ONE.id].member == "b"
    assert session.crew.members["b"].free == 0


def crew(workers: dict[str, dict[str, Any]], **says: str) -> Crew:
    """A crew that has seen some workers, each of which has answered."""
    return looking(FakeClient(answer=works, workers=workers, says=says))


def looking(client: FakeClient) -> Crew:
    answers: list[Any] = []
    crew = Crew(client=cast(Client, client), run="run", tell=answers.append)
    crew.look(0.0)
    for answer in answers:
        crew.admit(answer)
    return crew


def test_cells_begin_when_the_workers_have_said_what_they_have_or_take_too_long() -> None:
    client = FakeClient(answer=works, workers={"a": facts(slots=1), "b": facts(slots=1)})
    answers: list[Any] = []
    found = Crew(client=cast(Client, client), run="run", tell=answers.append)
    found.look(0.0)
    found.admit(answers[0])
    assert not found.is_settled(HURRY)
    assert found.is_settled(HURRY + 1)
    found.admit(answers[1])
    assert found.is_settled(0.0)


def test_workers_without_slots_cannot_run_cells() -> None:
    with pytest.raises(ToolError, match=r"no worker declares slots: start each with dask worker .*--resources"):
        crew({"a": facts(), "b": facts()})


def test_a_worker_runs_no_more_cells_than_it_has_threads() -> None:
    found = crew({"a": facts(slots=8, threads=2), "b": facts(slots=1), "c": facts(host="there", slots=4)})
    assert {member.name: member.slots for member in found.members.values()} == {"a": 2, "b": 1, "c": 4}
    assert [found.among(member) for member in found.members.values()] == [3, 3, 4]


def test_a_worker_that_cannot_run_cells_is_no_member_and_where_none_can_the_run_ends() -> None:
    trouble = '{"cells":[],"trouble":"no Docker engine answers"}'
    found = crew({"a": facts(slots=1), "b": facts(slots=1)}, a=trouble)
    assert found.members.keys() == {"b"}
    found.look(1.0)
    found = crew({"a": facts(slots=1)}, a=trouble)
    with pytest.raises(ToolError, match="no worker can run cells: no Docker engine answers"):
        found.look(1.0)


def test_a_run_does_not_wait_for_workers_for_ever() -> None:
    client = FakeClient(answer=works, workers={})
    waiting = looking(client)
    waiting.look(PATIENCE)
    client.workers = {"a": facts(slots=1)}
    waiting.look(PATIENCE + 1)
    with pytest.raises(ToolError, match="no worker that is ready for 900 seconds"):
        waiting.look(START + 1)
    client.workers = {}
    with pytest.raises(ToolError, match="no worker that is ready for 60 seconds"):
        waiting.look(START + 1)


def test_where_the_scheduler_may_come_back_nobody_is_lost_yet(start: Callable[..., Session]) -> None:
    client = FakeClient(answer=lambda cell, at: None, workers={"a": facts(slots=1)})
    found = looking(client)
    client.status, client.workers = "connecting", {}
    assert found.look(1000.0) == set()
    assert found.members.keys() == {"a"}
    client.status = "closed"
    session = start(client, ONE)
    with pytest.raises(ToolError, match="the Dask scheduler is gone: what had finished is kept"):
        session.look()


def test_what_is_cancelled_because_the_scheduler_is_lost_is_not_held_against_a_cell(
    start: Callable[..., Session],
) -> None:
    client = FakeClient(answer=lambda cell, at: None, workers={"a": facts(slots=1)})
    session = start(client, ONE)
    session.look()
    assert list(session.next_ended()) == []
    assert list(session.hand_out()) == []
    client.status = "connecting"
    session.ended.put(cast("Future[Any]", client.futures[-1]))
    assert list(session.next_ended()) == []
    assert set(session.running) == {ONE.id}
    assert not session.failures
    assert session.ended.qsize() == 1


def test_no_cell_is_given_to_a_scheduler_that_is_lost(start: Callable[..., Session]) -> None:
    client = FakeClient(answer=works, workers={"a": facts(slots=1)})
    session = start(client, ONE)
    session.look()
    assert list(session.next_ended()) == []
    client.status = "connecting"
    assert list(session.hand_out()) == []
    assert client.given == []
    client.status = "running"
    client.answer = closed
    with pytest.raises(ToolError, match="the Dask scheduler is gone"):
        list(session.hand_out())


def closed(cell: str, at: str) -> bytes:
    """What a client does that was closed since it was looked at."""
    raise ClosedClientError(cell)

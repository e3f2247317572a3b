"""The recent trials: few files are read for them, and what is current of them is what is current of all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import fakes
from tfcompat.outcomes import Reason, Trial
from tfcompat.record.lines import trial_line, verdict_line
from tfcompat.trials import file, recent, store
from tfcompat.trials.current import current_trials
from tfcompat.trials.nights import measured
from tfcompat.trials.store import Store

CELL, OTHER = "tf2.9.3-py3.10", "tf2.8.4-py3.10"
LOST, CANARY, HOLE = Reason.ENGINE_LOST, Reason.CANARY_FAILED, Reason.NO_IMAGE


def made(
    folder: Path,
    day: int,
    cell: str = CELL,
    *,
    engine: str = "docker",
    value: float = 1.0,
    reason: Reason | None = None,
) -> None:
    """A trial of a day; one that ended well and says what the one before said is kept as a line."""
    subject = fakes.subject(cell, engine=engine, started=f"2026-01-{day:02}T00:00:00Z")
    answers = () if reason else (fakes.header_line(), fakes.outcome_line(observed=value), fakes.end_line())
    fakes.keep_suite(folder)
    with Store(folder, confirms=True).begin(subject) as writer:
        for line in (trial_line(subject), *fakes.said(subject, *answers), verdict_line(reason, "", 1.0)):
            writer.write(line)


def days(trials: list[Trial]) -> list[tuple[str, str, int]]:
    return [(trial.subject.cell, trial.subject.engine, int(trial.subject.started[8:10])) for trial in trials]


def test_of_each_cell_and_engine_the_newest_is_recent(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        made(tmp_path, day, value=day)
    made(tmp_path, 4, engine="local")
    made(tmp_path, 2, OTHER)
    assert days(recent.recent(Store(tmp_path))) == [(OTHER, "docker", 2), (CELL, "docker", 3), (CELL, "local", 4)]


def test_behind_what_did_not_end_well_come_the_trials_back_to_one_that_did(tmp_path: Path) -> None:
    made(tmp_path, 1, value=1.0)
    made(tmp_path, 2, value=2.0)
    made(tmp_path, 3, reason=LOST)
    made(tmp_path, 4, reason=HOLE)
    assert days(recent.recent(Store(tmp_path))) == [(CELL, "docker", day) for day in (2, 3, 4)]


def test_a_confirmation_is_a_run_of_its_own_day(tmp_path: Path) -> None:
    made(tmp_path, 1)
    made(tmp_path, 2)
    made(tmp_path, 3)
    made(tmp_path, 4, reason=LOST)
    assert len(Store(tmp_path).files()) == 2
    trials = recent.recent(Store(tmp_path))
    assert [(trial.confirmed, trial.subject.started[8:10]) for trial in trials] == [(True, "03"), (False, "04")]
    assert measured(trials) == {CELL: "2026-01-03T00:00:00Z"}
    made(tmp_path, 5, value=5.0)
    assert days(recent.recent(Store(tmp_path))) == [(CELL, "docker", 5)]


def test_what_was_recent_at_a_moment_are_the_trials_that_had_begun_before(tmp_path: Path) -> None:
    for day, value in ((1, 1.0), (2, 1.0), (3, 3.0), (4, 3.0)):
        made(tmp_path, day, value=value)
    for until, day in (("2026-01-04T00:00:01Z", 4), ("2026-01-04T00:00:00Z", 3), ("2026-01-03T00:00:00Z", 2)):
        assert days(recent.recent(Store(tmp_path), until)) == [(CELL, "docker", day)]
    assert recent.recent(Store(tmp_path), "2026-01-01T00:00:00Z") == []


def test_however_many_trials_there_are_few_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 20):
        made(tmp_path, day, value=day)
    read: list[str] = []
    real = file.read

    def counted(path: Path, *arguments: object) -> Trial:
        read.append(path.name)
        return real(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "read", counted)
    recent.recent(Store(tmp_path))
    assert read == ["20260119T000000Z-docker.jsonl.gz"]


RUNS = st.tuples(
    st.sampled_from([CELL, OTHER]),
    st.sampled_from(["docker", "local"]),
    st.sampled_from([1.0, 1.0, 2.0]),
    st.sampled_from([None, None, LOST, CANARY, HOLE]),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(RUNS, min_size=1, max_size=12))
def test_what_is_current_of_the_recent_is_what_is_current_of_all(
    runs: list[tuple[str, str, float, Reason | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("trials")
    for day, (cell, engine, value, reason) in enumerate(runs, start=1):
        made(folder, day, cell, engine=engine, value=value, reason=reason)
    of_all, few = Store(folder).read(), recent.recent(Store(folder))
    assert sorted(days(current_trials(few))) == sorted(days(current_trials(of_all)))
    newest = {trial.subject.cell: trial.subject.started for trial in of_all}
    assert {trial.subject.cell: trial.subject.started for trial in few} == newest

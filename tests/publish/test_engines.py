"""Tests of where the engines disagree: whole trials of one suite, and nothing that has no answer."""

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.publish.engines import between_engines
from tfcompat.table.frame import collect


def disagreements(*trials: Trial) -> list[list[str]]:
    frame = between_engines(collect(trials))
    return [list(row) for row in frame[["scenario", "status", "status_other"]].to_numpy()]


def test_the_newest_trials_of_the_engines_are_compared() -> None:
    docker = trial(subject(engine="docker"), outcome(), outcome("adapt::same"))
    local = trial(subject(engine="local"), outcome(status=Status.FAILS), outcome("adapt::same"))
    old = trial(subject(engine="docker", started="2025-01-01T00:00:00Z"), outcome("adapt::same", Status.HANGS))
    assert disagreements(old, docker, local) == [["adapt::mean", "works", "fails"]]


def test_engines_that_agree_or_one_engine_alone_have_no_rows() -> None:
    docker, local = (trial(subject(engine=engine), outcome()) for engine in ("docker", "local"))
    assert disagreements(docker, local) == disagreements(docker) == []


def test_engines_that_ran_different_suites_are_not_compared() -> None:
    docker = trial(subject(engine="docker", suite="one"), outcome())
    local = trial(subject(engine="local", suite="other"), outcome(status=Status.FAILS))
    assert disagreements(docker, local) == []


@pytest.mark.parametrize("lost", ["docker", "local"])
def test_a_trial_without_an_answer_disagrees_with_nothing(lost: str) -> None:
    other = "local" if lost == "docker" else "docker"
    unanswered = outcome(status=Status.UNKNOWN, reason=Reason.ENGINE_LOST)
    hole = trial(subject(engine=lost, started="2026-01-04T00:00:00Z"), unanswered, reason=Reason.ENGINE_LOST)
    assert disagreements(trial(subject(engine=other), outcome()), hole) == []
    earlier = trial(subject(engine=lost), outcome(status=Status.FAILS))
    assert len(disagreements(trial(subject(engine=other), outcome()), earlier, hole)) == 1

"""Tests of which trial of a cell is current, of several trials and two engines."""

from dataclasses import replace

import pytest

from tests import fakes
from tfcompat.outcomes import Reason, Trial
from tfcompat.trials.current import current_trials, newest


def test_the_newest_trial_of_a_cell_is_the_last_of_those_that_are_given() -> None:
    old, new = (fakes.trial(fakes.subject(started=f"2026-01-0{day}T00:00:00Z")) for day in (1, 2))
    other = fakes.trial("tf2.5.3-py3.9")
    assert newest([old, other, new]) == {"tf2.16.2-py3.12": new, "tf2.5.3-py3.9": other}


def test_the_newest_trial_of_an_engine_is_not_another_engines() -> None:
    docker = fakes.trial(fakes.subject(engine="docker"))
    local = fakes.trial(fakes.subject(engine="local"))
    assert newest([docker, local], "docker") == {"tf2.16.2-py3.12": docker}
    assert newest([docker], "local") == {}


def test_of_two_trials_of_one_suite_and_lock_the_containers_is_current() -> None:
    docker = fakes.trial(fakes.subject(engine="docker", started="2026-01-01T00:00:00Z"))
    local = fakes.trial(fakes.subject(engine="local", started="2026-01-02T00:00:00Z"))
    assert current_trials([docker, local]) == [docker]


def at(engine: str, day: int, reason: Reason | None = None, **facts: str) -> Trial:
    """A trial of one cell by an engine on a day."""
    return fakes.trial(fakes.subject(engine=engine, started=f"2026-01-0{day}T00:00:00Z", **facts), reason=reason)


HOLE, LOST, CANARY = Reason.NO_IMAGE, Reason.ENGINE_LOST, Reason.CANARY_FAILED


@pytest.mark.parametrize(
    ("trials", "current"),
    [
        ([at("docker", 1), at("local", 2)], 0),
        ([at("local", 1), at("docker", 2)], 1),
        ([at("docker", 1, HOLE), at("local", 2)], 1),
        ([at("local", 1), at("docker", 2, HOLE)], 0),
        ([at("docker", 1), at("local", 2, HOLE)], 0),
        ([at("local", 1, HOLE), at("docker", 2)], 1),
        ([at("docker", 1, HOLE), at("local", 2, HOLE)], 1),
        ([at("local", 1, HOLE), at("docker", 2, HOLE)], 1),
        ([at("docker", 1), at("docker", 2, HOLE)], 1),
        ([at("local", 1), at("local", 2, HOLE)], 1),
        ([at("docker", 1), at("docker", 2, HOLE), at("local", 3)], 2),
        ([at("local", 1), at("docker", 2), at("docker", 3, HOLE)], 0),
        ([at("local", 1, suite="older"), at("docker", 2, HOLE)], 1),
        ([at("docker", 1, lock="older"), at("local", 2, HOLE)], 1),
    ],
)
def test_of_one_suite_and_lock_an_answer_is_shown_before_a_hole_of_another_engine(
    trials: list[Trial], current: int
) -> None:
    assert current_trials(trials) == [trials[current]]


@pytest.mark.fault(
    "A run without network, memory, disk or engine after one that had answers",
    group="engine",
    reads="CELL: no network, …",
    code=3,
    reason="no network",
    kept="the answers of before stay in the table",
)
@pytest.mark.parametrize(
    ("trials", "current"),
    [
        ([at("docker", 1), at("docker", 2, LOST)], 0),
        ([at("docker", 1), at("docker", 2, LOST), at("docker", 3, LOST)], 0),
        ([at("docker", 1), at("docker", 2, LOST), at("docker", 3)], 2),
        ([at("docker", 1, suite="older", lock="older"), at("docker", 2, LOST)], 0),
        ([at("local", 1), at("docker", 2, LOST)], 0),
        ([at("docker", 1), at("docker", 2, LOST), at("local", 3)], 0),
        ([at("docker", 1, HOLE), at("docker", 2, LOST)], 0),
        ([at("docker", 1, LOST), at("docker", 2, LOST)], 1),
        ([at("docker", 1), at("docker", 2, CANARY)], 0),
        ([at("docker", 1), at("docker", 2, LOST), at("docker", 3, CANARY)], 0),
        ([at("docker", 1), at("docker", 2, CANARY, lock="newer")], 1),
        ([at("docker", 1), at("docker", 2, lock="newer"), at("docker", 3, CANARY)], 2),
        ([at("local", 1), at("docker", 2, CANARY)], 0),
        ([at("local", 1, lock="older"), at("docker", 2, CANARY)], 1),
        ([at("docker", 1, CANARY)], 0),
    ],
)
def test_what_went_wrong_on_one_night_does_not_take_the_place_of_an_earlier_trial(
    trials: list[Trial], current: int
) -> None:
    """The machine's fault, or a canary that fails with the packages with which the same engine had answers before."""
    assert current_trials(trials) == [trials[current]]


def test_a_mishap_of_one_cell_is_none_of_another() -> None:
    other = fakes.trial(fakes.subject("tf2.5.3-py3.9", started="2026-01-03T00:00:00Z"), reason=LOST)
    whole, mishap = at("local", 1), at("local", 2, LOST)
    assert current_trials([whole, mishap, other]) == [whole, other]
    assert current_trials([whole, mishap, other], "local") == [whole, other]


def test_the_mishap_of_an_engine_that_has_nothing_else_is_what_it_has() -> None:
    whole, mishap = at("local", 1), at("docker", 2, LOST)
    assert current_trials([whole, mishap], "docker") == [mishap]


@pytest.mark.parametrize("newer", [{"suite": "another"}, {"lock": "another"}])
def test_a_newer_trial_of_another_suite_or_lock_is_current(newer: dict[str, str]) -> None:
    docker = fakes.trial(fakes.subject(engine="docker", started="2026-01-01T00:00:00Z"))
    local = fakes.trial(fakes.subject(engine="local", started="2026-01-02T00:00:00Z", **newer))
    assert current_trials([docker, local]) == [local]


def test_a_trial_of_the_first_schema_is_history_and_shows_no_cell() -> None:
    judged = at("docker", 1)
    of_old = replace(at("docker", 2), schema=1)
    assert current_trials([judged, of_old]) == [judged]
    assert current_trials([of_old]) == []
    assert current_trials([of_old], "docker") == []

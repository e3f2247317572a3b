"""Tests of what a change is put down to: every recorded difference of two trials, and nothing that is not recorded."""

from typing import Any

import pytest

from tests.compare.tables import outcome_row, trial_row
from tests.conftest import ROOT
from tests.fakes import outcome, subject, trial
from tfcompat.compare import causes
from tfcompat.compare.causes import Axis, Cause, pins
from tfcompat.outcomes import Outcome, Trial

ONE, OTHER = "a" * 64, "b" * 64


def with_versions(of: str = "tf2.19.1-py3.12", lock: str = ONE, **versions: str | None) -> Trial:
    return trial(subject(of, lock=lock), versions=versions)


def told(before: Trial, after: Trial, locks: causes.Locks | None = None) -> list[str]:
    found = causes.of_trials(trial_row(before), trial_row(after), locks or {})
    return [f"{cause.axis}: {cause}" for cause in found]


def test_two_trials_of_one_environment_differ_in_nothing() -> None:
    one = with_versions(keras="3.5.0", tensorflow="2.19.1", python="3.12.4", numpy="2.1.0")
    assert told(one, one) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({"tensorflow": "2.19.0"}, {"tensorflow": "2.19.1"}, ["TensorFlow: TensorFlow 2.19.0 → 2.19.1"]),
        ({"keras": "3.5.0"}, {"keras": "3.6.0"}, ["Keras: Keras 3.5.0 → 3.6.0"]),
        ({"python": "3.12.4"}, {"python": "3.12.5"}, ["Python: Python 3.12.4 → 3.12.5"]),
        ({"keras": "3.5.0"}, {"keras": None}, []),  # it imported nothing: what it would have had is not known
        ({"keras": "3.5.0"}, {}, []),
        ({"tensorflow": "2.19.1"}, {}, []),
    ],
)
def test_versions_count_as_they_were_imported(before: Any, after: Any, says: list[str]) -> None:
    assert told(with_versions(**before), with_versions(**after)) == says


def test_of_a_cell_that_imported_nothing_the_release_is_known() -> None:
    before, after = with_versions("tf2.18.1-py3.12", tensorflow="2.18.1"), with_versions("tf2.19.1-py3.13")
    assert told(before, after) == ["TensorFlow: TensorFlow 2.18.1 → 2.19.1", "Python: Python 3.12 → 3.13"]


def test_locks_tell_which_distributions_differ() -> None:
    locks = {
        ONE: {"numpy": "1.26.4", "keras": "3.5.0", "gast": "0.6.0", "old": "1"},
        OTHER: {"numpy": "2.0.0", "keras": "3.6.0", "gast": "0.6.0", "new": "2"},
    }
    before, after = with_versions(keras="3.5.0", lock=ONE), with_versions(keras="3.6.0", lock=OTHER)
    assert told(before, after, locks) == [
        "Keras: Keras 3.5.0 → 3.6.0",
        "another distribution: new none → 2",
        "another distribution: numpy 1.26.4 → 2.0.0",
        "another distribution: old 1 → none",
    ]


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("tensorflow-cpu", Axis.TENSORFLOW),
        ("tf-nightly", Axis.TENSORFLOW),
        ("tf-keras", Axis.KERAS),
        ("keras", Axis.KERAS),
        ("keras-preprocessing", Axis.DISTRIBUTION),
    ],
)
def test_a_lock_tells_of_what_was_not_imported(name: str, axis: Axis) -> None:
    locks = {ONE: {name: "1"}, OTHER: {name: "2"}}
    before, after = trial_row(with_versions(lock=ONE)), trial_row(with_versions(lock=OTHER))
    found = causes.of_trials(before, after, locks)
    assert found == (Cause(axis=axis, what=name, before="1", after="2"),)


@pytest.mark.parametrize("known", [{}, {ONE: {"numpy": "1"}}, {OTHER: {"numpy": "2"}}])
def test_where_the_text_of_a_lock_is_not_there_it_is_said_that_they_differ(known: causes.Locks) -> None:
    before, after = with_versions(numpy="1.26.4", lock=ONE), with_versions(numpy="2.0.0", lock=OTHER)
    assert told(before, after, known) == [
        "another distribution: numpy 1.26.4 → 2.0.0",
        "another distribution: lock aaaaaaaaaaaa → bbbbbbbbbbbb",
    ]


@pytest.mark.parametrize(("before", "after"), [("2.0.0", "2.0.0"), ("2.0.0", None), (None, "2.0.0"), (None, None)])
def test_numpy_is_told_only_where_both_recorded_another_one(before: str | None, after: str | None) -> None:
    sides = with_versions(numpy=before, lock=ONE), with_versions(numpy=after, lock=OTHER)
    assert told(*sides) == ["another distribution: lock aaaaaaaaaaaa → bbbbbbbbbbbb"]


@pytest.mark.parametrize(("one", "other"), [("", ONE), (ONE, ""), ("", "")])
def test_where_a_side_had_no_lock_nothing_is_said_of_it(one: str, other: str) -> None:
    assert told(with_versions(lock=one), with_versions(lock=other)) == []


def test_engines_and_images_are_told_apart() -> None:
    local, docker = (trial(subject(engine=engine, environment=engine)) for engine in ("local", "docker"))
    assert told(local, docker) == ["the engine: engine local → docker"]
    rebuilt = trial(subject(engine="docker", environment="sha256:1"))
    assert told(docker, rebuilt) == ["the environment: environment docker → sha256:1"]
    assert told(docker, trial(subject(engine="docker", environment=""))) == []
    assert told(trial(subject(engine="docker", environment="")), docker) == []
    relocked = trial(subject(engine="docker", environment="sha256:1", lock=OTHER))
    assert told(docker, relocked) == ["another distribution: lock aaaaaaaaaaaa → bbbbbbbbbbbb"]


def test_of_a_long_environment_the_beginning_is_told() -> None:
    before, after = (trial(subject(environment=f"sha256:{digit * 64}")) for digit in "12")
    begins = [f"sha256:{digit * 18}" for digit in "12"]
    assert told(before, after) == [f"the environment: environment {begins[0]} → {begins[1]}"]


def of_scenario(before: Outcome, after: Outcome, one: str = "s1", other: str = "s2") -> list[str]:
    sides = trial_row(trial(subject(suite=one))), trial_row(trial(subject(suite=other)))
    found = causes.of_scenario(*sides, outcome_row(before), outcome_row(after))
    return [f"{cause.axis}: {cause}" for cause in found]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({"documented": 0}, {"documented": 1}, "the scenario's documented observation 0 → 1"),
        ({"documented": None}, {"documented": 0}, "the scenario's documented observation none → 0"),
        ({"title": "a"}, {"title": "b"}, "the scenario's title a → b"),
        ({"reference": "a"}, {"reference": "b"}, "the scenario's reference a → b"),
        ({"source": "test_a.py:1"}, {"source": "test_b.py:1"}, "the scenario's file test_a.py → test_b.py"),
    ],
)
def test_a_scenario_that_says_something_else_of_itself_changed(before: Any, after: Any, says: str) -> None:
    assert of_scenario(outcome(**before), outcome(**after)) == [f"the scenario: {says}"]


def test_of_another_suite_that_says_the_same_no_more_is_known() -> None:
    moved = outcome(source="test_a.py:1"), outcome(source="test_a.py:9")
    assert of_scenario(*moved, one="1" * 16, other="2" * 16) == ["the suite: suite 111111111111 → 222222222222"]


@pytest.mark.parametrize(("one", "other"), [("s", "s"), ("", "s"), ("s", "")])
def test_of_one_suite_or_an_unknown_one_the_scenario_is_not_blamed(one: str, other: str) -> None:
    assert of_scenario(outcome(documented=0), outcome(documented=1), one, other) == []


def test_pins_are_the_distributions_of_a_lock() -> None:
    text = "# tfcompat lock\nabsl-py==1.3.0 \\\n    --hash=sha256:aa\nx.y_z==2; python_version < '3.9' \\\n"
    assert pins(text) == {"absl-py": "1.3.0", "x.y_z": "2"}


def test_the_pins_of_the_committed_locks_are_read() -> None:
    text = (ROOT / "images" / "locks" / "tf2.9.3-py3.10.txt").read_text()
    found = pins(text)
    assert found["tensorflow-cpu"] == "2.9.3"
    assert len(found) == text.count("==")

"""Tests of the benchmark of a run with nothing to do: the trials that it makes are such as a run of today keeps."""

import re
from pathlib import Path

import pytest

from benchmarks import unchanged
from tests.fakes import keep_suite, scenario_facts, subject
from tests.trial_files import keep
from tfcompat.project import Project
from tfcompat.record.lines import OutcomeLine
from tfcompat.trials.store import Store

CELL = "tf2.9.3-py3.10"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A cell with a trial of two scenarios, and a later one of one of them."""
    made = Project(root=tmp_path, cache=tmp_path / "cache")
    keep(made.trials, subject(CELL), {"adapt::mean": 1.0, "adapt::axis": 2.0})
    keep(made.trials, subject(CELL, started="2026-02-02T00:00:00Z"), {"adapt::mean": 3.0})
    return made


def test_the_newest_trial_with_each_scenario_is_taken(project: Project) -> None:
    def observed(*names: str) -> list[object]:
        lines = unchanged.newest_with(project, CELL, dict.fromkeys(names, "key"))
        return [line.observed for line in lines if isinstance(line, OutcomeLine) and line.scenario in names]

    assert observed("adapt::mean") == [3.0]
    assert observed("adapt::mean", "adapt::axis") == [1.0, 2.0]


@pytest.mark.parametrize("keys", [{}, {"adapt::gone": "key"}])
def test_without_such_a_trial_nothing_is_measured(project: Project, keys: dict[str, str]) -> None:
    with pytest.raises(SystemExit, match=f"no committed trial of {re.escape(CELL)}"):
        unchanged.newest_with(project, CELL, keys)


def test_what_is_kept_is_the_newest_trial_of_this_suite_with_the_keys(project: Project) -> None:
    facts = [scenario_facts(name) for name in ("adapt::mean", "adapt::axis")]
    keep_suite(project.trials, *facts, suite="today")
    keys = {"adapt::mean": "0123456789ab", "adapt::axis": "ba9876543210"}
    lines = unchanged.newest_with(project, CELL, keys)
    unchanged.keep(project, [unchanged.today(line, "today", "docker", keys) for line in lines])
    trial = Store(project.trials).newest(CELL, "docker")
    assert trial is not None
    assert trial.subject.suite == "today"
    assert {outcome.scenario: (outcome.observed, outcome.key) for outcome in trial.outcomes} == {
        "adapt::mean": (1.0, "0123456789ab"),
        "adapt::axis": (2.0, "ba9876543210"),
    }

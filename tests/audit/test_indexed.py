"""Tests of the audit of the index and of the table: an outcome that either has otherwise is named with its cell."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests import trial_files
from tfcompat.audit import indexed, shown
from tfcompat.index import refresh
from tfcompat.index.columns import Columns
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store

CELL = "tf2.9.3-py3.10"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(root=tmp_path, cache=tmp_path / "cache")
    trial_files.keep(made.trials, CELL, {"adapt::mean": 1, "adapt::axis": 2})
    refresh.columns(made, lambda text: None)
    return made


def test_an_index_that_says_what_the_trials_say_has_no_hole(project: Project) -> None:
    assert list(indexed.holes(project, Store(project.trials).read(), fast=False)) == []


def test_an_outcome_that_the_index_has_otherwise_is_named(project: Project) -> None:
    """The bytes of the file are those that were read: only a look at each outcome finds it."""
    (trial,) = Store(project.trials).read()
    mean, axis = trial.outcomes
    other = replace(trial, outcomes=(mean, replace(axis, observed=7)))
    assert list(indexed.holes(project, [other], fast=True)) == []
    (hole,) = indexed.holes(project, [other], fast=False)
    assert hole.startswith(f"the index has adapt::axis of {trial.file} otherwise than the file")


def test_scenarios_that_the_index_lacks_are_named(project: Project) -> None:
    (trial,) = Store(project.trials).read()
    (hole,) = indexed.holes(project, [replace(trial, outcomes=trial.outcomes[:1])], fast=False)
    assert hole.startswith("the index has the scenarios of")


def test_a_table_that_shows_what_is_current_has_no_hole(project: Project) -> None:
    trials = Store(project.trials).read()
    assert list(shown.holes(collect(trials), trials)) == []


def test_a_cell_of_the_table_that_is_otherwise_is_named(project: Project) -> None:
    trials = Store(project.trials).read()
    table = collect(trials)
    outcomes = tuple(replace(outcome, status=Status.CRASHES) for outcome in trials[0].outcomes)
    (hole,) = shown.holes(table, [replace(trials[0], outcomes=outcomes)])
    assert hole.startswith(f"the table has adapt::axis, adapt::mean of {CELL} otherwise than {trials[0].file}")


def test_a_cell_that_only_one_side_has_is_named(project: Project) -> None:
    trials = Store(project.trials).read()
    table = collect(trials)
    assert list(shown.holes(table, [])) == [f"{CELL} is in the table, and has no trial"]
    other = replace(trials[0], subject=replace(trials[0].subject, cell="tf2.8.4-py3.10"))
    assert "tf2.8.4-py3.10 has trials, and is not in the table" in list(shown.holes(table, [*trials, other]))


def test_columns_are_what_the_index_is_made_of() -> None:
    assert {"trials", "outcomes"} <= set(Columns.__dataclass_fields__)

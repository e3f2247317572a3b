"""tfcompat nightly shard: what a night measures, and what is no reason to stop one."""

import re
from pathlib import Path

import pytest

from tests import fakes
from tests.command import NEW, OLD, Call
from tests.fakes import FakeEngine
from tests.trial_files import keep
from tfcompat.commands.publish.nightly import shard
from tfcompat.commands.publish.nightly.shard import tonight
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.project import Project
from tfcompat.run import manifest
from tfcompat.trials.store import Store


def test_a_cell_without_an_answer_is_no_reason_to_stop_a_night(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    engine.trouble = {NEW: NoAnswerError(Reason.NO_IMAGE, "the disk is broken")}
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path / "shards"))
    assert code == 0
    place = tmp_path / "shards" / "shard-1of1"
    assert "$ tfcompat run --tf all,pre,nightly --python all --variant all --only tf2.2.3-py3.8," in complained
    (plan,) = manifest.files(place / "runs")
    reasons = {trial.subject.cell: trial.reason for trial in Store(place / "trials").read()}
    assert reasons.pop(NEW) is Reason.NO_IMAGE
    assert set(reasons.values()) == {None}
    assert {OLD, "tfnightly-py3.13"} < set(reasons) == set(manifest.read(plan).cells) - {NEW}


def test_other_columns_of_the_reports_are_measured_by_turns_the_oldest_first(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shard, "TURN", 2)
    project = Project(root=project_folder, cache=project_folder / "cache")
    for day, cell in enumerate(
        (NEW, "tf2.15.1-py3.10", "tf2.9.3-py3.10", "tf2.16.2-py3.12+legacy", "tf2.2.0-py3.8", "tf1.0-py3.8")
    ):
        started = f"2026-01-{20 - day}T00:00:00Z"
        keep(project.trials, fakes.subject(cell, started=started), {"adapt::mean": 1.0})
    keep(project.trials, fakes.subject("tf2.2.0-py3.8", started="2026-02-01T00:00:00Z"), {"adapt::mean": 1.0})
    *_, only = tonight(project)
    assert only.split(",")[-4:] == [
        "tf2.22.0rc0-py3.13",
        "tfnightly-py3.13",
        "tf2.16.2-py3.12+legacy",
        "tf2.15.1-py3.10",
    ]
    assert "tf2.20.0-py3.9" in only.split(",")  # a relevant Python is measured each night
    assert len(only.split(",")) == len(set(only.split(",")))


def test_a_night_leaves_out_what_has_no_python_that_the_runner_works_on(project_folder: Path) -> None:
    releases = project_folder / "images" / "releases.toml"
    text = releases.read_text()
    row = next(line for line in text.splitlines() if '"2.22.0rc0"' in line)
    releases.write_text(text.replace(row, re.sub(r"pythons = \[.*\]", 'pythons = ["3.14"]', row)))
    *_, only = tonight(Project(root=project_folder, cache=project_folder / "cache"))
    assert "tfnightly-py3.13" in only.split(",")
    assert "2.22.0rc0" not in only


def test_what_is_there_is_what_a_shard_is_compared_with(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    keep(project_folder / "reports" / "trials", NEW, {"adapt::mean": 7.0})
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path / "shards"), "--only", NEW)
    assert code == 0
    assert f"1 outcomes changed against {project_folder / 'reports'}: they are run again" in complained


def test_a_shard_that_is_asked_for_wrongly_stops(call: Call, engine: FakeEngine, tmp_path: Path) -> None:
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path), "--python", "2.7")
    assert (code, engine.built) == (2, [])
    assert "--python '2.7' is not one of" in complained

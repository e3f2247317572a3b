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
from tfcompat.environments.staging import suite_files, suite_hash
from tfcompat.outcomes import NoAnswerError, Reason, Subject
from tfcompat.project import Project
from tfcompat.run import manifest
from tfcompat.select.rotation import Tonight
from tfcompat.trials.store import Store


def test_a_cell_without_an_answer_is_no_reason_to_stop_a_night(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    engine.trouble = {NEW: NoAnswerError(Reason.NO_IMAGE, "the disk is broken")}
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path / "shards"))
    assert code == 0
    place = tmp_path / "shards" / "shard-1of1"
    assert "$ tfcompat run --tf all,pre,nightly --python all --variant all --only tf2.10.1-py3.10,tf2." in complained
    assert "--fresh" not in complained.splitlines()[0]
    (plan,) = manifest.files(place / "runs")
    reasons = {trial.subject.cell: trial.reason for trial in Store(place / "trials").read()}
    assert reasons.pop(NEW) is Reason.NO_IMAGE
    assert set(reasons.values()) == {None}
    assert {OLD, "tfnightly-py3.13"} < set(reasons) == set(manifest.read(plan).cells) - {NEW}


def project_of(folder: Path) -> Project:
    return Project(root=folder, cache=folder / "cache")


def on(day: int, cell: str, **facts: str) -> Subject:
    return fakes.subject(cell, started=f"2026-01-{day:02}T00:00:00Z", **facts)


def test_a_tenth_of_the_cells_is_measured_anew_the_oldest_first_and_holes_too(project_folder: Path) -> None:
    project = project_of(project_folder)
    tried = (NEW, "tf2.15.1-py3.10", "tf2.9.3-py3.10", "tf2.16.2-py3.12+legacy", "tf2.2.0-py3.8", "tf1.0-py3.8")
    for number, cell in enumerate(tried):
        keep(project.trials, on(20 - number, cell), {"adapt::mean": 1.0})
    keep(project.trials, on(25, "tf2.2.0-py3.8"), {"adapt::mean": 2.0})
    keep(project.trials, on(26, NEW), {}, reason=Reason.NO_NETWORK)
    keep(project.trials, on(27, "tf2.3.0-py3.8"), {"adapt::mean": 1.0})
    plan = tonight(project, 4)
    assert plan.anew == (NEW, "tf2.16.2-py3.12+legacy", "tf2.9.3-py3.10", "tf2.15.1-py3.10", "tf2.2.0-py3.8")
    assert len({*plan.anew, *plan.new}) == len((*plan.anew, *plan.new))
    assert set(plan.new) > {"tf2.3.0-py3.8", "tf2.20.0-py3.9", "tf2.22.0rc0-py3.13", "tfnightly-py3.13"}
    assert "tf1.0-py3.8" not in plan.new
    assert plan.waiting == ()


def test_what_a_night_has_no_time_for_waits(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch, call: Call, engine: FakeEngine, tmp_path: Path
) -> None:
    """Three cells fit that take a second and their environment; those that were never run are more urgent than others."""
    project = project_of(project_folder)
    keep(project.trials, on(1, NEW), {"adapt::mean": 1.0})
    keep(project.trials, on(2, OLD), {"adapt::mean": 1.0})
    monkeypatch.setattr(shard, "SHARD_SECONDS", 3 * (shard.MAKING + 1.0) / 2)
    plan = tonight(project, 2)
    assert (plan.anew, len(plan.new)) == ((NEW, OLD), 1)
    every = len(tonight(project, 100).new)
    assert len(plan.waiting) == every - 1
    _, _, complained = call("nightly", "shard", "2/2", "--output", str(tmp_path / "shards"))
    assert f"the night is too short for {every - 1} cells: they wait for the next" in complained


def test_a_cell_in_which_nothing_is_new_takes_no_time(project_folder: Path) -> None:
    suite = suite_hash(suite_files(project_folder / "scenarios"))
    known, older, broken = NEW, OLD, "tf2.15.1-py3.11"
    keep(project_folder / "trials", on(3, known, suite=suite), {"adapt::mean": 1.0})
    keep(project_folder / "trials", on(2, older), {"adapt::mean": 1.0})
    keep(project_folder / "trials", on(1, broken, suite=suite), {}, reason=Reason.ENGINE_LOST)
    trials = Store(project_folder / "trials").read()
    plan = Tonight(anew=(), new=(known, older, broken, "never"))
    spent = shard.MAKING + 1.0
    assert shard.expected(plan, trials, suite) == {known: 0.0, older: spent, broken: spent, "never": spent}
    assert shard.expected(Tonight(anew=(known,), new=()), trials, suite) == {known: spent}


def test_a_night_leaves_out_what_has_no_python_that_the_runner_works_on(project_folder: Path) -> None:
    releases = project_folder / "images" / "releases.toml"
    text = releases.read_text()
    row = next(line for line in text.splitlines() if '"2.22.0rc0"' in line)
    releases.write_text(text.replace(row, re.sub(r"pythons = \[.*\]", 'pythons = ["3.14"]', row)))
    plan = tonight(project_of(project_folder), 4)
    assert "tfnightly-py3.13" in plan.new
    assert not any("2.22.0rc0" in cell for cell in plan.new)


def test_a_shard_runs_all_of_what_is_old_and_what_is_new_of_the_rest(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    for day, cell in ((1, OLD), (2, NEW)):
        keep(project_folder / "reports" / "trials", on(day, cell), {"adapt::mean": 1.0})
    shards = tmp_path / "shards"
    for which in ("1/2", "2/2"):
        code, _, complained = call("nightly", "shard", which, "--output", str(shards), "--jobs", "1")
        assert code == 0
        commands = [line for line in complained.splitlines() if line.startswith("$ ")]
        assert [("--fresh" in line, f"--shard {which}" in line) for line in commands] == [(True, True), (False, True)]
        assert f"--only {OLD},{NEW} " in commands[0]
        assert all(line.endswith("--prune --jobs 1") for line in commands)
    plans = [manifest.read(path) for path in shards.glob("*/runs/*.json")]
    assert sorted({plan.shard for plan in plans}) == ["1/2", "2/2"]
    shares = [cell for plan in plans for cell in plan.share]
    assert len(shares) == len(set(shares))
    plan = tonight(project_of(project_folder), 2)
    assert set(shares) == {*plan.anew, *plan.new}


def test_what_is_there_is_what_a_shard_is_compared_with(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    keep(project_folder / "reports" / "trials", NEW, {"adapt::mean": 7.0})
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path / "shards"))
    assert code == 0
    assert f"1 outcomes changed against {project_folder / 'reports'}: they are run again" in complained


def test_a_shard_that_is_asked_for_wrongly_stops(call: Call, engine: FakeEngine, tmp_path: Path) -> None:
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path), "--python", "2.7")
    assert (code, engine.built) == (2, [])
    assert "--python '2.7' is not one of" in complained


def test_what_is_not_a_shard_is_refused(call: Call, tmp_path: Path) -> None:
    code, _, complained = call("nightly", "shard", "3/2", "--output", str(tmp_path))
    assert (code, "is not a shard" in complained) == (2, True)

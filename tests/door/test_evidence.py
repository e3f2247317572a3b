"""What a door is made of: which files count, and when they are others."""

import os
import shutil
from pathlib import Path

import pytest

from tests import fakes
from tests.snapshot import made as snapshots
from tests.trial_files import keep
from tfcompat.door import evidence
from tfcompat.door.opened import door_of
from tfcompat.errors import DataError, TfcompatError
from tfcompat.outcomes import Reason
from tfcompat.project import Project
from tfcompat.table.published import NEEDED

CELL = "tf2.6.5-py3.9"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    keep(tmp_path / "reports" / "trials", CELL, {"adapt::mean": 1})
    return Project(root=tmp_path, cache=tmp_path / "cache")


def of_trials(project: Project) -> str:
    made = evidence.of_trials(project.trials)
    assert made is not None
    return made.key


def of_project(project: Project) -> str:
    made = evidence.of_project(project)
    assert made is not None
    return made.key


@pytest.mark.parametrize("key", [of_trials, of_project])
def test_the_key_is_another_one_where_a_trial_comes_goes_or_changes(key: object, project: Project) -> None:
    assert callable(key)
    keys = [key(project), key(project)]
    assert keys[0] == keys[1]
    keep(project.trials, "tf2.7.4-py3.9", {"adapt::mean": 1})
    keys.append(key(project))
    path = next((project.trials / CELL).iterdir())
    path.write_bytes(path.read_bytes() + b"\0")
    keys.append(key(project))
    path.unlink()
    keys.append(key(project))
    (project.trials / "tf2.7.4-py3.9" / "confirmed.jsonl").write_text("")
    keys.append(key(project))
    assert len(set(keys)) == len(keys) - 1


def test_files_that_are_no_trials_are_nothing(project: Project) -> None:
    before = of_trials(project), of_project(project)
    (project.trials / CELL / "20260101T000000Z-local.jsonl.gz.partial").touch()
    (project.trials / "notes.txt").touch()
    assert (of_trials(project), of_project(project)) == before


def test_a_file_that_was_only_touched_is_the_same_evidence_of_a_project(project: Project) -> None:
    before = of_project(project)
    os.utime(next((project.trials / CELL).iterdir()), (1, 1))
    assert of_project(project) == before


def test_without_trials_there_is_none(tmp_path: Path) -> None:
    assert evidence.of_trials(tmp_path) is None
    assert evidence.of_trials(tmp_path / "nowhere") is None
    assert evidence.of_project(Project(root=tmp_path, cache=tmp_path)) is None


def test_of_a_folder_the_trials_come_before_a_table_and_that_before_trials_in_itself(project: Project) -> None:
    reports = project.reports
    keep(reports, "tf2.7.4-py3.9", {"adapt::mean": 2})
    table = evidence.of_folder(reports, "reports").read()
    (reports / "outcomes.csv").write_text(table.published.replace({"cell": {CELL: "of-table"}}).to_csv(index=False))
    seen = []
    for gone in ("trials", "outcomes.csv", ""):
        seen.append(list(evidence.of_folder(reports, "reports").read().current["cell"]))
        if (reports / gone).is_dir():
            shutil.rmtree(reports / gone) if gone else None
        else:
            (reports / gone).unlink()
    assert seen == [[CELL], ["of-table"], ["tf2.7.4-py3.9"]]


@pytest.mark.parametrize("header", [None, ",".join(NEEDED) + "\n"])
def test_a_folder_without_any_trial_is_one_sentence(header: str | None, tmp_path: Path) -> None:
    if header:
        (tmp_path / "outcomes.csv").write_text(header)
    with pytest.raises(DataError, match=r"^there has no trials and no outcomes\.csv: name a folder like reports/"):
        evidence.of_folder(tmp_path, "there").read()


def test_what_is_wrong_with_the_index_is_said_as_the_caller_wants(project: Project) -> None:
    said: list[str] = []
    made = evidence.of_project(project, said.append)
    assert made is not None
    made.read()
    for path in (project.reports / "index").iterdir():
        path.write_bytes(b"damaged")
    keep(project.trials, fakes.subject("tf2.7.4-py3.9"), {}, reason=Reason.NO_LOCK)
    assert list(made.read().current["cell"]) == [CELL, "tf2.7.4-py3.9"]
    assert len(said) == 1


def test_without_a_clone_questions_are_answered_from_the_newest_snapshot(tmp_path: Path) -> None:
    project = snapshots.carried(tmp_path, snapshots.trial(), snapshots.trial(of="tf2.7.4-py3.9"))
    keep(project.trials, "tf2.9.3-py3.10", {"adapt::mean": 1})
    made, own = evidence.of_project(project), evidence.of_index(project)
    assert made is not None
    assert own is not None
    assert list(made.read().current["cell"]) == [CELL, "tf2.7.4-py3.9"]
    assert made.day.startswith("evidence of 2026-01-02")
    assert list(own.read().current["cell"]) == ["tf2.9.3-py3.10"]
    assert own.day == ""


def test_another_snapshot_has_another_key(tmp_path: Path) -> None:
    project = snapshots.carried(tmp_path)
    keys = [of_project(project)]
    snapshots.write(project.snapshot, snapshots.trial(observed=2.0))
    assert of_project(project) not in keys


def test_without_a_clone_and_a_snapshot_there_is_nothing(tmp_path: Path) -> None:
    project = Project(root=tmp_path, cache=tmp_path / "cache", output=tmp_path / "out")
    assert evidence.of_project(project) is None
    with pytest.raises(
        TfcompatError, match="this tfcompat carries no evidence: tfcompat update fetches it, or ask in a"
    ):
        door_of(project)

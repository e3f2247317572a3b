"""Tests of the sides of a diff: folders, tables of outcomes and what questions rest on, and what is said of what is none."""

import shutil
from pathlib import Path

import pytest

from tests import fakes
from tests.compare.tables import CELL, NAME, statuses
from tests.snapshot import made as snapshots
from tests.trial_files import keep as keep_trial
from tfcompat.commands.door import door_if_kept
from tfcompat.compare.alignment import answers
from tfcompat.compare.baseline import side, usual
from tfcompat.compare.diff import compare
from tfcompat.compare.flaky import Flaky, keep
from tfcompat.errors import DataError
from tfcompat.outcomes import Reason, Status
from tfcompat.project import Project
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store


def write_outcomes(project: Project, folder: Path) -> None:
    """Write the ``outcomes.csv`` of the project's trials into a folder."""
    folder.mkdir(exist_ok=True)
    table = collect(Store(project.trials).read())
    table.published.to_csv(folder / "outcomes.csv", index=False, lineterminator="\n")


def test_a_report_folder_is_its_trials(project: Project) -> None:
    found = side(str(project.reports), project)
    assert (found.name, statuses(found)) == (str(project.reports), {CELL: {NAME: "works"}})


def test_a_folder_of_trials_is_a_side_too(project: Project) -> None:
    assert statuses(side(str(project.trials), project)) == {CELL: {NAME: "works"}}


def test_the_current_trial_is_taken(project: Project) -> None:
    keep_trial(project.trials, fakes.subject(CELL, started="2026-06-01T00:00:00Z"), {NAME: ValueError("no")})
    assert statuses(side(str(project.reports), project)) == {CELL: {NAME: "fails"}}


def test_trials_come_before_a_table_of_outcomes(project: Project) -> None:
    write_outcomes(project, project.reports)
    table = project.reports / "outcomes.csv"
    table.write_text(table.read_text().replace(",works,", ",fails,"))
    assert statuses(side(str(project.reports), project)) == {CELL: {NAME: "works"}}
    shutil.rmtree(project.trials)
    assert statuses(side(str(project.reports), project)) == {CELL: {NAME: "fails"}}


def test_a_table_of_outcomes_tells_the_same_as_the_trials_it_was_made_from(project: Project, tmp_path: Path) -> None:
    answered = {"a::fails": ValueError("it is: so"), "a::works": {"x": [1, None, "é"]}, "a::plain": RuntimeError()}
    keep_trial(project.trials, "tf2.9.3-py3.10", answered)
    keep_trial(project.trials, "tf2.8.4-py3.10", {}, reason=Reason.NO_LOCK, message="uv could not: no")
    (tmp_path / "made").mkdir()
    write_outcomes(project, tmp_path / "made")
    diff = compare(side(str(project.reports), project), side(str(tmp_path / "made"), project))
    # A table has a row for every scenario of every cell; what a cell was not asked is unknown in it.
    assert {row.change for row in diff.rows} == {"added"}
    assert all(row.after and row.after["status"] == Status.UNKNOWN for row in diff.changed)
    assert diff.unchanged == 1 + len(answered) + 4  # and the cell without an answer, of each of the four


def test_a_table_with_a_huge_observation_is_read(project: Project, tmp_path: Path) -> None:
    keep_trial(project.trials, "tf2.9.3-py3.10", {"inventory::tf": {"name": "x" * 200_000}})
    write_outcomes(project, tmp_path / "made")
    diff = compare(side(str(project.reports), project), side(str(tmp_path / "made"), project))
    assert [row.change for row in diff.rows if row.before] == []
    assert diff.unchanged == 2
    table = tmp_path / "made" / "outcomes.csv"
    table.write_text(table.read_text().replace('""200012 characters', '""200013 characters'))
    diff = compare(side(str(project.reports), project), side(str(tmp_path / "made"), project))
    assert [(row.scenario, row.change) for row in diff.changed if row.before] == [
        ("inventory::tf", "observed something else")
    ]


def test_a_damaged_table_of_outcomes_is_one_sentence(project: Project, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "outcomes.csv").write_text("scenario,status\nadapt::mean,works\n")
    with pytest.raises(DataError, match=r"it lacks cell, engine.*make it with tfcompat report$"):
        side(str(tmp_path / "made"), project)


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_path_without_trials_is_one_sentence(what: str, project: Project, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir() if what == "folder" else place.touch()
    with pytest.raises(DataError, match=r"has no trials and no outcomes\.csv: name a folder like reports/"):
        side(str(place), project)


def test_a_damaged_trial_is_named(project: Project) -> None:
    (path,) = project.trials.glob("*/*.gz")
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(DataError, match="is not a whole trial"):
        side(str(project.reports), project)


def test_the_locks_of_the_project_and_the_cache_are_known_by_their_digest(project: Project) -> None:
    lock = fakes.lock(fakes.cell())
    for folder, text in ((project.locks, lock.text), (project.cache / "locks", lock.text.replace("2.16.2", "2.16.1"))):
        folder.mkdir(parents=True)
        (folder / "one.txt").write_text(text)
    found = side(str(project.reports), project)
    assert found.locks[lock.digest] == {"tensorflow-cpu": "2.16.2"}
    assert sorted(pins["tensorflow-cpu"] for pins in found.locks.values()) == ["2.16.1", "2.16.2"]


def test_what_is_known_to_be_flaky_comes_with_its_folder(project: Project) -> None:
    one = Flaky(cell=CELL, scenario=NAME, engine="local", suite="s", started="now", baseline="works", seen=("fails",))
    keep([one], project.reports)
    assert side(str(project.reports), project).flaky == {(CELL, NAME, "now")}


def test_the_door_to_the_projects_own_reports_is_that_of_its_questions(project: Project) -> None:
    side(str(project.reports), project)
    assert door_if_kept(project) is not None


def test_the_table_is_there_for_who_needs_its_frames(project: Project) -> None:
    for _ in range(2):
        assert list(side(str(project.reports), project).table.current["cell"]) == [CELL]


def test_without_a_clone_evidence_is_that_of_questions_and_a_folder_is_what_it_holds(tmp_path: Path) -> None:
    """Trials of one's own are compared with what was published."""
    project = snapshots.carried(tmp_path, snapshots.trial(observed=1.0))
    keep_trial(project.trials, snapshots.CELL, {NAME: 2.0})
    assert usual(project) == "evidence"
    published, own = side(usual(project), project), side(str(project.reports), project)
    observed = [answers(found.door)[snapshots.CELL, NAME]["observed"] for found in (published, own)]
    assert observed == ["1.0", "2.0"]
    assert compare(published, own).differs


@pytest.mark.parametrize("name", ["HEAD", "main", "nothing"])
def test_without_a_clone_there_are_no_revisions(name: str, tmp_path: Path) -> None:
    """A package may be installed below a repository of somebody else's."""
    with pytest.raises(
        DataError, match=f"^{name!r} is not a folder, and without a clone there are no revisions: name evid"
    ):
        side(name, snapshots.carried(tmp_path))


def test_in_a_clone_the_usual_side_is_its_reports(project: Project) -> None:
    assert usual(project) == str(project.reports)

"""Tests of git revisions as sides of a diff: the reports and locks as they were, read once, and what is said of what is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import fakes
from tests.compare.tables import CELL, NAME, statuses
from tests.trial_files import keep as keep_trial
from tfcompat import process
from tfcompat.compare import revisions
from tfcompat.compare.baseline import side
from tfcompat.compare.flaky import Flaky, keep
from tfcompat.errors import DataError, ToolError
from tfcompat.project import Project
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store

pytestmark = [pytest.mark.starts, pytest.mark.git]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(project: Project) -> Project:
    """The project as a repository: its first commit has one lock and a trial that works, its second one that fails."""
    lock = fakes.lock(fakes.cell())
    project.locks.mkdir(parents=True)
    (project.locks / "one.txt").write_text(lock.text)
    git(project.root, "init", "--quiet")
    git(project.root, "add", "reports", "images")
    git(project.root, "commit", "--quiet", "-m", "first")
    git(project.root, "tag", "first")
    (project.locks / "one.txt").unlink()
    keep_trial(project.trials, fakes.subject(CELL, started="2026-06-01T00:00:00Z"), {NAME: ValueError("no")})
    git(project.root, "add", "--all", "reports", "images")
    git(project.root, "commit", "--quiet", "-m", "second")
    return project


@pytest.mark.parametrize("revision", ["HEAD~1", "first"])
def test_a_revision_is_its_reports_as_they_were(revision: str, repository: Project) -> None:
    found = side(revision, repository)
    assert (found.name, statuses(found)) == (revision, {CELL: {NAME: "works"}})
    assert fakes.lock(fakes.cell()).digest in found.locks
    assert statuses(side("HEAD", repository)) == {CELL: {NAME: "fails"}}


def test_a_revision_is_read_once_and_that_is_said(
    repository: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = side("first", repository)
    said = "the trials of first are read once: the next question about them is answered at once\n"
    assert capsys.readouterr().err == said
    monkeypatch.setattr(revisions, "extract", None)  # nothing is taken out of git any more
    again = side("first", repository)
    assert capsys.readouterr().err == ""
    assert (statuses(again), again.locks.keys(), again.flaky) == (statuses(first), first.locks.keys(), first.flaky)


def test_revisions_with_the_same_trials_and_locks_are_read_once(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    side("HEAD", repository)
    (repository.reports / "README.md").write_text("derived from the trials")
    git(repository.root, "add", "reports/README.md")
    git(repository.root, "commit", "--quiet", "-m", "third")
    monkeypatch.setattr(revisions, "extract", None)
    assert statuses(side("HEAD", repository)) == {CELL: {NAME: "fails"}}


@pytest.mark.parametrize("changed", ["trials", "locks", "flaky"])
def test_a_revision_with_other_evidence_is_read_by_itself(changed: str, repository: Project) -> None:
    before = side("HEAD", repository)
    if changed == "trials":
        keep_trial(repository.trials, fakes.subject(CELL, started="2026-07-01T00:00:00Z"), {NAME: [0.5]})
    elif changed == "locks":
        (repository.locks / "other.txt").write_text("gast==1\n")
    else:
        doubtful = Flaky(cell=CELL, scenario=NAME, engine="e", suite="s", started="now", baseline="", seen=())
        keep([doubtful], repository.reports)
    git(repository.root, "add", "--all", "reports", "images")
    git(repository.root, "commit", "--quiet", "-m", "third")
    shutil.rmtree(repository.locks, ignore_errors=True)  # so that what is told of locks comes from the revision
    after = side("HEAD", repository)
    differ = {
        "trials": statuses(after) != statuses(before),
        "locks": len(after.locks) != len(before.locks),
        "flaky": after.flaky != before.flaky,
    }
    assert [name for name, differs in differ.items() if differs] == [changed]


def test_a_folder_comes_before_a_revision_of_that_name(
    repository: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(repository.reports, tmp_path / "first")
    assert statuses(side("first", repository)) == {CELL: {NAME: "fails"}}


@pytest.mark.parametrize("name", ["nowhere", "HEAD~9", "HEAD:reports", "-x", "--output=/tmp/x", "a b", "; ls"])
def test_what_is_neither_a_folder_nor_a_revision_is_one_sentence(name: str, repository: Project) -> None:
    with pytest.raises(DataError) as raised:
        side(name, repository)
    assert str(raised.value).startswith(f"{name!r} is neither a folder nor a git revision of {repository.root}")
    assert "\n" not in str(raised.value)


def test_a_revision_without_reports_is_one_sentence(repository: Project) -> None:
    git(repository.root, "rm", "-r", "--quiet", "reports")
    (repository.root / "other").touch()
    git(repository.root, "add", "other")
    git(repository.root, "commit", "--quiet", "-m", "third")
    with pytest.raises(DataError, match=r"the revision 'HEAD' of .* has no reports/"):
        side("HEAD", repository)


def test_a_folder_that_is_no_repository_says_so(project: Project) -> None:
    with pytest.raises(DataError, match="not a git repository"):
        side("HEAD", project)


def commit(project: Project) -> None:
    """Commit what the reports and locks are now."""
    git(project.root, "add", "--all", "reports", "images")
    git(project.root, "commit", "--quiet", "-m", "more")


def test_only_of_a_release_it_is_said_that_two_releases_are_compared_otherwise(repository: Project) -> None:
    otherwise = r"see git log reports; tfcompat upgrade compares two releases$"
    with pytest.raises(DataError, match=otherwise):
        side("2.16.2", repository)
    with pytest.raises(DataError, match=r"see git log reports$"):
        side("nowhere", repository)


def test_a_revision_from_before_there_were_trials_is_its_table_of_outcomes(repository: Project) -> None:
    table = collect(Store(repository.trials).read()).published
    shutil.rmtree(repository.trials)
    (repository.reports / "outcomes.csv").write_text(table.to_csv(index=False))
    commit(repository)
    assert statuses(side("HEAD", repository)) == {CELL: {NAME: "fails"}}


def test_what_git_says_beside_its_answer_is_not_taken_for_it(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = revisions.find("HEAD", repository.root)
    monkeypatch.setenv("GIT_TRACE", "1")
    assert revisions.find("HEAD", repository.root) == quiet
    assert quiet.commit == git(repository.root, "rev-parse", "HEAD").splitlines()[-1]
    assert statuses(side("HEAD", repository)) == {CELL: {NAME: "fails"}}


def test_a_damaged_repository_is_said_to_be_one_in_the_words_of_git(repository: Project) -> None:
    name = git(repository.root, "rev-parse", "HEAD:reports/trials")
    (repository.root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(ToolError, match=rf"^git archive of 'HEAD' failed: .*{name}"):
        side("HEAD", repository)


def test_without_git_it_is_said_what_to_do(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*arguments: object, **options: object) -> process.Completed:
        raise FileNotFoundError("git")

    monkeypatch.setattr(process, "run", lacking)
    with pytest.raises(ToolError, match="git is not on PATH: install it, or name folders"):
        side("HEAD", project)

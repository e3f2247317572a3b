"""Tests of the sides of a diff: folders, tables of outcomes and git revisions, and what is said of what is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import fakes
from tests.conftest import ROOT
from tests.fakes import outcome, trial
from tests.snapshot import made as snapshots
from tests.trial_files import keep as keep_trial
from tfcompat import process
from tfcompat.commands.door import door_if_kept
from tfcompat.compare import revisions
from tfcompat.compare.alignment import answers
from tfcompat.compare.baseline import side, usual
from tfcompat.compare.causes import pins
from tfcompat.compare.diff import Side, compare
from tfcompat.compare.flaky import Flaky, keep
from tfcompat.door.fill import in_memory
from tfcompat.errors import DataError, ToolError
from tfcompat.outcomes import Harm, Kind, Reason, Status
from tfcompat.project import Project
from tfcompat.table.frame import collect
from tfcompat.table.published import read_outcomes
from tfcompat.trials.store import Store

CELL = "tf2.16.2-py3.12"
NAME = "adapt::mean"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one trial, and its locks."""
    keep_trial(tmp_path / "reports" / "trials", CELL, {NAME: [0.5]}, versions={"keras": "3.3.3"})
    return Project(root=tmp_path, cache=tmp_path / "cache")


def statuses(found: Side) -> dict[str, dict[str, str]]:
    cells: dict[str, dict[str, str]] = {cell: {} for cell in found.cells}
    for (cell, scenario), row in answers(found.door).items():
        cells[cell][scenario] = row["status"]
    return cells


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


def test_a_table_of_outcomes_keeps_what_was_observed_and_raised(project: Project, tmp_path: Path) -> None:
    keep_trial(project.trials, "tf2.9.3-py3.10", {"a::fails": ValueError("it is: so"), "a::works": [1.5]})
    write_outcomes(project, tmp_path / "made")
    table = read_outcomes(tmp_path / "made" / "outcomes.csv")
    outcomes = answers(in_memory(table))
    fails, works = (outcomes["tf2.9.3-py3.10", name] for name in ("a::fails", "a::works"))
    assert (fails["type"], fails["message"]) == ("ValueError", "ValueError: it is: so")
    assert works["observed"] == "[1.5]"
    row = table.trials.set_index("cell").loc["tf2.9.3-py3.10"]
    assert (row["tensorflow"], row["python"], row["versions"]) == ("2.9.3", "3.10", {"keras": "3.3.3"})
    assert (row["suite"], row["lock"], row["reason"], row["channel"]) == ("", "", "", "stable")


def test_a_table_of_outcomes_keeps_harm_and_whose_something_missing_is(project: Project, tmp_path: Path) -> None:
    trials = [
        trial(
            CELL,
            outcome("a::stale", Status.ANSWERED, kind=Kind.QUESTION, observed="stale", harm=Harm.SILENT),
            outcome("a::keras", Status.MISSING, type="ModuleNotFoundError", message="No module named 'keras'"),
            outcome("a::fails", Status.FAILS, type="ModuleNotFoundError", message="No module named 'keras'"),
        )
    ]
    (tmp_path / "outcomes.csv").write_text(collect(trials).published.to_csv(index=False))
    table = read_outcomes(tmp_path / "outcomes.csv")
    assert table.frame[["scenario", "harm", "whose"]].values.tolist() == [
        ["a::stale", "silent", ""],
        ["a::keras", "loud", "no package"],
        ["a::fails", "loud", ""],
    ]
    assert table.scenarios.loc["a::stale", "kind"] == "question"


def test_a_table_from_before_there_was_harm_has_that_of_its_statuses(tmp_path: Path) -> None:
    statuses = {"works": "none", "differs": "silent", "missing": "loud", "crashes": "obscure"}
    trials = [trial(CELL, *(outcome(f"a::{status}") for status in statuses))]
    old = collect(trials).published.drop(columns=["harm", "kind", "raised"]).assign(status=list(statuses))
    (tmp_path / "outcomes.csv").write_text(old.to_csv(index=False))
    frame = read_outcomes(tmp_path / "outcomes.csv").frame
    assert dict(zip(frame["scenario"].str.removeprefix("a::"), frame["harm"], strict=True)) == statuses
    assert frame["status"].tolist() == ["works", "wrong", "missing", "crashes"]


def test_a_table_of_outcomes_says_which_cells_stand_for_their_releases(project: Project, tmp_path: Path) -> None:
    for cell in ("tf2.9.2-py3.10", "tf2.9.3-py3.10", "tf2.9.3-py3.9", "tf2.10.0rc0-py3.10", "tf2.9.3-py3.10+legacy"):
        keep_trial(project.trials, cell, {NAME: [0.5]})
    keep_trial(project.trials, "tf2.9.3-py3.11", {}, reason=Reason.NO_IMAGE)
    write_outcomes(project, tmp_path / "made")
    table = read_outcomes(tmp_path / "made" / "outcomes.csv")
    wanted = side(str(project.reports), project).table.current
    columns = ["cell", "set", "stands_for_minor"]
    assert table.current[columns].values.tolist() == wanted[columns].values.tolist()
    assert dict(zip(table.scenarios.index, table.scenarios["group"], strict=True)) == {NAME: "adapt"}


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


HEAD = "cell,tensorflow,python,keras,variant,engine,scenario,status,observed,reason,message\n"
ROW = "c,2.9.3,3.10,,bundled,docker,a::b,works,,,\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No columns to parse"),
        ("scenario,tf2.9.3\nadapt::mean,works\n", "it lacks cell, engine"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b,perfect,,,\n", "'perfect' is not a status"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b,works,{,,\n", "Expecting property name"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b,unknown,,because,\n", "'because' is not a reason"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b,unknown,,,\n", "a::b of c is unknown with the reason ''"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b,works,,no lock,\n", "a::b of c is works with the reason 'no lock'"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b\n", "a row has more or fewer fields than the header"),
        (HEAD + ROW.replace("\n", ",more\n"), "a row has more or fewer fields than the header"),
        (HEAD + ROW + ROW.replace("\n", ",more\n"), "Expected 11 fields in line 3, saw 12"),
        (HEAD + ROW + ROW, "c has two outcomes of a::b"),
        (HEAD + ROW.replace("2.9.3", "new"), "Invalid version: 'new'"),
        (HEAD + ROW.replace("3.10", "old"), "Invalid version: 'old'"),
        (HEAD + 'c,2.9.3,3.10,,bundled,docker,a::b,works,"1"x,,\n', "expected after"),
        (HEAD + "c,2.9.3,3.10,,bundled,docker,a::b,works," + "[" * 100_000 + ",,\n", "recursion"),
    ],
)
def test_a_damaged_table_of_outcomes_is_one_sentence(text: str, says: str, project: Project, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "outcomes.csv").write_text(text)
    with pytest.raises(DataError) as raised:
        side(str(tmp_path / "made"), project)
    assert says in str(raised.value)
    assert str(raised.value).endswith("make it with tfcompat report")
    assert "\n" not in str(raised.value)


def test_a_table_that_is_no_text_is_one_sentence(project: Project, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "outcomes.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="is not a table of outcomes"):
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


def test_pins_are_the_distributions_of_a_lock() -> None:
    text = "# tfcompat lock\nabsl-py==1.3.0 \\\n    --hash=sha256:aa\nx.y_z==2; python_version < '3.9' \\\n"
    assert pins(text) == {"absl-py": "1.3.0", "x.y_z": "2"}


def test_the_pins_of_the_committed_locks_are_read() -> None:
    text = (ROOT / "images" / "locks" / "tf2.9.3-py3.10.txt").read_text()
    found = pins(text)
    assert found["tensorflow-cpu"] == "2.9.3"
    assert len(found) == text.count("==")


def test_what_is_known_to_be_flaky_comes_with_its_folder(project: Project) -> None:
    one = Flaky(cell=CELL, scenario=NAME, engine="local", suite="s", started="now", baseline="works", seen=("fails",))
    keep([one], project.reports)
    assert side(str(project.reports), project).flaky == {(CELL, NAME, "now")}


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


@pytest.mark.starts
@pytest.mark.parametrize("revision", ["HEAD~1", "first"])
def test_a_revision_is_its_reports_as_they_were(revision: str, repository: Project) -> None:
    found = side(revision, repository)
    assert (found.name, statuses(found)) == (revision, {CELL: {NAME: "works"}})
    assert fakes.lock(fakes.cell()).digest in found.locks
    assert statuses(side("HEAD", repository)) == {CELL: {NAME: "fails"}}


@pytest.mark.starts
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


@pytest.mark.starts
def test_revisions_with_the_same_trials_and_locks_are_read_once(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    side("HEAD", repository)
    (repository.reports / "README.md").write_text("derived from the trials")
    git(repository.root, "add", "reports/README.md")
    git(repository.root, "commit", "--quiet", "-m", "third")
    monkeypatch.setattr(revisions, "extract", None)
    assert statuses(side("HEAD", repository)) == {CELL: {NAME: "fails"}}


@pytest.mark.starts
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


def test_the_door_to_the_projects_own_reports_is_that_of_its_questions(project: Project) -> None:
    side(str(project.reports), project)
    assert door_if_kept(project) is not None


def test_the_table_is_there_for_who_needs_its_frames(project: Project) -> None:
    for _ in range(2):
        assert list(side(str(project.reports), project).table.current["cell"]) == [CELL]


@pytest.mark.starts
def test_a_folder_comes_before_a_revision_of_that_name(
    repository: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(repository.reports, tmp_path / "first")
    assert statuses(side("first", repository)) == {CELL: {NAME: "fails"}}


@pytest.mark.starts
@pytest.mark.parametrize("name", ["nowhere", "HEAD~9", "HEAD:reports", "-x", "--output=/tmp/x", "a b", "; ls"])
def test_what_is_neither_a_folder_nor_a_revision_is_one_sentence(name: str, repository: Project) -> None:
    with pytest.raises(DataError) as raised:
        side(name, repository)
    assert str(raised.value).startswith(f"{name!r} is neither a folder nor a git revision of {repository.root}")
    assert "\n" not in str(raised.value)


@pytest.mark.starts
def test_a_revision_without_reports_is_one_sentence(repository: Project) -> None:
    git(repository.root, "rm", "-r", "--quiet", "reports")
    (repository.root / "other").touch()
    git(repository.root, "add", "other")
    git(repository.root, "commit", "--quiet", "-m", "third")
    with pytest.raises(DataError, match=r"the revision 'HEAD' of .* has no reports/"):
        side("HEAD", repository)


@pytest.mark.starts
def test_a_folder_that_is_no_repository_says_so(project: Project) -> None:
    with pytest.raises(DataError, match="not a git repository"):
        side("HEAD", project)


def test_without_git_it_is_said_what_to_do(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*arguments: object, **options: object) -> process.Completed:
        raise FileNotFoundError("git")

    monkeypatch.setattr(process, "run", lacking)
    with pytest.raises(ToolError, match="git is not on PATH: install it, or name folders"):
        side("HEAD", project)


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

"""tfcompat diff: exactly what changed, in three forms, and the exit code that says whether something did."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import committed
from tests.conftest import ROOT
from tests.trial_files import keep
from tfcompat.commands.ask.diff import diff
from tfcompat.errors import DataError, SelectionError
from tfcompat.project import Project
from tfcompat.record.lines import file_name
from tfcompat.trials.current import current_trials

NAMES = ("adapt::mean", "adapt::rows", "map::twice")
CELLS = ("tf2.5.3-py3.9", "tf2.6.5-py3.9", "tf2.9.3-py3.10")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three cells, three scenarios each, as reports of a project."""
    for cell in CELLS:
        keep(tmp_path / "project" / "reports" / "trials", cell, {name: [1.0] for name in NAMES})
    return Project(root=tmp_path / "project", cache=tmp_path / "cache")


def call(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(diff, arguments, obj=project, catch_exceptions=False)


def rewritten(path: Path, *, kept: int | None = None, **changes: object) -> None:
    """Change a trial file: the outcome of the first scenario, or cut it to its first lines and a verdict."""
    lines = [json.loads(text) for text in gzip.decompress(path.read_bytes()).decode().splitlines()]
    if kept is None:
        at = next(number for number, line in enumerate(lines) if line.get("scenario") == NAMES[0])
        lines[at] = {key: value for key, value in lines[at].items() if key != "observed"} | changes
    else:
        lines = [*lines[:kept], lines[-1] | changes]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))


@pytest.fixture
def copy(project: Project, tmp_path: Path) -> Path:
    """A copy of the reports with one outcome changed, one cell removed and one cell unknown."""
    folder = tmp_path / "copy"
    shutil.copytree(project.reports, folder)
    removed, unknown, changed = (next((folder / "trials" / cell).iterdir()) for cell in CELLS)
    shutil.rmtree(removed.parent)
    rewritten(unknown, kept=1, reason="engine lost", message="the engine went away")
    rewritten(changed, happened="raised", type="ValueError", message="broken")
    return folder


def test_exactly_what_changed_is_printed(project: Project, copy: Path) -> None:
    result = call(project, str(project.reports), str(copy))
    assert result.exit_code == 1
    assert result.stdout.startswith("from /")
    assert result.stdout.splitlines()[1:] == [
        "regressed",
        "  tf2.9.3-py3.10 adapt::mean: works [1.0] → fails ValueError: broken; nothing that is recorded differs",
        "environment only",
        "  tf2.6.5-py3.9: the whole cell, 3 scenarios: an answer → unknown (engine lost: the engine went away)",
        "removed",
        "  tf2.5.3-py3.9: the whole cell, 3 scenarios",
        "1 regressed, 3 environment only, 3 removed, 2 unchanged",
    ]


def test_the_other_way_round_it_is_better_and_added(project: Project, copy: Path) -> None:
    result = call(project, str(copy))  # against the project's reports
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 improved, 3 environment only, 3 added, 2 unchanged"


def test_of_one_cell_only_that_cell(project: Project, copy: Path) -> None:
    assert call(project, str(project.reports), str(copy), "--cell", CELLS[0]).stdout.splitlines()[-1] == "3 removed"
    assert call(project, str(copy), "--cell", CELLS[1]).stdout.splitlines()[-1] == "3 environment only"


def test_for_programs_it_is_json(project: Project, copy: Path) -> None:
    result = call(project, str(project.reports), str(copy), "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["changed"] is True
    assert found["counts"] == {"regressed": 1, "environment only": 3, "removed": 3, "unchanged": 2}
    assert len(found["changes"]) == 7


def test_for_a_code_host_it_is_markdown(project: Project, copy: Path) -> None:
    result = call(project, str(project.reports), str(copy), "--format", "markdown")
    assert result.exit_code == 1
    headings = [line for line in result.stdout.splitlines() if line.startswith("### ")]
    assert headings == ["### regressed", "### environment only", "### removed"]


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_where_nothing_changed_the_exit_code_is_zero(form: str, project: Project) -> None:
    result = call(project, str(project.reports), str(project.trials), "--format", form)
    assert result.exit_code == 0
    assert "9" in result.stdout
    assert "regressed" not in result.stdout


def test_two_cells_of_one_report(project: Project) -> None:
    variants = ("tf2.19.1-py3.12+keras3.5", "tf2.19.1-py3.12+keras3.6")
    for variant, keras, observed in zip(variants, ("3.5.0", "3.6.0"), (1, 2), strict=True):
        versions: dict[str, str | None] = {"tensorflow": "2.19.1", "python": "3.12.4", "keras": keras}
        keep(project.trials, variant, {"adapt::mean": observed, "adapt::same": 0}, versions=versions)
    result = call(project, "--cell", variants[0], "--cell", variants[1])
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"from {variants[0]} to {variants[1]}",
        "observed something else",
        "  adapt::mean: works 1 → works 2; Keras 3.5.0 → 3.6.0",
        "environments that differ",
        f"  {variants[0]} → {variants[1]}: Keras 3.5.0 → 3.6.0",
        "1 observed something else, 1 unchanged",
    ]
    assert call(project, str(project.trials), "--cell", variants[0], "--cell", variants[0]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name one or two sides"),
        (("a", "b", "c"), "name one or two sides"),
        (("--cell", "a", "--cell", "b", "--cell", "c"), "name one or two sides"),
        (("--cell", "a"), "name one or two sides"),
        (("a", "b", "--cell", "x", "--cell", "y"), "two --cell are compared on one side"),
        (("--cell", CELLS[0], "--cell", "tf9"), "has no cell 'tf9': its cells are tf2.5.3-py3.9, tf2.6.5-py3.9"),
        (("REPORTS", "--cell", "tf9"), "neither side has a cell 'tf9'"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError) as raised:
        call(project, *(str(project.reports) if word == "REPORTS" else word for word in arguments))
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.starts
def test_what_is_not_there_is_one_sentence(project: Project) -> None:
    with pytest.raises(DataError, match="'nowhere' is neither a folder nor a git revision"):
        call(project, "nowhere")


@pytest.mark.starts
def test_who_names_releases_is_told_what_compares_them(project: Project) -> None:
    with pytest.raises(DataError, match="see git log reports; tfcompat upgrade compares two releases"):
        call(project, "2.15", "2.16")


def test_the_committed_reports_are_what_they_are(tmp_path: Path) -> None:
    project = Project(root=ROOT, cache=tmp_path)
    if project.trials.is_dir():
        assert call(project, str(project.reports)).exit_code == 0


def test_of_the_committed_reports_exactly_what_was_changed_is_told(tmp_path: Path) -> None:
    """One outcome changed, one cell removed, one cell unknown: those, and not one line more."""
    project = Project(root=ROOT, cache=tmp_path / "cache")
    current = committed.table().current
    cells = [project.trials / cell for cell in current["cell"][current["reason"] == ""][:3]]
    trials = [trial for cell in cells for trial in current_trials(committed.trials_of(cell.name))]
    before, after = tmp_path / "before", tmp_path / "after"
    for side in (before, after):
        for folder in (project.trials / "suites", *cells):
            shutil.copytree(folder, side / "trials" / folder.name)
    files = [f"{trial.subject.cell}/{file_name(trial.subject)}.jsonl.gz" for trial in trials]
    removed, unknown, changed = (after / "trials" / file for file in files)
    shutil.rmtree(removed.parent)
    for file in unknown.parent.iterdir():  # where only the newest has no answers, the one before it is shown
        rewritten(file, kept=1, reason="engine lost", message="")
    lines = [json.loads(text) for text in gzip.decompress(changed.read_bytes()).decode().splitlines()]
    at = next(number for number, line in enumerate(lines) if line.get("scenario", "").startswith("adapt::"))
    lines[at] = {"kind": "outcome", "scenario": lines[at]["scenario"], "seconds": 0.0, "happened": "signal"}
    changed.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    result = call(project, str(before), str(after), "--format", "json")
    assert result.exit_code == 1
    told = {(change["cell"], change["change"]) for change in json.loads(result.stdout)["changes"]}
    assert told == {
        (cells[0].name, "removed"),
        (cells[1].name, "environment only"),
        (cells[2].name, "regressed"),
    }
    assert json.loads(result.stdout)["counts"]["regressed"] == 1

"""The audit of a project of two cells: nothing where all agrees, and a sentence for whatever was taken out or changed."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import fakes, trial_files
from tests.command import Call
from tfcompat.run import manifest

CELLS = ("tf2.9.3-py3.10", "tf2.16.2-py3.12")
MOMENT = "20260102T030405Z-local"


@pytest.fixture
def project(tmp_path: Path, call: Call) -> Path:
    """A project that measured two cells by a plan, and derived its reports."""
    root = tmp_path / "small"
    (root / "images").mkdir(parents=True)
    (root / "images" / "releases.toml").write_text("releases = []\n")
    for cell in CELLS:
        trial_files.keep(root / "reports" / "trials", cell, {"adapt::mean": 1, "adapt::axis": ValueError("no")})
    (suite,) = (root / "reports" / "trials" / "suites").iterdir()
    manifest.write(fakes.manifest(*CELLS, suite=suite.stem), root / "reports" / "runs")
    told = call("report", project=root)
    assert told[0] == 0, told[2]
    return root


@pytest.fixture
def site(project: Path, call: Call) -> Path:
    """The page of the project."""
    told = call("report", "--site", project=project)
    assert told[0] == 0, told[2]
    return project / "reports" / "site"


def trial_of(project: Path, cell: str) -> Path:
    return project / "reports" / "trials" / cell / f"{MOMENT}.jsonl.gz"


@pytest.mark.parametrize("options", [(), ("--fast",)])
def test_where_all_agrees_there_is_no_hole(project: Path, call: Call, options: tuple[str, ...]) -> None:
    code, said, _ = call("audit", *options, project=project)
    assert (code, said.splitlines()) == (0, ["no hole: plans, trials, index, table and published files agree"])


def test_an_audit_changes_nothing(project: Path, call: Call) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    call("audit", project=project)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def lose_a_trial(project: Path) -> None:
    trial_of(project, CELLS[0]).unlink()


def lose_a_column(project: Path) -> None:
    shutil.rmtree(trial_of(project, CELLS[0]).parent)


def damage_a_trial(project: Path) -> None:
    trial_of(project, CELLS[0]).write_bytes(b"damaged")


def change_an_observation(project: Path) -> None:
    path = trial_of(project, CELLS[0])
    text = gzip.decompress(path.read_bytes()).replace(b'"observed":1', b'"observed":7')
    path.write_bytes(gzip.compress(text, mtime=0))


def leave_half(project: Path) -> None:
    trial_of(project, CELLS[0]).with_name(f"{MOMENT}.jsonl.gz.partial").write_text("")


def leave_a_stranger(project: Path) -> None:
    trial_of(project, CELLS[0]).with_name("notes.txt").write_text("")


def lose_the_index(project: Path) -> None:
    shutil.rmtree(project / "reports" / "index")


def damage_the_index(project: Path) -> None:
    for path in (project / "reports" / "index").rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-20])


def edit_a_table(project: Path) -> None:
    path = project / "reports" / "table.csv"
    path.write_text(path.read_text().replace("works", "wrong", 1))


def lose_a_table(project: Path) -> None:
    (project / "reports" / "support.json").unlink()


def edit_a_plan(project: Path) -> None:
    (path,) = (project / "reports" / "runs").iterdir()
    path.write_text(path.read_text().replace('"local"', '"docker"'))


def cut_a_plan(project: Path) -> None:
    (path,) = (project / "reports" / "runs").iterdir()
    path.write_text(path.read_text()[:40])


def cut_the_nights(project: Path) -> None:
    (project / "reports" / "nights.jsonl").write_text('{"started":')


def confirm_too_early(project: Path) -> None:
    line = f'"trial":"{MOMENT}","sha256":"{"0" * 64}","started":"2025-01-01T00:00:00Z"'
    text = f'{{"kind":"confirmed","schema":2,{line},"environment":"","tfcompat":"1","seconds":1.0}}\n'
    trial_of(project, CELLS[0]).with_name("confirmed.jsonl").write_text(text)


@pytest.mark.fault(
    "A trial, plan, index, table or page is lost, edited or left over",
    group="published",
    reads="tfcompat audit says each hole in a sentence, with the command that mends it",
    code=3,
    kept="all files: an audit changes nothing",
)
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lose_a_trial, f"{CELLS[0]} was planned by 20260102T030405Z-local-1of1-"),
        (lose_a_column, f"the index has {CELLS[0]}/{MOMENT}.jsonl.gz, which is not there"),
        (damage_a_trial, f"{CELLS[0]}/{MOMENT}.jsonl.gz is not a whole trial"),
        (change_an_observation, f"the index lacks {CELLS[0]}/{MOMENT}.jsonl.gz, as it is now"),
        (leave_half, ".partial is not finished: its run was killed, and the next run removes it"),
        (leave_a_stranger, "notes.txt is neither a trial nor a confirmation: remove it"),
        (lose_the_index, "index is missing: tfcompat report makes it again"),
        (damage_the_index, "index is damaged: tfcompat report makes it again"),
        (edit_a_table, "reports/table.csv is not what the trials make: run tfcompat report"),
        (lose_a_table, "reports/support.json is not there, and is made from the trials: run tfcompat report"),
        (edit_a_plan, "was edited, for its content has the name 20260102T030405Z-docker"),
        (cut_a_plan, "is not a whole manifest"),
        (cut_the_nights, "nights.jsonl is damaged"),
        (confirm_too_early, "was confirmed at 2025-01-01T00:00:00Z, before it was there"),
    ],
)
def test_each_hole_is_a_sentence(project: Path, call: Call, spoil: Callable[[Path], None], sentence: str) -> None:
    spoil(project)
    code, said, _ = call("audit", project=project)
    assert code == 3
    assert sentence in said


def test_the_page_is_derived_again_too(project: Path, site: Path, call: Call) -> None:
    assert call("audit", project=project)[0] == 0
    (site / "index.html").write_text((site / "index.html").read_text() + "<p>more</p>")
    (site / "old.html").write_text("")
    code, said, _ = call("audit", project=project)
    assert (code, said.splitlines()) == (
        3,
        [
            f"{site / 'index.html'} is not what the trials make: run tfcompat report --site",
            f"{site / 'old.html'} is made from nothing: remove it",
        ],
    )


def test_of_an_old_page_a_few_files_are_named_and_the_others_counted(project: Path, site: Path, call: Call) -> None:
    for number in range(13):
        (site / f"old-{number:02}.html").write_text("")
    code, said, _ = call("audit", project=project)
    assert code == 3
    *named, last = said.splitlines()
    assert named == [f"{site / f'old-{number:02}.html'} is made from nothing: remove it" for number in range(10)]
    assert last == f"3 more files in {site} are like these"


def test_without_trials_there_is_nothing_to_audit(call: Call) -> None:
    code, said, _ = call("audit")
    assert (code, "make some with tfcompat run" in said) == (3, True)

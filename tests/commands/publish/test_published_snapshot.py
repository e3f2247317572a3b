"""tfcompat report, and the snapshot that it writes: beside the reports, and on the site where an update looks for it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import fakes
from tests.snapshot.made import serving
from tests.trial_files import keep
from tfcompat.cli import cli
from tfcompat.project import Project
from tfcompat.snapshot import fetch, kept
from tfcompat.snapshot.tables import unpack

CELLS = ["tf2.15.1-py3.11", "tf2.16.2-py3.11"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of two cells, one of which was measured twice."""
    made = Project(root=tmp_path / "project", cache=tmp_path / "cache")
    for cell in CELLS:
        keep(made.trials, cell, {"adapt::mean": 1.0})
    keep(made.trials, fakes.subject(CELLS[1], started="2026-02-03T00:00:00Z"), {"adapt::mean": 2.0})
    made.suite.mkdir()
    return made


def report(project: Project, *options: str) -> list[Path]:
    done = CliRunner().invoke(cli, ["--project", str(project.root), "--cache", str(project.cache), "report", *options])
    assert done.exit_code == 0, done.output
    return [Path(line) for line in done.output.splitlines()]


def test_it_is_written_beside_the_reports_the_same_again(project: Project) -> None:
    names = {path.name for path in report(project) if path.parent == project.snapshot}
    first = {path.name: path.read_bytes() for path in project.snapshot.iterdir()}
    report(project)
    assert first == {path.name: path.read_bytes() for path in project.snapshot.iterdir()}
    assert names == set(first)
    snapshot = kept.load(project.snapshot, fetched=False)
    assert snapshot is not None
    assert (snapshot.contents.day, snapshot.contents.cells, snapshot.contents.trials) == ("2026-02-03", 2, 3)


def test_a_site_has_it_where_an_update_looks_for_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    report(project, "--site", "--output", str(tmp_path / "out"))
    elsewhere = Project(root=tmp_path / "nothing", cache=tmp_path / "other", output=tmp_path / "empty")
    with serving(tmp_path / "out" / "site") as address:
        fetched = fetch.update(elsewhere, address)
    assert fetched is not None
    assert unpack(fetched).trials["cell"].to_pylist() == [*CELLS, CELLS[1]]

"""The evidence that commands read: trials, the table of an engine, and claims where there are any."""

from pathlib import Path

import pytest

from tests import fakes
from tests.statements import stated_project
from tests.trial_files import keep
from tfcompat.commands.evidence import claims_of, known_scenarios, table_of
from tfcompat.errors import TfcompatError
from tfcompat.index.reader import Reader
from tfcompat.project import Project

__all__ = ["stated_project"]

CELL = "tf2.9.3-py3.10"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One cell, measured by both engines; the newer trial is of another suite."""
    keep(tmp_path / "reports" / "trials", fakes.subject(CELL, engine="docker"), {"adapt::mean": 1.0})
    newer = fakes.subject(CELL, started="2026-02-02T00:00:00Z", suite="f" * 16)
    keep(tmp_path / "reports" / "trials", newer, {"adapt::mean": 2.0})
    return Project(root=tmp_path, cache=tmp_path / "cache")


def test_the_table_has_all_trials_and_the_second_time_none_of_them_is_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = table_of(project)
    monkeypatch.setattr(Reader, "add", None)
    again = table_of(project)
    for table in (first, again):
        assert table.trials["engine"].tolist() == ["docker", "local"]
        assert table.outcomes["observed"].tolist() == ["1.0", "2.0"]


def test_a_project_without_trials_says_what_makes_them(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match=r"there are no trials in .*: make some with tfcompat run"):
        table_of(Project(root=tmp_path, cache=tmp_path / "cache"))


def test_an_index_that_is_made_again_is_one_line_on_standard_error(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    table_of(project)
    assert capsys.readouterr() == ("", "")
    next((project.reports / "index").glob("outcomes-*.parquet")).write_bytes(b"damaged")
    assert table_of(project).outcomes["observed"].tolist() == ["1.0", "2.0"]
    out, error = capsys.readouterr()
    assert out == ""
    assert error == f"the index in {project.reports / 'index'} is damaged: it is made again from 2 trial files\n"


@pytest.mark.parametrize(("engine", "observed"), [(None, "2.0"), ("docker", "1.0"), ("local", "2.0")])
def test_the_table_shows_the_trials_of_an_engine(project: Project, engine: str | None, observed: str) -> None:
    assert list(table_of(project, engine).frame["observed"]) == [observed]


def test_an_engine_without_trials_is_said(tmp_path: Path) -> None:
    project = Project(root=tmp_path, cache=tmp_path / "cache")
    keep(project.trials, CELL, {"adapt::mean": 1.0})
    with pytest.raises(TfcompatError, match=r"no trial is of the docker engine: make some with .*--engine docker"):
        table_of(project, "docker")


def test_the_suite_is_asked_only_where_the_trials_do_not_know_a_scenario(stated_project: Project) -> None:
    table = table_of(stated_project)
    assert known_scenarios(stated_project, table, ["adapt::mean"]) == {"adapt::mean"}
    assert known_scenarios(stated_project, table, ["a::b"]) == {"adapt::mean", "recipes::mean"}


def test_a_project_need_not_have_claims(stated_project: Project) -> None:
    assert [claim.id for claim in claims_of(stated_project)] == ["C1", "C2/3"]
    stated_project.claims.unlink()
    assert claims_of(stated_project) == ()

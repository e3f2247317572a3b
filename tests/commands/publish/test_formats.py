"""tfcompat report --format: one form, to a file or to standard output, and what changed where that is asked for."""

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from tests.trial_files import keep
from tfcompat.commands.publish.formats import FORMATS
from tfcompat.commands.publish.report import report
from tfcompat.errors import DataError, SelectionError, TfcompatError
from tfcompat.outcomes import Reason
from tfcompat.project import Project

CELL = "tf2.6.5-py3.9"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    keep(tmp_path / "reports" / "trials", CELL, {"adapt::mean": ValueError("é")})
    keep(tmp_path / "before" / "trials", CELL, {"adapt::mean": [1.0]})
    return Project(root=tmp_path, cache=tmp_path / "cache")


def call(project: Project, *arguments: str) -> Result:
    result = CliRunner().invoke(report, arguments, obj=project, catch_exceptions=False)
    assert result.exit_code == 0
    return result


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_goes_to_a_file_or_to_standard_output(form: str, project: Project, tmp_path: Path) -> None:
    place = tmp_path / "new" / f"made.{form}"
    assert call(project, "--format", form, "--output", str(place)).stdout_bytes == b""
    content = place.read_bytes()
    assert content
    assert call(project, "--format", form).stdout_bytes == content
    assert call(project, "--format", form, "--output", "-").stdout_bytes == content
    assert sorted(path.name for path in project.reports.iterdir()) == ["index", "trials"]


def test_parquet_comes_whole_through_a_pipe(project: Project) -> None:
    found = pd.read_parquet(BytesIO(call(project, "--format", "parquet").stdout_bytes))
    assert found["message"].tolist() == ["ValueError: é"]


def test_what_changed_is_told_where_it_is_asked_for(project: Project, tmp_path: Path) -> None:
    before = str(tmp_path / "before")
    assert "<failure" in call(project, "--format", "junit", "--against", before).stdout
    assert "<failure" not in call(project, "--format", "junit").stdout
    assert "1 regressed" in call(project, "--format", "summary", "--against", before).stdout


@pytest.mark.parametrize("form", [(), *(("--format", form) for form in FORMATS if form not in ("junit", "summary"))])
def test_where_no_change_is_told_a_baseline_is_refused(form: tuple[str, ...], project: Project, tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="--against is for --format junit or summary"):
        call(project, "--against", str(tmp_path / "before"), *form)


def test_an_engine_without_trials_is_one_sentence(project: Project) -> None:
    with pytest.raises(TfcompatError, match="no trial is of the docker engine: make some"):
        call(project, "--format", "csv", "--engine", "docker")


def test_the_engine_that_is_asked_for_speaks(project: Project) -> None:
    assert call(project, "--format", "csv", "--engine", "local").stdout.splitlines()[1].startswith(f"{CELL},")


@pytest.mark.starts
def test_a_baseline_that_is_not_there_is_one_sentence(project: Project) -> None:
    with pytest.raises(DataError, match="is neither a folder nor a git revision"):
        call(project, "--format", "junit", "--against", "nowhere")


def test_a_place_that_cannot_be_written_is_one_sentence(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TfcompatError, match="cannot be written"):
        call(project, "--format", "csv", "--output", str(tmp_path / "file" / "below"))


def test_a_cell_without_an_answer_is_told_in_every_format(project: Project) -> None:
    keep(project.trials, "tf2.7.4-py3.9", {}, reason=Reason.NO_LOCK, message="why")
    for form in ("csv", "json", "markdown", "junit", "summary"):
        assert "no lock" in call(project, "--format", form).stdout or form == "markdown"

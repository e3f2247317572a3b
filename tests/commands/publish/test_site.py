"""tfcompat report --site: the page from the trials that are there, and a sentence where there are none."""

import base64
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import fakes
from tfcompat.cli import cli
from tfcompat.commands.evidence import table_of
from tfcompat.commands.publish.site import evidence_of
from tfcompat.project import Project
from tfcompat.record.lines import trial_line, verdict_line
from tfcompat.trials.store import Store

UNTESTABLE = 'untestable = [{ id = "a::tpu", title = "On a TPU", reason = "there is none", reference = "keras" }]\n'


@pytest.fixture
def made(tmp_path: Path) -> Project:
    """A project with a trial of two releases."""
    project = Project(root=tmp_path, cache=tmp_path / "cache")
    fakes.keep_suite(project.trials)
    for release in ("2.15.1", "2.16.2"):
        subject = fakes.subject(f"tf{release}-py3.11")
        with Store(project.trials).begin(subject) as writer:
            for line in (
                trial_line(subject),
                fakes.header_line(versions={"python": "3.11.7", "tensorflow": release}),
                fakes.outcome_line("canary::tensorflow_adds"),
                fakes.outcome_line(happened="missing", type="AttributeError", message="no", traceback="</script>"),
                fakes.end_line(),
                verdict_line(None, "", 1.5),
            ):
                writer.write(line)
    project.suite.mkdir()
    return project


def test_the_page_is_written_beside_the_reports(made: Project, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["--project", str(made.root), "report", "--site", "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert f"{tmp_path / 'out' / 'site' / 'index.html'} (" in done.output
    text = (tmp_path / "out" / "site" / "s" / "adapt" / "mean" / "index.html").read_text(encoding="utf-8")
    assert "adapt::mean" in text
    support = json.loads(gzip.decompress((tmp_path / "out" / "site" / "support.json.gz").read_bytes()))
    assert support["tested_on"] == ["tf2.15.1-py3.11", "tf2.16.2-py3.11"]
    frames = (tmp_path / "out" / "site" / "data" / "frames-minors.js").read_text(encoding="utf-8")
    packed = base64.b64decode(frames.split('"texts":"')[1].split('"')[0])
    assert json.loads(gzip.decompress(packed)) == ["</script>"], "where it was raised is read from the trials"


def test_without_the_option_there_is_no_page(made: Project, tmp_path: Path) -> None:
    CliRunner().invoke(cli, ["--project", str(made.root), "report", "--output", str(tmp_path / "out")])
    assert (tmp_path / "out" / "outcomes.csv").exists()
    assert not (tmp_path / "out" / "site").exists()


def test_further_tables_come_with_their_data(made: Project) -> None:
    table = table_of(made)
    before = evidence_of(made, table, made.reports)
    assert (before.grid, before.untestable) == ("", ())
    made.statements.mkdir()
    made.untestable.write_text(UNTESTABLE, encoding="utf-8")
    (made.reports / "grid.csv").write_text(
        "form,writer,reader,status\nh5,tf2.9.3-py3.9,tf2.9.3-py3.9,works\n", encoding="utf-8"
    )
    after = evidence_of(made, table, made.reports)
    assert after.grid.startswith("form,writer")
    assert [row.id for row in after.untestable] == ["a::tpu"]

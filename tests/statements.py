"""What the tests of claims and answers share: a project with claims, questions and three trials."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests import fakes
from tests.command import use
from tfcompat.errors import ToolError
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.record.lines import trial_line, verdict_line
from tfcompat.suite import catalogue
from tfcompat.trials.store import Store

S = "adapt::mean"
#: The statuses by a letter each: the first of its name, but ``d`` for what ran and was wrong.
LETTERS = {status.value[0]: status for status in Status} | {"w": Status.WORKS, "d": Status.WRONG}
CLAIMS = """
[documents]
page = "the page"
talk = "the talk"

[[claims]]
id = "C1"
document = "page"
text = "The mean is there"
reading = "Judged by its name."
all = [{ scenario = "adapt::mean" }]

[[claims]]
id = "C2/3"
document = "talk"
text = "The mean is 1"
all = [{ scenario = "adapt::mean", observed = [1] }]
"""
ANSWERS = """
[[questions]]
number = 1
question = "Where is it?"
threads = ["keras#1"]
recipes = ["mean"]
points = [{ says = "it is there.", all = [{ scenario = "adapt::mean" }] }]
"""
RECIPES = '@promise("recipes::mean")\ndef test_mean():\n    """It works"""\n    return 1\n'
VERDICT = verdict_line(None, "", 1.0)


def keep(folder: Path, cell: str, **answer: Any) -> None:
    """A trial file with one scenario."""
    header = fakes.header_line(fakes.scenario_facts(S))
    subject = fakes.subject(cell)
    fakes.keep_suite(folder / "reports" / "trials", fakes.scenario_facts(S))
    with Store(folder / "reports" / "trials").begin(subject) as writer:
        told = fakes.said(subject, header, fakes.outcome_line(S, **answer), fakes.end_line(1))
        for line in (trial_line(subject), *told, VERDICT):
            writer.write(line)


@pytest.fixture
def stated_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two claims, a question and three trials; the suite has the scenario of the recipe too."""
    use(monkeypatch, ToolError("no engine is needed"))
    monkeypatch.setattr(
        catalogue, "scenarios", lambda program: [fakes.scenario_facts(S), fakes.scenario_facts("recipes::mean")]
    )
    suite, statements = tmp_path / "scenarios", tmp_path / "statements"
    suite.mkdir()
    statements.mkdir()
    (statements / "claims.toml").write_text(CLAIMS)
    (statements / "answers.toml").write_text(ANSWERS)
    (suite / "test_recipes.py").write_text(RECIPES)
    keep(tmp_path, "tf2.5.3-py3.9", happened="missing", type="Missing", message="no")
    keep(tmp_path, "tf2.6.5-py3.9", observed=1)
    keep(tmp_path, "tf2.9.3-py3.10", happened="memory")
    return Project(root=tmp_path, cache=tmp_path / "cache")


def said(project: Project, command: Any, *arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, obj=project, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output

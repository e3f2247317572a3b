"""tfcompat claims and tfcompat answers: what they print and write, from the trials that are there."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests import fakes
from tfcompat.commands.answers import answers
from tfcompat.commands.claims import claims, claims_of
from tfcompat.errors import DataError, SelectionError, TfcompatError
from tfcompat.project import Project
from tfcompat.run import workshop
from tfcompat.suite import catalogue
from tfcompat.trials.record import trial_line
from tfcompat.trials.store import Store

S = "adapt::mean"
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
RECIPES = '@scenario("recipes::mean")\ndef test_mean():\n    """It works"""\n    return 1\n'
VERDICT: dict[str, Any] = {"kind": "verdict", "reason": None, "message": "", "seconds": 1.0}


def keep(folder: Path, cell: str, **answer: Any) -> None:
    """A trial file with one scenario."""
    header = fakes.header_line(fakes.scenario_facts(S))
    subject = fakes.subject(cell)
    with Store(folder / "reports" / "trials").begin(subject) as writer:
        for line in (trial_line(subject), header, fakes.outcome_line(S, **answer), fakes.end_line(1), VERDICT):
            writer.write(line)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two claims, a question and three trials; the suite has the scenario of the recipe too."""

    class Staged:
        program = fakes.program()

        def __init__(self, **facts: object) -> None:
            pass

    monkeypatch.setattr(workshop, "Workshop", Staged)
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [{"id": S}, {"id": "recipes::mean"}])
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


def test_each_claim_is_a_line_with_its_verdict_and_what_was_left_out(project: Project) -> None:
    assert said(project, claims).splitlines() == [
        "C1      holds on 2.6.5  The mean is there",
        "        left out, no answer: 2.9.3",
        "C2/3    holds on 2.6.5  The mean is 1",
        "        left out, no answer: 2.9.3",
    ]


def test_a_document_is_chosen(project: Project) -> None:
    assert said(project, claims, "--document", "talk").splitlines()[0] == "C2/3    holds on 2.6.5  The mean is 1"


def test_a_claim_that_is_named_shows_what_it_rests_on(project: Project) -> None:
    assert said(project, claims, "C1").splitlines() == [
        "C1      holds on 2.6.5  The mean is there",
        "        left out, no answer: 2.9.3",
        "        the page",
        "        Judged by its name.",
        "        false on 2.5.3",
        "        adapt::mean: missing on tf2.5.3-py3.9",
        "        adapt::mean: works on tf2.6.5-py3.9 1",
        "        adapt::mean: unknown on tf2.9.3-py3.10",
    ]


def test_programs_get_json(project: Project) -> None:
    told = json.loads(said(project, claims, "--json", "C2/3"))
    assert [entry["id"] for entry in told["claims"]] == ["C2/3"]
    assert told["claims"][0]["no_answer_on"] == "2.9.3"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("C9", "C1"), "there is no claim C9: "),
        (("--document", "book"), "'book' is none of page, talk"),
        (("--document", "talk", "C1"), "there is no claim C1: "),
    ],
)
def test_a_name_that_is_none_is_said(project: Project, arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(SelectionError, match=complaint):
        said(project, claims, *arguments)


@pytest.mark.parametrize("command", [claims, answers])
def test_without_trials_it_says_what_to_do(project: Project, command: Any) -> None:
    empty = Project(root=project.root, cache=project.cache)
    for path in sorted(empty.trials.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with pytest.raises(TfcompatError, match="make some with tfcompat run"):
        said(empty, command)


def test_a_scenario_that_neither_a_trial_nor_the_suite_has_is_an_error(project: Project) -> None:
    text = CLAIMS.replace("adapt::mean", "adapt::men", 1)
    project.claims.write_text(text)
    with pytest.raises(DataError, match="claim C1 names the scenario adapt::men, which does not exist"):
        said(project, claims)


def test_a_scenario_that_only_the_suite_has_yet_is_no_data(project: Project) -> None:
    project.claims.write_text(CLAIMS.replace("adapt::mean", "recipes::mean", 1))
    assert said(project, claims, "C1").startswith("C1      not testable: no answer on 2.5.3 – 2.9.3  The mean")


def test_a_project_need_not_have_claims(project: Project) -> None:
    assert [claim.id for claim in claims_of(project)] == ["C1", "C2/3"]
    project.claims.unlink()
    assert claims_of(project) == ()


def test_answers_are_printed_or_written(project: Project) -> None:
    printed = said(project, answers)
    assert "- **On 2.6.5:** it is there. No answer on 2.9.3.\n" in printed
    assert "```python\n\nprint(1)\n```\n\n- bundled: not measured on 2.5.3 – 2.9.3\n" in printed
    assert not project.answers.exists()
    assert said(project, answers, "--write") == f"{project.answers}\n"
    assert project.answers.read_text(encoding="utf-8") == printed


def test_an_answer_of_a_scenario_that_does_not_exist_is_an_error(project: Project) -> None:
    project.questions.write_text(ANSWERS.replace("adapt::mean", "adapt::men"))
    with pytest.raises(DataError, match="question 1 names the scenario adapt::men, which does not exist"):
        said(project, answers)

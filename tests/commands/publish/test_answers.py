"""tfcompat answers: printed or written, from the trials that are there."""

import shutil

import pytest

from tests.statements import ANSWERS, said, stated_project
from tfcompat.commands.publish.answers import answers
from tfcompat.errors import DataError, TfcompatError
from tfcompat.project import Project

__all__ = ["stated_project"]


@pytest.fixture
def project(stated_project: Project) -> Project:
    return stated_project


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


def test_without_trials_it_says_what_to_do(project: Project) -> None:
    shutil.rmtree(project.trials)
    with pytest.raises(TfcompatError, match="make some with tfcompat run"):
        said(project, answers)

"""tfcompat claims: what it prints, from the trials that are there."""

import json
import shutil

import pytest

from tests.statements import CLAIMS, said, stated_project
from tfcompat.commands.ask.claims import claims
from tfcompat.errors import DataError, SelectionError, TfcompatError
from tfcompat.project import Project

__all__ = ["stated_project"]


@pytest.fixture
def project(stated_project: Project) -> Project:
    return stated_project


def test_each_claim_is_a_line_with_its_verdict_and_what_was_left_out(project: Project) -> None:
    assert said(project, claims).splitlines() == [
        "C1      false on 2.5.3; holds on 2.6.5  The mean is there",
        "        left out, no answer: 2.9.3",
        "C2/3    false on 2.5.3; holds on 2.6.5  The mean is 1",
        "        left out, no answer: 2.9.3",
    ]


def test_a_document_is_chosen(project: Project) -> None:
    assert (
        said(project, claims, "--document", "talk").splitlines()[0]
        == "C2/3    false on 2.5.3; holds on 2.6.5  The mean is 1"
    )


def test_a_claim_that_is_named_shows_what_it_rests_on(project: Project) -> None:
    assert said(project, claims, "C1").splitlines() == [
        "C1      false on 2.5.3; holds on 2.6.5  The mean is there",
        "        left out, no answer: 2.9.3",
        "        the page",
        "        Judged by its name.",
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
        (("--document", "book"), "'book' is not one of page, talk"),
        (("--document", "talk", "C1"), "there is no claim C1: "),
    ],
)
def test_a_name_that_is_not_there_is_said(project: Project, arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(SelectionError, match=complaint):
        said(project, claims, *arguments)


def test_a_scenario_that_neither_a_trial_nor_the_suite_has_is_an_error(project: Project) -> None:
    text = CLAIMS.replace("adapt::mean", "adapt::men", 1)
    project.claims.write_text(text)
    with pytest.raises(DataError, match="claim C1 names the scenario adapt::men, which does not exist"):
        said(project, claims)


def test_a_scenario_that_only_the_suite_has_yet_is_no_data(project: Project) -> None:
    project.claims.write_text(CLAIMS.replace("adapt::mean", "recipes::mean", 1))
    assert said(project, claims, "C1").startswith("C1      not testable: no answer on 2.5.3 – 2.9.3  The mean")


def test_without_trials_it_says_what_to_do(project: Project) -> None:
    shutil.rmtree(project.trials)
    with pytest.raises(TfcompatError, match="make some with tfcompat run"):
        said(project, claims)

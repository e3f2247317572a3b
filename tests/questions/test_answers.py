"""Tests of the answers: where a statement is true is computed, and the committed file is what the committed trials give."""

import math
import re
from pathlib import Path
from typing import Any

import pytest

from tests import committed
from tests.conftest import ROOT
from tests.fakes import outcome, trial
from tests.statements import LETTERS
from tfcompat.errors import DataError
from tfcompat.outcomes import Kind, Status, Trial
from tfcompat.project import Project
from tfcompat.questions import answers, datafile
from tfcompat.questions.answers import Question, QuestionsFile
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue, recipes
from tfcompat.suite.recipes import Recipe
from tfcompat.table.frame import collect

S = "adapt::mean of|pipes"
RELEASES = ("tf2.2.3-py3.8", "tf2.6.5-py3.9", "tf2.9.3-py3.10")
POINT = {"says": "the mean is there.", "all": [{"scenario": S}]}
ROW = {"number": 1, "question": "Where is the mean?", "threads": ["keras#1", "keras#2"], "points": [POINT]}
RECIPE = Recipe(scenario="recipes::mean", title="It works everywhere", code="x = 1 < 2\nprint('*x*')")


def parsed(content: dict[str, Any]) -> tuple[Question, ...]:
    """The questions of a file's content."""
    return answers.counted(datafile.parse(content, QuestionsFile, "answers.toml").questions, "answers.toml")


def questions(*rows: dict[str, Any]) -> tuple[Question, ...]:
    return parsed({"questions": list(rows)})


def trials(statuses: str, scenario: str = S, variant: str = "", **facts: Any) -> list[Trial]:
    cells = zip(RELEASES, statuses, strict=True)
    return [trial(cell + variant, outcome(scenario, LETTERS[letter], **facts)) for cell, letter in cells]


SITE = "https://example.org/x/"


def rendered(trials: list[Trial], *rows: dict[str, Any]) -> str:
    return answers.markdown(questions(*(rows or (ROW,))), {"mean": RECIPE}, collect(trials), SITE)


@pytest.mark.parametrize(
    ("statuses", "line"),
    [
        ("www", "- **On every release tested:** the mean is there."),
        ("fww", "- **On 2.6.5 – 2.9.3:** the mean is there."),
        ("wfw", "- **On 2.2.3, 2.9.3:** the mean is there."),
        ("fff", "- **On no release tested:** the mean is there."),
        ("uuu", "- **Not measured:** the mean is there."),
        ("wuf", "- **On 2.2.3:** the mean is there. No answer on 2.6.5."),
        ("uww", "- **On every release tested:** the mean is there. No answer on 2.2.3."),
    ],
)
def test_where_a_statement_is_true_is_computed(statuses: str, line: str) -> None:
    assert line in rendered(trials(statuses)).splitlines()


def test_a_statement_of_some_releases_never_says_every() -> None:
    point = {**POINT, "all": [{"scenario": S, "releases": ">=2.6"}]}
    assert "- **On 2.6.5 – 2.9.3:** the mean is there." in rendered(trials("www"), {**ROW, "points": [point]})


def test_a_statement_of_a_variant_says_which() -> None:
    row = {**ROW, "points": [{**POINT, "variants": ["addons"]}]}
    assert "- **Not measured:** the mean is there." in rendered(trials("www"), row)
    assert "- **On 2.2.3 – 2.9.3 in the variant addons:** the" in rendered(trials("www", variant="+addons"), row)
    assert "- **On no release tested in the variant addons:** the" in rendered(trials("fff", variant="+addons"), row)


def test_a_question_shows_its_threads_its_rows_and_where_they_are_on_the_page() -> None:
    text = rendered(trials("fww", observed="a|b"), {**ROW, "remark": "Remarkable."})
    assert "**Where is the mean?**\n\nAsked in keras#1, keras#2.\n\nRemarkable.\n" in text
    assert (
        "| [adapt::mean of\\|pipes](https://example.org/x/s/adapt/mean-of-pipes/) | fails 2.2.3; works 2.6.5 – 2.9.3 |"
    ) in text.splitlines()
    assert "Tested: 3 releases from 2.2.3 to 2.9.3, 3 cells (Python 3.8 to 3.10)." in text


def test_without_a_site_there_are_no_links_that_lead_nowhere() -> None:
    text = answers.markdown(questions(ROW), {"mean": RECIPE}, collect(trials("www")))
    assert "](" not in text.replace("](#question", "").replace("](../", "")
    assert "reports/site" not in text


def test_every_patch_and_every_python_has_a_place_in_the_statements_and_rows() -> None:
    others = [
        trial("tf2.6.4-py3.9", outcome(S, Status.FAILS)),
        trial("tf2.6.5-py3.8", outcome(S, Status.FAILS)),
    ]
    text = rendered([*others, *trials("www")])
    assert "- **On 2.2.3, 2.6.5 – 2.9.3 on Python ≥ 3.9:** the mean is there." in text
    assert "| works 2.2.3, 2.6.5 – 2.9.3 on Python ≥ 3.9; fails 2.6.4, 2.6.5 on Python ≤ 3.8 |" in text


def test_a_row_says_the_answers_of_a_question_once() -> None:
    asked = [
        trial(cell, outcome(S, Status.ANSWERED, kind=Kind.QUESTION, observed=answer))
        for cell, answer in zip(RELEASES, ("fresh", "stale", "stale"), strict=True)
    ]
    assert "| fresh 2.2.3; stale 2.6.5 – 2.9.3 |" in rendered(asked)


def test_a_statement_may_name_an_id_that_its_row_had_before() -> None:
    now = [trial(cell, outcome("adapt::new", aliases=(S,))) for cell in RELEASES]
    text = rendered(now)
    assert "- **On every release tested:** the mean is there." in text
    assert "| works 2.2.3 – 2.9.3 |" in text


def test_an_observation_that_changes_is_shown_bounded_and_escaped() -> None:
    observations = ["[y](z)", "<b>" + "x" * 200]
    changing = [trial(cell, outcome(S, observed=text)) for cell, text in zip(RELEASES, observations, strict=False)]
    (line,) = [line for line in rendered(changing).splitlines() if line.startswith("| [")]
    assert '2.2.3: "\\[y\\](z)"; 2.6.5: "&#60;b&#62;xxx' in line
    assert "x" * 90 in line
    assert "x" * 100 not in line
    assert line.endswith("x… |")


def test_a_row_that_was_never_asked_is_not_measured() -> None:
    text = rendered(trials("www", "adapt::other"))
    assert "| not measured |" in text
    assert "- **Not measured:** the mean is there." in text


WITH_RECIPE = {**ROW, "recipes": ["mean"]}


def test_a_recipe_shows_its_code_as_it_is_and_where_it_works() -> None:
    text = rendered(trials("www", "recipes::mean") + trials("wfu", "recipes::mean", "+legacy"), WITH_RECIPE)
    assert "```python\nx = 1 < 2\nprint('*x*')\n```\n" in text
    assert "- bundled: works on 2.2.3 – 2.9.3\n" in text
    assert "- legacy: works on 2.2.3; does not work on 2.6.5; not measured on 2.9.3\n" in text


@pytest.mark.parametrize(("statuses", "shown"), [("www", True), ("wfw", False), ("wuw", False), ("fff", False)])
def test_the_title_of_a_recipe_that_promises_everything_stands_only_where_it_is_so(statuses: str, shown: bool) -> None:
    text = rendered(trials(statuses, "recipes::mean"), WITH_RECIPE)
    assert "**Recipe `mean`.**" in text
    assert (RECIPE.title in text) is shown


def test_variants_in_which_a_recipe_does_the_same_stand_together() -> None:
    both = trials("www", "recipes::mean") + trials("www", "recipes::mean", "+legacy")
    assert "- bundled, legacy: works on 2.2.3 – 2.9.3\n" in rendered(both, WITH_RECIPE)


def test_the_code_of_a_recipe_stands_once() -> None:
    text = rendered(trials("www", "recipes::mean"), WITH_RECIPE, {**WITH_RECIPE, "number": 2})
    assert text.count("```python") == 1
    assert "Its code is at [question 1](#question-1)." in text.split("## Question 2")[1]


def test_a_recipe_that_is_not_there_is_said() -> None:
    with pytest.raises(DataError, match=r"question 1 names the recipe men, .* it has mean"):
        rendered(trials("www"), {**ROW, "recipes": ["men"]})


def test_a_scenario_that_does_not_exist_is_refused_naming_both() -> None:
    asked = questions(WITH_RECIPE)
    answers.require(asked, {S, "recipes::mean"})
    with pytest.raises(DataError, match="question 1 names the scenario recipes::mean, which does not exist"):
        answers.require(asked, {S})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({}, "answers.toml lacks questions"),
        ({"questions": [], "more": 1}, "answers.toml has unknown more"),
        ({"questions": 1}, "answers.toml: questions is not a list"),
        ({"questions": [1]}, "item 1 of questions in answers.toml is not a table"),
        ({"questions": [{**ROW, "number": 2}]}, "the questions are numbered 2: count from 1"),
        ({"questions": [{**ROW, "number": "1"}]}, "question 1 in answers.toml: number is not a whole number"),
        ({"questions": [{**ROW, "number": True}]}, "answers.toml: number is not a whole number"),
        ({"questions": [{**ROW, "number": math.nan}]}, "answers.toml: number is not a whole number"),
        ({"questions": [{**ROW, "number": 0}]}, "question 0 in answers.toml: number is not a whole number"),
        ({"questions": [{**ROW, "number": 2**20_000}]}, "item 1 of questions in answers.toml: number is not a whole"),
        ({"questions": [{**ROW, "answer": "yes"}]}, "question 1 in answers.toml has unknown answer"),
        ({"questions": [{**ROW, "points": []}]}, "question 1 in answers.toml: points is an empty list"),
        ({"questions": [{**ROW, "points": [{"says": "x"}]}]}, "question 1 in answers.toml, point x needs one of all"),
        ({"questions": [{**ROW, "points": [{"all": POINT["all"]}]}]}, "item 1 of points lacks says"),
        ({"questions": [{**ROW, "points": [{**POINT, "where": "2.6"}]}]}, "has unknown where"),
        ({"questions": [{**ROW, "points": [{"says": "x", "changes": POINT["all"]}]}]}, "point x has changes"),
        ({"questions": [{**ROW, "threads": "keras#1"}]}, "question 1 in answers.toml: threads is not a list"),
        ({"questions": [{**ROW, "recipes": []}]}, "question 1 in answers.toml: recipes is an empty list"),
        ({"questions": [{**ROW, "remark": ""}]}, "question 1 in answers.toml: remark is not a text"),
    ],
)
def test_what_is_not_a_question_is_said(content: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DataError) as refused:
        parsed(content)
    assert complaint in str(refused.value)


def test_the_address_of_a_question_is_its_own_or_made_of_its_words() -> None:
    (plain,) = questions(ROW)
    (named,) = questions({**ROW, "address": "no-mean"})
    assert (plain.words, named.words) == ("Where is the mean?", "no-mean")


@pytest.mark.parametrize("text", ["= 1", None])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, text: str | None) -> None:
    if text:
        (tmp_path / "answers.toml").write_text(text)
    with pytest.raises(DataError, match="not a list of questions"):
        answers.load(tmp_path / "answers.toml")


def of_this_project() -> tuple[Question, ...]:
    return answers.load(ROOT / "statements" / "answers.toml")


def test_the_questions_of_this_project_name_no_release_before_one_is_computed() -> None:
    """A range in a sentence would stay when the table changes."""
    asked = of_this_project()
    assert len(asked) == 15
    sentences = [point.says for question in asked for point in question.points]
    sentences += [question.remark or "" for question in asked]
    assert [text for text in sentences if re.search(r"\b2\.\d+\b(?!\.0\")", text)] == []


def test_the_committed_answers_are_what_the_committed_trials_give() -> None:
    known = recipes.load(ROOT / "scenarios" / "test_recipes.py")
    text = answers.markdown(of_this_project(), known, committed.table())
    assert text == (ROOT / "docs" / "answers.md").read_text(encoding="utf-8"), "make it again: tfcompat answers --write"


@pytest.mark.local
def test_every_scenario_that_an_answer_names_is_in_the_suite(tmp_path: Path) -> None:
    program = Workshop(project=Project(root=ROOT, cache=tmp_path), engine_name="local").program
    answers.require(of_this_project(), {facts.id for facts in catalogue.scenarios(program)})

"""Tests of what is published: every statement is there with its cells, and one that a cell contradicts is found."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import outcome, trial
from tfcompat.outcomes import Harm, Outcome, Status
from tfcompat.questions import claims, datafile
from tfcompat.questions.answers import Question
from tfcompat.questions.checking.published import Published, statements
from tfcompat.questions.claims import ClaimsFile
from tfcompat.select.places import Spot
from tfcompat.suite.recipes import Recipe
from tfcompat.table.frame import Table, collect

S = "adapt::mean"
RECIPE = Recipe(scenario="recipes::mean", title="It works", code="print(1)")
FINDING = """
[[findings]]
name = "lost"
title = "It is lost"
release = "2.16.2"
what = "What."
cause = "Because."
instead = "Keep it."
prints = "[0.0]"
scenarios = [{ id = "adapt::mean" }]
places = [{ release = "2.9.3", path = "keras/x.py", line = 7, text = "x = 1" }]
"""


def wrong() -> Outcome:
    return outcome(S, Status.WRONG, harm=Harm.SILENT, observed=[0.0])


def table() -> Table:
    """Wrong on Python 3.12 of two releases; the recipe works but in one variant."""
    works = outcome(S, observed=[1.0])
    return collect(
        [
            trial("tf2.15.1-py3.11", works, outcome("recipes::mean")),
            trial("tf2.16.2-py3.11", works, outcome("recipes::mean")),
            trial("tf2.16.2-py3.12", wrong(), outcome("recipes::mean")),
            trial("tf2.17.1-py3.12", wrong(), outcome("recipes::mean")),
            trial("tf2.17.1-py3.12+legacy", works, outcome("recipes::mean", Status.FAILS)),
            trial("tf2.18.0rc0-py3.12", wrong()),
        ]
    )


def question(*points: dict[str, Any]) -> Question:
    row = {"number": 1, "question": "Where?", "threads": ["keras#1"], "recipes": ["mean"], "points": list(points)}
    return datafile.parse(row, Question, "answers.toml")


def claimed(**rule: Any) -> list[claims.Claim]:
    row = {"id": "C1", "document": "page", "text": "It works", **rule}
    content = {"documents": {"page": "a page"}, "claims": [row]}
    return list(claims.claims_of(datafile.parse(content, ClaimsFile, "claims.toml"), "claims.toml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "findings.toml").write_text(FINDING)
    return tmp_path


def test_everything_that_is_published_is_a_statement_that_its_cells_bear_out(folder: Path) -> None:
    asked = [
        question(
            {"says": "it works.", "all": [{"scenario": S}]},
            {"says": "it crashes.", "all": [{"scenario": S, "status": ["crashes"]}]},
            {"says": "it runs.", "all": [{"scenario": S, "status": ["works", "wrong"]}]},
            {"says": "it lasts.", "all": [{"scenario": "adapt::other"}]},
        )
    ]
    found = list(statements(table(), asked, {"mean": RECIPE}, claimed(all=[{"scenario": S}]), folder))
    assert [(one.name, one.words) for one in found] == [
        ("question 1: it works.", "On 2.15.1 – 2.16.2 on Python ≤ 3.11"),
        ("question 1: it crashes.", "On no release tested"),
        ("question 1: it runs.", "On every release tested"),
        ("question 1: it lasts.", "Not measured"),
        ("question 1: recipes::mean in bundled", "2.15.1 – 2.17.1"),
        ("question 1: recipes::mean in legacy", "On no release tested"),
        ("claim C1 holds", "2.15.1 – 2.16.2 on Python ≤ 3.11"),
        ("claim C1 is false", "2.16.2 – 2.17.1 on Python ≥ 3.12"),
        ("finding lost: adapt::mean", "2.16.2 – 2.17.1 on Python ≥ 3.12"),
        (f"{S}: works", "2.15.1 – 2.16.2 on Python ≤ 3.11"),
        (f"{S}: wrong", "2.16.2 – 2.17.1 on Python ≥ 3.12"),
        ("recipes::mean: works", "2.15.1 – 2.17.1"),
        (f"{S}: wrong with silent harm", "2.16.2 – 2.17.1 on Python ≥ 3.12"),
    ]
    assert [one.name for one in found if one.contradictions()] == []
    assert sum(len(one.truths) for one in found) == 4 * 3 + 5 + 4 * 7


def of_claims(judged: list[claims.Claim], folder: Path) -> list[tuple[str, str]]:
    """What is published of some claims alone."""
    found = statements(table(), [], {}, judged, folder / "none")
    return [(one.name, one.words) for one in found if one.name.startswith("claim")]


def test_a_claim_that_holds_everywhere_or_nowhere_is_published_so(tmp_path: Path) -> None:
    both = {"all": [{"scenario": S, "status": ["works", "wrong"]}]}
    assert of_claims(claimed(**both), tmp_path) == [
        ("claim C1 holds", "On every release tested"),
        ("claim C1 is false", "On no release tested"),
    ]
    assert of_claims(claimed(all=[{"scenario": S, "status": ["crashes"]}]), tmp_path) == [
        ("claim C1 holds", "On no release tested"),
        ("claim C1 is false", "2.15.1 – 2.17.1"),
    ]
    both["all"][0]["releases"] = ">=2.16"
    assert of_claims(claimed(**both), tmp_path)[0] == ("claim C1 holds", "2.16.2 – 2.17.1")


def test_of_a_claim_that_is_not_testable_nothing_is_published(tmp_path: Path) -> None:
    assert of_claims(claimed(untestable="a matter of taste"), tmp_path) == []


def test_a_harm_that_the_ranges_lost_is_a_contradiction(tmp_path: Path) -> None:
    made = table()
    vars(made)["ranges"] = {  # as if they were made wrongly
        name: [replace(part, harm=Harm.NONE) for part in parts] for name, parts in made.ranges.items()
    }
    found = statements(made, [], {}, [], tmp_path / "none")
    assert {one.name: one.contradictions() for one in found if one.contradictions()} == {
        f"{S}: wrong with silent harm": ["tf2.16.2-py3.12", "tf2.17.1-py3.12"]
    }


def spots() -> list[tuple[Spot, bool]]:
    cells = {"3.11": True, "3.12": False}
    return [
        (Spot(cell=f"tf2.16.2-py{python}", tensorflow="2.16.2", python=python, keras="3.4.1", variant="bundled"), holds)
        for python, holds in cells.items()
    ]


@pytest.mark.parametrize(
    ("words", "contradicting"),
    [
        ("On 2.16.2 on Python ≤ 3.11", []),
        ("On 2.16.2", ["tf2.16.2-py3.12"]),
        ("On every release tested", ["tf2.16.2-py3.12"]),
        ("On no release tested", ["tf2.16.2-py3.11"]),
        ("On no release tested in the variant legacy", ["tf2.16.2-py3.11"]),
        ("Not measured", ["tf2.16.2-py3.11"]),
        ("On 2.16.2 on Python ≥ 3.12", ["tf2.16.2-py3.11", "tf2.16.2-py3.12"]),
        ("", ["tf2.16.2-py3.11"]),
    ],
)
def test_a_cell_contradicts_words_that_name_it_wrongly_or_leave_it_out(words: str, contradicting: list[str]) -> None:
    assert Published(name="it works", words=words, truths=spots()).contradictions() == contradicting

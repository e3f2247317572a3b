"""The marks: what each kind of scenario says of itself, in the form that the recorder reads."""

from collections.abc import Callable
from typing import Any

import pytest

from scenarios import marks
from scenarios.marks import NUMPY, SILENT, SNIPPET, data, presence, promise, question
from tfcompat.outcomes import Harm, Kind, Oracle

pytestmark = pytest.mark.usefixtures("marker")


@pytest.fixture
def marker(request: pytest.FixtureRequest) -> None:
    """The mark, made known here as the recorder makes it known in a cell."""
    request.config.addinivalue_line("markers", "scenario(kind, id, reference, ...): one row of the table")


def said(decorator: pytest.MarkDecorator) -> dict[str, Any]:
    assert decorator.mark.name == "scenario"
    return dict(decorator.mark.kwargs)


def test_a_mark_says_everything() -> None:
    assert said(
        promise(
            "a::x", reference="guide", oracle=NUMPY, documented=1, aliases=["a::y"], limit=5.0, largest=9, fresh=True
        )
    ) == {
        "kind": "promise",
        "id": "a::x",
        "reference": "guide",
        "oracle": "numpy",
        "promises": {"": 1},
        "refused_by": [],
        "answers": {},
        "aliases": ["a::y"],
        "limit": 5.0,
        "largest": 9,
        "fresh": True,
    }


@pytest.mark.parametrize(
    ("mark", "kind", "oracle"),
    [
        (lambda: promise("a::x", reference="r", documented=1), "promise", "documented"),
        (lambda: promise("a::x", reference="r", documented=1, oracle=SNIPPET), "promise", "snippet"),
        (lambda: promise("a::x", reference="r", refused_by=("ValueError",)), "promise", "refusal"),
        (lambda: presence("a::x", reference="r"), "presence", ""),
        (lambda: question("a::x", reference="r", answers={"stale": SILENT}), "question", ""),
        (lambda: data("a::x", reference="r"), "data", ""),
    ],
)
def test_each_mark_has_its_kind_and_oracle_and_the_bounds_of_all(
    mark: Callable[[], pytest.MarkDecorator], kind: str, oracle: str
) -> None:
    facts = said(mark())
    assert (facts["kind"], facts["oracle"]) == (kind, oracle)
    assert (facts["limit"], facts["largest"], facts["fresh"]) == (marks.DEFAULT_LIMIT, marks.LARGEST, False)
    assert facts.keys() == said(data("a::x", reference="r")).keys()


@pytest.mark.parametrize("documented", [None, False, 0, [1]])
def test_what_is_documented_holds_for_all_releases(documented: object) -> None:
    assert said(promise("a::x", reference="", documented=documented))["promises"] == {"": documented}


def test_releases_may_document_different_things() -> None:
    promises = {"<2.6": 1, ">=2.6": 2}
    assert said(promise("a::x", reference="", documented_by_release=promises))["promises"] == promises
    both = said(promise("a::x", reference="", documented=0, documented_by_release=promises))["promises"]
    assert list(both.items()) == [("", 0), ("<2.6", 1), (">=2.6", 2)], (
        "what is said of a release comes last, and counts"
    )


def test_a_question_has_its_answers_with_their_harm() -> None:
    facts = said(question("a::x", reference="", answers={"fresh": marks.NONE, "stale": SILENT}, documented="stale"))
    assert facts["answers"] == {"fresh": "none", "stale": "silent"}
    assert facts["promises"] == {"": "stale"}


def test_the_words_are_those_of_the_harness() -> None:
    assert {marks.NONE, marks.LOUD, marks.OBSCURE, marks.VISIBLE, SILENT} == set(map(str, Harm))
    assert {NUMPY, marks.INVARIANCE, SNIPPET, marks.DOCUMENTED, marks.REFUSAL} == set(map(str, Oracle))
    assert {
        said(mark)["kind"]
        for mark in (
            promise("a::x", reference=""),
            presence("a::x", reference=""),
            question("a::x", reference="", answers={}),
            data("a::x", reference=""),
        )
    } == set(map(str, Kind))

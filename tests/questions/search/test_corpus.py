"""Tests of the corpus: which documents a table and the texts beside it give, and what each is found by."""

from typing import Any

import pytest

from tests.fakes import outcome, trial
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.questions import datafile
from tfcompat.questions.search import corpus, terms
from tfcompat.questions.search.corpus import DETAIL, LONGEST, MOST, tier
from tfcompat.questions.search.definition import FoundKind
from tfcompat.questions.search.index import SearchDocument
from tfcompat.questions.search.texts import Beside, KnownFinding, LoadError, Question
from tfcompat.table.frame import collect

PATH = "tf.keras.layers.Normalization"


def door(*outcomes: Outcome, cells: tuple[str, ...] = ("tf2.6.5-py3.9",)) -> Door:
    return in_memory(collect(trial(cell, *outcomes) for cell in cells))


def row(*outcomes: Outcome, beside: Beside | None = None) -> SearchDocument:
    """The document of the first of some rows."""
    return next(iter(corpus.of_rows(door(*outcomes), beside or Beside())))


def failing(name: str, message: str, **facts: Any) -> Outcome:
    return outcome(name, facts.pop("status", Status.FAILS), message=message, **{"type": "ValueError", **facts})


def known_by(message: str) -> list[str]:
    return list(terms.of_message(message))


def question(**facts: Any) -> Question:
    point = {"says": "it is stale.", "all": [{"scenario": "a::b", "observed": ["stale", 1, "stale"]}]}
    asked = {"number": 3, "question": "Where is it?", "points": [point], **facts}
    return datafile.parse(asked, Question, "answers.toml")


def test_the_documents_are_answers_and_paths_before_rows() -> None:
    beside = Beside(
        questions=(question(),),
        findings=(KnownFinding(name="lost", title="Lost", what="It is.", instead="Keep it."),),
        loading=(LoadError(message="ValueError: no", anchor="e1", where=("2.5 to 2.6",)),),
    )
    made = list(corpus.documents(door(outcome(f"imports::{PATH}"), cells=("tf2.5.3-py3.9", "tf2.6.5-py3.9")), beside))
    assert [(one.kind, one.key) for one in made] == [
        (FoundKind.QUESTION, "3"),
        (FoundKind.API, PATH),
        (FoundKind.FINDING, "lost"),
        (FoundKind.UPGRADE, "2.5-2.6"),
        (FoundKind.LOADING, "e1"),
        (FoundKind.ROW, f"imports::{PATH}"),
    ]


def test_a_question_is_found_by_its_words_its_errors_and_the_answers_that_it_names() -> None:
    made = corpus.of_question(question(errors=("ValueError: it is nowhere to be found",), threads=("keras#7",)))
    assert (made.page, made.title) == ("q/where-is-it/", "Where is it?")
    assert made.terms["id"] == ["stal"]
    assert made.terms["error"] == known_by("it is nowhere to be found")
    assert made.terms["detail"] == list(terms.terms("it is stale."))
    assert "7" in made.terms["also"]
    assert corpus.of_question(question(address="nowhere")).page == "q/nowhere/"


def test_a_path_is_found_by_its_ends_its_name_and_its_modules() -> None:
    statement = "from tensorflow.keras.layers import Normalization"
    known = door(outcome(f"imports::{PATH}"), outcome(f"imports::{statement}"))
    made = list(corpus.of_paths(known))
    assert [one.key for one in made] == [PATH, statement], "attributes before a statement"
    assert made[0].terms["path"][0] == PATH.lower()
    assert made[0].terms["title"] == [".normalization", "normaliz"]
    assert made[0].terms["id"] == list(terms.terms("tf.keras.layers import"))
    assert ">tensorflow.keras.layers.normalization" in made[1].terms["path"]
    assert "%tf.keras.layers" in made[1].terms["path"]


def test_a_public_path_counts_more_than_one_for_a_time_one_of_another_package_and_a_private_one() -> None:
    paths = [
        "tf.keras.layers.Normalization",
        "tf.keras.layers.experimental.Normalization",
        "from tensorflow.keras.layers import Normalization",
        "keras.layers.Normalization",
        "from keras.layers import Normalization",
        "from tensorflow.python.keras.layers import Normalization",
    ]
    counts = [tier(path) for path in paths]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == len(counts)
    assert counts[0] == 1
    assert counts[-1] > 0
    assert tier("tf.python.keras.layers.Normalization") < tier("keras.layers.Normalization")
    assert tier("tf.compat.v1.layers.dense") == tier("keras.layers.Normalization")


def test_each_step_between_minors_is_a_page_and_keras_3_came_with_one() -> None:
    cells = ("tf2.9.3-py3.9", "tf2.10.0-py3.9", "tf2.10.1-py3.9", "tf2.15.1-py3.11", "tf2.16.2-py3.12")
    made = list(corpus.of_upgrades(door(outcome(), cells=cells)))
    assert [one.key for one in made] == ["2.9-2.10", "2.10-2.15", "2.15-2.16"]
    assert made[0].title == "Upgrading from 2.9 to 2.10"
    assert ["keras" in one.terms["also"] for one in made] == [False, False, True]


def test_an_error_of_loading_is_found_by_its_message() -> None:
    made = corpus.of_loading(LoadError(message="ValueError: no such layer", anchor="e1", where=("h5: 2.5 to 2.6",)))
    assert (made.page, made.title) == ("grid/#e1", "A saved model raises ValueError: no such layer")
    assert made.terms["error"] == known_by("no such layer")
    assert made.terms["detail"] == list(terms.terms("h5: 2.5 to 2.6"))


def test_a_finding_is_found_by_what_it_says() -> None:
    made = corpus.of_finding(KnownFinding(name="lost_mean", title="Lost", what="It is gone.", instead="Keep it."))
    assert made.page == "findings/#lost_mean"
    assert (made.terms["title"], made.terms["id"]) == ([".lost", "lost"], [".lost_mean", "lost", "mean"])
    assert made.terms["detail"] == list(terms.terms("It is gone. Keep it."))


def test_a_row_is_found_by_its_errors_and_a_refusal_that_is_right_comes_last() -> None:
    refusal = failing("a::x", "ValueError: this is refused with good reason", status=Status.WORKS)
    wrong = failing("a::x", "ValueError: what is this that went wrong")
    known = in_memory(collect([trial("tf2.5.3-py3.9", refusal), trial("tf2.6.5-py3.9", wrong)]))
    (made,) = corpus.of_rows(known, Beside())
    assert made.terms["error"] == known_by("what is this that went wrong") + known_by(
        "this is refused with good reason"
    )


def test_what_the_suite_raises_itself_is_no_error_that_anybody_looks_for() -> None:
    assert row(failing("a::x", "Missing: there is no such thing here", type="Missing")).terms["error"] == []
    assert row(failing("a::x", "there is no such thing here", type="")).terms["error"] == []


def test_a_row_is_found_by_what_it_showed_its_answers_and_the_ids_that_it_had() -> None:
    asked = outcome(
        "a::x",
        Status.ANSWERED,
        kind=Kind.QUESTION,
        answers={"fresh": Harm.NONE, "stale": Harm.SILENT},
        observed="stale",
        harm=Harm.SILENT,
        title="Is it?",
        aliases=("a::before",),
    )
    made = row(asked)
    assert set(made.terms["also"]) >= {"silent", "fresh", "stal", "befor"}
    assert made.title == "Is it?"
    assert row(outcome("a::y", title="")).title == "a::y"
    for status, word in ((Status.HANGS, "hang"), (Status.CRASHES, "crash"), (Status.WRONG, "wrong")):
        assert word in row(outcome("a::x", status, harm=Harm.NONE)).terms["also"]
        assert word not in made.terms["also"]


def test_a_row_that_stands_on_another_page_as_well_counts_less() -> None:
    assert row(outcome("adapt::mean")).weight == 1
    for name in (f"imports::{PATH}", "arguments::N(mean)", "inventory::tf.keras", "environment::numpy"):
        assert 0 < row(outcome(name)).weight < 1, name


def test_a_row_has_some_of_a_docstring_and_of_its_messages() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    beside = Beside(docstrings={"test_adapt.py": {"The mean": text}})
    made = row(outcome("a::x", title="The mean", source="test_adapt.py:3"), beside=beside)
    assert made.terms["detail"] == list(terms.terms(text[:DETAIL]))
    cells = [f"tf2.{minor}.0-py3.9" for minor in range(5, 12)]
    messages = [f"ValueError: {letter * 300}" for letter in "abcdefg"]
    known = in_memory(
        collect(trial(cell, failing("a::x", message)) for cell, message in zip(cells, messages, strict=True))
    )
    (made,) = corpus.of_rows(known, Beside())
    shown = " ".join(message[:LONGEST] for message in messages[:MOST])
    assert made.terms["detail"] == list(terms.terms(shown))


@pytest.mark.parametrize(
    ("scenario", "known"),
    [
        ("arguments::Normalization(Mean)", [".argument_mean"]),
        ("arguments::Normalization", []),
        ("attributes::Normalization(mean)", []),
    ],
)
def test_a_row_about_an_argument_is_known_by_it(scenario: str, known: list[str]) -> None:
    assert list(corpus.of_argument(scenario)) == known


@pytest.mark.parametrize(
    ("message", "bare"),
    [
        ("ValueError: no", "no"),
        ("keras.errors.LayerError: no…", "no"),
        ("what is: no", "what is: no"),
        ("ValueError", "ValueError"),
        ("no…", "no"),
    ],
)
def test_a_message_is_read_without_its_class_and_what_shows_that_it_was_cut(message: str, bare: str) -> None:
    assert corpus.bare(message) == bare


def test_an_id_of_before_is_of_each_scenario_that_has_it_now() -> None:
    assert corpus.aliases({"a::old": ["a::x", "a::y"], "a::older": ["a::x"]}) == {
        "a::x": ["a::old", "a::older"],
        "a::y": ["a::old"],
    }

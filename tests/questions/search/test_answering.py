"""Tests of single answers: of an error of loading, a finding, a row of a variant, and how releases and nearness are said."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from tests.fakes import outcome, trial
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.questions import datafile
from tfcompat.questions.paths.chain import Branch, Chain
from tfcompat.questions.search import answer
from tfcompat.questions.search.answer import FAR, FAR_ERROR, MOST, SENTENCES, Answer, Answers, Asking, answers_to
from tfcompat.questions.search.pasted import read
from tfcompat.questions.search.texts import Beside, KnownFinding, LoadError, Question
from tfcompat.table.frame import collect

PATH = "tf.keras.layers.Normalization"
LACKING = {"type": "ModuleNotFoundError", "message": "ModuleNotFoundError: No module named 'tensorflow_addons'"}


def door(cells: Mapping[str, Outcome | tuple[Outcome, ...]]) -> Door:
    return in_memory(
        collect(trial(cell, *(said if isinstance(said, tuple) else (said,))) for cell, said in cells.items())
    )


def question(*points: dict[str, Any], **facts: Any) -> Question:
    row = {"number": 1, "question": "Does the checkpoint come back?", "points": list(points), **facts}
    return datafile.parse(row, Question, "answers.toml")


def asked(known: Door, text: str, on: str | None = None, **beside: Any) -> list[Answer]:
    return answer.answers(Asking(door=known, beside=Beside(**beside), on=on), read(text))


MEAN = door({"tf2.6.0-py3.9": outcome(title="The mean of a checkpoint"), "tf2.6.5-py3.9": outcome(status=Status.FAILS)})


def test_an_error_of_loading_says_where_it_was_and_of_what_page() -> None:
    places = tuple(f"h5: 2.{minor} to 2.16" for minor in range(12))
    elsewhere = {"another": ("keras: 2.15 to 2.16",), "unknown": places}
    errors = [LoadError(message=f"ValueError: {name}", anchor=name, where=where) for name, where in elsewhere.items()]
    (first, *_) = asked(MEAN, "ValueError: unknown", loading=errors)
    assert first.says == "A saved model raises ValueError: unknown"
    assert first.more == (*places[:SENTENCES], "what one release loads of another: tfcompat loads WRITER READER")
    assert first.page == "grid/#unknown"


def test_a_finding_says_what_happens_and_what_to_do() -> None:
    some = [
        KnownFinding(name=name, title=title, what=f"{title} is.", instead=f"Keep {name}.")
        for name, title in (("first", "Weather lost"), ("second", "Forecast lost"))
    ]
    (first, *_) = asked(MEAN, "forecast lost", findings=some)
    assert (first.says, first.more, first.harm) == ("Forecast lost", ("Forecast lost is.", "Keep second."), Harm.SILENT)


def test_a_row_whose_package_releases_lack_is_shown_in_the_variant_that_has_it() -> None:
    lacking = outcome(status=Status.MISSING, title="The mean of a checkpoint", **LACKING)
    known = door({"tf2.6.5-py3.9": lacking, "tf2.6.5-py3.9+addons": outcome(title="The mean of a checkpoint")})
    (first,) = asked(known, "checkpoint")
    assert (first.where, first.harm) == ("in the variant addons: works 2.6.5", Harm.NONE)
    assert asked(MEAN, "checkpoint")[0].where == "works 2.6.0; fails 2.6.5"


def test_the_worst_harm_of_a_row_is_said_and_a_row_without_a_title_by_its_id() -> None:
    worst = door(
        {
            "tf2.5.3-py3.9": outcome("a::checkpoint", Status.FAILS, harm=Harm.LOUD),
            "tf2.6.5-py3.9": outcome("a::checkpoint", Status.WRONG, harm=Harm.SILENT),
            "tf2.7.4-py3.9": outcome("a::checkpoint"),
        }
    )
    (first,) = asked(worst, "checkpoint")
    assert (first.says, first.harm) == ("a::checkpoint", Harm.SILENT)


def test_a_question_answers_with_what_is_plain_and_true_somewhere() -> None:
    points = [
        {"says": "it comes.", "all": [{"scenario": "adapt::mean"}]},
        {"says": "it crashes.", "all": [{"scenario": "adapt::mean", "status": ["crashes"]}]},
        {"says": "it varies.", "changes": [{"scenario": "adapt::mean"}]},
    ]
    other = question(points[1], number=2, question="Why does it crash?")
    (first, *_) = asked(MEAN, "Does the checkpoint come back?", questions=(other, question(*points)))
    assert (first.says, first.more) == ("Does the checkpoint come back?", ("on 2.6.0: it comes.",))
    questions = (question(points[1]),)
    assert "Does the" in asked(MEAN, "Does the checkpoint come back?", questions=questions)[0].says
    assert all(
        "Does the" not in one.says for one in asked(MEAN, "does the checkpoint come back", "2.6", questions=questions)
    )


def test_a_check_of_a_kind_is_held_against_the_kind_of_the_row() -> None:
    facts = {"kind": Kind.QUESTION, "answers": {"fresh": Harm.NONE}, "observed": "fresh", "aliases": ("a::old",)}
    known = door({"tf2.6.5-py3.9": outcome("a::fresh", Status.ANSWERED, **facts)})
    points = [
        {"says": "it is.", "all": [{"scenario": "a::old", "observed": ["fresh"], "kind": "question"}]},
        {"says": "it works.", "all": [{"scenario": "a::fresh"}]},
        {"says": "it was never asked.", "all": [{"scenario": "a::never"}]},
    ]
    (first, *_) = asked(known, "Does the checkpoint come back?", questions=(question(*points),))
    assert first.more == ("on 2.6.5: it is.",)


def test_all_patches_of_a_range_are_asked_about_and_no_other_release() -> None:
    points = ({"says": "it is there.", "all": [{"scenario": "adapt::mean"}]},)
    known = door({f"tf2.{name}-py3.9": outcome() for name in ("5.3", "6.0", "6.5", "7.4")})
    for on, places in (("2.6..2.7", "2.6.0 – 2.7.4"), ("2.5", "2.5.3"), (None, "2.5.3 – 2.7.4")):
        (first, *_) = asked(known, "Does the checkpoint come back?", on, questions=(question(*points),))
        assert first.more == (f"on {places}: it is there.",)


def test_an_upgrade_says_which_command_has_all_of_it() -> None:
    known = door({"tf2.5.3-py3.9": outcome(), "tf2.6.5-py3.9": outcome()})
    (first, *_) = asked(known, "upgrading from 2.5 to 2.6")
    assert first.more == ("all that changes: tfcompat upgrade 2.5 2.6",)


def test_a_path_names_the_places_of_keras_by_themselves() -> None:
    branch = Branch(path=PATH, code=(), note="", where="Keras ≥ 3.4", cells=())
    made = Chain(name="Normalization", releases="2.16.2", branches=(branch,), nothing="", unknown="", cells=1)
    assert answer.sentence(made) == f"On Keras ≥ 3.4, Normalization is at {PATH}."


def test_what_was_said_is_not_said_again() -> None:
    some = [Answer(says="a", page="1"), Answer(says="b"), Answer(says="a", page="2")]
    assert list(answer.said_once(some)) == some[:2]
    code = [Answer(says="a", instead="x"), Answer(says="b"), Answer(says="c", instead="x"), Answer(says="d")]
    assert [one.instead for one in answer.with_code_once(code)] == ["x", "", "", ""]


def test_there_are_few_answers() -> None:
    rows = tuple(outcome(f"a::{number}", title=f"Row {number} of a checkpoint") for number in range(9))
    assert len(asked(door({"tf2.6.5-py3.9": rows}), "checkpoint")) == MOST == 5


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("checkpoint", []),
        ("checkpoint weather forecast", [FAR]),
        ("ValueError: no such checkpoint in this place", [FAR_ERROR]),
        ("zzzz qqqq", []),
    ],
)
def test_what_is_only_near_is_said_to_be(text: str, notes: list[str]) -> None:
    assert answers_to(MEAN, Beside(), text).notes == notes


def test_how_releases_are_read_is_said_and_a_range_has_every_patch() -> None:
    assert answers_to(MEAN, Beside(), "checkpoint", on="2.6").notes == ["TensorFlow 2.6 is 2.6.5, its last patch"]
    assert answers_to(MEAN, Beside(), "checkpoint", on="2.6..2.6").notes == []
    with pytest.raises(SelectionError, match=r"^'2\.9' names no release"):
        answers_to(MEAN, Beside(), "checkpoint", on="2.9")


@pytest.mark.parametrize(
    ("site", "page"),
    [
        ("https://x.org/", "https://x.org/s/adapt/mean/"),
        ("", "reports/site/s/adapt/mean/index.html"),
        (None, ""),
    ],
)
def test_a_page_is_where_the_site_is_published_else_a_file_of_it(site: str | None, page: str) -> None:
    assert answers_to(MEAN, Beside(), "checkpoint", site=site).answers[0].page == page


def test_a_reader_of_the_answers_refuses_a_key_that_it_does_not_know() -> None:
    told = answers_to(MEAN, Beside(), "checkpoint")
    whole = msgspec.to_builtins(told)
    assert whole["schema"] == 1
    assert msgspec.convert(whole, Answers) == told
    with pytest.raises(msgspec.ValidationError, match="unknown field `more`"):
        msgspec.convert({**whole, "more": 1}, Answers)

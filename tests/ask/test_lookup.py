"""Tests of answers to one question: the right scenario, the right paths, and honest ranges."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.ask import lookup
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Documentation, Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.table.frame import collect

PATH = "tf.keras.layers.Normalization"


def door(trials: Sequence[Trial]) -> Door:
    return in_memory(collect(trials))


def spans(ranges: dict[str, Any]) -> dict[str, str]:
    return {str(status): span for status, span in ranges["spans"].items()}


def releases(*answers: Outcome | Reason) -> list[Trial]:
    cells = [f"tf2.{minor}.0-py3.9" for minor in (5, 6, 7, 9)]
    return [
        trial(cell, reason=answer) if isinstance(answer, Reason) else trial(cell, answer)
        for cell, answer in zip(cells, answers, strict=False)
    ]


def test_where_tells_ranges_observations_and_what_they_stand_on() -> None:
    facts = lookup.where(
        door(releases(outcome(observed=1, title="The mean"), outcome(observed=2), Reason.NO_LOCK, outcome(observed=2))),
        "adapt::mean",
    )
    assert (facts["scenario"], facts["group"]) == ("adapt::mean", "adapt")
    of_releases = facts["variants"]["releases"]
    assert spans(of_releases) == {"works": "2.5.0 – 2.6.0, 2.9.0", "unknown: no lock": "2.7.0"}
    assert of_releases["observations"] == [("1", "2.5.0"), ("2", "2.6.0, 2.9.0")]
    assert [part["tested"] for part in of_releases["ranges"]] == [
        ("tf2.5.0-py3.9",),
        ("tf2.6.0-py3.9",),
        ("tf2.7.0-py3.9",),
        ("tf2.9.0-py3.9",),
    ]
    assert of_releases["harms"] == [
        ("works", "none", "2.5.0 – 2.6.0, 2.9.0"),
        ("unknown: no lock", "none", "2.7.0"),
    ]


def test_where_tells_the_errors_as_they_were_raised_and_what_is_documented() -> None:
    question: dict[str, Any] = {"kind": Kind.QUESTION, "answers": {"fresh": Harm.NONE, "stale": Harm.SILENT}}
    error = {"type": "AttributeError", "message": "module 'x' has no attribute 'y'"}
    missing = outcome(status=Status.MISSING, **question, **error)
    stale = outcome(
        status=Status.ANSWERED,
        observed="stale",
        harm=Harm.SILENT,
        documented="fresh",
        documentation=Documentation.DISAGREES,
        **question,
    )
    facts = lookup.where(door(releases(missing, missing, stale, stale)), "adapt::mean")
    assert (facts["kind"], facts["answers"]) == ("question", '{"fresh": "none", "stale": "silent"}')
    found = facts["variants"]["releases"]
    assert found["harms"] == [("missing", "loud", "2.5.0 – 2.6.0"), ("stale", "silent", "2.7.0 – 2.9.0")]
    assert found["raised"] == [("AttributeError: module 'x' has no attribute 'y'", "2.5.0 – 2.6.0")]
    assert found["documented"] == [('"fresh"', "disagrees", "2.7.0 – 2.9.0")]


def test_what_differs_by_python_says_so() -> None:
    trials = [trial("tf2.16.2-py3.11", outcome()), trial("tf2.16.2-py3.12", outcome(status=Status.FAILS))]
    found = lookup.where(door(trials), "adapt::mean")["variants"]["releases"]
    assert found["axes"] == ("Python",)
    assert spans(found) == {"works": "2.16.2 on Python ≤ 3.11", "fails": "2.16.2 on Python ≥ 3.12"}


def test_an_id_of_before_finds_the_row() -> None:
    now = releases(outcome("a::new", aliases=("a::old", "a::older")))
    assert lookup.where(door(now), "a::old")["scenario"] == "a::new"
    assert lookup.where(door(now), "a::new")["aliases"] == "a::old\na::older"


def test_the_one_observation_of_all_is_told() -> None:
    facts = lookup.where(door(releases(outcome(observed=1), outcome(observed=1))), "adapt::mean")
    assert facts["variants"]["releases"]["observations"] == [("1", "2.5.0 – 2.6.0")]


def test_variants_and_pre_releases_are_told_apart() -> None:
    trials = [
        trial("tf2.16.2-py3.11", outcome(status=Status.HANGS)),
        trial("tf2.16.2-py3.12", outcome()),
        trial("tf2.16.2-py3.12+legacy", outcome(status=Status.FAILS)),
        trial("tf2.17.0rc1-py3.12", outcome(status=Status.CRASHES)),
    ]
    variants = lookup.where(door(trials), "adapt::mean")["variants"]
    assert {label: spans(ranges) for label, ranges in variants.items()} == {
        "releases": {"hangs": "2.16.2 on Python ≤ 3.11", "works": "2.16.2 on Python ≥ 3.12"},
        "pre-releases": {"crashes": "2.17.0rc1"},
        "legacy": {"fails": "2.16.2"},
    }


def test_a_scenario_that_a_cell_was_not_asked_is_unknown_there() -> None:
    trials = [trial("tf2.5.0-py3.9", outcome("a::b")), trial("tf2.6.0-py3.9", outcome("a::c"))]
    assert spans(lookup.where(door(trials), "a::b")["variants"]["releases"]) == {
        "works": "2.5.0",
        "unknown: not run": "2.6.0",
    }


def test_scenarios_are_named_by_ids_globs_words_and_ids_of_before() -> None:
    mean = outcome("adapt::mean", title="The mean of rows", aliases=("adapt::average",))
    asked = door([trial("tf2.6.0-py3.9", mean, outcome("map::twice", title="Mapped twice"))])
    for text in ("adapt::mean", "adapt::average", "adapt::*", "ROWS mean", "adapt::av*"):
        assert lookup.selected(asked, [text]) == ("adapt::mean",)
        assert lookup.where(asked, text)["scenario"] == "adapt::mean"
    assert lookup.selected(asked, ["*"]) == ("adapt::mean", "map::twice")
    with pytest.raises(SelectionError, match=r"'\*' names 2 scenarios: write one of adapt::mean, map::twice"):
        lookup.where(asked, "*")


def imports(*paths: str) -> list[Outcome]:
    return [outcome(f"imports::{path}") for path in paths]


def test_imports_are_the_paths_that_end_in_the_name() -> None:
    trials = [
        trial(
            "tf2.6.5-py3.9",
            *imports(PATH, "from keras.layers import Normalization", "tf.keras.layers.BatchNormalization"),
            *imports(
                "error_text_of_tf.keras.layers.Normalization", "import keras.layers.Normalization", "Normalization"
            ),
            outcome("adapt::tf.Normalization"),
        )
    ]
    assert [(path["path"], path["how"]) for path in lookup.imports(door(trials), "Normalization")] == [
        ("from keras.layers import Normalization", "imported"),
        ("import keras.layers.Normalization", "imported"),
        (PATH, "imported"),
    ]


def test_where_each_path_works_is_told() -> None:
    trials = [
        trial("tf2.5.3-py3.9", outcome(f"imports::{PATH}", Status.MISSING)),
        trial("tf2.6.5-py3.9", outcome(f"imports::{PATH}")),
        trial("tf2.6.5-py3.9+addons", outcome(f"imports::{PATH}", Status.FAILS)),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    ]
    (path,) = lookup.imports(door(trials), "Normalization")
    assert spans(path) == {"missing": "2.5.3", "works": "2.6.5", "unknown: no lock": "2.7.4"}


def test_a_path_that_only_an_inventory_lists_is_told_and_said_to_be_listed() -> None:
    other = "tf.keras.layers.experimental.Normalization"
    listed = "inventory::tf.keras"
    trials = [
        trial("tf2.4.4-py3.8", outcome(listed, Status.MISSING)),
        trial("tf2.5.3-py3.9", outcome(listed, observed={})),
        trial("tf2.6.5-py3.9", outcome(f"imports::{PATH}"), outcome(listed, observed={PATH: "()", other: "()"})),
        trial("tf2.7.4-py3.9", outcome(listed, Status.FAILS)),
        trial("tf2.8.4-py3.9", outcome("inventory::tf.nn", observed={"tf.nn.norm": "()"})),
        trial("tf2.9.3-py3.9", reason=Reason.NO_LOCK),
    ]
    tried, listing = lookup.imports(door(trials), "Normalization")
    assert (tried["path"], tried["how"]) == (PATH, "imported")
    assert (listing["path"], listing["how"]) == (other, "listed")
    assert spans(listing) == {
        "missing": "2.4.4 – 2.5.3",
        "works": "2.6.5",
        "unknown: not run": "2.7.4 – 2.8.4",
        "unknown: no lock": "2.9.3",
    }


def test_an_exact_name_comes_before_another_case_of_it() -> None:
    trials = [trial("tf2.6.5-py3.9", *imports("tf.nn.moments", "tf.nn.Moments", "tf.nn.Other"))]
    assert [path["path"] for path in lookup.imports(door(trials), "moments")] == ["tf.nn.moments"]
    assert [path["path"] for path in lookup.imports(door(trials), "MOMENTS")] == ["tf.nn.Moments", "tf.nn.moments"]
    assert [path["path"] for path in lookup.imports(door(trials), "other")] == ["tf.nn.Other"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Normalisation", "no path that was tried ends in 'Normalisation': did you mean Normalization?"),
        ("zzz", "no path that was tried ends in 'zzz': did you mean Normalization?"),
    ],
)
def test_a_name_that_no_path_ends_in_is_one_sentence(name: str, says: str) -> None:
    with pytest.raises(SelectionError) as raised:
        lookup.imports(door([trial("tf2.6.5-py3.9", *imports(PATH))]), name)
    assert str(raised.value) == says


def test_without_paths_there_is_nothing_to_offer() -> None:
    with pytest.raises(SelectionError, match="did you mean another"):
        lookup.imports(door([trial(subject(), outcome())]), "Normalization")

"""Tests of the outcomes as a frame: where those of a confirmation are, when each was measured, and whose doing it is."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.fakes import outcome, trial
from tfcompat.outcomes import Status
from tfcompat.table.frame import collect
from tfcompat.table.outcomes import OF_OUTCOME, again, led_by, listings, raised, spans, whose, with_types

#: Rows of an index: a file with two outcomes, one with none, and a line that confirms each of them.
FACTS = [{"file": "a", "rows": 2}, {"file": "b", "rows": 0}, {"file": "b", "rows": -1}, {"file": "a", "rows": -1}]
INDEX: Any = SimpleNamespace(starts=np.array([0, 2, 2, 2]), counts=np.array([2, 0, 7, 7]))


def category(*texts: str, categories: tuple[str, ...] | None = None) -> "pd.Categorical[str]":
    return pd.Categorical(texts, categories=categories or tuple(dict.fromkeys(("", *texts))))


def test_a_confirmation_has_the_outcomes_of_its_file_and_one_of_a_file_without_has_none() -> None:
    found = spans(INDEX, FACTS, [3, 0, 2, 1])
    assert (found.starts.tolist(), found.counts.tolist()) == ([0, 0, 2, 2], [2, 2, 0, 0])
    assert (found.places.tolist(), found.trials.tolist()) == ([0, 1, 0, 1], [0, 0, 1, 1])


def test_no_trials_have_no_outcomes() -> None:
    found = spans(INDEX, FACTS, [])
    assert (found.places.tolist(), found.trials.tolist()) == ([], [])


def test_what_ran_in_a_trial_that_was_repeated_was_measured_when_it_was() -> None:
    """The second trial is a confirmation, and of its outcomes one was never measured; those of the others stay."""
    categories = ("", "later", "first", "second")
    measured = category("first", "second", "first", "", "first", categories=categories)
    found = again(measured, np.array([0, 0, 1, 1, 2]), {1: "later"})
    assert list(found) == ["first", "second", "later", "", "first"]
    assert list(again(measured, np.array([0, 0, 1, 1, 2]), {0: "later"})) == ["later", "later", "first", "", "first"]


def test_a_trial_that_was_repeated_may_be_the_last_and_have_no_outcomes() -> None:
    measured = category("first", categories=("", "later", "first"))
    assert list(again(measured, np.array([0]), {3: "later"})) == ["first"]
    assert list(again(measured[:0], np.array([], dtype=np.int64), {0: "later"})) == []


def test_where_no_trial_was_repeated_nothing_is_computed() -> None:
    measured = category("first", "")
    assert again(measured, np.array([0, 0]), {}) is measured


def test_a_confirmed_moment_may_come_first_of_all_categories() -> None:
    measured = category("first", "", categories=("later", "", "first"))
    assert list(again(measured, np.array([0, 0]), {0: "later"})) == ["later", ""]


@pytest.mark.parametrize(
    ("error", "message", "led"),
    [("", "m", "m"), ("E", "m", "E: m"), ("E", "E: m", "E: m"), ("E", "Em", "E: Em"), ("E", "", "E: ")],
)
def test_a_message_is_led_by_its_type_once(error: str, message: str, led: str) -> None:
    assert led_by(error, message) == led
    assert list(with_types(category(error), category(message))) == [led]


def test_what_was_not_raised_is_no_exception() -> None:
    assert list(raised(category("", "E"), category("m", "m"))) == ["", "E: m"]


def test_only_of_what_is_missing_it_is_said_whose_doing_that_is() -> None:
    found = whose(
        category("missing", "fails"),
        category("ModuleNotFoundError", "ModuleNotFoundError"),
        category("No module named 'tensorflow_addons'", "No module named 'tensorflow_addons'"),
    )
    assert list(found) == ["no package", ""]


def test_only_the_inventories_of_the_trials_that_are_asked_are_listings() -> None:
    listing = outcome("inventory::tf.nn", Status.ANSWERED, observed={"tf.nn.norm": "(x)"})
    table = collect(
        [
            trial("tf2.5.3-py3.9", outcome("adapt::mean"), listing),
            trial("tf2.6.5-py3.9", listing, outcome("adapt::mean")),
            trial("tf2.7.4-py3.9", outcome("adapt::mean")),
        ]
    )
    found = listings(table.outcomes, [1, 2])
    assert {number: [name for name, *_ in rows] for number, rows in found.items()} == {1: ["inventory::tf.nn"], 2: []}


def test_the_columns_are_those_of_an_outcome_in_their_order() -> None:
    table = collect([trial("tf2.5.3-py3.9", outcome("adapt::mean"))])
    assert list(table.outcomes.columns) == list(OF_OUTCOME)

"""Tests of agreement: where two frames are not alike."""

import pandas as pd
import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Outcome, Status
from tfcompat.table.agreement import LOST, alike, disagreements, same_answer
from tfcompat.table.frame import as_text, collect

WORKS, MISSING = outcome(), outcome(status=Status.MISSING)


def by(engine: str, *outcomes: Outcome, cell: str = "tf2.6.5-py3.9") -> pd.DataFrame:
    return collect([trial(subject(cell, engine=engine), *outcomes)]).frame


def test_engines_that_agree_have_no_disagreement() -> None:
    assert disagreements(by("docker", outcome(observed=1)), by("local", outcome(observed=1))).empty


@pytest.mark.parametrize("other", [outcome(observed=2), outcome(status=Status.WRONG, observed=1)])
def test_engines_disagree_where_status_or_observation_do(other: Outcome) -> None:
    same_in_both = outcome("adapt::other")
    found = disagreements(by("docker", same_in_both, outcome(observed=1)), by("local", same_in_both, other))
    assert found.to_dict("records") == [
        {
            "cell": "tf2.6.5-py3.9",
            "scenario": "adapt::mean",
            "engine": "docker",
            "status": "works",
            "observed": "1",
            "engine_other": "local",
            "status_other": str(other.status),
            "observed_other": as_text(other.observed),
        }
    ]


def test_a_cell_of_one_engine_only_is_no_disagreement() -> None:
    assert disagreements(by("docker", WORKS), by("local", MISSING, cell="tf2.7.4-py3.9")).empty


@pytest.mark.parametrize("name", ["status", "harm", "reason", "whose"])
def test_rows_are_alike_where_status_harm_reason_and_whose_are_the_same(name: str) -> None:
    row = {"status": "fails", "harm": "loud", "reason": "", "whose": "", "observed": "[1.0]"}
    assert alike(row, {**row, "observed": "[1.0000001]", "message": "other words"})
    assert not alike(row, {**row, name: "another"})
    assert not alike(row, {**row, "observed": "[1.1]"})


FAILS = {"status": "fails", "harm": "loud", "reason": "", "whose": "", "observed": "", "type": "ValueError"}
LACKS = {**FAILS, "status": "missing", "type": "AttributeError"}
ANSWERS = {**FAILS, "status": "works", "observed": "[1.0]", "type": ""}


@pytest.mark.parametrize(
    ("row", "other", "same"),
    [
        (FAILS, FAILS, True),
        (FAILS, {**FAILS, "message": "other words"}, True),
        (FAILS, {**FAILS, "type": "TypeError"}, False),
        (FAILS, {**FAILS, "harm": "obscure"}, False),
        (FAILS, {**FAILS, "type": LOST}, False),
        (LACKS, {**LACKS, "type": "ImportError"}, False),
        (LACKS, {**LACKS, "type": LOST}, True),
        (LACKS, {**FAILS, "type": LOST}, False),
        (ANSWERS, {**ANSWERS, "type": "ValueError"}, True),
        (ANSWERS, {**ANSWERS, "observed": "[2.0]"}, False),
        (ANSWERS, FAILS, False),
    ],
)
def test_an_answer_is_the_same_where_rows_are_alike_and_raised_one_type(
    row: dict[str, str], other: dict[str, str], same: bool
) -> None:
    assert same_answer(row, other) is same
    assert same_answer(other, row) is same

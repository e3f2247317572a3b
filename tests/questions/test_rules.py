"""Tests of the rules: what a data file may say, and that it may say nothing else."""

import math
from datetime import date
from typing import Any

import pytest

from tfcompat.errors import DataError
from tfcompat.outcomes import Status
from tfcompat.questions import datafile
from tfcompat.questions.rules import DEEPEST, Check, Combine, Rule

CHECK = {"scenario": "adapt::mean"}


def rule(row: dict[str, Any]) -> Rule:
    return datafile.parse(row, Rule, "claim X")


def check(**keys: Any) -> Check:
    return rule({"all": [{**CHECK, **keys}]}).checks[0]


def test_a_check_counts_what_works() -> None:
    assert check().statuses == {Status.WORKS}


def test_a_check_with_observations_counts_whatever_ran() -> None:
    assert check(observed=[1.0]).statuses == {Status.WORKS, Status.WRONG, Status.ANSWERED}


def test_a_check_with_an_error_counts_what_failed() -> None:
    assert check(raises="TypeError").statuses == {Status.FAILS, Status.MISSING}


def test_a_check_with_a_harm_counts_whatever_has_it() -> None:
    assert check(harm=["silent"]).statuses == set(Status) - {Status.UNKNOWN}
    assert check(harm=["silent"], status=["wrong"]).statuses == {Status.WRONG}


def test_a_check_counts_the_statuses_that_it_names() -> None:
    assert check(status=["missing", "fails"], observed=[1]).statuses == {Status.MISSING, Status.FAILS}


def test_a_rule_is_about_the_bundled_cells_unless_it_says_otherwise() -> None:
    assert rule({"any": [CHECK]}).variants == ("bundled",)
    assert rule({"any": [CHECK], "variants": ["addons"]}).variants == ("addons",)


def test_the_scenarios_of_a_rule_are_those_of_its_premises_too_each_once() -> None:
    row = {"all": [CHECK, {"scenario": "map::b", "given": {"scenario": "adapt::c"}}, CHECK]}
    assert rule(row).scenarios == ("adapt::mean", "map::b", "adapt::c")


def test_all_keys_of_a_check_are_kept() -> None:
    full = check(observed=[[1]], part="mean", releases=">=2.3", given={"scenario": "map::b", "status": ["missing"]})
    assert (full.observed, full.part, str(full.releases)) == (([1],), "mean", ">=2.3")
    assert full.given is not None
    assert (full.given.scenario, full.given.statuses) == ("map::b", frozenset({Status.MISSING}))


@pytest.mark.parametrize("combine", Combine)
def test_each_way_to_combine_is_read(combine: Combine) -> None:
    assert rule({str(combine): [CHECK]}).combine is combine


def nested(depth: int) -> dict[str, Any]:
    """A check with so many premises in each other."""
    row: dict[str, Any] = CHECK
    for _ in range(depth):
        row = {**CHECK, "given": row}
    return row


def deep(depth: int) -> list[Any]:
    """So many lists in each other."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_premises_may_stand_in_each_other() -> None:
    (check,) = rule({"all": [nested(DEEPEST - 1)]}).checks
    assert len(check.scenarios) == DEEPEST


def in_tables(depth: int) -> dict[str, Any]:
    """So many tables in each other."""
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"own": value}
    return value


@pytest.mark.parametrize(
    "value", ["nan", 0.1, -(2**53), True, [[1.0], {"own": [False]}], deep(DEEPEST), in_tables(DEEPEST)]
)
def test_what_json_has_may_be_observed(value: Any) -> None:
    assert check(observed=[value]).observed == (value,)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({}, "needs one of all, any, changes, and has none"),
        ({"all": [CHECK], "any": [CHECK]}, "and has all and any"),
        ({"all": [CHECK], "some": [CHECK]}, "claim X has unknown some"),
        ({"all": CHECK}, ": all is not a list"),
        ({"all": []}, ": all is an empty list"),
        ({"all": ["adapt::mean"]}, "item 1 of all in claim X is not a table"),
        ({"changes": [CHECK, CHECK]}, ": changes has more than one item"),
        ({"all": [CHECK], "variants": "addons"}, ": variants is not a list"),
        ({"all": [CHECK], "variants": []}, ": variants is an empty list"),
        ({"all": [CHECK], "variants": ["addons", 2]}, "item 2 of variants in claim X is not a text"),
        ({"all": [{}]}, "item 1 of all in claim X lacks scenario"),
        ({"all": [{"scenario": 3}]}, "scenario is not a text"),
        ({"all": [{**CHECK, "Status": ["works"]}]}, "check adapt::mean in claim X has unknown Status"),
        ({"all": [{**CHECK, "status": "works"}]}, "check adapt::mean in claim X: status is not a list"),
        ({"all": [{**CHECK, "status": ["worked"]}]}, "'worked', which is not a status: write one of works, wrong"),
        ({"all": [{**CHECK, "status": ["unknown"]}]}, "unknown, which is not an answer"),
        ({"all": [{**CHECK, "observed": 3}]}, "observed is not a list"),
        ({"all": [{**CHECK, "observed": []}]}, "observed is an empty list"),
        ({"all": [{**CHECK, "part": "mean"}]}, "part without observed"),
        ({"all": [{**CHECK, "releases": "since 2.3"}]}, ": releases is 'since 2.3', which is not a specifier"),
        ({"all": [{**CHECK, "releases": 2.3}]}, ": releases is 2.3, which is not a specifier"),
        ({"all": [{**CHECK, "releases": [">=2.3"]}]}, ": releases is ['>=2.3'], which is not a specifier"),
        ({"all": [{**CHECK, "given": "adapt::mean"}]}, "check adapt::mean in claim X: given is not a table"),
        ({"all": [{**CHECK, "given": {"status": ["works"]}}]}, "check adapt::mean in claim X: given lacks scenario"),
        ({"all": [{**CHECK, "raises": ""}]}, "raises is not a text"),
        ({"all": [{**CHECK, "message": "no such thing"}]}, "has message without raises"),
        ({"all": [{**CHECK, "harm": []}]}, "harm is an empty list"),
        ({"all": [{**CHECK, "harm": ["quiet"]}]}, "'quiet', which is not a harm: write one of none, loud, obscure"),
        ({"all": [{**CHECK, "kind": "claim"}]}, "'claim', which is not a kind: write one of promise, presence"),
        ({"all": [nested(DEEPEST)]}, "too many premises in each other"),
        ({"all": [nested(100_000)]}, "claim X is nested too deep"),
        ({"all": [{**CHECK, "observed": [math.nan]}]}, "has an observed number that JSON does not have"),
        ({"all": [{**CHECK, "observed": [{"own": [-math.inf]}]}]}, "has an observed number that JSON does not have"),
        ({"all": [{**CHECK, "observed": [10**400]}]}, "has an observed number that is too large"),
        ({"all": [{**CHECK, "observed": [2**53 + 1]}]}, "has an observed number that is too large"),
        ({"all": [{**CHECK, "observed": [date(2024, 1, 1)]}]}, "has an observed date, which JSON does not have"),
        ({"all": [{**CHECK, "observed": [deep(DEEPEST + 1)]}]}, "has an observed that is nested too deep"),
        ({"all": [{**CHECK, "observed": [in_tables(DEEPEST + 1)]}]}, "has an observed that is nested too deep"),
        ({"all": [{**CHECK, "observed": [deep(100_000)]}]}, "nested too deep"),
    ],
)
def test_what_is_not_a_rule_is_said(row: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DataError, match="claim X") as refused:
        rule(row)
    assert complaint in str(refused.value)

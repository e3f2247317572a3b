"""Tests of the rules: what a data file may say, and that it may say nothing else."""

from typing import Any

import pytest

from tfcompat.ask import rules
from tfcompat.ask.rules import Combine
from tfcompat.errors import DataError
from tfcompat.outcomes import Status

CHECK = {"scenario": "adapt::mean"}


def check(**keys: Any) -> rules.Check:
    return rules.parse({"all": [{**CHECK, **keys}]}, "claim X").checks[0]


def test_a_check_counts_what_works() -> None:
    assert check().statuses == {Status.WORKS}


def test_a_check_with_observations_counts_whatever_ran() -> None:
    assert check(observed=[1.0]).statuses == {Status.WORKS, Status.DIFFERS}


def test_a_check_with_an_error_counts_what_failed() -> None:
    assert check(raises="TypeError").statuses == {Status.FAILS}


def test_a_check_counts_the_statuses_that_it_names() -> None:
    assert check(status=["missing", "fails"], observed=[1]).statuses == {Status.MISSING, Status.FAILS}


def test_a_rule_is_about_the_bundled_cells_unless_it_says_otherwise() -> None:
    assert rules.parse({"any": [CHECK]}, "claim X").variants == ("bundled",)
    assert rules.parse({"any": [CHECK], "variants": ["addons"]}, "claim X").variants == ("addons",)


def test_the_scenarios_of_a_rule_are_those_of_its_premises_too_each_once() -> None:
    row = {"all": [CHECK, {"scenario": "map::b", "given": {"scenario": "adapt::c"}}, CHECK]}
    assert rules.parse(row, "claim X").scenarios == ("adapt::mean", "map::b", "adapt::c")


def test_all_keys_of_a_check_are_kept() -> None:
    made = check(observed=[[1]], part="mean", releases=">=2.3", given={"scenario": "map::b", "status": ["missing"]})
    assert (made.observed, made.part, str(made.releases)) == (([1],), "mean", ">=2.3")
    assert made.given is not None
    assert (made.given.scenario, made.given.statuses) == ("map::b", frozenset({Status.MISSING}))


@pytest.mark.parametrize("combine", Combine)
def test_each_way_to_combine_is_read(combine: Combine) -> None:
    assert rules.parse({combine: [CHECK]}, "claim X").combine is combine


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({}, "needs one of all, any, changes, and has none"),
        ({"all": [CHECK], "any": [CHECK]}, "and has all and any"),
        ({"all": CHECK}, "not a list of checks"),
        ({"all": []}, "not a list of checks"),
        ({"all": ["adapt::mean"]}, "not a list of checks"),
        ({"changes": [CHECK, CHECK]}, "changes asks for one check, and has 2"),
        ({"all": [CHECK], "variants": "addons"}, "variants is not a list of texts"),
        ({"all": [CHECK], "variants": []}, "variants is not a list of texts"),
        ({"all": [{}]}, "lacks scenario"),
        ({"all": [{"scenario": 3}]}, "scenario is not a text"),
        ({"all": [{**CHECK, "Status": ["works"]}]}, "has unknown Status"),
        ({"all": [{**CHECK, "status": "works"}]}, "status is not a list of texts"),
        ({"all": [{**CHECK, "status": ["worked"]}]}, "'worked' is not a valid Status, which is one of works, differs"),
        ({"all": [{**CHECK, "status": ["unknown"]}]}, "unknown is no answer"),
        ({"all": [{**CHECK, "observed": 3}]}, "observed is not a list"),
        ({"all": [{**CHECK, "observed": []}]}, "observed is not a list"),
        ({"all": [{**CHECK, "part": "mean"}]}, "part without observed"),
        ({"all": [{**CHECK, "releases": "since 2.3"}]}, "'since 2.3' is no specifier"),
        ({"all": [{**CHECK, "given": "adapt::mean"}]}, "given is not a check"),
        ({"all": [{**CHECK, "given": {"status": ["works"]}}]}, "lacks scenario"),
        ({"all": [{**CHECK, "raises": ""}]}, "raises is not a text"),
    ],
)
def test_what_is_no_rule_is_said(row: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DataError, match="claim X") as refused:
        rules.parse(row, "claim X")
    assert complaint in str(refused.value)

"""Marks: what is understood, and what is refused with a sentence."""

from typing import Any

import pytest

from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm
from tfcompat.plugin.marks import Otherwise, Reliance, reliance

TITLES = {"readapt::predict": "A second adapt", "readapt::fit": "A fit", "adapt::mean": "The mean"}
HEIRS = {"readapt::old": ["readapt::fit"]}


def read(*arguments: Any, **options: Any) -> Reliance:
    return reliance(arguments, options, TITLES, HEIRS)


def test_a_mark_relies_on_scenarios_without_harm_and_skips() -> None:
    assert read("readapt::predict") == Reliance(
        scenarios=("readapt::predict",), harm=Harm.NONE, otherwise=Otherwise.SKIP
    )


def test_a_mark_names_several_by_globs_and_by_ids_of_before() -> None:
    assert read("readapt::*").scenarios == ("readapt::predict", "readapt::fit")
    assert read("adapt::mean", "readapt::old").scenarios == ("readapt::fit", "adapt::mean")


def test_a_mark_allows_harm_and_expects_a_failure() -> None:
    found = read("adapt::mean", harm="loud", otherwise="xfail")
    assert (found.harm, found.otherwise) == (Harm.LOUD, Otherwise.XFAIL)


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (("readapt::predikt",), {}, "no scenario is called 'readapt::predikt': did you mean readapt::predict"),
        (("second adapt",), {}, "no scenario is called 'second adapt': did you mean readapt::predict"),
        (("nothing::*",), {}, "no scenario is called 'nothing::"),
        ((), {}, "the mark names no scenario"),
        ((3,), {}, "3 is not the id of a scenario"),
        (("adapt::mean",), {"harm": "small"}, "harm='small' is not one of none, loud, obscure, visible, silent"),
        (("adapt::mean",), {"otherwise": ["skip"]}, r"otherwise=\['skip'\] is not one of skip, xfail"),
        (("adapt::mean",), {"reason": "x"}, "'reason' is not an argument of the mark"),
        (("x" * 1000 + "::a",), {}, "no scenario is called"),
    ],
)
def test_what_is_not_understood_is_one_bounded_sentence(
    arguments: tuple[Any, ...], options: dict[str, Any], says: str
) -> None:
    with pytest.raises(SelectionError, match=says) as error:
        read(*arguments, **options)
    assert len(str(error.value)) < 1300


def test_where_no_scenario_is_known_each_may_be_one() -> None:
    assert reliance(["a::b", "a::*"], {}, None, {}).scenarios == ("a::b", "a::*")

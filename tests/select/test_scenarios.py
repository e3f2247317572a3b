"""Tests of how scenarios are named: exactly what was asked for, or one sentence with what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcompat.errors import SelectionError
from tfcompat.select import scenarios

TITLES = {
    "adapt::list_of_numbers": "adapt() takes a list of numbers",
    "adapt::mean": "The mean",
    "readapt::predict_without_compile": "After a second adapt(), predict() is",
    "readapt::predict_with_compile": "After a second adapt() and compile(), predict() is fresh",
    "imports::from keras.layers import Normalization": "`Normalization` from `keras.layers`",
    "imports::tf.keras.layers.Normalization": "`tf.keras.layers.Normalization`",
}
HEIRS = {"adapt::numbers": ["adapt::list_of_numbers"], "old::two": ["adapt::mean", "readapt::predict_with_compile"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("adapt::mean", ["adapt::mean"]),
        ("imports::from keras.layers import Normalization", ["imports::from keras.layers import Normalization"]),
        ("adapt::numbers", ["adapt::list_of_numbers"]),
        ("old::two", ["adapt::mean", "readapt::predict_with_compile"]),
        ("adapt::*", ["adapt::list_of_numbers", "adapt::mean"]),
        ("*::mea[mn]", ["adapt::mean"]),
        ("old::*", ["adapt::mean", "readapt::predict_with_compile"]),
        ("second adapt", ["readapt::predict_without_compile", "readapt::predict_with_compile"]),
        ("COMPILE fresh", ["readapt::predict_with_compile"]),
        ("mean", ["adapt::mean"]),
        ("tf.keras", ["imports::tf.keras.layers.Normalization"]),
    ],
)
def test_a_text_names(text: str, expected: list[str]) -> None:
    assert scenarios.select([text], TITLES, HEIRS) == tuple(expected)


def test_several_texts_name_each_once_in_the_order_of_the_suite() -> None:
    assert scenarios.select(["mean", "adapt::*", "adapt::mean"], TITLES) == ("adapt::list_of_numbers", "adapt::mean")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("adapt::mien", r"no scenario is called 'adapt::mien': did you mean adapt::mean"),
        ("readapt::", r"did you mean readapt::predict_without_compile, readapt::predict_with_compile\?"),
        ("adapt::me", r"did you mean adapt::mean\?"),
        ("nothing::*", r"no scenario is called 'nothing::\*': "),
        ("ADAPT::Mean", r"did you mean adapt::mean\?"),
        ("Readapt::*", r"did you mean readapt::predict_without_compile, readapt::predict_with_compile\?"),
        ("secund adapt", r"no scenario is called 'secund adapt': did you mean .*readapt::predict_without_compile"),
        ("xyzzy", r"no scenario is called 'xyzzy': tfcompat list scenarios names them"),
        ("", r"no scenario is called '': "),
        (" ", r"no scenario is called ' ': "),
    ],
)
def test_what_names_nothing_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(SelectionError, match=says):
        scenarios.select(["adapt::mean", text], TITLES, HEIRS)


def test_where_only_one_may_be_named_several_are_an_error() -> None:
    assert scenarios.single("mean", TITLES) == "adapt::mean"
    with pytest.raises(SelectionError, match=r"'readapt::\*' names 2 scenarios: write one of readapt::predict_without"):
        scenarios.single("readapt::*", TITLES)
    with pytest.raises(SelectionError, match=r"names 12 scenarios: .* and 4 more"):
        scenarios.single("a::*", {f"a::{number}": "" for number in range(12)})


NAMES = st.sampled_from(["a::x", "a::xy", "b::x", "b::*", "c::[x]", "a b", "x", "*", "a::?"])


@given(st.dictionaries(NAMES, st.sampled_from(["", "x y", "B"]), min_size=1), st.lists(NAMES, min_size=1))
def test_what_is_selected_is_the_union_of_what_each_text_names(titles: dict[str, str], texts: list[str]) -> None:
    try:
        parts = [scenarios.select([text], titles) for text in texts]
    except SelectionError:
        with pytest.raises(SelectionError):
            scenarios.select(texts, titles)
    else:
        assert set(scenarios.select(texts, titles)) == {name for part in parts for name in part}
        assert all(parts)


@given(st.sampled_from(sorted(TITLES)))
def test_an_id_names_itself_and_nothing_else(name: str) -> None:
    assert scenarios.select([name], {**TITLES, f"{name}_more": ""}) == (name,)

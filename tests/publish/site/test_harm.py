"""Harm in a real browser: what it looks like, and how rows are found and chosen by what happened."""

from typing import Any

import pytest

from tests.publish.site.conftest import Open
from tests.publish.site.reading import SAVED, cell, hash_of, titles

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "text",
    [
        "module 'keras.layers' has no attribute 'Normalization'",
        "AttributeError: module 'keras.layers' has no attribute 'Normalization'",
        "ModuleNotFoundError: No module named 'keras'",
    ],
)
def test_an_error_as_it_was_raised_finds_its_row(opened: Open, text: str) -> None:
    shown = opened()
    shown.fill("input[type=search]", text)
    assert titles(shown) == ["from keras.layers import Normalization"]


def test_an_id_of_before_and_an_answer_find_their_row(opened: Open) -> None:
    shown = opened()
    shown.fill("input[type=search]", "save::old_name")
    assert titles(shown) == [SAVED]
    shown.fill("input[type=search]", "stale")
    assert titles(shown) == ["Does predict() see a second adapt()?"]


def test_rows_are_chosen_by_harm_and_by_what_happened(opened: Open) -> None:
    shown = opened()
    shown.click(".legend [data-harm=silent] button")
    assert titles(shown) == [SAVED, "A wrong shape is refused", "Does predict() see a second adapt()?"]
    assert hash_of(shown) == "#harm=silent"
    shown.click(".legend [data-status=answered] button")
    assert titles(shown) == ["Does predict() see a second adapt()?"], "of one cell both have to be so"
    shown.click(".legend [data-harm=silent] button")
    shown.click(".legend [data-harm=visible] button")
    assert titles(shown) == []
    shown.click(".legend [data-status=answered] button")
    assert titles(shown) == ["Large values stay finite in float16"]
    assert shown.get_attribute(".legend [data-harm=visible] button", "aria-pressed") == "true"


def colour(shown: Any, scenario: str, column: int) -> tuple[str, str]:
    """The fill of a cell, its hatching included, and what stands in it."""
    read = "one => (style => [style.backgroundImage + style.backgroundColor, style.content])(getComputedStyle(one, '::before'))"
    fill, content = cell(shown, scenario, column).evaluate(read)
    return str(fill), str(content)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_silent_harm_looks_like_nothing_else_and_nothing_that_harms_is_green(opened: Open, scheme: str) -> None:
    shown = opened(color_scheme=scheme)
    works, none, loud, obscure, visible, missing = (
        colour(shown, name, column)
        for name, column in (
            ("adapt::mean", 0),
            ("readapt::predict", 0),
            ("adapt::comes_back", 1),
            ("inputs::list", 5),
            ("dtypes::overflow", 5),
            ("imports::from keras.layers import Normalization", 5),
        )
    )
    silent = {colour(shown, name, 5)[0] for name in ("save::statistics", "inputs::refused", "readapt::predict")}
    assert len(silent) == 1
    (fill,) = silent
    assert "gradient" in fill, "hatched as well as coloured"
    others = [one[0] for one in (works, none, loud, obscure, visible, missing)]
    assert len({fill, *others}) == 7
    assert "▲" in colour(shown, "save::statistics", 5)[1]
    assert "△" in visible[1]
    assert "◇" in obscure[1]


def test_a_question_shows_its_word_over_its_whole_bar(opened: Open) -> None:
    shown = opened()
    bar = cell(shown, "readapt::predict", 2)
    assert bar.locator("span").inner_text() == "stale"
    width = bar.evaluate(
        "one => one.firstElementChild.getBoundingClientRect().width / one.getBoundingClientRect().width"
    )
    assert 1.5 < width < 2, "two columns"
    assert "✓" not in colour(shown, "readapt::predict", 2)[1]

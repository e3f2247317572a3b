"""Tests of naming: words that are exactly some of the cells, the release first, and a Python or Keras where these decide."""

import random

import pytest

from tfcompat.select.naming import places
from tfcompat.select.places import Spot, parse, words


def spots(*texts: str) -> list[Spot]:
    """Cells by ``release/python/keras`` and perhaps a variant."""
    parts = [text.split("/") for text in texts]
    return [
        Spot(cell=text, tensorflow=release, python=python, keras=keras, variant=rest[0] if rest else "bundled")
        for text, (release, python, keras, *rest) in zip(texts, parts, strict=True)
    ]


def named(*texts: str) -> str:
    """The words for those of some cells that are marked with a star."""
    cells = spots(*(text.removesuffix("*") for text in texts))
    return words(places(cells, {text.removesuffix("*") for text in texts if text.endswith("*")}))


def test_releases_are_named_where_they_tell_all() -> None:
    assert named("2.5.0/3.9/2.5.0", "2.6.0/3.9/2.6.0*", "2.6.5/3.9/2.6.0*", "2.7.0/3.9/2.7.0") == "2.6.0 – 2.6.5"
    assert named("2.5.0/3.9/2.5.0*", "2.6.0/3.9/2.6.0", "2.6.5/3.9/2.6.0*") == "2.5.0, 2.6.5"
    assert named("2.5.0/3.9/2.5.0") == ""


def test_releases_that_tell_all_are_named_though_a_python_would_take_fewer_words() -> None:
    cells = ("2.16.1/3.11/2.15.0*", "2.17.0/3.12/2.15.0/keras3.6", "2.18.0/3.11/3.6.0*")
    assert named(*cells) == "2.16.1, 2.18.0"


def test_the_place_with_the_oldest_cell_comes_first() -> None:
    cells = ("2.15.1/3.11/3.6.0/keras3.6*", "2.17.0/3.12/2.15.0/keras-latest*", "2.18.0/3.11/3.15.1*")
    assert named(*cells, "2.18.0/3.12/3.4.0/keras3.6") == "Keras ≥ 3.6, 2.17.0"


def test_a_place_says_no_cell_that_another_place_says_anyway() -> None:
    cells = ("2.16.2/3.11/3.15.1*", "2.16.2/3.13/3.15.1/keras3.6", "2.17.0/3.12/3.6.0/keras3.6*")
    assert named(*cells, "2.18.0/3.11//keras3.6*") == "2.16.2 on Python ≤ 3.11, 2.17.0 – 2.18.0"


def test_a_cell_that_its_python_and_keras_tell_apart_together_needs_no_variant() -> None:
    cells = ("2.16.2/3.11/2.15.0", "2.16.2/3.11/3.4.0*", "2.16.2/3.12/3.4.0")
    assert named("2.16.1/3.12//keras3.6", *cells) == "2.16.2 on Python 3.11 and Keras 3.4.0"


def test_two_pythons_of_a_release_are_one_release_where_they_agree() -> None:
    assert named("2.16.2/3.11/3.4.1*", "2.16.2/3.12/3.4.1*", "2.17.0/3.12/3.4.1") == "2.16.2"


MIXED = ("2.16.1/3.12/3.2.0", "2.16.2/3.11/3.4.1", "2.16.2/3.12/3.4.1", "2.17.1/3.11/3.6.0", "2.17.1/3.12/3.6.0")


def test_a_python_that_decides_is_named_with_all_releases_that_it_decides_on() -> None:
    old = "2.15.1/3.11/2.15.0"
    failing = [cell + "*" * ("/3.12/" in cell) for cell in MIXED]
    assert named(old, *failing, "2.21.0/3.13/3.14.0") == "2.16.1 – 2.17.1 on Python ≥ 3.12"
    working = [cell + "*" * ("/3.11/" in cell) for cell in MIXED]
    assert named(old + "*", *working) == "2.15.1 – 2.17.1 on Python ≤ 3.11"


def test_a_keras_that_decides_is_named_in_place_of_the_release() -> None:
    cells = ("2.16.1/3.12/3.2.0*", "2.17.0/3.12/3.4.1*", "2.17.1/3.12/3.6.0", "2.19.1/3.12/3.9.2")
    under = ("2.19.1/3.12/3.0.5/keras3.0*", "2.19.1/3.12/3.5.0/keras3.5*", "2.16.1/3.12/3.15.1/keras-latest")
    old = "2.9.0/3.10/2.9.0"
    assert named(old, *cells, *under) == "Keras 3.0 – 3.5"
    other = [cell.removesuffix("*") if cell.endswith("*") else f"{cell}*" for cell in (*cells, *under)]
    assert named(f"{old}*", *other) == "2.9.0, Keras ≥ 3.6"


def test_a_release_and_its_keras_are_both_named_where_neither_tells_alone() -> None:
    cells = ("2.18.0/3.12/3.6.0", "2.19.1/3.12/3.9.2*", "2.19.1/3.12/3.6.0/keras3.6", "2.20.0/3.12/3.9.2")
    assert named(*cells) == "2.19.1 with Keras ≥ 3.9"


def test_a_keras_that_says_all_is_named_before_a_release_with_a_keras_or_a_python() -> None:
    assert named("2.18.0/3.11/2.15.0/keras-latest*", "2.18.0/3.11/3.15.1") == "Keras ≤ 2.15"
    assert named("2.18.0/3.11/2.15.0*", "2.18.0/3.13/3.4.0/keras3.4") == "Keras ≤ 2.15"


def test_a_release_is_named_before_a_keras_that_says_the_same() -> None:
    cells = ("2.16.1/3.11/3.15.1/keras-latest", "2.16.1/3.11/3.4.0*", "2.16.2/3.13/2.15.0/keras-latest*")
    assert named(*cells) == "Keras 3.4, 2.16.2"


def test_a_keras_is_named_before_a_python_that_says_the_same() -> None:
    cells = ("2.16.1/3.11/3.6.0/keras-latest", "2.17.0/3.11/3.6.0/keras3.6*", "2.17.0/3.12/3.15.1")
    assert named(*cells) == "2.17.0 with Keras ≤ 3.6"


def test_one_place_with_a_python_is_named_before_two_without() -> None:
    cells = ("2.15.1/3.11/2.15.0/keras-latest", "2.15.1/3.13/*", "2.18.0/3.13/3.4.1*")
    assert named(*cells) == "2.15.1 – 2.18.0 on Python ≥ 3.13"


def test_as_few_parts_of_a_version_are_named_as_tell_it_apart() -> None:
    cells = ("2.19.1/3.12/3.14.0", "2.19.1/3.12/3.14.1/keras3.14*", "2.19.1/3.12/3.15.1/keras3.15")
    assert named(*cells) == "Keras 3.14.1"


def test_a_release_between_others_that_has_no_such_python_is_passed_over() -> None:
    cells = ("2.16.2/3.11/3.4.1*", "2.16.2/3.12/3.4.1", "2.17.0/3.12/3.4.1", "2.17.1/3.11/3.6.0*", "2.17.1/3.12/3.6.0")
    assert named(*cells) == "2.16.2 – 2.17.1 on Python ≤ 3.11"


def test_each_variant_that_needs_a_name_is_named_by_itself() -> None:
    cells = ("2.16.2/3.12/3.4.1*", "2.16.2/3.12/2.16.0/legacy*", "2.17.1/3.12/2.17.0/legacy")
    assert named(*cells) == "2.16.2, 2.16.2 in the variant legacy"


def test_two_cells_that_only_the_variant_tells_apart_are_told_apart_by_it() -> None:
    cells = ("2.19.1/3.12/3.15.1/keras-latest*", "2.19.1/3.12/3.15.1/keras3.15", "2.19.1/3.12/3.9.2")
    assert named(*cells) == "2.19.1 on Python 3.12 and Keras 3.15.1 in the variant keras-latest"


def test_an_unknown_keras_is_named_by_nothing() -> None:
    assert named("2.9.3/3.10/*", "2.10.0/3.10/") == "2.9.3"


def test_the_order_of_the_cells_does_not_matter() -> None:
    cells = [*MIXED, "2.15.1/3.11/2.15.0"]
    inside = {cell for cell in cells if "/3.11/" in cell}
    assert places(spots(*cells), inside) == places(spots(*reversed(cells)), inside)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_inside_the_words_read_back_name_exactly_that(seed: int) -> None:
    """The one thing that must never fail: no cell is named that is outside, and none is left out."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    cells = {
        f"2.{minor}.{patch}/3.{python}/{chance.choice(('3.4.1', '3.4.0', '3.6.0', '2.15.0', ''))}/{variant}"
        for minor in range(15, 20)
        for patch in range(2)
        for python in (11, 12, 13)
        for variant in ("bundled", "keras-latest", "legacy")
        if chance.random() < 0.6
    }
    inside = {cell for cell in cells if chance.random() < chance.choice((0.1, 0.5, 0.9))}
    asked = spots(*sorted(cells))
    found = places(asked, inside)
    assert sorted(spot.cell for place in found for spot in place.spots) == sorted(inside)
    read = list(parse(words(found)))
    assert {spot.cell for spot in asked if any(place.admits(spot) for place in read)} == inside

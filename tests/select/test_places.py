"""Tests of places: which cells the words name, and that the words can be read back."""

import pytest

from tfcompat.select.places import Axis, Bounds, Place, Spot, family_of, parse, words


def spot(tensorflow: str, python: str = "3.12", keras: str = "3.4.1", variant: str = "bundled") -> Spot:
    return Spot(cell=f"tf{tensorflow}-py{python}", tensorflow=tensorflow, python=python, keras=keras, variant=variant)


RELEASES = Bounds(first="2.16.1", last="2.20.0")


@pytest.mark.parametrize(
    ("bounds", "text", "inside", "outside"),
    [
        (Bounds(first="3.6"), "≥ 3.6", ("3.6.0", "3.15.1", "4.0.0"), ("3.5.9", "2.9.0", "3.2.0")),
        (Bounds(last="3.5"), "≤ 3.5", ("3.5.9", "3.4.1", "2.9.0", "2.3.0-tf"), ("3.6.0", "3.10.0")),
        (Bounds(first="3.0", last="3.5"), "3.0 – 3.5", ("3.0.5", "3.5.0"), ("2.15.0", "3.6.0")),
        (Bounds(first="3.4.1", last="3.4.1"), "3.4.1", ("3.4.1",), ("3.4.0", "3.4.2")),
        (Bounds(first="2.15.0", last="2.15.1"), "2.15.0 – 2.15.1", ("2.15.0.post1",), ("2.14.1", "2.16.1")),
    ],
)
def test_bounds_reach_as_far_as_their_parts_say(
    bounds: Bounds, text: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    assert str(bounds) == text
    assert [version for version in (*inside, *outside) if bounds.admits(version)] == list(inside)


def test_what_has_no_version_is_within_no_bounds() -> None:
    assert not Bounds(first="3.0").admits("")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(releases=RELEASES), "2.16.1 – 2.20.0"),
        (Place(releases=Bounds(first="2.16.1", last="2.16.1")), "2.16.1"),
        (Place(releases=RELEASES, python=Bounds(first="3.12")), "2.16.1 – 2.20.0 on Python ≥ 3.12"),
        (Place(releases=RELEASES, keras=Bounds(last="3.5")), "2.16.1 – 2.20.0 with Keras ≤ 3.5"),
        (Place(keras=Bounds(first="3.0", last="3.5")), "Keras 3.0 – 3.5"),
        (Place(python=Bounds(last="3.11")), "Python ≤ 3.11"),
        (Place(releases=RELEASES, variant="legacy"), "2.16.1 – 2.20.0 in the variant legacy"),
        (
            Place(
                releases=Bounds(first="2.16.1", last="2.16.1"),
                python=Bounds(first="3.12", last="3.12"),
                keras=Bounds(first="3.4.1", last="3.4.1"),
                variant="keras3.4",
            ),
            "2.16.1 on Python 3.12 and Keras 3.4.1 in the variant keras3.4",
        ),
    ],
)
def test_the_words_of_a_place_are_read_back_as_it(place: Place, text: str) -> None:
    assert str(place) == text
    assert list(parse(text)) == [place]


def test_several_places_are_read_back_each_by_itself() -> None:
    places = [Place(releases=RELEASES, python=Bounds(last="3.11")), Place(keras=Bounds(first="3.6"))]
    assert words(places) == "2.16.1 – 2.20.0 on Python ≤ 3.11, Keras ≥ 3.6"
    assert list(parse(words(places))) == places
    assert words([]) == ""
    assert list(parse("")) == []


@pytest.mark.parametrize("text", ["2.16 and more", "every release tested", "Keras", "2.16.1,2.17.0"])
def test_other_words_name_no_place(text: str) -> None:
    with pytest.raises(ValueError, match="names no place"):
        list(parse(text))


def test_a_place_admits_what_all_its_words_say() -> None:
    place = Place(releases=RELEASES, python=Bounds(first="3.12"))
    assert place.admits(spot("2.17.1"))
    assert place.admits(spot("2.17.1", variant="keras-latest"))
    assert not place.admits(spot("2.17.1", python="3.11"))
    assert not place.admits(spot("2.21.0"))
    assert not place.admits(spot("2.17.1", variant="legacy"))
    assert Place(releases=RELEASES, variant="legacy").admits(spot("2.17.1", variant="legacy"))
    assert not Place(releases=RELEASES, variant="legacy").admits(spot("2.17.1"))


def test_the_axes_are_what_is_named_beside_the_release() -> None:
    assert Place(releases=RELEASES).axes == ()
    assert Place(releases=RELEASES, python=Bounds(first="3.12"), variant="legacy").axes == (Axis.PYTHON, Axis.VARIANT)
    assert Place(keras=Bounds(first="3.6")).axes == (Axis.KERAS,)


@pytest.mark.parametrize(
    ("variant", "family"),
    [
        ("bundled", ""),
        ("keras-latest", ""),
        ("keras3.15", ""),
        ("keras-jax", "keras-jax"),
        ("legacy", "legacy"),
        ("pandas", "pandas"),
    ],
)
def test_a_variant_that_only_has_another_keras_needs_no_name(variant: str, family: str) -> None:
    assert family_of(variant) == family
    assert spot("2.19.1", variant=variant).family == family


def test_a_spot_is_made_of_a_row_of_a_table_or_a_door() -> None:
    row = {"cell": "c", "tensorflow": "2.9.3", "python": "3.10", "keras": None, "variant": "bundled", "status": "works"}
    assert Spot.of(row) == Spot(cell="c", tensorflow="2.9.3", python="3.10", keras="", variant="bundled")

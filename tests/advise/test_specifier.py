"""Tests of specifiers: exactly the releases that are wanted, and nothing beyond the last that was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from tfcompat.advise.specifier import exactly, within
from tfcompat.select.places import Bounds

VERSIONS = st.sampled_from(
    [
        f"{major}.{minor}.{patch}{post}"
        for major in (1, 2)
        for minor in (0, 9, 10)
        for patch in (0, 1)
        for post in ("", ".post1")
    ]
)


@given(st.sets(VERSIONS, min_size=1), st.sets(VERSIONS))
def test_a_specifier_admits_exactly_what_is_inside(inside: set[str], others: set[str]) -> None:
    admitted = SpecifierSet(exactly(inside, inside | others))
    assert {name for name in inside | others if admitted.contains(name)} == inside
    assert not admitted.contains("2.99.0")
    assert not admitted.contains("0.1.0")


def test_a_minor_that_is_outside_is_left_out_with_all_its_patches() -> None:
    known = ["2.5.0", "2.6.0", "2.6.1", "2.7.0", "2.7.1", "2.8.0"]
    assert exactly({"2.5.0", "2.7.1", "2.8.0"}, known) == ">=2.5.0,!=2.6.*,!=2.7.0,<=2.8.0"


@pytest.mark.parametrize(
    ("bounds", "measured", "text"),
    [
        (Bounds(first="3.0", last="3.5"), ["3.0.5", "3.5.0"], ">=3.0,<3.6"),
        (Bounds(first="3.6"), ["3.6.0", "3.15.1"], ">=3.6,<=3.15.1"),
        (Bounds(last="3.5.2"), ["3.0.5", "3.5.2"], ">=3.0.5,<=3.5.2"),
        (Bounds(first="3.12"), ["3.12", "3.13"], ">=3.12,<3.14"),
    ],
)
def test_bounds_are_closed_by_what_was_measured(bounds: Bounds, measured: list[str], text: str) -> None:
    assert within(bounds, measured) == text
    assert all(SpecifierSet(text).contains(version) for version in measured)

"""Tests of the cover, against brute force."""

from collections.abc import Sequence
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcompat.questions.paths.cover import Candidate, cover, fewest, union

CELLS = st.frozensets(st.sampled_from("abcdefg"))


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    drawn = draw(st.lists(st.tuples(CELLS, st.integers(0, 1), st.integers(0, 2)), max_size=8))
    return [
        Candidate(name=str(place), works=works, tier=tier, rank=rank) for place, (works, tier, rank) in enumerate(drawn)
    ]


def best(pool: Sequence[Candidate], cells: frozenset[str]) -> tuple[int, int]:
    """How few candidates work on some cells, and how low their ranks can be, by brute force."""
    every = chain.from_iterable(combinations(pool, size) for size in range(len(pool) + 1))
    return min(measure(some) for some in every if cells <= union(some))


def measure(some: Sequence[Candidate]) -> tuple[int, int]:
    return len(some), sum(one.rank for one in some)


@given(candidates())
def test_no_cover_is_better_and_nothing_is_left_out(pool: list[Candidate]) -> None:
    found = cover(pool)
    assert union(found) == union(pool)
    low, high = ([one for one in pool if one.tier == tier] for tier in (0, 1))
    assert measure([one for one in found if one.tier == 0]) == best(low, union(low))
    assert measure([one for one in found if one.tier == 1]) == best(high, union(pool) - union(low))
    assert list(found) == [*filter(found.__contains__, low), *filter(found.__contains__, high)]


def test_one_that_works_everywhere_is_enough() -> None:
    some = [Candidate(name=name, works=frozenset(works)) for name, works in (("x", "ab"), ("y", "abc"), ("z", "c"))]
    assert [candidate.name for candidate in cover(some)] == ["y"]


def test_a_private_path_is_taken_only_where_no_other_works() -> None:
    public = [Candidate(name="new", works=frozenset("bc")), Candidate(name="old", works=frozenset("a"))]
    private = Candidate(name="private", works=frozenset("abc"), tier=2)
    assert [candidate.name for candidate in cover([private, *public])] == ["new", "old"]
    wider = Candidate(name="private", works=frozenset("abcd"), tier=2)
    assert [candidate.name for candidate in cover([wider, *public])] == ["new", "old", "private"]


def test_where_nothing_works_nothing_covers() -> None:
    assert cover([]) == cover([Candidate(name="x", works=frozenset())]) == ()
    with pytest.raises(ValueError, match="nothing works on"):
        fewest([], frozenset("a"))

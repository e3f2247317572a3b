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


def test_of_two_that_would_do_the_one_that_works_wherever_the_other_does_is_taken() -> None:
    some = [Candidate(name=works, works=frozenset(works)) for works in ("a", "ab", "bc")]
    assert [candidate.name for candidate in cover(some)] == ["ab", "bc"]


def test_of_two_that_do_the_same_the_first_is_taken_and_one_of_a_lower_rank_before_it() -> None:
    same = [Candidate(name=name, works=frozenset("ab"), rank=rank) for name, rank in (("x", 1), ("y", 0), ("z", 0))]
    assert [candidate.name for candidate in cover(same)] == ["y"]
    wider = Candidate(name="wide", works=frozenset("abc"), rank=1)
    assert [candidate.name for candidate in cover([*same, wider])] == ["wide"]


def test_a_candidate_is_of_the_first_tier_and_the_lowest_rank_unless_it_says_otherwise() -> None:
    small, wide = frozenset("ab"), frozenset("abc")
    for one, other in (("said", "plain"), ("plain", "said")):
        facts: dict[str, dict[str, int]] = {"said": {"tier": 0, "rank": 0}, "plain": {}}
        some = [Candidate(name=one, works=small, **facts[one]), Candidate(name=other, works=wide, **facts[other])]
        assert [candidate.name for candidate in cover(some)] == [other]
        alike = [Candidate(name=name, works=small, **facts[name]) for name in (one, other)]
        assert [candidate.name for candidate in cover(alike)] == [one]


def test_where_nothing_works_nothing_covers() -> None:
    assert cover([]) == cover([Candidate(name="x", works=frozenset())]) == ()
    with pytest.raises(ValueError, match="nothing works on"):
        fewest([], frozenset("a"))

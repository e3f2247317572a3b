"""Tests of conflicts: the fewest that deny every cell, by brute force over all choices."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tfcompat.advise.conflict import smallest


@given(st.lists(st.integers(0, 255), max_size=7), st.integers(0, 255))
def test_it_is_one_of_the_smallest(masks: list[int], cells: int) -> None:
    denied = {f"n{number}": mask for number, mask in enumerate(masks)}
    covers = [
        some
        for size in range(1, len(masks) + 1)
        for some in combinations(denied, size)
        if cells and all(any(denied[name] >> cell & 1 for name in some) for cell in range(8) if cells >> cell & 1)
    ]
    found = tuple(smallest(denied, cells))
    assert found in covers if covers else not found
    assert not covers or len(found) == len(covers[0])


def test_many_scenarios_take_no_time() -> None:
    denied = {f"n{number}": ((1 << 60) - 1) & ~(7 << number % 58) for number in range(1000)}
    assert len(smallest(denied, (1 << 60) - 1)) == 2

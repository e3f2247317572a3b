"""Tests of the axis: against brute force what decides is found, by few crossings, and what cannot be told is not told."""

from hypothesis import given
from hypothesis import strategies as st

from tfcompat.foreign.crossing.axis import (
    AxisVerdict,
    Base,
    Crossed,
    Crossing,
    Found,
    Like,
    Search,
    differing,
    likely_first,
)

NAMES = ["keras", "numpy", *(f"d{number}" for number in range(10))]


def search(causes: set[str], unresolvable: set[frozenset[str]] | None = None, names: list[str] | None = None) -> Found:
    """The axis where the older release is behaved like as soon as all ``causes`` are older; none is TensorFlow itself."""

    def ask(crossing: Crossing) -> Crossed:
        if crossing.swapped in (unresolvable or set()):
            return Crossed(side=None, why="no lock")
        older = crossing.swapped if crossing.base is Base.NEWER else frozenset(names or NAMES) - crossing.swapped
        if not causes:
            return Crossed(side=Like.NEWER if crossing.base is Base.NEWER else Like.OLDER)
        return Crossed(side=Like.OLDER if causes <= older else Like.NEWER)

    return Search(names=names or NAMES, ask=ask).found()


def test_tensorflow_decides_where_all_older_versions_change_nothing() -> None:
    found = search(set())
    assert (found.verdict, len(found.asked)) == (AxisVerdict.TENSORFLOW, 1)


def test_what_is_likely_is_found_by_two_crossings() -> None:
    found = search({"keras"})
    assert (found.verdict, list(found.names), len(found.asked)) == (AxisVerdict.ALONE, ["keras"], 2)


@given(st.sampled_from(NAMES))
def test_one_that_decides_alone_is_found_by_few_crossings(name: str) -> None:
    found = search({name})
    assert (found.verdict, list(found.names)) == (AxisVerdict.ALONE, [name])
    assert len(found.asked) <= 2 + 2 * len(NAMES).bit_length()


@given(st.sets(st.sampled_from(NAMES), min_size=2, max_size=3))
def test_several_that_decide_together_are_among_what_is_named(causes: set[str]) -> None:
    found = search(causes)
    assert found.verdict is AxisVerdict.TOGETHER
    assert causes <= set(found.names)


def test_where_the_newer_release_does_not_run_so_the_older_one_is_asked() -> None:
    everything = frozenset(NAMES)

    def ask(crossing: Crossing) -> Crossed:
        newer = crossing == Crossing(base=Base.NEWER, swapped=everything)
        return Crossed(side=None, why="no lock") if newer else Crossed(side=Like.OLDER)

    found = Search(names=NAMES, ask=ask).found()
    assert (found.verdict, len(found.asked)) == (AxisVerdict.TENSORFLOW, 2)


def test_where_nothing_runs_together_nothing_is_said() -> None:
    found = Search(names=NAMES, ask=lambda crossing: Crossed(side=None, why="no lock")).found()
    assert found.verdict is AxisVerdict.UNKNOWN
    assert all(answer.why == "no lock" for _, answer in found.asked)


def test_a_likely_one_is_asked_alone_where_no_crossing_of_all_runs() -> None:
    found = search({"numpy"}, {frozenset(NAMES)})
    assert (found.verdict, list(found.names)) == (AxisVerdict.ALONE, ["numpy"])


def test_crossings_without_an_answer_leave_several() -> None:
    beginnings = {frozenset(NAMES[:length]) for length in range(5, 9)}
    found = search({NAMES[6]}, beginnings)
    assert found.verdict is AxisVerdict.ONE_OF
    assert list(found.names) == NAMES[4:9]


def test_a_crossing_that_does_something_else_is_no_proof() -> None:
    found = Search(names=NAMES, ask=lambda crossing: Crossed(side=Like.NEITHER)).found()
    assert found.verdict is AxisVerdict.NEITHER


def test_without_a_difference_it_is_tensorflow_and_nothing_is_asked() -> None:
    found = Search(names=[], ask=lambda crossing: Crossed(side=None)).found()
    assert (found.verdict, found.asked) == (AxisVerdict.TENSORFLOW, [])


def test_what_differs_comes_in_the_order_of_what_is_likely() -> None:
    older = {"zlib": "1", "numpy": "1", "keras": "2", "same": "1", "gone": "1"}
    newer = {"zlib": "2", "numpy": "2", "keras": "3", "same": "1", "new": "1"}
    assert differing(older, newer, ("3.9", "3.10")) == ["Python", "keras", "numpy", "zlib"]
    assert differing(older, newer, ("3.9", "3.9")) == ["keras", "numpy", "zlib"]
    assert likely_first(["b", "a", "numpy"]) == ["numpy", "a", "b"]

"""Tests of bisecting: every turn between known neighbours, holes that stay holes, and a binary search that ends."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.advise.made import KNOWN, answer, in_order, matrices, matrix, row
from tfcompat.advise.bisect import Bisection, bisect
from tfcompat.advise.matrix import Matrix
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Status

NAME = "a::one"
PYTHONS = dict.fromkeys(KNOWN, ("3.9", "3.12"))
WRONG, MISSING, HOLE = (
    answer(outcome) for outcome in (("wrong", "silent", '"y"'), ("missing", "loud", ""), ("unknown", "none", ""))
)


def standing(made: Matrix) -> list[tuple[str, dict[str, str] | None]]:
    """Each release with the row that stands for it, by the words of the rule alone: as pip installs it, on the newest Python."""
    found = []
    for release in made.known:
        rows = [dict(one) for one in made.rows[NAME] if one["tensorflow"] == release and one["variant"] == "bundled"]
        known = sorted(
            (one for one in rows if one["status"] != Status.UNKNOWN), key=lambda one: in_order(one["python"])
        )
        found.append((release, known[-1] if known else None))
    return found


def same(one: dict[str, str], other: dict[str, str]) -> bool:
    if {one["status"], other["status"]} <= {"works", "answered"} and one["harm"] == other["harm"] == "none":
        return one["observed"] == other["observed"]
    return all(one[key] == other[key] for key in ("status", "harm", "observed"))


@given(matrices())
def test_every_turn_is_named_and_no_hole_is_an_answer(made: Matrix) -> None:
    steps = standing(made)
    known = [(place, step) for place, (_, step) in enumerate(steps) if step]
    if not known:
        with pytest.raises(SelectionError, match="nothing is known"):
            bisect(made, NAME)
        return
    found = bisect(made, NAME, pythons=PYTHONS)
    turns, hidden = [], []
    for (start, before), (end, after) in pairwise(known):
        between = [release for release, _ in steps[start + 1 : end]]
        if same(before, after):
            hidden += between
        else:
            turns.append((steps[start][0], steps[end][0], between))
    assert [
        (turn.before.release, turn.after.release, [hole.release for hole in turn.holes]) for turn in found.turns
    ] == turns
    assert [hole.release for hole in found.hidden] == hidden
    named = {hole.release for turn in found.turns for hole in turn.holes} | {hole.release for hole in found.outside}
    assert named | set(hidden) == {release for release, step in steps if step is None}
    assert all((turn.next is None) == (not turn.holes) for turn in found.turns)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Bisection) == found


@given(st.integers(1, 24), st.data())
def test_a_search_that_measures_what_it_is_told_ends_at_the_turn_in_as_few_cells_as_said(
    count: int, data: st.DataObject
) -> None:
    releases = [f"2.{minor}.0" for minor in range(2, count + 3)]
    turned = data.draw(st.integers(1, len(releases) - 1))
    measured, steps, left = {releases[0], releases[-1]}, 0, None
    while True:
        rows = [row(release, **(WRONG if place < turned else {})) for place, release in enumerate(releases)]
        shown = [one if one["tensorflow"] in measured else {**one, **HOLE} for one in rows]
        (turn,) = bisect(matrix(a__one=shown), NAME, pythons=dict.fromkeys(releases, ("3.9",))).turns
        if turn.next is None:
            break
        assert left is None or turn.next.left < left
        left, steps = turn.next.left, steps + 1
        measured.add(turn.next.cell.removeprefix("tf").removesuffix("-py3.9"))
    assert (turn.before.release, turn.after.release) == (releases[turned - 1], releases[turned])
    assert steps <= (len(releases) - 2).bit_length()


def test_a_turn_between_neighbours_needs_no_run_and_says_what_else_is_not_the_same() -> None:
    made = matrix(a__one=[row("2.5.3", **MISSING), row("2.6.0")])
    versions = {"tf2.5.3-py3.9": {"tensorflow": "2.5.3", "keras": "2.5.0", "numpy": "1.19.5", "machine": None}}
    versions["tf2.6.0-py3.9"] = {"tensorflow": "2.6.0", "keras": "2.6.0", "numpy": "1.19.5", "machine": None}
    (turn,) = bisect(made, NAME, versions=versions).turns
    assert (turn.before.release, turn.after.release, turn.what, turn.next) == ("2.5.3", "2.6.0", "outcome", None)
    assert turn.beside == {"keras": ("2.5.0", "2.6.0")}


def test_the_next_cell_is_in_the_middle_on_the_python_that_keeps_everything_else() -> None:
    made = matrix("2.6.0", "2.7.4", "2.8.4", a__one=[row("2.5.3", "3.9", **MISSING), row("2.9.0", "3.10")])
    pythons = {"2.6.0": ("3.9",), "2.7.4": ("3.9", "3.10"), "2.8.4": ("3.10",)}
    (turn,) = bisect(made, NAME, pythons=pythons).turns
    assert turn.next is not None
    assert (turn.next.cell, turn.next.left) == ("tf2.7.4-py3.9", 2)
    assert turn.next.command == "tfcompat run --tf 2.7.4 --python 3.9"
    (turn,) = bisect(made, NAME, pythons={"2.8.4": ("3.10",)}).turns
    assert turn.next is not None
    assert turn.next.cell == "tf2.8.4-py3.10"


def test_holes_that_cannot_be_measured_are_named_and_no_command_is() -> None:
    (turn,) = bisect(matrix(a__one=[row("2.5.3"), row("2.6.0", **HOLE), row("2.7.4", **WRONG)]), NAME).turns
    assert [(hole.release, hole.reason) for hole in turn.holes] == [("2.6.0", "no lock")]
    assert turn.next is None


def test_ends_narrow_the_search_in_either_order() -> None:
    made = matrix(a__one=[row("2.5.3", **MISSING), row("2.6.0"), row("2.7.4", **WRONG), row("2.8.0", **WRONG)])
    for good, bad in (("2.6.0", "2.8.0"), ("2.8.0", "2.6.0")):
        assert [turn.after.release for turn in bisect(made, NAME, good=good, bad=bad).turns] == ["2.7.4"]
    assert [turn.after.release for turn in bisect(made, NAME, good="2.6.0").turns] == ["2.7.4"]
    assert [turn.after.release for turn in bisect(made, NAME, bad="2.6.0").turns] == ["2.6.0"]


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("2.7.4", "2.8.0", "2.7.4 and 2.8.0 do the same .wrong.: name two ends that differ"),
        ("2.6.0", "2.9.0", "nothing is known of 2.9.0: measure it with tfcompat run --tf 2.9.0"),
        ("2.6.0", "2.99", "nothing is known of 2.99: measure it"),
    ],
)
def test_ends_that_say_nothing(good: str, bad: str, says: str) -> None:
    rows = [row("2.6.0"), row("2.7.4", **WRONG), row("2.8.0", **WRONG), row("2.9.0", **HOLE)]
    with pytest.raises(SelectionError, match=says):
        bisect(matrix(a__one=rows), NAME, good=good, bad=bad)


def test_another_observation_is_a_turn_of_its_own_kind_and_another_python_is_said() -> None:
    rows = [row("2.5.3", observed='"a"'), row("2.6.0", "3.9", **WRONG), row("2.6.0", "3.12", observed='"b"')]
    (turn,) = bisect(matrix(a__one=rows), NAME).turns
    assert (turn.what, turn.after.others) == ("observation", ["tf2.6.0-py3.9"])

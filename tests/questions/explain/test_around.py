"""Tests of what is around an outcome: where else it is so, and the nearest releases that differ, against a search by hand."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from tests.advise.made import OUTCOMES, answer, cells, row
from tfcompat.outcomes import Status
from tfcompat.questions.explain.around import around
from tfcompat.table.agreement import alike

WORKS, WRONG, HOLE = (answer(outcome) for outcome in (OUTCOMES[0], OUTCOMES[7], OUTCOMES[10]))


def test_the_nearest_releases_that_differ_are_named_and_holes_between_are_said() -> None:
    rows = [
        row("2.5.0", **WRONG),
        row("2.5.1", **HOLE),
        row("2.6.0", **WORKS),
        row("2.6.5", **WORKS),
        row("2.7.4", **HOLE),
        row("2.15.0", **WORKS),
        row("2.16.1", **WRONG),
        row("2.17.0", **HOLE),
    ]
    found = around(rows, rows[3])
    assert found.where == "2.6.0 – 2.6.5, 2.15.0"
    assert found.older is not None
    assert found.newer is not None
    assert (found.older.release, found.older.word, found.older.harm) == ("2.5.0", "wrong", "silent")
    assert (found.newer.release, found.newer.cell) == ("2.16.1", "tf2.16.1-py3.9")
    assert found.unknown == ["2.5.1", "2.7.4"]
    assert found.same_release == []


def test_a_release_is_compared_on_the_same_python_and_its_other_cells_are_said() -> None:
    rows = [
        row("2.5.0", "3.9", **WRONG),
        row("2.5.0", "3.12", **WORKS),
        row("2.6.0", "3.9", **WORKS),
        row("2.6.0", "3.12", **WRONG),
    ]
    found = around(rows, rows[2])
    assert found.older is not None
    assert found.older.cell == "tf2.5.0-py3.9"
    assert [other.cell for other in found.same_release] == ["tf2.6.0-py3.12"]
    assert around(rows, rows[3]).older is not None
    assert around(rows, rows[1]).older is None


def test_before_the_oldest_and_after_the_newest_nothing_is_known_of_holes_either() -> None:
    rows = [row("2.5.0", **HOLE), row("2.5.1", **WORKS), row("2.6.0", **WORKS), row("2.7.4", **HOLE)]
    found = around(rows, rows[2])
    assert (found.older, found.newer, found.unknown) == (None, None, ["2.5.0", "2.7.4"])


def by_hand(rows: list[dict[str, Any]], of: dict[str, Any], *, newer: bool) -> str | None:
    """The release next to a row's, on one side, whose nearest cell with an answer does something else."""
    here = Version(of["tensorflow"])
    releases = sorted({Version(one["tensorflow"]) for one in rows}, reverse=not newer)
    for release in releases:
        if (release > here) if newer else (release < here):
            known = [one for one in rows if Version(one["tensorflow"]) == release and one["status"] != Status.UNKNOWN]
            same = [one for one in known if one["python"] == of["python"]]
            nearest = (same or sorted(known, key=lambda one: Version(one["python"])))[-1:]
            if nearest and not alike(nearest[0], of):
                return str(release)
    return None


@st.composite
def rows_of_one(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {**cell, **answer(draw(st.sampled_from(OUTCOMES))), "reason": ""}
        for cell in draw(cells())
        if cell["variant"] == "bundled"
    ]


@settings(deadline=None)
@given(rows_of_one())
def test_the_neighbours_are_those_that_a_search_finds(rows: list[dict[str, Any]]) -> None:
    for one in rows:
        found = around(rows, one)
        assert (found.older.release if found.older else None) == by_hand(rows, one, newer=False)
        assert (found.newer.release if found.newer else None) == by_hand(rows, one, newer=True)
        of_release = [other for other in rows if other["tensorflow"] == one["tensorflow"]]
        differing = [other for other in of_release if other["status"] != Status.UNKNOWN and not alike(other, one)]
        assert [other.cell for other in found.same_release] == [other["cell"] for other in differing]

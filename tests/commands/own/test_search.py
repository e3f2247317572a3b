"""Tests of a search: as few cells as a binary search needs, several changes, and holes that stay holes."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from tests import fakes
from tfcompat.advise.bisect import Bisection
from tfcompat.commands.own.search import Searching, Versions, answered
from tfcompat.door.door import Row
from tfcompat.run.matrix import Matrix
from tfcompat.select.cells import Cell

RELEASES = [f"2.{minor}.{patch}" for minor in range(4, 12) for patch in range(3)]
PYTHONS = dict.fromkeys(RELEASES, ("3.9",))


class FakeSubject:
    """Does in each release what a function says: a word, or None where there is no answer."""

    name = "s.py"
    facts: ClassVar[Row] = {}

    def __init__(self, does: Callable[[str], str | None]) -> None:
        self.does = does
        self.asked: list[str] = []
        self.ran: list[str] = []

    def matrix(self) -> Matrix:
        raise AssertionError("nothing is made here")

    def run(self, cells: Sequence[Cell]) -> Sequence[Row]:
        rows: list[dict[str, Any]] = []
        for cell in cells:
            version = str(cell.release.version)
            self.asked.append(version)
            word = self.does(version)
            rows.append(answered(cell, json.dumps(word), "" if word else "no lock"))
        return rows

    def versions(self) -> Mapping[str, Versions]:
        return {}


def search(
    does: Callable[[str], str | None], good: str | None = None, bad: str | None = None
) -> tuple[Bisection, FakeSubject]:
    subject = FakeSubject(does)
    searching = Searching(
        subject=subject,
        pythons=PYTHONS,
        choose=lambda name: fakes.cell(name.removeprefix("tf").partition("-py")[0], "3.9"),
    )
    return searching.search(good, bad, ends=[good or RELEASES[0], bad or RELEASES[-1]]), subject


def turns(found: Bisection) -> list[tuple[str, str]]:
    return [(turn.before.release, turn.after.release) for turn in found.turns]


@given(st.integers(1, len(RELEASES) - 1))
def test_one_change_is_found_by_as_few_cells_as_a_binary_search_needs(place: int) -> None:
    found, subject = search(lambda version: "old" if RELEASES.index(version) < place else "new")
    assert turns(found) == [(RELEASES[place - 1], RELEASES[place])]
    assert found.turns[0].holes == []
    assert len(subject.asked) <= 2 + len(RELEASES).bit_length()
    assert len(set(subject.asked)) == len(subject.asked)


@given(st.sets(st.integers(1, len(RELEASES) - 1), min_size=1, max_size=4))
def test_what_is_found_is_so_and_lies_between_neighbours(places: set[int]) -> None:
    """Each turn that is said is a change; one whose way back it did not see is among the hidden holes."""

    def does(version: str) -> str:
        return str(sum(RELEASES.index(version) >= place for place in places))

    found, _ = search(does)
    real = [(RELEASES[place - 1], RELEASES[place]) for place in sorted(places)]
    assert turns(found) == real


def test_ends_that_do_the_same_are_an_answer_with_its_holes() -> None:
    found, subject = search(lambda version: "same")
    assert (turns(found), len(subject.asked), len(found.hidden)) == ([], 2, len(RELEASES) - 2)


@given(st.integers(1, len(RELEASES) - 1), st.sets(st.sampled_from(RELEASES[1:-1]), max_size=8))
def test_a_release_without_an_answer_is_asked_once_and_stays_a_hole(place: int, lacking: set[str]) -> None:
    def does(version: str) -> str | None:
        if version in lacking:
            return None
        return "old" if RELEASES.index(version) < place else "new"

    found, subject = search(does)
    assert len(set(subject.asked)) == len(subject.asked)
    ((before, after),) = turns(found)
    between = [release for release in RELEASES if Version(before) < Version(release) < Version(after)]
    assert set(between) <= lacking
    assert [hole.reason for hole in found.turns[0].holes] == ["no lock"] * len(between)


def test_what_is_known_is_not_run() -> None:
    subject = FakeSubject(lambda version: pytest.fail("it is known"))
    rows = [answered(fakes.cell(version, "3.9"), json.dumps(version < "2.6")) for version in ("2.5.2", "2.6.0")]
    searching = Searching(
        subject=subject,
        pythons=PYTHONS,
        choose=lambda name: fakes.cell(),
        rows={row["cell"]: row for row in rows},
    )
    found = searching.search("2.5.2", "2.6.0", ends=["2.5.2", "2.6.0"])
    assert (turns(found), searching.asked) == ([("2.5.2", "2.6.0")], [])

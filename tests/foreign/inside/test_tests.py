"""Tests of the course of the user's tests in a cell: what ended a process of pytest, and whether another one goes on."""

import json
import os
from collections.abc import Iterator

import pytest

from tfcompat.foreign.inside.tests import CasesCourse, judged


class Channel:
    """A pipe, and what was written into it."""

    def __init__(self) -> None:
        self.ours, self.theirs = os.pipe()
        os.set_blocking(self.ours, False)

    def lines(self) -> list[dict[str, object]]:
        try:
            return [json.loads(line) for line in os.read(self.ours, 65536).splitlines()]
        except BlockingIOError:
            return []


@pytest.fixture
def channel() -> Iterator[Channel]:
    made = Channel()
    yield made
    os.close(made.ours)
    os.close(made.theirs)


def test_a_cell_whose_time_is_over_says_so_and_ends(channel: Channel) -> None:
    course = CasesCourse(channel.theirs, 60.0)
    course(b'{"kind": "started", "test": "t::b"}\n')
    assert not judged(course, -9, True, True, b"")
    assert channel.lines() == [{"kind": "over", "test": "t::b"}]


@pytest.mark.parametrize(
    ("late", "outcome", "message"),
    [(True, "hung", "it took more than 60 s"), (False, "crashed", "its process was killed by signal 11")],
)
def test_a_test_that_ends_its_process_is_told_and_others_go_on(
    late: bool, outcome: str, message: str, channel: Channel
) -> None:
    course = CasesCourse(channel.theirs, 60.0)
    course(b'{"kind": "started", "test": "t::b"}\n')
    assert judged(course, -11, late, False, b"")
    (line,) = channel.lines()
    assert (line["test"], line["outcome"], line["message"]) == ("t::b", outcome, message)
    assert course.ended == ["t::b"]


def test_a_line_comes_in_parts_and_what_was_said_before_is_said_once(channel: Channel) -> None:
    course = CasesCourse(channel.theirs, 60.0)
    found = b'{"kind": "found", "test": "t::a"}\n'
    course(found[:7])
    course(found[7:] + found + b'{"kind": "broken", "where": "u.py", "message": "no"}\n' * 2)
    assert [line["kind"] for line in channel.lines()] == ["found", "broken"]


def test_a_pytest_that_does_not_finish_is_broken_and_one_that_does_is_not(channel: Channel) -> None:
    course = CasesCourse(channel.theirs, 60.0)
    course(b'{"kind": "collecting", "where": "u.py"}\n')
    assert not judged(course, -11, False, False, b"Fatal Python error")
    (line,) = channel.lines()
    assert (line["where"], line["message"]) == ("u.py", "pytest was killed by signal 11\nFatal Python error")
    course(b'{"kind": "finished"}\n')
    assert not judged(course, 0, False, False, b"")
    assert channel.lines() == []

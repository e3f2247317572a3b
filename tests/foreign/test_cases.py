"""Tests of cases: per test and range what became of it, and what cannot be collected."""

import msgspec

from tests.foreign.made import hole, with_tests
from tfcompat.foreign import cases
from tfcompat.foreign.cases import CasesReport


def test_a_test_has_a_range_for_each_thing_that_became_of_it() -> None:
    visits = [
        with_tests("2.6.5", {"t.py::a": "passed", "t.py::b": "failed: no 1\nlong"}),
        with_tests("2.4.4", {"t.py::a": "passed", "t.py::b": "failed: no 2"}),
        with_tests("2.5.3", {"t.py::a": "passed", "t.py::b": "failed: no 2"}),
    ]
    found = cases.report("tests", visits)
    assert [case.test for case in found.cases] == ["t.py::a", "t.py::b"]
    assert [(part.outcome, part.where) for part in found.cases[0].ranges] == [("passed", "2.4.4 – 2.6.5")]
    assert [(part.outcome, part.where, part.message) for part in found.cases[1].ranges] == [
        ("failed", "2.4.4 – 2.5.3", "no 2"),
        ("failed", "2.6.5", "no 1\nlong"),
    ]
    assert (found.fails, found.unfinished) == (True, False)


def test_a_test_that_is_not_collected_everywhere_is_seen() -> None:
    found = cases.report(
        "tests", [with_tests("2.4.4", {}, {"t.py": "E   no tf"}), with_tests("2.6.5", {"t.py::a": "passed"})]
    )
    assert [(part.outcome, part.where) for part in found.cases[0].ranges] == [
        ("not there", "2.4.4"),
        ("passed", "2.6.5"),
    ]
    assert [(one.file, one.where) for one in found.broken] == [("t.py", "2.4.4")]
    assert found.fails


def test_a_test_that_had_no_time_is_not_run_and_nothing_fails() -> None:
    found = cases.report("tests", [with_tests("2.4.4", {"t.py::a": "passed", "t.py::b": ""}), hole("2.6.5")])
    assert [part.outcome for part in found.cases[1].ranges] == ["not run"]
    assert (found.fails, found.unfinished, len(found.unknown)) == (False, True, 1)
    assert found.cells[0].counts == {"passed": 1, "not run": 1}


def test_paths_and_addresses_of_a_cell_make_no_ranges() -> None:
    first = with_tests("2.4.4", {"t::a": "failed: <object at 0x7f0000000001> in /tmp/work/t.py"})
    second = with_tests("2.6.5", {"t::a": "failed: <object at 0x7f0000000002> in /tmp/work/t.py"})
    assert len(cases.report("tests", [first, second]).cases[0].ranges) == 1


def test_it_goes_through_json() -> None:
    found = cases.report("tests", [with_tests("2.4.4", {"t::a": "crashed: gone"}), hole("2.6.5")])
    assert msgspec.json.decode(msgspec.json.encode(found), type=CasesReport) == found

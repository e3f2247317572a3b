"""Tests of JUnit: each cell is a suite, each test a case, and nothing that failed looks as if it had passed."""

import xml.etree.ElementTree as ElementTree

from tests.foreign.made import hole, with_tests
from tfcompat.foreign import junit


def test_each_outcome_has_its_element() -> None:
    outcomes = {
        "t.py::a": "passed",
        "t.py::b": "failed: no \x00 <b>",
        "t.py::c": "error: fixture",
        "t.py::d": "skipped: why",
        "t.py::e": "crashed: gone",
        "t.py::f": "",
    }
    root = ElementTree.fromstring(junit.document([with_tests("2.4.4", outcomes, {"u.py": "E  no"}), hole("2.6.5")]))  # noqa: S314
    first, second = root.findall("testsuite")
    assert [[child.tag for child in case] for case in first.findall("testcase")] == [
        [],
        ["failure"],
        ["error"],
        ["skipped"],
        ["failure"],
        ["error"],
        ["error"],
    ]
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("8", "2", "4", "1")
    assert first.findall("testcase")[1].attrib["classname"] == "tf2.4.4-py3.9.t.py"
    assert second.findall("testcase")[0].find("error") is not None

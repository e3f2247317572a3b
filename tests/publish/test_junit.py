"""Tests of the JUnit XML: well-formed whatever came out of a cell, incompatibilities data, holes neither."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Collection
from xml.etree.ElementTree import Element

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Harm, Kind, Oracle, Outcome, Reason, Status, Trial
from tfcompat.publish import junit
from tfcompat.table.frame import collect

CELL = "tf2.6.5-py3.9"
HOSTILE = "\x00\x08\x0b\x1b[31m\ufffe\uffff]]></testcase><script>&amp;\"'\u2028 é 😀"


def root_of(*trials: Trial, regressed: Collection[tuple[str, str]] = ()) -> Element:
    text = junit.document(collect(trials), regressed)
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n')
    return ElementTree.fromstring(text.encode())  # noqa: S314 -- made a moment ago


def kinds(case: Element) -> list[str]:
    return [one.tag for one in case if one.tag != "properties"]


def status_of(case: Element) -> str | None:
    found = case.find("properties/property[@name='status']")
    return found.get("value") if found is not None else None


def test_a_suite_is_a_cell_with_what_it_was_measured_on() -> None:
    made = trial(
        subject(CELL, engine="docker", environment="sha256:1", lock="l", suite="s"),
        outcome(seconds=0.25),
        versions={"keras": "2.6.0", "numpy": None},
        seconds=12.5,
    )
    root = root_of(made)
    (suite,) = root
    assert (root.tag, root.get("name"), suite.tag) == ("testsuites", "tfcompat", "testsuite")
    assert (suite.get("name"), suite.get("time"), suite.get("timestamp")) == (CELL, "12.500", "2026-01-02T03:04:05")
    assert {one.get("name"): one.get("value") for one in suite.findall("properties/property")} == {
        "tensorflow": "2.6.5",
        "python": "3.9",
        "variant": "bundled",
        "package": "tensorflow-cpu",
        "engine": "docker",
        "environment": "sha256:1",
        "lock": "l",
        "suite": "s",
        "started": "2026-01-02T03:04:05Z",
        "tfcompat": "0.1.0",
        "keras as imported": "2.6.0",
    }
    (case,) = suite.findall("testcase")
    assert (case.get("classname"), case.get("name"), case.get("time")) == (f"{CELL}.adapt", "adapt::mean", "0.250")


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.UNKNOWN])
def test_what_was_measured_is_data_and_not_a_failure(status: Status) -> None:
    root = root_of(trial(CELL, outcome(status=status, message="why", observed=[1])))
    (case,) = root.iter("testcase")
    assert status_of(case) == str(status)
    assert kinds(case) == ([] if status is Status.WORKS else ["system-out"])
    if status is not Status.WORKS:
        assert case.findtext("system-out") == f"{status}\nwhy\n[1]"
    assert [root.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["1", "0", "0", "0"]


def test_a_case_has_its_kind_harm_and_error() -> None:
    wrong = outcome(
        status=Status.WRONG,
        kind=Kind.PROMISE,
        oracle=Oracle.REFUSAL,
        harm=Harm.OBSCURE,
        type="UnboundLocalError",
        message="input_shape",
    )
    (case,) = root_of(trial(CELL, wrong)).iter("testcase")
    assert {one.get("name"): one.get("value") for one in case.findall("properties/property")} == {
        "kind": "promise",
        "oracle": "refusal",
        "status": "wrong",
        "harm": "obscure",
        "raised": "UnboundLocalError: input_shape",
    }


def test_an_answer_is_said_by_its_word() -> None:
    stale = outcome(status=Status.ANSWERED, observed="stale", harm=Harm.SILENT)
    (case,) = root_of(trial(CELL, stale)).iter("testcase")
    assert case.findtext("system-out") == 'stale\n"stale"'


@pytest.mark.parametrize("reason", Reason)
def test_what_has_no_answer_is_skipped_or_an_error(reason: Reason) -> None:
    root = root_of(trial(CELL, outcome(status=Status.UNKNOWN, reason=reason, message="why")))
    (case,) = root.iter("testcase")
    tag = "skipped" if reason in (Reason.UNANSWERABLE, Reason.NOT_RUN) else "error"
    assert kinds(case) == [tag]
    (found,) = case.findall(tag)
    assert (found.get("type"), found.get("message")) == (f"unknown: {reason}", f"{reason}: why")
    assert [root.get(key) for key in ("failures", "errors", "skipped")] == (
        ["0", "0", "1"] if tag == "skipped" else ["0", "1", "0"]
    )


def test_what_regressed_is_a_failure() -> None:
    root = root_of(
        trial(CELL, outcome("a::a", Status.WRONG, observed=[2]), outcome("a::b", Status.FAILS)),
        trial("tf2.7.4-py3.9", outcome("a::a", Status.FAILS)),
        regressed={(CELL, "a::a")},
    )
    failed = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert [(case.get("classname"), case.get("name")) for case in failed] == [(f"{CELL}.a", "a::a")]
    failure = failed[0].find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message"), failure.text) == (
        "wrong",
        "regressed: wrong, silent harm",
        "[2]",
    )
    assert [suite.get("failures") for suite in root] == ["1", "0"]
    assert root.get("failures") == "1"


def test_a_cell_of_which_nothing_is_known_is_one_error() -> None:
    (suite,) = root_of(trial(CELL, reason=Reason.NO_WHEEL, message="none"))
    (case,) = suite.findall("testcase")
    assert (case.get("name"), kinds(case)) == ("the cell has an answer", ["error"])
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")


def test_a_hole_beside_others_has_every_scenario() -> None:
    root = root_of(trial(CELL, outcome("a::a"), outcome("a::b")), trial("tf2.7.4-py3.9", reason=Reason.NO_WHEEL))
    assert [(suite.get("tests"), suite.get("errors")) for suite in root] == [("2", "0"), ("2", "2")]
    assert (root.get("tests"), root.get("errors")) == ("4", "2")


def test_no_trials_are_no_suites() -> None:
    assert list(root_of()) == []


def test_hostile_text_is_only_text() -> None:
    answers = [
        Outcome(scenario=f"a{HOSTILE}::{number}", status=status, message=HOSTILE, observed=[HOSTILE], reason=reason)
        for number, (status, reason) in enumerate(
            [(Status.FAILS, None), (Status.UNKNOWN, Reason.NOT_RUN), (Status.WRONG, None)]
        )
    ]
    made = trial(subject(CELL, environment=HOSTILE), *answers, versions={"keras": HOSTILE})
    root = root_of(made, regressed={(CELL, answers[2].scenario)})
    tags = {one.tag for one in root.iter()}
    assert tags == {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "system-out",
        "skipped",
        "failure",
    }
    shown = [case.get("name") for case in root.iter("testcase")]
    assert shown[0] is not None
    assert "]]></testcase><script>&amp;\"'\u2028 é 😀" in shown[0]
    assert "\x1b" not in shown[0]


def test_a_text_is_bounded() -> None:
    assert len(junit.text_of("x" * 100_000)) == 4000
    assert junit.text_of("a\tb\nc\r") == "a\tb\nc\r"
    assert junit.text_of("\x00\x0c\ud800") == "\ufffd" * 3

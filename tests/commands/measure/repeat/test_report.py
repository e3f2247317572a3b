"""Tests of the report of a repeated run: its lines and its document."""

import json

from tests import fakes
from tests.commands.measure.repeat.test_repeats import MARK, WORKS, WRONG, repeats
from tfcompat.commands.measure.repeat.repeats import RepeatedRun, Repeats
from tfcompat.commands.measure.repeat.report import RepeatReport
from tfcompat.commands.measure.repeat.settings import Name, Setting
from tfcompat.outcomes import Reason, Status


def report(found: Repeats) -> RepeatReport:
    return RepeatReport(repeats=found, suite=fakes.SUITE, engine="local", seed=7)


def test_the_first_line_counts_and_a_block_has_each_setting() -> None:
    assert list(report(repeats(WORKS, WRONG)).lines()) == [
        "1 cell in 2 settings, seed 7: 1 outcome held against the first, 1 difference, 0 of them marked",
        "tf2.16.2-py3.12  adapt::mean",
        "    setting 1: works [1.0]",
        "  ≠ setting 2: wrong [2.0]",
        "1 difference not marked in: setting 2",
    ]


def test_a_marked_row_says_why() -> None:
    lines = list(report(repeats(WORKS, WRONG, marks=[MARK])).lines())
    assert lines[0].endswith("1 difference, 1 of them marked")
    assert lines[1] == "tf2.16.2-py3.12  adapt::mean (marked: threads: the order of additions)"
    assert len(lines) == 4


def test_where_all_was_changed_at_once_the_next_step_is_said() -> None:
    runs = [
        RepeatedRun(setting=Setting(name=name), trials={"x": fakes.trial("tf2.16.2-py3.12", outcome)})
        for name, outcome in ((Name.USUAL, WORKS), (Name.TOGETHER, WRONG))
    ]
    assert list(report(Repeats(runs=runs)).lines())[-1] == (
        "next: the same with --repeat 9, and -k SCENARIO, changes one thing at a time"
    )


def test_what_has_no_answer_has_a_line() -> None:
    killed = fakes.outcome(status=Status.UNKNOWN, reason=Reason.OUT_OF_MEMORY)
    assert list(report(repeats(WORKS, killed)).lines())[1:] == [
        "tf2.16.2-py3.12, setting 2: 1 scenario without an answer: out of memory"
    ]


def test_what_a_cell_said_cannot_command_the_terminal() -> None:
    strange = fakes.outcome(status=Status.FAILS, type="ValueError", message="\x1b[2J\n:: no")
    text = "\n".join(report(repeats(WORKS, strange)).lines())
    assert "\x1b" not in text
    assert "ValueError: " in text


def test_the_document_has_all_of_it_as_json() -> None:
    document = json.loads(json.dumps(report(repeats(WORKS, WRONG, marks=[MARK])).document()))
    assert document["settings"] == {
        "setting 1": "nothing is other than always",
        "setting 2": "nothing is other than always",
    }
    assert document["differences"] == [
        {
            "cell": "tf2.16.2-py3.12",
            "scenario": "adapt::mean",
            "answered": {"setting 1": "works [1.0]", "setting 2": "wrong [2.0]"},
            "unlike": ["setting 2"],
            "marked": {"why": "threads", "sentence": "the order of additions"},
        }
    ]
    assert (document["seed"], document["engine"], document["compared"], document["lacking"]) == (7, "local", 1, [])

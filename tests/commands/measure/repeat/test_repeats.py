"""Tests of repeats: what differs between settings, what has no answer, and the exit code."""

from collections.abc import Mapping, Sequence

import pytest

from tests import fakes
from tfcompat.commands.measure.repeat.marks import Mark, Why
from tfcompat.commands.measure.repeat.repeats import RepeatedRun, Repeats, by_setting, same_outcome
from tfcompat.commands.measure.repeat.settings import Setting
from tfcompat.errors import ExitCode
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Trial

CELL = "tf2.16.2-py3.12"
WORKS, WRONG = fakes.outcome(observed=[1.0]), fakes.outcome(status=Status.WRONG, observed=[2.0])
MARK = Mark(scenario="adapt::*", why=Why.THREADS, sentence="the order of additions")


def repeats(*given: Outcome | Sequence[Outcome], marks: Sequence[Mark] = (), cell: str = CELL) -> Repeats:
    """Runs of a cell in as many settings, with an outcome or more in each."""
    every = [[outcomes] if isinstance(outcomes, Outcome) else outcomes for outcomes in given]
    runs = [run(f"setting {number}", {cell: fakes.trial(cell, *outcomes)}) for number, outcomes in enumerate(every, 1)]
    return Repeats(runs=runs, marks=marks)


def run(name: str, trials: Mapping[str, Trial]) -> RepeatedRun:
    return RepeatedRun(setting=Setting(name=name), trials=trials)


def test_what_is_the_same_in_each_setting_is_no_difference() -> None:
    found = repeats(WORKS, WORKS, fakes.outcome(observed=[1.0001]))
    assert (found.differences, found.lacking, found.compared, found.exit_code) == ([], [], 2, ExitCode.COMPLETE)


def test_a_difference_says_what_was_answered_in_which_setting_and_which_are_unlike_the_first() -> None:
    found = repeats(WORKS, WRONG, WORKS)
    (row,) = found.differences
    assert (row.cell, row.scenario, row.unlike, row.mark) == (CELL, "adapt::mean", ("setting 2",), None)
    assert row.answered == {"setting 1": "works [1.0]", "setting 2": "wrong [2.0]", "setting 3": "works [1.0]"}
    assert found.exit_code == ExitCode.CHANGED
    assert list(by_setting(found.unmarked)) == [("setting 2", 1)]


def test_a_marked_row_is_a_difference_that_changes_no_exit_code() -> None:
    found = repeats(WORKS, WRONG, marks=[MARK])
    assert [row.mark for row in found.differences] == [MARK]
    assert (found.unmarked, found.exit_code) == ([], ExitCode.COMPLETE)


def test_a_mark_of_another_row_excuses_nothing() -> None:
    other = fakes.outcome("map::batches", observed=[1.0])
    changed = fakes.outcome("map::batches", observed=[2.0])
    found = repeats([WORKS, other], [WRONG, changed], marks=[MARK])
    assert [row.scenario for row in found.unmarked] == ["map::batches"]
    assert found.exit_code == ExitCode.CHANGED


def test_a_scenario_without_an_answer_in_a_setting_is_lacking_and_no_difference() -> None:
    killed = fakes.outcome(status=Status.UNKNOWN, reason=Reason.OUT_OF_MEMORY)
    found = repeats(WORKS, killed)
    assert found.differences == []
    assert [(row.setting, row.reason, row.scenarios) for row in found.lacking] == [
        ("setting 2", Reason.OUT_OF_MEMORY, 1)
    ]
    assert found.exit_code == ExitCode.UNKNOWN_CELLS


def test_a_cell_that_fails_in_a_setting_is_lacking_even_without_scenarios() -> None:
    failed = fakes.trial(CELL, reason=Reason.CANARY_FAILED)
    found = Repeats(runs=[run("setting 1", {CELL: fakes.trial(CELL, WORKS)}), run("setting 2", {CELL: failed})])
    assert [(row.reason, row.scenarios) for row in found.lacking] == [(Reason.CANARY_FAILED, 1)]


def test_a_difference_weighs_more_than_what_is_lacking() -> None:
    other = fakes.outcome("map::batches", Status.UNKNOWN, reason=Reason.OUT_OF_MEMORY)
    assert repeats(WORKS, [WRONG, other]).exit_code == ExitCode.CHANGED


def test_what_the_suite_itself_leaves_open_in_each_setting_is_an_answer() -> None:
    unanswerable = fakes.outcome(status=Status.UNKNOWN, reason=Reason.UNANSWERABLE)
    assert repeats(unanswerable, unanswerable).exit_code == ExitCode.COMPLETE
    assert len(repeats(WORKS, unanswerable).differences) == 1


@pytest.mark.parametrize(
    ("outcome", "other", "same"),
    [
        (WORKS, WORKS, True),
        (WORKS, fakes.outcome(observed=[1.5]), False),
        (WORKS, fakes.outcome(observed=[1.0], harm=Harm.SILENT), False),
        (fails := fakes.outcome(status=Status.FAILS, type="ValueError", message="at 0x7f"), fails, True),
        (fails, fakes.outcome(status=Status.FAILS, type="ValueError", message="at 0x8e"), True),
        (fails, fakes.outcome(status=Status.FAILS, type="TypeError", message="at 0x7f"), False),
    ],
)
def test_when_two_outcomes_are_one_answer(outcome: Outcome, other: Outcome, same: bool) -> None:
    assert same_outcome(outcome, other) is same

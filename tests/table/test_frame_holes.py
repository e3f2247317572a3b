"""Tests of the holes of the long frame: what was not asked, of whichever trial, is unknown, and is never another row's answer."""

from dataclasses import replace

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Reason, Status
from tfcompat.table.frame import collect


def test_a_cell_without_an_answer_is_a_hole_in_every_row() -> None:
    hole = trial("tf2.7.4-py3.9", reason=Reason.NO_WHEEL, message="uv found none")
    frame = collect([trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::b")), hole]).frame
    rows = frame[frame["cell"] == "tf2.7.4-py3.9"]
    assert rows["scenario"].tolist() == ["adapt::a", "adapt::b"]
    assert rows["status"].tolist() == ["unknown", "unknown"]
    assert rows["reason"].tolist() == ["no wheel", "no wheel"]
    assert rows["message"].tolist() == ["uv found none", "uv found none"]


def test_a_scenario_that_an_older_trial_was_not_asked_was_not_run_there() -> None:
    frame = collect([trial("tf2.6.5-py3.9", outcome("adapt::a")), trial("tf2.7.4-py3.9", outcome("adapt::b"))]).frame
    rows = frame[(frame["cell"] == "tf2.6.5-py3.9") & (frame["scenario"] == "adapt::b")]
    assert rows[["status", "reason"]].to_numpy().tolist() == [["unknown", "not run"]]


def test_a_frame_of_other_trials_is_made_of_their_outcomes() -> None:
    """A side of a comparison has other trials than the current ones: the numbers of the trials stay."""
    old = trial(subject(started="2026-01-01T00:00:00Z"), outcome("a::one", Status.FAILS, message="old"))
    new = trial(subject(started="2026-01-02T00:00:00Z"), outcome("a::one"), outcome("a::two"))
    table = collect([old, new])
    earlier = replace(table, trials=table.trials.assign(current=[True, False]))
    assert earlier.frame[["trial", "scenario", "status", "message"]].to_numpy().tolist() == [
        [0, "a::one", "fails", "old"],
        [0, "a::two", "unknown", ""],
    ]
    only = replace(table, trials=table.trials[table.trials["current"]])
    assert only.frame["trial"].tolist() == [1, 1]


def test_a_hole_took_no_time() -> None:
    table = collect([trial("tf2.6.5-py3.9", outcome(seconds=0.5)), trial("tf2.7.4-py3.9", reason=Reason.NO_WHEEL)])
    assert table.frame["seconds"].tolist() == [0.5, 0.0]


def test_an_outcome_of_an_older_trial_fills_no_hole() -> None:
    old = trial(subject("tf2.6.5-py3.9", started="2026-01-01T00:00:00Z"), outcome("a::one"), outcome("a::two"))
    new = trial(subject("tf2.6.5-py3.9", started="2026-01-02T00:00:00Z"), outcome("a::one", Status.FAILS))
    both = trial("tf2.7.4-py3.9", outcome("a::one"), outcome("a::two", Status.FAILS))
    hole = trial("tf2.9.3-py3.9", reason=Reason.NO_WHEEL)
    table = collect([old, new, both, hole])
    for shown in (table, replace(table, trials=table.trials[table.trials["current"]])):
        assert shown.frame["status"].tolist() == ["fails", "unknown", "works", "fails", "unknown", "unknown"]
        assert shown.frame["reason"].tolist() == ["", "not run", "", "", "no wheel", "no wheel"]


def test_an_outcome_of_a_scenario_that_is_not_asked_any_more_fills_no_hole() -> None:
    old = trial(subject(started="2026-01-01T00:00:00Z"), outcome("a::gone"), outcome("a::kept"))
    new = trial(subject(started="2026-01-02T00:00:00Z"), outcome("a::kept"), outcome("a::new"))
    table = collect([old, new])
    earlier = replace(table, trials=table.trials.assign(current=[True, False]))
    assert earlier.frame[["scenario", "status"]].to_numpy().tolist() == [["a::kept", "works"], ["a::new", "unknown"]]


def test_without_any_outcome_all_is_a_hole() -> None:
    table = collect([trial("tf2.6.5-py3.9", outcome())])
    none = replace(table, outcomes=table.outcomes.iloc[:0])
    assert none.frame[["status", "reason", "seconds"]].to_numpy().tolist() == [["unknown", "not run", 0.0]]

"""The plan of a cell: what has no valid outcome runs, all else is reused, and where nothing is new nothing is done."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests import fakes
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.plan.valid import Anew, Known, work_of
from tfcompat.plan.work import Reused, Work

CELL = fakes.cell()
SUITE = "0123456789abcdef"
FILE, MOMENT = "20260102T030405Z-local", "2026-01-02T03:04:05Z"
KEYS = {"adapt::a": "ka", "adapt::b": "kb", "adapt::c": "kc"}
EVERYTHING = Work(cell=CELL)


def outcome(letter: str, **changes: Any) -> Outcome:
    kept = fakes.outcome(f"adapt::{letter}", key=f"k{letter}", origin=FILE, measured=MOMENT)
    return replace(kept, **changes)


def newest(*outcomes: Outcome, **changes: Any) -> Trial:
    of_all = outcomes or tuple(map(outcome, "abc"))
    return replace(fakes.trial(fakes.subject(CELL.id), *of_all), **changes)


def planned(
    trial: Trial | None, keys: Mapping[str, str] = KEYS, suite: str = SUITE, anew: Anew | None = None
) -> Work | None:
    known = Known(newest=trial, keys=keys, header=fakes.header_line())
    return work_of(CELL, known, suite, anew or Anew())


def reused(*letters: str) -> tuple[Reused, ...]:
    return (Reused(trial=FILE, measured=MOMENT, scenarios=tuple(f"adapt::{letter}" for letter in letters)),)


def test_a_cell_without_a_trial_runs_everything() -> None:
    assert planned(None) == EVERYTHING


def test_where_every_outcome_is_valid_nothing_is_done() -> None:
    assert planned(newest()) is None


def test_what_changed_runs_and_all_else_is_reused() -> None:
    assert planned(newest(), {**KEYS, "adapt::b": "other"}) == Work(
        cell=CELL, scenarios=("adapt::b",), reused=reused("a", "c")
    )


def test_a_new_scenario_runs_alone() -> None:
    work = planned(newest(), {**KEYS, "adapt::new": "kn"})
    assert work == Work(cell=CELL, scenarios=("adapt::new",), reused=reused("a", "b", "c"))


def test_where_only_words_changed_a_trial_without_a_run_says_them() -> None:
    trial = newest()
    assert planned(trial, suite="another") == Work(
        cell=CELL,
        scenarios=(),
        reused=reused("a", "b", "c"),
        header=fakes.header_line(),
        environment=trial.subject.environment,
    )


def test_a_scenario_that_is_gone_is_not_reused() -> None:
    work = planned(newest(), {"adapt::a": "ka"}, suite="another")
    assert work
    assert (work.scenarios, work.reused) == ((), reused("a"))


def test_another_lock_or_recorder_makes_everything_run() -> None:
    assert planned(newest(), {name: f"other {key}" for name, key in KEYS.items()}) == EVERYTHING


def test_outcomes_without_a_key_are_not_reused() -> None:
    assert planned(newest(*(outcome(letter, key="") for letter in "abc"))) == EVERYTHING


@pytest.mark.parametrize(
    ("reason", "runs"),
    [(Reason.OUT_OF_MEMORY, True), (Reason.TIME_LIMIT, True), (Reason.UNANSWERABLE, False)],
)
def test_what_the_machine_left_unknown_runs_again(reason: Reason, runs: bool) -> None:
    work = planned(newest(outcome("a", status=Status.UNKNOWN, reason=reason), outcome("b"), outcome("c")))
    assert work == (Work(cell=CELL, scenarios=("adapt::a",), reused=reused("b", "c")) if runs else None)


def test_a_trial_that_was_cut_runs_the_rest() -> None:
    cut = newest(
        outcome("a"), outcome("b", status=Status.UNKNOWN, reason=Reason.TIME_LIMIT, key=""), reason=Reason.TIME_LIMIT
    )
    assert planned(cut) == Work(cell=CELL, scenarios=("adapt::b", "adapt::c"), reused=reused("a"))


def test_fresh_runs_everything() -> None:
    assert planned(newest(), anew=Anew(all=True)) == EVERYTHING


def test_statuses_that_run_again() -> None:
    trial = newest(outcome("a", status=Status.FAILS), outcome("b"), outcome("c", status=Status.CRASHES))
    work = planned(trial, anew=Anew(statuses={Status.FAILS, Status.CRASHES}))
    assert work == Work(cell=CELL, scenarios=("adapt::a", "adapt::c"), reused=reused("b"))


def test_outcomes_of_several_files_and_moments_are_named_by_each() -> None:
    other = "20260101T030405Z-local"
    trial = newest(outcome("a"), outcome("b", origin=other, measured="2026-01-01T03:04:05Z"), outcome("c"))
    work = planned(trial, suite="another")
    assert work
    assert work.reused == (
        Reused(trial=other, measured="2026-01-01T03:04:05Z", scenarios=("adapt::b",)),
        *reused("a", "c"),
    )

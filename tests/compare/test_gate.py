"""The gate: what may not be published and why, and what may."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import fakes
from tfcompat.compare import gate
from tfcompat.compare.gate import ObjectionKind
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.table.frame import collect

OLD, NEW, NIGHT = "tf2.9.3-py3.10", "tf2.16.2-py3.12", "tfnightly-py3.13"
NOW = datetime(2026, 1, 9, 3, 4, 5, tzinfo=UTC)
ANSWERS = (fakes.outcome("adapt::mean"), fakes.outcome("adapt::axis", Status.FAILS))


def column(cell: str, **facts: str) -> Trial:
    return fakes.trial(fakes.subject(cell, **facts), *ANSWERS)


def hole(cell: str, reason: Reason, message: str = "", **facts: str) -> Trial:
    return fakes.trial(fakes.subject(cell, **facts), reason=reason, message=message)


BASELINE = (column(OLD), column(NEW))


def sentences(baseline: tuple[Trial, ...], current: tuple[Trial, ...], days: int | None = None) -> list[str]:
    limit = timedelta(days=days) if days else None
    objections = gate.objections(collect(baseline), collect(current), now=NOW, max_age=limit)
    return [objection.sentence for objection in objections]


def test_the_same_again_may_be_published() -> None:
    assert sentences(BASELINE, BASELINE) == []


def test_what_is_new_or_got_worse_may_be_published() -> None:
    worse = fakes.trial(OLD, fakes.outcome("adapt::mean", Status.CRASHES), fakes.outcome("adapt::axis", Status.HANGS))
    more = fakes.trial("tf2.20.0-py3.13", *ANSWERS, fakes.outcome("adapt::more"))
    assert sentences(BASELINE, (worse, column(NEW), more)) == []


def test_a_column_that_vanished_is_named() -> None:
    assert sentences(BASELINE, (column(NEW),)) == [f"the column {OLD} vanished"]


def test_a_row_that_vanished_everywhere_is_named_once() -> None:
    fewer = tuple(fakes.trial(cell, ANSWERS[0]) for cell in (OLD, NEW))
    assert sentences(BASELINE, fewer) == ["the row adapt::axis vanished"]
    assert sentences(BASELINE, (fewer[0], column(NEW))) == []


def test_a_canary_that_failed_is_named_with_why_even_in_a_column_that_is_new() -> None:
    broken = hole("tf2.20.0-py3.13", Reason.CANARY_FAILED, "ImportError: no protobuf")
    assert sentences(BASELINE, (*BASELINE, broken)) == [
        "the canary of tf2.20.0-py3.13 failed (canary failed: ImportError: no protobuf)"
    ]


def test_a_canary_that_failed_counts_whatever_else_the_trial_says() -> None:
    odd = fakes.trial(OLD, *ANSWERS, reason=Reason.CANARY_FAILED)
    assert sentences(BASELINE, (odd, column(NEW))) == [f"the canary of {OLD} failed (canary failed)"]


@pytest.mark.parametrize("reason", [Reason.NO_LOCK, Reason.ENGINE_LOST, Reason.NOT_RUN])
def test_a_hole_does_not_take_the_place_of_answers(reason: Reason) -> None:
    silent = hole(OLD, reason, "why")
    assert sentences(BASELINE, (silent, column(NEW))) == [f"{OLD} had answers and has none now ({reason}: why)"]


def test_a_column_without_outcomes_and_without_a_reason_was_not_run() -> None:
    assert sentences(BASELINE, (fakes.trial(OLD), column(NEW))) == [f"{OLD} had answers and has none now (not run)"]


def test_only_the_current_trial_of_a_cell_counts() -> None:
    earlier = fakes.subject(OLD, started="2025-01-01T00:00:00Z")
    current = (fakes.trial(earlier, *ANSWERS), fakes.trial(OLD, ANSWERS[0]), fakes.trial(NEW, ANSWERS[0]))
    assert sentences(BASELINE, current) == ["the row adapt::axis vanished"]


def test_a_hole_where_there_never_were_answers_is_published_as_the_hole_it_is() -> None:
    silent = hole(OLD, Reason.NO_LOCK)
    assert sentences((silent, column(NEW)), (silent, column(NEW))) == []
    assert sentences((column(NEW),), (silent, column(NEW))) == []


def test_a_column_that_ended_early_but_answered_is_no_hole() -> None:
    early = fakes.trial(OLD, ANSWERS[0], fakes.outcome("adapt::axis", Status.UNKNOWN), reason=Reason.TIME_LIMIT)
    assert sentences(BASELINE, (early, column(NEW))) == []


def test_a_column_of_unknown_outcomes_without_a_reason_of_its_own_is_a_hole() -> None:
    """So an outcomes.csv tells of it."""
    unknown = fakes.trial(OLD, *(fakes.outcome(one.scenario, Status.UNKNOWN, reason=Reason.NO_LOCK) for one in ANSWERS))
    assert sentences(BASELINE, (unknown, column(NEW))) == [f"{OLD} had answers and has none now (no lock)"]
    assert sentences((unknown, column(NEW)), (unknown, column(NEW))) == []


@pytest.mark.parametrize("reason", [Reason.CANARY_FAILED, Reason.NO_LOCK])
def test_a_nightly_build_that_does_not_work_stops_nothing(reason: Reason) -> None:
    facts = {"tensorflow": "2.22.0.dev20260905"}
    baseline = (*BASELINE, column(NIGHT, **facts))
    assert sentences(baseline, (*BASELINE, hole(NIGHT, reason, **facts))) == []
    assert sentences(baseline, BASELINE) == [f"the column {NIGHT} vanished"]


def test_a_pre_release_that_does_not_work_is_named() -> None:
    broken = hole("tf2.22.0rc0-py3.13", Reason.CANARY_FAILED)
    assert sentences(BASELINE, (*BASELINE, broken)) == ["the canary of tf2.22.0rc0-py3.13 failed (canary failed)"]


def test_a_column_past_the_limit_is_named_with_its_age_and_one_at_the_limit_is_not() -> None:
    current = (column(OLD, started="2026-01-02T03:04:05Z"), column(NEW, started="2026-01-02T03:04:04Z"))
    assert sentences(BASELINE, current, days=7) == [f"{NEW} was measured 7 days ago; the limit is 7 days"]
    assert sentences(BASELINE, current) == []


def test_a_column_of_no_known_age_is_past_every_limit() -> None:
    current = (column(OLD, started=""), column(NEW))
    assert sentences(BASELINE, current, days=30) == [f"{OLD} does not say when it was measured; the limit is 30 days"]


def test_what_somebody_accepts_is_no_objection_and_the_rest_is() -> None:
    found = gate.objections(collect(BASELINE), collect([fakes.trial(NEW, ANSWERS[0])]), now=NOW)
    assert [objection.kind for objection in found] == [ObjectionKind.COLUMN, ObjectionKind.ROW]
    assert gate.unaccepted(found, ["adapt::*"]) == found[:1]
    assert gate.unaccepted(found, ["tf2.9.*", "adapt::axis"]) == []
    assert gate.unaccepted(found, ["tf2.9.3"]) == found

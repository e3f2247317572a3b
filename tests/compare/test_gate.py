"""The gate: what may not be published and why, and what may."""

import pytest

from tests import fakes
from tfcompat.compare import gate
from tfcompat.compare.gate import Age, ObjectionKind
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.select.rotation import LIMIT
from tfcompat.table.frame import collect
from tfcompat.trials.current import current_trials

OLD, NEW, NIGHT = "tf2.9.3-py3.10", "tf2.16.2-py3.12", "tfnightly-py3.13"
ANSWERS = (fakes.outcome("adapt::mean"), fakes.outcome("adapt::axis", Status.FAILS))


def column(cell: str, **facts: str) -> Trial:
    return fakes.trial(fakes.subject(cell, **facts), *ANSWERS)


def hole(cell: str, reason: Reason, message: str = "", **facts: str) -> Trial:
    return fakes.trial(fakes.subject(cell, **facts), reason=reason, message=message)


BASELINE = (column(OLD), column(NEW))


def sentences(baseline: tuple[Trial, ...], current: tuple[Trial, ...], ages: dict[str, Age] | None = None) -> list[str]:
    """What the gate says, of trials and of their tables alike."""
    before, after = (gate.columns(current_trials(trials)) for trials in (baseline, current))
    old, new = (gate.columns_of(collect(trials)) for trials in (baseline, current))
    said = [objection.sentence for objection in gate.objections(before, after, ages)]
    assert sorted(said) == sorted(objection.sentence for objection in gate.objections(old, new, ages))
    return said


def vanished(kind: str, name: str) -> str:
    how = {"column": "restore its trials with git checkout", "row": "restore it in the suite"}[kind]
    return f"the {kind} {name} vanished: {how}, or accept it with --accept '{name}' if it is to go"


def tried_again(cell: str) -> str:
    return f"the next night tries again, or accept it with --accept '{cell}' if it can never be made again"


def test_the_same_again_may_be_published() -> None:
    assert sentences(BASELINE, BASELINE) == []


def test_what_is_new_or_got_worse_may_be_published() -> None:
    worse = fakes.trial(OLD, fakes.outcome("adapt::mean", Status.CRASHES), fakes.outcome("adapt::axis", Status.HANGS))
    more = fakes.trial("tf2.20.0-py3.13", *ANSWERS, fakes.outcome("adapt::more"))
    assert sentences(BASELINE, (worse, column(NEW), more)) == []


def test_a_column_that_vanished_is_named() -> None:
    assert sentences(BASELINE, (column(NEW),)) == [vanished("column", OLD)]


def test_a_row_that_vanished_everywhere_is_named_once() -> None:
    fewer = tuple(fakes.trial(cell, ANSWERS[0]) for cell in (OLD, NEW))
    assert sentences(BASELINE, fewer) == [vanished("row", "adapt::axis")]
    assert sentences(BASELINE, (fewer[0], column(NEW))) == []


def test_a_canary_that_failed_is_named_with_why_even_in_a_column_that_is_new() -> None:
    broken = hole("tf2.20.0-py3.13", Reason.CANARY_FAILED, "ImportError: no protobuf")
    assert sentences(BASELINE, (*BASELINE, broken)) == [
        "the canary of tf2.20.0-py3.13 failed (canary failed: ImportError: no protobuf): "
        f"{tried_again('tf2.20.0-py3.13')}"
    ]


def test_a_canary_that_failed_counts_whatever_else_the_trial_says() -> None:
    odd = fakes.trial(OLD, *ANSWERS, reason=Reason.CANARY_FAILED)
    assert sentences(BASELINE, (odd, column(NEW))) == [
        f"the canary of {OLD} failed (canary failed): {tried_again(OLD)}"
    ]


@pytest.mark.parametrize(
    ("reason", "next_night"),
    [
        (Reason.NO_LOCK, tried_again(OLD)),
        (Reason.NO_IMAGE, tried_again(OLD)),
        (Reason.SUITE_BROKEN, "mend the suite; the next night runs it again"),
        (Reason.ENGINE_LOST, "the next night tries again"),
        (Reason.NOT_RUN, "the next night tries again"),
    ],
)
def test_a_hole_does_not_take_the_place_of_answers(reason: Reason, next_night: str) -> None:
    silent = hole(OLD, reason, "why")
    assert sentences(BASELINE, (silent, column(NEW))) == [
        f"{OLD} had answers and has none now ({reason}: why): {next_night}"
    ]


def test_a_column_without_outcomes_and_without_a_reason_was_not_run() -> None:
    assert sentences(BASELINE, (fakes.trial(OLD), column(NEW))) == [
        f"{OLD} had answers and has none now (not run): the next night tries again"
    ]


@pytest.mark.parametrize("reason", [Reason.CANARY_FAILED, Reason.NO_IMAGE])
def test_a_hole_that_is_published_is_no_objection_any_more(reason: Reason) -> None:
    """Somebody accepted it; that its reason is another one now tells nothing new, but that a canary fails does."""
    accepted = (hole(OLD, reason), column(NEW))
    assert sentences(accepted, (hole(OLD, reason, "another message"), column(NEW))) == []
    assert sentences(accepted, (hole(OLD, Reason.NO_LOCK), column(NEW))) == []
    assert sentences((hole(OLD, Reason.NO_LOCK), column(NEW)), (hole(OLD, Reason.CANARY_FAILED), column(NEW))) == [
        f"the canary of {OLD} failed (canary failed): {tried_again(OLD)}"
    ]


def test_only_the_current_trial_of_a_cell_counts() -> None:
    earlier = fakes.subject(OLD, started="2025-01-01T00:00:00Z")
    current = (fakes.trial(earlier, *ANSWERS), fakes.trial(OLD, ANSWERS[0]), fakes.trial(NEW, ANSWERS[0]))
    assert sentences(BASELINE, current) == [vanished("row", "adapt::axis")]


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
    assert sentences(BASELINE, (unknown, column(NEW))) == [
        f"{OLD} had answers and has none now (no lock): {tried_again(OLD)}"
    ]
    assert sentences((unknown, column(NEW)), (unknown, column(NEW))) == []


@pytest.mark.parametrize("reason", [Reason.CANARY_FAILED, Reason.NO_LOCK])
def test_a_nightly_build_that_does_not_work_stops_nothing(reason: Reason) -> None:
    facts = {"tensorflow": "2.22.0.dev20260905"}
    baseline = (*BASELINE, column(NIGHT, **facts))
    assert sentences(baseline, (*BASELINE, hole(NIGHT, reason, **facts))) == []
    assert sentences(baseline, BASELINE) == [vanished("column", NIGHT)]


def test_a_pre_release_that_does_not_work_is_named() -> None:
    broken = hole("tf2.22.0rc0-py3.13", Reason.CANARY_FAILED)
    assert sentences(BASELINE, (*BASELINE, broken)) == [
        f"the canary of tf2.22.0rc0-py3.13 failed (canary failed): {tried_again('tf2.22.0rc0-py3.13')}"
    ]


def test_a_column_that_more_nights_than_the_limit_have_passed_is_named_and_one_at_the_limit_is_not() -> None:
    ages = {OLD: Age(passed=LIMIT), NEW: Age(passed=LIMIT + 1)}
    assert sentences(BASELINE, BASELINE, ages) == [
        f"{NEW} was measured {LIMIT + 1} nights ago, the limit is {LIMIT}: the next night measures it first; "
        f"see why no night gets there, or accept it with --accept '{NEW}' as it is"
    ]


def test_why_a_column_is_old_is_said_where_its_newest_run_tells() -> None:
    (sentence,) = sentences(BASELINE, BASELINE, {OLD: Age(passed=LIMIT + 1, trouble="no network: nothing answers")})
    assert f"the limit is {LIMIT}, and its newest run has no answers (no network: nothing answers): " in sentence


@pytest.mark.parametrize(("published", "objected"), [(LIMIT, 1), (LIMIT + 1, 0)])
def test_a_column_that_was_as_old_when_it_was_published_was_accepted(published: int, objected: int) -> None:
    assert len(sentences(BASELINE, BASELINE, {OLD: Age(passed=LIMIT + 5, published=published)})) == objected


def test_what_somebody_accepts_is_no_objection_and_the_rest_is() -> None:
    found = gate.objections(gate.columns(BASELINE), gate.columns([fakes.trial(NEW, ANSWERS[0])]))
    assert [objection.kind for objection in found] == [ObjectionKind.COLUMN, ObjectionKind.ROW]
    assert gate.unaccepted(found, ["adapt::*"]) == found[:1]
    assert gate.unaccepted(found, ["tf2.9.*", "adapt::axis"]) == []
    assert gate.unaccepted(found, ["tf2.9.3"]) == found


def test_a_name_that_looks_like_a_glob_is_accepted_as_it_is_said() -> None:
    name = "methods::adapt[2]"
    baseline, current = fakes.trial(OLD, fakes.outcome(name), *ANSWERS), fakes.trial(OLD, *ANSWERS)
    found = gate.objections(gate.columns([baseline]), gate.columns([current]))
    assert gate.unaccepted(found, [name]) == []


def broken(cell: str, *errors: str) -> Trial:
    """A column whose rows raised some errors."""
    outcomes = [
        fakes.outcome(f"adapt::{number}", Status.FAILS, type="ImportError", message=error)
        for number, error in enumerate(errors)
    ]
    return fakes.trial(cell, *outcomes)


BLAS = "libblas.so.3: cannot open shared object file"


@pytest.mark.fault(
    "Every row of a column raises the same ImportError",
    group="published",
    reads="every row of CELL raised the same (ImportError: …): its environment is broken; make it again with tfcompat images "
    "prune and run, or accept it with --accept 'CELL' if the release does that",
    code=1,
    kept="the column that is published",
)
def test_a_column_in_which_every_row_raised_the_same_is_refused() -> None:
    before = (broken(OLD, "one", "two", "three"),)
    assert sentences(before, (broken(OLD, BLAS, BLAS, BLAS),)) == [
        f"every row of {OLD} raised the same (ImportError: {BLAS}): its environment is broken; make it again with tfcompat "
        f"images prune and run, or accept it with --accept '{OLD}' if the release does that"
    ]


@pytest.mark.parametrize("errors", [(BLAS, BLAS), (BLAS, BLAS, "another")])
def test_few_rows_or_several_errors_are_no_broken_environment(errors: tuple[str, ...]) -> None:
    column = broken(OLD, *errors)
    assert sentences((column,), (column,)) == []


def test_a_column_that_was_published_with_its_one_error_is_accepted() -> None:
    column = broken(OLD, BLAS, BLAS, BLAS)
    assert sentences((column,), (column,)) == []
    assert len(sentences((), (column,))) == 1


def test_a_row_that_works_shows_that_the_environment_does() -> None:
    column = broken(OLD, BLAS, BLAS, BLAS)
    works = fakes.trial(OLD, *column.outcomes, fakes.outcome("adapt::works"))
    assert sentences((works,), (works,)) == []


@pytest.mark.parametrize(
    ("errors", "same"),
    [
        (["E", "E", "E"], "E"),
        (["E"] * 9, "E"),
        (["E", "E"], ""),
        (["E"], ""),
        ([], ""),
        (["E", "E", "F"], ""),
        (["E", "F", "E", "E"], ""),
    ],
)
def test_a_column_has_one_error_where_three_rows_or_more_raised_no_other(errors: list[str], same: str) -> None:
    assert gate.same_error(errors) == same

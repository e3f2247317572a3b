"""Tests of the diff: which change is which, of which cell, and that nothing without an answer is one of behaviour."""

from itertools import product

import pytest

from tests.compare.tables import outcome_row, side
from tests.fakes import outcome, subject, trial
from tfcompat.compare.diff import (
    OF_BEHAVIOUR,
    Change,
    ChangedOutcome,
    Diff,
    compare,
    harm,
)
from tfcompat.outcomes import Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.record.words import USUAL

CELL = "tf2.16.2-py3.12"


def changes(diff: Diff) -> list[tuple[str, str, Change]]:
    return [(row.cell, row.scenario, row.change) for row in diff.rows]


def change_of(before: Outcome | None, after: Outcome | None) -> Change:
    """What became of one outcome of a cell that has another one beside it, which did not change."""
    other = outcome("other::row")
    old, new = (trial(CELL, *([one] if one else []), other) for one in (before, after))
    diff = compare(side(old), side(new))
    assert diff.unchanged + len(diff.rows) == 2
    return diff.rows[0].change if diff.rows else Change.UNCHANGED


def only(before: Trial, after: Trial) -> ChangedOutcome:
    (row,) = compare(side(before), side(after)).rows
    return row


def question(word: str, does: Harm) -> Outcome:
    return outcome(status=Status.ANSWERED, kind=Kind.QUESTION, observed=word, harm=does)


def test_the_order_of_regressions_is_that_of_harm() -> None:
    ranks = [harm(outcome_row(question(str(one), one))) for one in Harm]
    assert ranks == [0, 1, 2, 3, 4]
    assert harm(outcome_row(outcome(status=Status.UNKNOWN))) is None


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_every_pair_of_statuses_is_one_change(before: Status, after: Status) -> None:
    was, becomes = (USUAL.get(status, Harm.NONE) for status in (before, after))
    if before is after:
        expected = Change.UNCHANGED if before is Status.UNKNOWN else Change.OBSERVED
    elif Status.UNKNOWN in (before, after):
        expected = Change.ENVIRONMENT
    elif was == becomes:
        expected = Change.OBSERVED
    else:
        worse = list(Harm).index(becomes) > list(Harm).index(was)
        expected = Change.REGRESSED if worse else Change.IMPROVED
    seen = (1, 2) if Status.UNKNOWN not in (before, after) else (None, None)
    assert change_of(outcome(status=before, observed=seen[0]), outcome(status=after, observed=seen[1])) is expected


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (question("fresh", Harm.NONE), question("stale", Harm.SILENT), Change.REGRESSED),
        (question("stale", Harm.SILENT), question("fresh", Harm.NONE), Change.IMPROVED),
        (question("stale", Harm.SILENT), question("refused", Harm.LOUD), Change.IMPROVED),
        (question("stale", Harm.SILENT), outcome(status=Status.FAILS, type="ValueError"), Change.IMPROVED),
        (outcome(status=Status.FAILS, type="ValueError"), question("stale", Harm.SILENT), Change.REGRESSED),
        (question("written", Harm.NONE), question("kept", Harm.NONE), Change.OBSERVED),
        (outcome(observed=1, expected=1), outcome(status=Status.WRONG, observed=2, expected=1), Change.REGRESSED),
        (
            outcome(status=Status.WRONG, observed=["inf"], harm=Harm.VISIBLE),
            outcome(status=Status.WRONG, observed=[0.0]),
            Change.REGRESSED,
        ),
        (
            outcome(status=Status.FAILS, type="ValueError"),
            outcome(status=Status.FAILS, type="KeyError", harm=Harm.OBSCURE),
            Change.REGRESSED,
        ),
    ],
)
def test_what_harms_more_is_worse_whatever_its_status(before: Outcome, after: Outcome, change: Change) -> None:
    assert change_of(before, after) is change


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (question("stale", Harm.NONE), question("stale", Harm.SILENT)),
        (outcome(status=Status.ANSWERED, observed=[1.0]), outcome(observed=[1.0], expected=[1.0])),
        (outcome(observed=[1.0], expected=[1.0]), outcome(status=Status.WRONG, observed=[1.00001], expected=[2.0])),
        (
            outcome(status=Status.FAILS, type="ValueError", message="no"),
            outcome(status=Status.WORKS, type="ValueError", message="no"),
        ),
    ],
)
def test_what_is_judged_otherwise_but_was_seen_the_same_is_neither_worse_nor_better(
    before: Outcome, after: Outcome
) -> None:
    assert change_of(before, after) is Change.JUDGED


def test_two_errors_of_one_type_are_not_the_same_where_they_say_something_else() -> None:
    loud, hides = "expected a float", "unsupported operand: 'NoneType'"
    before = outcome(status=Status.FAILS, type="TypeError", message=loud)
    after = outcome(status=Status.FAILS, type="TypeError", message=hides, harm=Harm.OBSCURE)
    assert change_of(before, after) is Change.REGRESSED


def test_what_is_missing_may_have_lost_its_error() -> None:
    """In trials of schema 1 the type is that of the recorder's own exception."""
    lost = outcome(status=Status.MISSING, type="Missing", message="tf.x")
    assert change_of(lost, outcome(status=Status.MISSING, type="ModuleNotFoundError", message="no")) is Change.UNCHANGED
    assert change_of(lost, outcome(status=Status.FAILS, type="AttributeError")) is Change.OBSERVED


def test_a_scenario_that_has_another_id_now_is_compared_with_itself() -> None:
    old = trial(subject(CELL, suite="1" * 16), outcome("a::old", observed=1), outcome("a::kept"))
    new = trial(
        subject(CELL, suite="2" * 16),
        outcome("a::new", Status.WRONG, observed=2, aliases=("a::old",)),
        outcome("a::kept"),
    )
    diff = compare(side(old), side(new))
    assert changes(diff) == [(CELL, "a::new", Change.REGRESSED)]
    assert "the scenario's id a::old → a::new" in list(map(str, diff.rows[0].causes))
    assert diff.pairs[0].scenarios == 2
    back = compare(side(new), side(old))
    assert changes(back) == [(CELL, "a::old", Change.IMPROVED)]
    assert not compare(
        side(old), side(trial(CELL, outcome("a::new", observed=1, aliases=("a::old",)), outcome("a::kept")))
    ).rows


@pytest.mark.parametrize(
    "now",
    [
        (outcome("a::one", aliases=("a::old",)), outcome("a::two", aliases=("a::old",))),
        (outcome("a::old", observed=3), outcome("a::new", aliases=("a::old",))),
    ],
)
def test_an_id_that_is_several_now_or_is_still_there_is_nobody_elses(now: tuple[Outcome, ...]) -> None:
    told = changes(compare(side(trial(CELL, outcome("a::old"))), side(trial(CELL, *now))))
    assert [change for _, name, change in told if name != "a::old"] == [Change.ADDED] * (len(told) - 1)


def test_two_that_became_one_are_both_gone() -> None:
    old = trial(CELL, outcome("a::one"), outcome("a::two"))
    new = trial(CELL, outcome("a::both", aliases=("a::one", "a::two")))
    assert [change for _, _, change in changes(compare(side(old), side(new)))] == [
        Change.ADDED,
        Change.REMOVED,
        Change.REMOVED,
    ]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (outcome(observed=1.0), outcome(observed=1.0001), Change.UNCHANGED),
        (outcome(observed=1.0), outcome(observed=1.1), Change.OBSERVED),
        (outcome(observed=None), outcome(observed=0), Change.OBSERVED),
        (outcome(observed=True), outcome(observed=1), Change.OBSERVED),
        (
            outcome(status=Status.FAILS, type="TypeError"),
            outcome(status=Status.FAILS, type="ValueError"),
            Change.OBSERVED,
        ),
        (
            outcome(status=Status.MISSING, type="ImportError"),
            outcome(status=Status.MISSING, type="ModuleNotFoundError"),
            Change.OBSERVED,
        ),
        (
            outcome(status=Status.FAILS, type="ValueError"),
            outcome(status=Status.FAILS, type="ValueError", message="ValueError: no"),
            Change.UNCHANGED,
        ),
        (outcome(status=Status.FAILS), outcome(status=Status.FAILS, type="ValueError"), Change.OBSERVED),
        (outcome(status=Status.CRASHES, type="A"), outcome(status=Status.CRASHES, type="B"), Change.UNCHANGED),
        (outcome(status=Status.WORKS, type="A"), outcome(status=Status.WORKS, type="B"), Change.UNCHANGED),
        (outcome(status=Status.FAILS, message="at 1"), outcome(status=Status.FAILS, message="at 2"), Change.UNCHANGED),
        (outcome(status=Status.UNKNOWN), outcome(status=Status.UNKNOWN), Change.UNCHANGED),
        (
            outcome(status=Status.UNKNOWN, reason=Reason.NO_LOCK),
            outcome(status=Status.UNKNOWN, reason=Reason.OUT_OF_DISK),
            Change.ENVIRONMENT,
        ),
        (outcome(status=Status.UNKNOWN, type="Unanswerable"), outcome(status=Status.UNKNOWN), Change.UNCHANGED),
        (None, outcome(), Change.ADDED),
        (outcome(), None, Change.REMOVED),
        (None, outcome(status=Status.UNKNOWN), Change.ADDED),
    ],
)
def test_what_counts_as_a_change(before: Outcome | None, after: Outcome | None, change: Change) -> None:
    assert change_of(before, after) is change


def test_a_scenario_and_a_cell_come_and_go() -> None:
    before = side(
        trial("tf2.6.5-py3.9", outcome("a::old"), outcome("a::kept")), trial("tf2.7.4-py3.9", outcome("a::x"))
    )
    after = side(trial("tf2.6.5-py3.9", outcome("a::kept"), outcome("a::new")), trial("tf2.5.3-py3.9", outcome("a::y")))
    diff = compare(before, after)
    assert [(pair.name, pair.scenarios) for pair in diff.pairs] == [
        ("tf2.5.3-py3.9", 1),
        ("tf2.6.5-py3.9", 3),
        ("tf2.7.4-py3.9", 1),
    ]
    assert diff.unchanged == 1
    assert changes(diff) == [
        ("tf2.5.3-py3.9", "a::y", Change.ADDED),
        ("tf2.6.5-py3.9", "a::new", Change.ADDED),
        ("tf2.6.5-py3.9", "a::old", Change.REMOVED),
        ("tf2.7.4-py3.9", "a::x", Change.REMOVED),
    ]


def test_a_cell_without_an_answer_removes_no_scenario() -> None:
    full, hole = trial(CELL, outcome("a::x")), trial(CELL, reason=Reason.ENGINE_LOST, message="it went away")
    row = only(full, hole)
    assert (row.change, row.after) == (
        Change.ENVIRONMENT,
        outcome_row(outcome("a::x", Status.UNKNOWN, reason=Reason.ENGINE_LOST, message="it went away")),
    )
    assert only(hole, full).change is Change.ENVIRONMENT


def test_a_trial_that_broke_off_keeps_what_it_has() -> None:
    broken = trial(CELL, outcome("a::x"), reason=Reason.TIME_LIMIT)
    assert only(trial(CELL, outcome("a::x", Status.FAILS)), broken).change is Change.IMPROVED


def test_a_cell_that_has_no_rows_is_still_seen_to_come_and_go() -> None:
    hole = trial(CELL, reason=Reason.NO_LOCK)
    assert compare(side(), side(hole)).differs
    assert compare(side(hole), side()).differs
    assert not compare(side(hole), side(hole)).differs


def test_nothing_differs_where_all_is_the_same() -> None:
    one = side(trial(CELL, outcome("a::x"), outcome("a::y", Status.UNKNOWN)))
    diff = compare(one, one)
    assert not diff.differs
    assert diff.rows == diff.changed == ()
    assert diff.counts == {Change.UNCHANGED: 2}


def test_counts_are_of_each_change_in_its_order() -> None:
    before = trial(CELL, outcome("a::a"), outcome("a::b", Status.FAILS), outcome("a::c", observed=1), outcome("a::d"))
    after = trial(CELL, outcome("a::a", Status.FAILS), outcome("a::b"), outcome("a::c", observed=2), outcome("a::e"))
    diff = compare(side(before), side(after))
    assert list(diff.counts.items()) == [
        (Change.REGRESSED, 1),
        (Change.IMPROVED, 1),
        (Change.OBSERVED, 1),
        (Change.REMOVED, 1),
        (Change.ADDED, 1),
    ]
    assert diff.differs


def test_a_change_carries_how_the_environments_and_the_scenario_differ() -> None:
    before = trial(subject(CELL, suite="1" * 16), outcome(title="a"), versions={"keras": "3.5.0"})
    after = trial(subject(CELL, suite="2" * 16), outcome(status=Status.FAILS, title="b"), versions={"keras": "3.6.0"})
    assert list(map(str, only(before, after).causes)) == ["Keras 3.5.0 → 3.6.0", "the scenario's title a → b"]


def test_what_did_not_change_is_put_down_to_nothing() -> None:
    before = trial(subject(CELL, suite="1" * 16), outcome(title="a"), versions={"keras": "3.5.0"})
    after = trial(subject(CELL, suite="2" * 16), outcome(title="b"), versions={"keras": "3.6.0"})
    diff = compare(side(before), side(after))
    assert (diff.rows, diff.unchanged) == ((), 1)
    assert list(map(str, diff.pairs[0].causes)) == ["Keras 3.5.0 → 3.6.0"]


def test_a_hole_is_put_down_to_the_environments_and_never_to_the_scenario() -> None:
    """It was asked nothing, so it says nothing of the scenario."""
    before = trial(subject(CELL, suite="1" * 16), outcome(title="a", documented=1), versions={"keras": "3.5.0"})
    after = trial(subject(CELL, suite="2" * 16), reason=Reason.NO_LOCK)
    row = only(before, after)
    assert list(map(str, row.causes)) == ["suite 111111111111 → 222222222222"]
    assert row.after == outcome_row(outcome(status=Status.UNKNOWN, reason=Reason.NO_LOCK, title="a", documented=1))


def test_the_changes_of_behaviour_are_those_that_have_an_answer_on_both_sides() -> None:
    assert set(OF_BEHAVIOUR) == {Change.REGRESSED, Change.IMPROVED, Change.OBSERVED}

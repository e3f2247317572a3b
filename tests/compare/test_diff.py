"""Tests of the diff: which change is which, of which cell, and that nothing without an answer is one of behaviour."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from tests.compare.tables import outcome_row, side
from tests.door import made
from tests.fakes import outcome, subject, trial
from tfcompat.compare.diff import (
    OF_BEHAVIOUR,
    Change,
    ChangedOutcome,
    Diff,
    compare,
    compare_cells,
    compare_trials,
    harm,
)
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.record.words import USUAL
from tfcompat.table.agreement import same_answer, same_text
from tfcompat.table.frame import Table, collect

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


def test_cells_are_in_the_order_of_releases_pythons_and_variants_the_bundled_one_first() -> None:
    cells = ["tf2.9.3-py3.9", "tf2.9.3-py3.10", "tf2.9.3-py3.10+addons", "tf2.9.3-py3.10+legacy", "tf2.10.0-py3.9"]
    before, after = (side(*(trial(cell) for cell in some)) for some in (cells[3:0:-1], [cells[4], cells[0], cells[2]]))
    assert [pair.name for pair in compare(before, after).pairs] == cells


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


def test_the_locks_of_both_sides_are_known() -> None:
    before = side(trial(subject(CELL, lock="a"), outcome()), locks={"a": {"gast": "1"}})
    after = side(trial(subject(CELL, lock="b"), outcome(status=Status.FAILS)), locks={"b": {"gast": "2"}})
    (row,) = compare(before, after).rows
    assert list(map(str, row.causes)) == ["gast 1 → 2"]


@pytest.mark.parametrize("knows", ["before", "after"])
def test_a_flaky_outcome_is_no_change(knows: str) -> None:
    old, new = (
        trial(subject(CELL, started="2026-01-01T00:00:00Z"), outcome()),
        trial(CELL, outcome(status=Status.FAILS)),
    )
    started = (old if knows == "before" else new).subject.started
    known, nothing = frozenset({(CELL, "adapt::mean", started)}), frozenset[tuple[str, str, str]]()
    before, after = (known, nothing) if knows == "before" else (nothing, known)
    diff = compare(side(old, flaky=before), side(new, flaky=after))
    assert [row.change for row in diff.flaky] == [Change.REGRESSED]
    assert (diff.counts, diff.changed, diff.differs) == ({}, (), False)


def test_what_was_flaky_in_another_trial_is_a_change() -> None:
    flaky = frozenset({(CELL, "adapt::mean", "2020-01-01T00:00:00Z"), (CELL, "adapt::other", "2026-01-02T03:04:05Z")})
    diff = compare(side(trial(CELL, outcome())), side(trial(CELL, outcome(status=Status.FAILS)), flaky=flaky))
    assert diff.differs


def test_a_flaky_outcome_that_is_removed_or_unknown_is_said_to_be() -> None:
    flaky = frozenset({(CELL, "adapt::mean", "2026-01-02T03:04:05Z")})
    diff = compare(side(trial(CELL, outcome())), side(trial(CELL, reason=Reason.NO_LOCK), flaky=flaky))
    assert [(row.change, row.flaky) for row in diff.rows] == [(Change.ENVIRONMENT, False)]


def test_two_cells_of_one_side_are_compared_under_both_names() -> None:
    one = trial("tf2.19.1-py3.12+keras3.5", outcome(observed=1), versions={"keras": "3.5.0"})
    wrong = outcome(status=Status.WRONG, observed=2)
    other = trial("tf2.19.1-py3.12+keras3.6", wrong, versions={"keras": "3.6.0"})
    diff = compare_cells(side(one, other), "tf2.19.1-py3.12+keras3.5", "tf2.19.1-py3.12+keras3.6")
    assert (diff.before, diff.after) == ("tf2.19.1-py3.12+keras3.5", "tf2.19.1-py3.12+keras3.6")
    assert changes(diff) == [("tf2.19.1-py3.12+keras3.5 → tf2.19.1-py3.12+keras3.6", "adapt::mean", Change.REGRESSED)]
    assert list(map(str, diff.rows[0].causes)) == ["Keras 3.5.0 → 3.6.0"]


def test_cells_may_be_named_by_their_releases() -> None:
    cells = ("tf2.15.1-py3.11", "tf2.16.2-py3.11", "tf2.16.2-py3.12")
    diff = compare_cells(side(*(trial(cell, outcome()) for cell in cells)), "2.15", "2.16")
    assert (diff.before, diff.after) == ("tf2.15.1-py3.11", "tf2.16.2-py3.12")


def test_a_cell_that_is_not_there_is_one_sentence_with_some_of_those_that_are() -> None:
    cells = [f"tf2.{minor}.0-py3.9" for minor in range(1, 11)]
    known = side(*(trial(cell, outcome()) for cell in cells))
    with pytest.raises(SelectionError) as raised:
        compare_cells(known, cells[0], "tf9")
    assert str(raised.value) == (
        "side has no cell 'tf9': its cells are tf2.1.0-py3.9, tf2.10.0-py3.9, tf2.2.0-py3.9, tf2.3.0-py3.9, "
        "tf2.4.0-py3.9, tf2.5.0-py3.9, tf2.6.0-py3.9, tf2.7.0-py3.9 and 2 more"
    )


def test_of_each_cell_the_current_trial_is_compared() -> None:
    old = trial(subject(CELL, started="2025-01-01T00:00:00Z"), outcome(status=Status.CRASHES))
    new = trial(CELL, outcome())
    assert not compare(side(old, new), side(new)).differs
    assert [row.change for row in compare(side(old), side(old, new)).rows] == [Change.IMPROVED]


def test_of_two_sides_one_cell_alone_is_compared() -> None:
    both = side(trial(CELL, outcome("a::x")), trial("tf2.9.3-py3.9", outcome("a::x", Status.FAILS)))
    assert list(both.cells) == ["tf2.9.3-py3.9", CELL]
    assert changes(compare(both, side(), CELL)) == [(CELL, "a::x", Change.REMOVED)]
    assert changes(compare(side(), both, CELL)) == [(CELL, "a::x", Change.ADDED)]
    assert compare(both, both, CELL).unchanged == 1
    assert compare(both, both, "tf9").pairs == ()


def test_trials_of_one_cell_are_compared_in_pairs_each_by_itself() -> None:
    days = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 4)]
    statuses = (Status.WORKS, Status.FAILS, Status.WRONG)
    trials = [trial(subject(CELL, started=day), outcome(status=one)) for day, one in zip(days, statuses, strict=True)]
    known = side(*trials)
    diff = compare_trials(known, known, [(1, 2), (0, 1), (None, 0), (0, 0)])
    assert [(row.pair.after["started"] if row.pair.after else "", row.change) for row in diff.rows] == [
        (days[2], Change.REGRESSED),
        (days[1], Change.REGRESSED),
        (days[0], Change.ADDED),
    ]
    assert [row.pair for row in diff.rows] == list(diff.pairs[:3])
    assert diff.unchanged == 1


def test_a_hole_is_put_down_to_the_environments_and_never_to_the_scenario() -> None:
    """It was asked nothing, so it says nothing of the scenario."""
    before = trial(subject(CELL, suite="1" * 16), outcome(title="a", documented=1), versions={"keras": "3.5.0"})
    after = trial(subject(CELL, suite="2" * 16), reason=Reason.NO_LOCK)
    row = only(before, after)
    assert list(map(str, row.causes)) == ["suite 111111111111 → 222222222222"]
    assert row.after == outcome_row(outcome(status=Status.UNKNOWN, reason=Reason.NO_LOCK, title="a", documented=1))


def test_the_changes_of_behaviour_are_those_that_have_an_answer_on_both_sides() -> None:
    assert set(OF_BEHAVIOUR) == {Change.REGRESSED, Change.IMPROVED, Change.OBSERVED}


@given(made.trials(), made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_what_changed_is_what_outcome_by_outcome_changed(before: list[Trial], after: list[Trial]) -> None:
    """Whatever is left out by digests and numbers: the same as one outcome beside the other."""
    sides = side(*before), side(*after)
    diff = compare(*sides)
    told = {(row.cell, row.scenario): row.change for row in diff.rows}
    expected = dict(one_by_one(*(shown(collect(trials)) for trials in (before, after))))
    assert told == {key: change for key, change in expected.items() if change is not Change.UNCHANGED}
    assert diff.unchanged == len(expected) - len(told)
    assert sum(pair.scenarios for pair in diff.pairs) == len(expected)


#: The rows of a cell by scenario, and why it has no answer.
Shown = dict[str, tuple[dict[str, dict[Any, Any]], str]]


def shown(table: Table) -> Shown:
    """The outcomes of the current trials, from the frames."""
    rows: Shown = {}
    for number, row in zip(table.current.index, table.current.to_dict("records"), strict=True):
        outcomes = table.outcomes[table.outcomes["trial"] == number].astype(object).to_dict("records")
        rows[row["cell"]] = {said["scenario"]: said for said in outcomes}, row["reason"]
    return rows


def one_by_one(before: Shown, after: Shown) -> Iterator[tuple[tuple[str, str], Change]]:
    for cell in {*before, *after}:
        (old, why_old), (new, why_new) = before.get(cell, ({}, "")), after.get(cell, ({}, ""))
        for scenario in {*old, *new}:
            was = old.get(scenario, hole(why_old) if why_old else None)
            becomes = new.get(scenario, hole(why_new) if why_new else None)
            yield (cell, scenario), expected_change(was, becomes)


def hole(reason: str) -> dict[Any, Any]:
    return {"status": "unknown", "harm": "none", "reason": reason, "observed": "", "type": "", "whose": ""}


def expected_change(was: dict[Any, Any] | None, becomes: dict[Any, Any] | None) -> Change:
    if was is None or becomes is None:
        return Change.ADDED if was is None else Change.REMOVED
    if same_answer(was, becomes):
        return Change.UNCHANGED
    if "unknown" in (was["status"], becomes["status"]):
        return Change.ENVIRONMENT
    if event(was) == event(becomes) is not None or near(was, becomes):
        return Change.JUDGED
    ranks = [list(Harm).index(Harm(row["harm"])) for row in (was, becomes)]
    if ranks[0] == ranks[1]:
        return Change.OBSERVED
    return Change.REGRESSED if ranks[1] > ranks[0] else Change.IMPROVED


def event(row: dict[Any, Any]) -> tuple[str, str] | None:
    """The error that a row raised."""
    return (row["type"], row["message"]) if row["type"] else None


def near(was: dict[Any, Any], becomes: dict[Any, Any]) -> bool:
    """Whether both returned one value."""
    returned = {"works", "wrong", "answered"} >= {was["status"], becomes["status"]}
    return returned and not was["type"] and not becomes["type"] and same_text(was["observed"], becomes["observed"])

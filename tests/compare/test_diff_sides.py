"""Tests of what is compared: two sides, one cell of them, two cells, trials of one cell; and of what is known to be flaky."""

import pytest

from tests.compare.tables import side
from tests.fakes import outcome, subject, trial
from tfcompat.compare.diff import Change, Diff, Side, compare, compare_cells, compare_trials
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Reason, Status

CELL = "tf2.16.2-py3.12"


def changes(diff: Diff) -> list[tuple[str, str, Change]]:
    return [(row.cell, row.scenario, row.change) for row in diff.rows]


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


def test_as_many_cells_as_a_message_names_are_all_that_there_are() -> None:
    known = side(*(trial(f"tf2.{minor}.0-py3.9", outcome()) for minor in range(2, 10)))
    with pytest.raises(SelectionError, match=r"tf2\.9\.0-py3\.9$"):
        known.trial("tf9")


def test_a_side_is_made_of_something() -> None:
    with pytest.raises(ValueError, match="the side nothing has no evidence"):
        Side(name="nothing")


def test_what_comes_or_goes_is_put_down_to_nothing() -> None:
    """It is not known what it would have said."""
    before = trial(subject(CELL, suite="1" * 16), outcome("a::gone"), versions={"keras": "3.5.0"})
    after = trial(subject(CELL, suite="2" * 16), outcome("a::new"), versions={"keras": "3.6.0"})
    diff = compare(side(before), side(after))
    assert [(row.change, row.causes) for row in diff.rows] == [(Change.ADDED, ()), (Change.REMOVED, ())]
    assert [(row.change, row.causes) for row in compare(side(), side(after)).rows] == [(Change.ADDED, ())]


def test_the_locks_of_both_sides_are_known() -> None:
    before = side(trial(subject(CELL, lock="a"), outcome()), locks={"a": {"gast": "1"}})
    after = side(trial(subject(CELL, lock="b"), outcome(status=Status.FAILS)), locks={"b": {"gast": "2"}})
    (row,) = compare(before, after).rows
    assert list(map(str, row.causes)) == ["gast 1 → 2"]


def test_cells_are_in_the_order_of_releases_pythons_and_variants_the_bundled_one_first() -> None:
    cells = ["tf2.9.3-py3.9", "tf2.9.3-py3.10", "tf2.9.3-py3.10+addons", "tf2.9.3-py3.10+legacy", "tf2.10.0-py3.9"]
    before, after = (side(*(trial(cell) for cell in some)) for some in (cells[3:0:-1], [cells[4], cells[0], cells[2]]))
    assert [pair.name for pair in compare(before, after).pairs] == cells


def test_only_one_change_is_what_is_left_of_a_diff() -> None:
    before = trial(CELL, outcome("a::a"), outcome("a::b", Status.FAILS), outcome("a::same"))
    after = trial(CELL, outcome("a::a", Status.FAILS), outcome("a::b"), outcome("a::same"))
    only = compare(side(before), side(after)).only(Change.IMPROVED)
    assert (changes(only), only.pairs, only.unchanged) == ([(CELL, "a::b", Change.IMPROVED)], (), 0)


def test_what_returned_and_what_raised_is_not_the_same_event_though_both_observed_the_same() -> None:
    returned = outcome(status=Status.ANSWERED, observed=1)
    raised = outcome(status=Status.ANSWERED, observed=1, type="ValueError", harm=Harm.LOUD)
    for old, new, change in ((returned, raised, Change.REGRESSED), (raised, returned, Change.IMPROVED)):
        assert [row.change for row in compare(side(trial(CELL, old)), side(trial(CELL, new))).rows] == [change]


def test_the_table_of_a_side_is_the_one_that_was_collected() -> None:
    assert list(side(trial(CELL, outcome())).table.current["cell"]) == [CELL]

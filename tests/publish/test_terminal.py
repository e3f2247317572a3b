"""Tests of the table for a terminal: symbols, what they mean, and colours only where they are asked for."""

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Harm, Reason, Status, Trial
from tfcompat.publish import terminal


def text(*trials: Trial, fancy: bool = False) -> str:
    return terminal.text(trials, fancy=fancy)


def test_the_terminal_shows_a_symbol_a_cell_and_what_they_mean() -> None:
    made = text(
        trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::long_one", Status.FAILS)),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    )
    assert made.splitlines() == [
        "                 2.6.5  2.7.4",
        "adapt::a           ✓      ?",
        "adapt::long_one    ✗      ?",
        "",
        "✓ works  ≠ wrong  • answered  – missing  ✗ fails  ☠ crashes  ∞ hangs  ? unknown",
        "◇ obscure harm  △ visible harm  ▲ silent harm",
    ]


def test_harm_that_is_not_plain_has_a_mark_and_silent_harm_a_colour_of_its_own() -> None:
    stale = outcome("adapt::stale", Status.ANSWERED, observed="stale", harm=Harm.SILENT)
    made = trial("tf2.6.5-py3.9", stale, outcome("adapt::wrong", Status.WRONG), outcome("adapt::works"))
    assert [line.split()[1] for line in text(made).splitlines()[1:4]] == ["▲•", "▲≠", "✓"]
    lines = text(made, fancy=True).splitlines()[1:4]
    assert ["\x1b[35m" in line for line in lines] == [True, True, False]
    assert ["\x1b[32m" in line for line in lines] == [False, False, True]


def test_rows_stand_by_group_in_the_order_of_the_newest_trial() -> None:
    older = trial(subject("tf2.6.5-py3.9", started="2026-01-01T00:00:00Z"), outcome("map::gone"), outcome("adapt::b"))
    newer = trial("tf2.7.4-py3.9", outcome("adapt::b"), outcome("map::a"), outcome("adapt::a"))
    rows = [line.split()[0] for line in text(older, newer).splitlines()[1:-3]]
    assert rows == ["adapt::b", "adapt::a", "map::a", "map::gone"]
    assert text(older, newer).splitlines()[2].split() == ["adapt::a", "?", "✓"]


def test_colours_are_only_where_they_are_asked_for() -> None:
    fails = trial("tf2.6.5-py3.9", outcome(status=Status.FAILS))
    assert "\x1b" not in text(fails)
    assert "\x1b[31m" in text(fails, fancy=True)


def test_trials_without_a_scenario_are_said_to_have_none() -> None:
    assert text(trial(reason=Reason.NO_LOCK)) == "no scenario has an answer"

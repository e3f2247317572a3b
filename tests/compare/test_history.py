"""Tests of the history of a cell: every trial in its turn, and holes where a cell had no answer."""

from tests.fakes import outcome, subject, trial
from tfcompat.compare.history import Moment, history, turns
from tfcompat.outcomes import Reason, Status

CELL = "tf2.6.5-py3.9"
DAYS = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 6)]


def moment(day: int, status: Status = Status.WORKS, observed: str = "", reason: Reason | None = None) -> Moment:
    return Moment(
        started=DAYS[day],
        engine="local",
        suite="0123456789abcdef",
        lock="a" * 64,
        status=status,
        observed=observed,
        reason=reason,
    )


def test_each_trial_is_a_moment_oldest_first() -> None:
    trials = [
        trial(subject(CELL, started=DAYS[1], engine="docker", suite="s", lock="l"), outcome(status=Status.FAILS)),
        trial(subject(CELL, started=DAYS[0]), outcome(observed=[1, "é"])),
    ]
    assert history(trials) == {
        CELL: {
            "adapt::mean": (
                moment(0, observed='[1, "é"]'),
                Moment(
                    started=DAYS[1],
                    engine="docker",
                    suite="s",
                    lock="l",
                    status=Status.FAILS,
                    observed="",
                    reason=None,
                ),
            )
        }
    }


def test_cells_have_histories_of_their_own() -> None:
    found = history([trial(CELL, outcome("a::a")), trial("tf2.7.4-py3.9", outcome("a::b"))])
    assert {cell: list(scenarios) for cell, scenarios in found.items()} == {CELL: ["a::a"], "tf2.7.4-py3.9": ["a::b"]}


def test_a_scenario_that_was_not_asked_has_no_moment_and_a_hole_has_one_for_all() -> None:
    trials = [
        trial(subject(CELL, started=DAYS[0]), outcome("a::old")),
        trial(subject(CELL, started=DAYS[1]), reason=Reason.ENGINE_LOST),
        trial(subject(CELL, started=DAYS[2]), outcome("a::new")),
    ]
    hole = moment(1, Status.UNKNOWN, reason=Reason.ENGINE_LOST)
    found = history(trials)[CELL]
    assert list(found.items()) == [("a::new", (hole, moment(2))), ("a::old", (moment(0), hole))]


def test_a_cell_of_holes_has_no_scenarios() -> None:
    assert history([trial(CELL, reason=Reason.NO_LOCK)]) == {CELL: {}}
    assert history([]) == {}


def test_turns_are_where_something_else_was_said() -> None:
    said = (
        moment(0, observed="[1.0]"),
        moment(1, observed="[1.0001]"),
        moment(2, observed="[2.0]"),
        moment(3, Status.FAILS),
        moment(4, Status.FAILS),
    )
    assert turns(said) == (said[0], said[2], said[3])
    assert turns(()) == ()


def test_another_reason_is_a_turn() -> None:
    said = (moment(0, Status.UNKNOWN, reason=Reason.NO_LOCK), moment(1, Status.UNKNOWN, reason=Reason.NO_WHEEL))
    assert turns(said) == said

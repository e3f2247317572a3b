"""Tests of the history of a cell: every trial in its turn, and holes where a cell had no answer."""

from tests.fakes import outcome, subject, trial
from tfcompat.compare.history import Moment, turns
from tfcompat.compare.history import history as of_table
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.table.frame import collect

CELL = "tf2.6.5-py3.9"
DAYS = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 6)]


def history(*trials: Trial, cell: str = CELL) -> dict[str, tuple[Moment, ...]]:
    return of_table(collect(trials), cell)


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
    assert history(*trials) == {
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


def test_cells_have_histories_of_their_own() -> None:
    trials = trial(CELL, outcome("a::a")), trial("tf2.7.4-py3.9", outcome("a::b"))
    assert list(history(*trials)) == ["a::a"]
    assert list(history(*trials, cell="tf2.7.4-py3.9")) == ["a::b"]
    assert history(*trials, cell="tf2.8.4-py3.9") == {}


def test_the_scenarios_of_the_newest_trial_come_first_in_its_order() -> None:
    trials = [
        trial(subject(CELL, started=DAYS[2]), outcome("b::late"), outcome("a::kept")),
        trial(subject(CELL, started=DAYS[0]), outcome("a::old"), outcome("a::kept"), outcome("a::older")),
        trial(subject(CELL, started=DAYS[1]), outcome("a::kept")),
    ]
    found = history(*trials)
    assert list(found) == ["b::late", "a::kept", "a::old", "a::older"]
    assert found["a::kept"] == (moment(0), moment(1), moment(2))
    assert found["b::late"] == (moment(2),)


def test_a_scenario_that_was_not_asked_has_no_moment_and_a_hole_has_one_for_all() -> None:
    trials = [
        trial(subject(CELL, started=DAYS[0]), outcome("a::old")),
        trial(subject(CELL, started=DAYS[1]), reason=Reason.ENGINE_LOST),
        trial(subject(CELL, started=DAYS[2]), outcome("a::new")),
    ]
    hole = moment(1, Status.UNKNOWN, reason=Reason.ENGINE_LOST)
    found = history(*trials)
    assert list(found.items()) == [("a::new", (hole, moment(2))), ("a::old", (moment(0), hole))]


def test_a_cell_of_holes_has_no_scenarios() -> None:
    assert history(trial(CELL, reason=Reason.NO_LOCK)) == {}
    assert history() == {}


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

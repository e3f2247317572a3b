"""Tests of the history of a cell: every trial in its turn, and holes where a cell had no answer."""

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.compare.history import Moment, changed, of_cell, scenarios, turns
from tfcompat.compare.history import history as of_door
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Reason, Status, Trial
from tfcompat.record.words import USUAL
from tfcompat.table.frame import collect

CELL = "tf2.6.5-py3.9"
FAILS = outcome(status=Status.FAILS, type="ValueError", message="no")
DAYS = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 6)]


def history(*trials: Trial, cell: str = CELL) -> dict[str, tuple[Moment, ...]]:
    return of_door(in_memory(collect(trials)), cell)


def moment(day: int, status: Status = Status.WORKS, observed: str = "", reason: Reason | None = None) -> Moment:
    return Moment(
        started=DAYS[day],
        engine="local",
        suite="0123456789abcdef",
        lock="a" * 64,
        status=status,
        harm=USUAL.get(status, Harm.NONE),
        observed=observed,
        reason=reason,
    )


def test_a_release_stands_for_its_newest_cell_as_pip_installs_it() -> None:
    cells = ("tf2.6.4-py3.9", "tf2.6.5-py3.7", "tf2.6.5-py3.8", CELL, f"{CELL}+pandas", "tf2.7.4-py3.9")
    door = in_memory(collect([trial(cell, outcome()) for cell in cells]))
    assert [of_cell(door, text).cell for text in ("2.6", "2.6.5", CELL, f"{CELL}+pandas")] == [CELL] * 3 + [
        f"{CELL}+pandas"
    ]
    with pytest.raises(SelectionError, match=r"there is no trial of '2\.8'"):
        of_cell(door, "2.8")


def test_each_trial_is_a_moment_oldest_first() -> None:
    trials = [
        trial(subject(CELL, started=DAYS[1], engine="docker", suite="s", lock="l"), FAILS),
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
                harm=Harm.LOUD,
                observed="",
                reason=None,
                raised="ValueError: no",
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


def test_what_changed_is_each_scenario_with_more_than_one_turn() -> None:
    trials = [
        trial(
            subject(CELL, started=day, engine=("local", "docker")[place % 2]),
            outcome("a::same", observed=1),
            outcome("a::close", observed=1 + place / 100_000),
            outcome("a::turned", Status.FAILS if place == 2 else Status.WORKS),
        )
        for place, day in enumerate(DAYS[:4])
    ]
    door = in_memory(collect(trials))
    changes = changed(door, CELL)
    assert list(changes) == ["a::turned"]
    assert [(moment.started, moment.status) for moment in changes["a::turned"]] == [
        (DAYS[0], Status.WORKS),
        (DAYS[2], Status.FAILS),
        (DAYS[3], Status.WORKS),
    ]
    assert scenarios(door, CELL) == ["a::same", "a::close", "a::turned"]


def test_a_scenario_that_has_another_id_now_has_one_history() -> None:
    now = outcome("a::new", observed=2, aliases=("a::old",))
    trials = [
        trial(subject(CELL, started=DAYS[0]), outcome("a::old", observed=1), outcome("a::kept")),
        trial(subject(CELL, started=DAYS[1]), outcome("a::old", observed=1)),
        trial(subject(CELL, started=DAYS[2], engine="docker"), now, outcome("a::kept")),
    ]
    door = in_memory(collect(trials))
    assert scenarios(door, CELL) == ["a::new", "a::kept"]
    assert [(one.started, one.observed) for one in of_door(door, CELL)["a::new"]] == [
        (DAYS[0], "1"),
        (DAYS[1], "1"),
        (DAYS[2], "2"),
    ]
    assert [moment.started for moment in changed(door, CELL)["a::new"]] == [DAYS[0], DAYS[2]]


def test_of_two_ids_in_one_trial_the_one_of_now_counts() -> None:
    """A row that took in another one: both were asked before."""
    before = trial(subject(CELL, started=DAYS[0]), outcome("a::old", observed=1), outcome("a::new", observed=2))
    after = trial(subject(CELL, started=DAYS[1]), outcome("a::new", observed=3, aliases=("a::old",)))
    assert [moment.observed for moment in history(before, after)["a::new"]] == ["2", "3"]


def test_more_harm_is_a_turn_though_the_status_is_the_same() -> None:
    said = tuple(
        Moment(
            started=day,
            engine="local",
            suite="s",
            lock="l",
            status=Status.ANSWERED,
            harm=does,
            observed=f'"{word}"',
            reason=None,
        )
        for day, word, does in ((DAYS[0], "fresh", Harm.NONE), (DAYS[1], "stale", Harm.SILENT))
    )
    assert turns(said) == said
    assert [moment.word for moment in said] == ["fresh", "stale"]

"""Tests of the estimate: there from the first second, counted down, corrected by what is seen, and honest when it was wrong."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import cell, outcome, trial
from tfcompat.outcomes import Reason
from tfcompat.plan.work import Reused, Work
from tfcompat.run.estimate import START, Estimate, ExpectedCell, in_words, of_work, summary
from tfcompat.run.events import Answered, Event, Finished, Progressed, Stage, Staged

A, B, C = "tf2.9.3-py3.10", "tf2.16.2-py3.12", "tf2.17.1-py3.12"


@dataclass
class Hand:
    """A clock that stands until somebody turns it."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def made(hand: Hand, *cells: ExpectedCell, jobs: int = 1, builders: int = 2) -> Estimate:
    return Estimate(cells, jobs=jobs, builders=builders, now=hand)


def test_it_is_there_before_anything_has_happened() -> None:
    estimate = made(Hand(), ExpectedCell(cell=A, run=60), ExpectedCell(cell=B, run=30, guess=True))
    assert (estimate.left(), estimate.guesses) == (90, 1)
    assert summary(estimate) == "0 of 2 cells, 0:00, about 1:30 left"


def test_cells_that_run_at_once_take_the_time_of_the_longest_lane() -> None:
    cells = [ExpectedCell(cell=name, run=run) for name, run in ((A, 60), (B, 40), (C, 30))]
    assert made(Hand(), *cells, jobs=2).left() == 70
    assert made(Hand(), *cells, jobs=3).left() == 60
    assert made(Hand(), *cells, jobs=9).left() == 60


def test_making_an_environment_counts_and_overlaps_with_what_runs() -> None:
    there, first, second = (ExpectedCell(cell=A, run=50), ExpectedCell(cell=B, build=20, run=10)), 0, 0
    assert made(Hand(), *there).left() == 60, "it is made while the other runs"
    slow = ExpectedCell(cell=B, build=90, run=10)
    assert made(Hand(), there[first], slow).left() == 100
    both = [ExpectedCell(cell=name, build=30, run=second) for name in (A, B)]
    assert made(Hand(), *both, builders=1).left() == 60


def test_it_counts_down_between_two_events() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, run=60))
    estimate(Staged(cell=A, stage=Stage.RUNNING))
    seen = []
    for _ in range(4):
        hand.at += 10
        seen.append(estimate.left())
    assert seen == [50, 40, 30, 20]


def test_a_slow_machine_corrects_what_is_left_of_all_cells() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, run=60), ExpectedCell(cell=B, run=60))
    estimate(Staged(cell=A, stage=Stage.RUNNING))
    hand.at += 120
    estimate(Finished(cell=A, trial=trial(A)))
    assert 60 < estimate.left() <= 120
    assert estimate.finished == 1


def test_how_far_a_cell_is_counts_by_the_seconds_of_its_scenarios() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, run=100, weights={"a::slow": 90.0, "a::fast": 10.0}))
    estimate(Staged(cell=A, stage=Stage.RUNNING))
    hand.at += 90
    say(estimate, Answered(cell=A, scenario="a::slow", seconds=90), Progressed(cell=A, done=1, planned=2))
    assert estimate.left() == pytest.approx(10)


def test_where_the_seconds_are_not_known_how_many_have_an_outcome_counts() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, run=100))
    estimate(Staged(cell=A, stage=Stage.RUNNING))
    hand.at += 50
    estimate(Progressed(cell=A, done=5, planned=10))
    assert estimate.left() == pytest.approx(50)


def test_what_is_longer_than_expected_is_said_and_its_time_left_is_not_made_up() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, run=60), ExpectedCell(cell=B, run=30))
    estimate(Staged(cell=A, stage=Stage.RUNNING))
    hand.at += 200
    assert [course.expected.cell for course in estimate.under_way() if estimate.is_late(course)] == [A]
    assert summary(estimate) == f"0 of 2 cells, 3:20, about 0:30 left; {A}: longer than expected"


def test_the_last_cell_that_is_late_has_no_number() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, build=20, run=1))
    estimate(Staged(cell=A, stage=Stage.BUILDING))
    hand.at += 19.5
    assert summary(estimate) == "0 of 1 cells, 0:19, about 0:01 left"
    hand.at += 60
    assert summary(estimate).endswith(f"{A}: longer than expected")


def test_how_long_environments_took_is_kept_for_the_next_time() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, build=20, run=10), ExpectedCell(cell=B, run=10))
    estimate(Staged(cell=A, stage=Stage.LOCKING))
    hand.at += 5
    estimate(Staged(cell=A, stage=Stage.BUILDING))
    hand.at += 30
    estimate(Staged(cell=A, stage=Stage.WAITING))
    assert estimate.built() == {A: 30}


def test_a_cell_that_nobody_expected_is_no_error() -> None:
    estimate = made(Hand())
    estimate(Staged(cell=A, stage=Stage.RUNNING))
    assert (estimate.planned, estimate.left()) == (1, 0)


def test_what_is_over_says_no_more_than_how_long_it_took() -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, run=60))
    hand.at += 4000
    estimate(Finished(cell=A, trial=trial(A)))
    assert summary(estimate) == "1 of 1 cells, 1:06:40"


def say(estimate: Estimate, *events: Event) -> None:
    for event in events:
        estimate(event)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from((A, B, C)),
        st.sampled_from((*Stage, "progressed", "answered", "finished")),
        st.integers(0, 9),
        st.floats(0, 500),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(events=EVENTS, jobs=st.integers(1, 5))
def test_whatever_happens_it_is_a_number_of_seconds_and_a_line(
    events: list[tuple[str, str, int, float]], jobs: int
) -> None:
    hand = Hand()
    estimate = made(hand, ExpectedCell(cell=A, build=9, run=60), ExpectedCell(cell=B, run=5), jobs=jobs)
    for name, what, number, seconds in events:
        hand.at += seconds
        estimate(event(name, what, number))
        assert 0 <= estimate.left() < 1e7
        assert "cells, " in summary(estimate)


def event(name: str, what: str, number: int) -> Event:
    match what:
        case "progressed":
            return Progressed(cell=name, done=number, planned=9)
        case "answered":
            return Answered(cell=name, scenario="a::1", seconds=number)
        case "finished":
            return Finished(cell=name, trial=trial(name))
        case _:
            return Staged(cell=name, stage=Stage(what))


MEASURED = trial(B, outcome("a::1", seconds=30.0), outcome("a::2", seconds=10.0), seconds=25.0)


def test_a_cell_takes_what_it_took_before() -> None:
    expected = of_work(Work(cell=cell()), MEASURED, usual=60, build=7)
    assert (expected.run, expected.build, expected.guess) == (25.0, 0 + 7, False)
    assert expected.weights == {"a::1": 30.0, "a::2": 10.0}


def test_some_scenarios_take_their_part_of_it() -> None:
    expected = of_work(Work(cell=cell(), scenarios=("a::2", "a::new")), MEASURED, usual=60, build=0)
    assert expected.run == pytest.approx(START + 10 * (25 - START) / 40)
    assert expected.weights == {"a::2": 10.0, "a::new": 0.0}


def test_a_cell_in_which_nothing_runs_takes_no_time() -> None:
    reused = (Reused(trial="x", measured="", scenarios=("a::1",)),)
    assert of_work(Work(cell=cell(), scenarios=(), reused=reused), MEASURED, usual=60, build=9).run == 0


@pytest.mark.parametrize("newest", [None, trial(B, reason=Reason.NO_WHEEL), trial(B)])
def test_a_cell_that_was_never_measured_takes_the_usual_time_which_is_a_guess(newest: object) -> None:
    expected = of_work(Work(cell=cell()), newest, usual=60, build=9)  # type: ignore[arg-type]
    assert (expected.run, expected.build, expected.guess) == (60, 9, True)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (7.9, "0:07"), (750, "12:30"), (3599, "59:59"), (3723, "1:02:03")]
)
def test_times_are_read_as_on_a_clock(seconds: float, words: str) -> None:
    assert in_words(seconds) == words

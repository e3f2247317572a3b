"""The schedule: every item once, in order, so many at once, each result beside its item."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import pytest

from tfcompat.run import schedule

P = ParamSpec("P")
T = TypeVar("T")


class Immediate(Executor):
    """Does the work at once, and keeps how much was handed over."""

    def __init__(self) -> None:
        self.submitted: list[object] = []

    def submit(self, work: Callable[P, T], /, *arguments: P.args, **options: P.kwargs) -> Future[T]:
        self.submitted.extend(arguments)
        future: Future[T] = Future()
        try:
            future.set_result(work(*arguments, **options))
        except Exception as error:
            future.set_exception(error)
        return future


def double(number: int) -> int:
    return 2 * number


@pytest.mark.parametrize("width", [1, 2, 5, 9])
def test_every_item_is_given_once_with_its_result(width: int) -> None:
    with ThreadPoolExecutor(width) as executor:
        assert sorted(schedule.run(range(5), double, executor, width)) == [(n, 2 * n) for n in range(5)]


def test_one_at_a_time_they_come_in_their_order() -> None:
    with ThreadPoolExecutor(4) as executor:
        assert [item for item, _ in schedule.run([3, 1, 2], double, executor, 1)] == [3, 1, 2]


def test_no_items_are_no_results() -> None:
    assert list(schedule.run([], double, Immediate(), 2)) == []


@pytest.mark.parametrize("width", [1, 3])
def test_no_more_is_handed_over_than_may_run_at_once(width: int) -> None:
    executor = Immediate()
    next(schedule.run(range(10), double, executor, width))
    assert executor.submitted == list(range(width))


def test_items_are_taken_only_when_they_are_due() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            taken.append(number)
            yield number

    results = schedule.run(items(), double, Immediate(), 2)
    next(results)
    assert taken == [0, 1]


def test_as_many_run_at_once_as_may() -> None:
    """Each waits for the other, so one alone would never end."""
    together = threading.Barrier(2, timeout=10)
    with ThreadPoolExecutor(2) as executor:
        assert len(list(schedule.run(range(4), lambda item: together.wait(), executor, 2))) == 4


def test_a_result_comes_while_others_still_run() -> None:
    release = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert release.wait(10)
        return number

    with ThreadPoolExecutor(2) as executor:
        results = schedule.run([0, 1], work, executor, 2)
        assert next(results) == (1, 1)
        release.set()
        assert next(results) == (0, 0)


def test_what_the_work_raises_is_raised() -> None:
    def work(number: int) -> int:
        return 10 // number

    with pytest.raises(ZeroDivisionError):
        list(schedule.run([1, 0], work, Immediate(), 1))


def test_workers_that_are_left_by_an_error_are_cancelled_and_start_nothing_else() -> None:
    begun: list[int] = []
    started, cancelled = threading.Event(), threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        started.set()
        assert cancelled.wait(10)

    def interrupted() -> None:
        with schedule.workers(1, cancelled.set) as executor:
            for number in range(3):
                executor.submit(work, number)
            assert started.wait(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (begun, cancelled.is_set()) == ([0], True)


def test_workers_that_end_well_are_not_cancelled() -> None:
    cancelled = threading.Event()
    with schedule.workers(2, cancelled.set) as executor:
        assert list(schedule.run([1, 2], double, executor, 1)) == [(1, 2), (2, 4)]
    assert not cancelled.is_set()

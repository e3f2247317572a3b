"""The schedule: every item once, in order, so many at once, each result beside its item."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any, NoReturn, ParamSpec, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcompat.run import schedule
from tfcompat.run.schedule import Overlap, Stages

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


def test_in_another_thread_the_work_is_ended_as_well() -> None:
    ended = threading.Event()

    def fails() -> NoReturn:
        with schedule.workers(1, setting(ended)):
            raise ValueError

    with ThreadPoolExecutor(1) as other:
        assert isinstance(other.submit(fails).exception(), ValueError)
    assert ended.is_set()


def setting(flag: threading.Event) -> Callable[[], AbstractContextManager[None]]:
    """Cancels by setting a flag."""

    @contextmanager
    def cancelling() -> Iterator[None]:
        flag.set()
        yield

    return cancelling


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
        with schedule.workers(1, setting(cancelled)) as executor:
            for number in range(3):
                executor.submit(work, number)
            assert started.wait(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (begun, cancelled.is_set()) == ([0], True)


def test_workers_that_end_well_are_not_cancelled() -> None:
    cancelled = threading.Event()
    with schedule.workers(2, setting(cancelled)) as executor:
        assert list(schedule.run([1, 2], double, executor, 1)) == [(1, 2), (2, 4)]
    assert not cancelled.is_set()


def stages(
    *,
    prepare: Callable[[int], int] = double,
    work: Callable[[int, int, int], tuple[int, int]] = lambda item, prepared, among: (prepared, among),
    ready: Collection[int] = (),
    may_prepare: Callable[[int, bool], bool] = lambda item, alone: True,
    preparers: int = 2,
    width: int = 2,
) -> Stages[int, int, tuple[int, int]]:
    return Stages(
        prepare=prepare,
        work=work,
        is_ready=lambda item: item in ready,
        may_prepare=may_prepare,
        preparers=preparers,
        width=width,
    )


def overlapped(items: Sequence[int], of: Stages[int, int, tuple[int, int]]) -> list[tuple[int, tuple[int, int]]]:
    with ThreadPoolExecutor(of.preparers + of.width) as executor:
        return list(Overlap(items, of, executor).results())


def test_what_was_prepared_is_worked_on() -> None:
    results = overlapped([3, 1, 2], stages(ready=[1]))
    assert sorted((item, prepared) for item, (prepared, _) in results) == [(1, 2), (2, 4), (3, 6)]


def test_no_items_are_no_results_of_two_stages_either() -> None:
    assert overlapped([], stages()) == []


def test_an_item_is_worked_on_while_another_is_prepared() -> None:
    """Each waits for the other: one after the other they would never end."""
    working, preparing = threading.Event(), threading.Event()

    def prepare(item: int) -> int:
        if item == 1:
            preparing.set()
            assert working.wait(10)
        return item

    def work(item: int, prepared: int, among: int) -> tuple[int, int]:
        if item == 0:
            working.set()
            assert preparing.wait(10)
        return prepared, among

    assert len(overlapped([0, 1], stages(prepare=prepare, work=work, preparers=1, width=1))) == 2


def test_what_is_ready_is_not_kept_waiting_by_what_is_not() -> None:
    worked = threading.Event()

    def prepare(item: int) -> int:
        assert item == 7 or worked.wait(10)
        return item

    def work(item: int, prepared: int, among: int) -> tuple[int, int]:
        if item == 7:
            worked.set()
        return prepared, among

    results = overlapped([1, 2, 7], stages(prepare=prepare, work=work, ready=[7], width=1))
    assert next(item for item, _ in results) == 7


class AtOnce:
    """Counts how many threads are in it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = self.most = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.001)
        yield
        with self.lock:
            self.now -= 1


@pytest.mark.parametrize(("preparers", "width"), [(1, 2), (2, 1), (3, 3)])
def test_no_more_than_so_many_are_prepared_and_worked_on_at_once(preparers: int, width: int) -> None:
    preparing, working = AtOnce(), AtOnce()

    def prepare(item: int) -> int:
        with preparing():
            return item

    def work(item: int, prepared: int, among: int) -> tuple[int, int]:
        with working():
            return prepared, among

    overlapped(range(12), stages(prepare=prepare, work=work, preparers=preparers, width=width))
    assert preparing.most <= preparers
    assert working.most <= width


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_as_many_as_may_are_under_way(at_once: int) -> None:
    """Fewer at once would wait for the others for ever."""
    preparing, working = (threading.Barrier(at_once, timeout=10) for _ in range(2))

    def prepare(item: int) -> int:
        if item % 2:
            preparing.wait()
        return item

    def work(item: int, prepared: int, among: int) -> tuple[int, int]:
        if not item % 2:
            working.wait()
        return prepared, among

    of = stages(prepare=prepare, work=work, ready=range(0, 12, 2), preparers=at_once, width=at_once)
    assert len(overlapped(range(12), of)) == 12


def test_the_first_of_those_that_are_ready_comes_first_and_the_last_share_with_fewer() -> None:
    of = stages(ready=range(4), width=3)
    executor = Immediate()
    assert list(Overlap([2, 0, 3, 1], of, executor).results()) == [(2, (4, 3)), (0, (0, 3)), (3, (6, 2)), (1, (2, 1))]


def test_those_that_are_yet_to_be_prepared_count_among_those_to_come() -> None:
    for items in (range(2), range(3)):
        shares = dict(overlapped(items, stages(ready=[0], width=len(items), preparers=1)))
        assert shares[0][1] == len(items)


def test_of_those_that_were_prepared_the_first_in_their_order_comes_first() -> None:
    first, second = threading.Event(), threading.Event()

    def prepare(item: int) -> int:
        if item == 1:
            first.set()
        elif item == 2:
            assert first.wait(10)
            second.set()
        return item

    def work(item: int, prepared: int, among: int) -> tuple[int, int]:
        if item == 0:
            assert second.wait(10)
            time.sleep(0.1)  # both are prepared when this ends
        return prepared, among

    results = overlapped([0, 1, 2], stages(prepare=prepare, work=work, ready=[0], width=1))
    assert [item for item, _ in results] == [0, 1, 2]


def test_an_item_is_not_alone_where_another_is_ready() -> None:
    asked: list[tuple[int, bool]] = []

    def may_prepare(item: int, alone: bool) -> bool:
        asked.append((item, alone))
        return alone

    assert [item for item, _ in overlapped([0, 1], stages(may_prepare=may_prepare, ready=[1]))] == [1, 0]
    assert asked[0] == (0, False)
    assert asked[-1] == (0, True)


def test_an_item_waits_until_it_may_be_prepared_and_those_behind_it_too() -> None:
    asked: list[tuple[int, bool]] = []
    free = threading.Event()

    def may_prepare(item: int, alone: bool) -> bool:
        asked.append((item, alone))
        return item != 1 or free.is_set()

    def work(item: int, prepared: int, among: int) -> tuple[int, int]:
        if item == 0:
            free.set()
        return prepared, among

    results = overlapped([0, 1, 2], stages(work=work, may_prepare=may_prepare, preparers=1))
    assert [item for item, _ in results] == [0, 1, 2]
    assert [item for item, _ in asked] == sorted(item for item, _ in asked)


def test_an_item_that_never_may_is_prepared_where_nothing_else_is_under_way() -> None:
    asked: list[tuple[int, bool]] = []

    def never(item: int, alone: bool) -> bool:
        asked.append((item, alone))
        return False

    under_way = AtOnce()

    def prepare(item: int) -> int:
        with under_way():
            return item

    assert [item for item, _ in overlapped([4, 5, 6], stages(prepare=prepare, may_prepare=never))] == [4, 5, 6]
    assert under_way.most == 1
    assert [item for item, alone in asked if alone] == [4, 5, 6]


@pytest.mark.parametrize("where", ["prepare", "work", "is_ready", "may_prepare"])
def test_what_any_part_raises_is_raised(where: str) -> None:
    def broken(*arguments: object) -> NoReturn:
        raise ZeroDivisionError

    part: dict[str, Any] = {where: broken}
    with pytest.raises(ZeroDivisionError):
        overlapped([1], replace(stages(), **part))


@given(
    ready=st.sets(st.integers(0, 11)),
    grants=st.lists(st.booleans(), max_size=60),
    preparers=st.integers(1, 3),
    width=st.integers(1, 4),
)
@settings(deadline=None, max_examples=60)
def test_whatever_may_be_prepared_when_every_item_ends_once(
    ready: set[int], grants: list[bool], preparers: int, width: int
) -> None:
    answers = iter(grants)
    of = stages(ready=ready, may_prepare=lambda item, alone: next(answers, False), preparers=preparers, width=width)
    results = overlapped(range(12), of)
    assert sorted((item, prepared) for item, (prepared, _) in results) == [(n, 2 * n) for n in range(12)]
    assert all(1 <= among <= width for _, (_, among) in results)

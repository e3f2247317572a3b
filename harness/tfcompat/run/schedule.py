"""The schedule: which item next, on any executor, and each result as it comes."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Prepared = TypeVar("Prepared")
Result = TypeVar("Result")


@contextmanager
def workers(count: int, cancelling: Callable[[], AbstractContextManager[object]]) -> Iterator[Executor]:
    """``count`` threads; where the block is left by an error, ``cancelling`` ends what they do, and nothing else starts.

    They have ended when its block does.
    """
    with ThreadPoolExecutor(count) as executor:
        try:
            yield executor
        except BaseException:
            with cancelling():
                executor.shutdown(cancel_futures=True)
            raise


def run(
    items: Iterable[Item], work: Callable[[Item], Result], executor: Executor, width: int
) -> Iterator[tuple[Item, Result]]:
    """Work through items in their order, ``width`` at once; each is given with its result as it ends.

    What the work raises is raised here.
    """
    running: dict[Future[Result], Item] = {}
    for item in items:
        running[executor.submit(work, item)] = item
        if len(running) >= width:
            yield from ended(running)
    while running:
        yield from ended(running)


def ended(running: dict[Future[Result], Item]) -> Iterator[tuple[Item, Result]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield running.pop(future), future.result()


@dataclass(frozen=True, kw_only=True)
class Stages(Generic[Item, Prepared, Result]):
    """Two stages of the work on an item: what ``prepare`` gives is what ``work`` needs.

    ``work`` also gets among how many items the machine is shared. An item that ``is_ready`` is prepared in no time, as a
    part of its work. ``may_prepare`` is asked before an item's preparation starts, and told whether nothing else is under
    way; only where something is, the item waits for a false answer to become true. ``preparers`` items are prepared at
    once, while ``width`` items are worked on.
    """

    prepare: Callable[[Item], Prepared]
    work: Callable[[Item, Prepared, int], Result]
    is_ready: Callable[[Item], bool]
    may_prepare: Callable[[Item, bool], bool]
    preparers: int
    width: int


class Overlap(Generic[Item, Prepared, Result]):
    """Items on their way through two stages that overlap: some are prepared while others are worked on.

    In both stages the first of the items, in their order, is taken first. Of those that wait only the first may start to
    be prepared, so that no item waits for ever; and it does start where nothing is under way, so that there is an end.
    """

    def __init__(self, items: Sequence[Item], stages: Stages[Item, Prepared, Result], executor: Executor) -> None:
        self.items = items
        self.stages = stages
        self.executor = executor
        is_ready = [stages.is_ready(item) for item in items]
        self.ready = [index for index, ready in enumerate(is_ready) if ready]
        self.waiting = deque(index for index, ready in enumerate(is_ready) if not ready)
        self.prepared: dict[int, Prepared] = {}
        self.preparing: dict[Future[Prepared], int] = {}
        self.running: dict[Future[Result], int] = {}

    def results(self) -> Iterator[tuple[Item, Result]]:
        """Each item with its result, as it ends. What a stage raises is raised here."""
        while self.start():
            under_way: list[Future[Any]] = [*self.preparing, *self.running]
            wait(under_way, return_when=FIRST_COMPLETED)
            for preparation in [future for future in self.preparing if future.done()]:
                index = self.preparing.pop(preparation)
                self.prepared[index] = preparation.result()
                heappush(self.ready, index)
            for future in [future for future in self.running if future.done()]:
                yield self.items[self.running.pop(future)], future.result()

    def start(self) -> bool:
        """Start all that may start; whether anything is under way."""
        self.start_preparing()
        while self.ready and len(self.running) < self.stages.width:
            among = min(self.stages.width, len(self.ready) + len(self.preparing) + len(self.waiting))
            index = heappop(self.ready)
            self.running[self.executor.submit(self.work, index, among)] = index
        return bool(self.preparing or self.running)

    def start_preparing(self) -> None:
        while self.waiting and len(self.preparing) < self.stages.preparers:
            alone = not (self.preparing or self.running or self.ready)
            item = self.items[self.waiting[0]]
            if not self.stages.may_prepare(item, alone) and not alone:
                return
            self.preparing[self.executor.submit(self.stages.prepare, item)] = self.waiting.popleft()

    def work(self, index: int, among: int) -> Result:
        item = self.items[index]
        prepared = self.prepared.pop(index) if index in self.prepared else self.stages.prepare(item)
        return self.stages.work(item, prepared, among)

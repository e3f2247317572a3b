"""The schedule: which item next, on any executor, and each result as it comes."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextmanager
def workers(count: int, cancel: Callable[[], object]) -> Iterator[Executor]:
    """``count`` threads; where the block is left by an error, ``cancel`` ends what they do and nothing else starts."""
    with ThreadPoolExecutor(count) as executor:
        try:
            yield executor
        except BaseException:
            cancel()
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

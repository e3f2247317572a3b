"""The time limit of a scenario, as pytest-timeout has it: an alarm that raises in the function, and no process of its own."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


class OverTimeError(BaseException):
    """The scenario reached its limit. Not an Exception, so that no scenario takes it for an answer."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises OverTimeError in the block after some seconds."""

    def ring(*_: Any) -> NoReturn:
        raise OverTimeError(f"over {seconds} s")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

"""The one door to uv, the tool that resolves and installs: how it is found and called, and what its failures mean."""

import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tfcompat import process
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed

#: Words in a tool's output that tell whose fault a failure is; the first that occurs decides.
SIGNS: Sequence[tuple[str, Reason]] = (
    ("no space left on device", Reason.OUT_OF_DISK),
    ("disk quota exceeded", Reason.OUT_OF_DISK),
    ("no wheels with a matching", Reason.NO_WHEEL),
    ("no interpreter found", Reason.NO_INTERPRETER),
    ("error sending request", Reason.NO_NETWORK),
    ("dns error", Reason.NO_NETWORK),
    ("failed to lookup address", Reason.NO_NETWORK),
    ("name resolution", Reason.NO_NETWORK),
    ("network is unreachable", Reason.NO_NETWORK),
    ("network was disabled", Reason.NO_NETWORK),
    ("network connectivity is disabled", Reason.NO_NETWORK),
    ("401 unauthorized", Reason.NO_NETWORK),
    ("403 forbidden", Reason.NO_NETWORK),
    ("407 proxy", Reason.NO_NETWORK),
    ("429 too many requests", Reason.NO_NETWORK),
    ("http status server error", Reason.NO_NETWORK),
    ("error decoding response body", Reason.NO_NETWORK),
    ("invalid peer certificate", Reason.NO_NETWORK),
)


class Uv:
    """Runs uv, and ends it when it is cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.program = find()

    def __call__(self, arguments: Sequence[str | Path], limit: float) -> Completed:
        return process.run([self.program, *arguments], limit=limit, cancelled=self.cancelled)

    @contextmanager
    def cancelling(self) -> Iterator[None]:
        """End what runs, and wait for it in the block, which no further Ctrl-C breaks off."""
        with process.uninterrupted():
            self.cancelled.set()
            yield


def find() -> str:
    """The path of uv: the one that came with this package, or one on PATH. Raises ToolError where there is none."""
    try:
        import uv

        return uv.find_uv_bin()
    except (ImportError, FileNotFoundError):
        path = shutil.which("uv")
    if not path:
        raise ToolError("uv is not there: install it with python -m pip install uv")
    return path


def reason_of(output: str, otherwise: Reason) -> Reason:
    """Whose fault a failed installation is, from what the tool printed."""
    lowered = output.lower()
    return next((reason for sign, reason in SIGNS if sign in lowered), otherwise)


def check(done: Completed, doing: str, otherwise: Reason) -> None:
    """Raises NoAnswerError where a program failed, with the reason and the end of its output."""
    if done.code != 0:
        message = "it outran its time limit" if done.timed_out else last_words(done.output)
        raise NoAnswerError(reason_of(done.output, otherwise), f"{doing} failed: {message}")


def last_words(output: str, bound: int = 300) -> str:
    """The end of a tool's output, on one line and without colours."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", output).split())[-bound:] or "it said nothing"

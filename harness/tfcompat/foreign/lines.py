"""The lines that a cell writes of the user's code, checked: what a script did, or what became of each test."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import msgspec

#: A text of a line that is not longer than anything that is meant.
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
#: Lines and characters that a cell may write.
MOST_LINES, MOST_CHARACTERS = 200_000, 50_000_000


class Became(StrEnum):
    """What became of a test in a cell, in pytest's words; ``not run`` is one that its cell had no time for."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    CRASHED = "crashed"
    HUNG = "hung"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    NOT_RUN = "not run"


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stream that a program wrote: its beginning and its end, with the number of bytes between them that are left out."""

    begin: bytes = b""
    end: bytes = b""
    left_out: int = 0

    @property
    def text(self) -> str:
        """The text, with a line in place of what is left out."""
        if not self.left_out:
            return (self.begin + self.end).decode("utf-8", "replace")
        gap = f"\n[{self.left_out} bytes are left out here]\n"
        return self.begin.decode("utf-8", "replace") + gap + self.end.decode("utf-8", "replace")


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The paths of a cell that may stand in what it printed: the copied code, its scratch folder, packages and Python."""

    work: Text = ""
    scratch: Text = ""
    packages: Text = ""
    python: Text = ""


class ForeignLine(msgspec.Struct, tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a cell."""


class ScriptEnded(ForeignLine, tag="script", frozen=True, kw_only=True):
    """What a script did: its exit code (negative: a signal), and what it printed."""

    code: int
    timed_out: bool
    seconds: float
    stdout: Output
    stderr: Output
    places: Places


class CaseFound(ForeignLine, tag="found", frozen=True, kw_only=True):
    """A test is there."""

    test: Text


class CaseEnded(ForeignLine, tag="test", frozen=True, kw_only=True):
    """What became of a test."""

    test: Text
    outcome: Became
    seconds: float
    message: Text


class CollectionFailed(ForeignLine, tag="broken", frozen=True, kw_only=True):
    """A file of tests cannot be collected, or pytest itself ended otherwise than it should."""

    where: Text
    message: Text


class TimeOver(ForeignLine, tag="over", frozen=True, kw_only=True):
    """The time of the cell was over while a test was under way, or none."""

    test: Text


class CasesEnded(ForeignLine, tag="end", frozen=True, kw_only=True):
    """All is said."""

    places: Places


CellLine = ScriptEnded | CaseFound | CaseEnded | CollectionFailed | TimeOver | CasesEnded
DECODER: msgspec.json.Decoder[CellLine] = msgspec.json.Decoder(CellLine)


class MalformedError(Exception):
    """A cell wrote what is not a line of the user's code."""


def parse(texts: Iterable[str]) -> tuple[CellLine, ...]:
    """The lines of some texts. Raises MalformedError where one is none, or where they are too many."""
    try:
        return tuple(map(DECODER.decode, texts))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise MalformedError(f"the cell wrote what is not a line of its program: {error}") from error

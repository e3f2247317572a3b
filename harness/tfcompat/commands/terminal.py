"""Standard output: who looks at it, how much there is room for, and what happens where its reader has left."""

import codecs
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

import click

from tfcompat.screen import LINES, LINES_OF_A_LOG, Screen

#: Terminals that show text, but neither colours nor lines that change.
DUMB = ("dumb", "unknown")


def is_fancy() -> bool:
    """Whether standard output is a terminal that has colours, and whose owner wants them (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM", "").lower() not in DUMB
    return bool(sys.stdout and sys.stdout.isatty()) and wanted


def screen() -> Screen:
    """The screen that standard output is, or the file, the pipe or the log."""
    if not (sys.stdout and sys.stdout.isatty()):
        return Screen(width=None, height=LINES_OF_A_LOG, ascii=not has_marks())
    size = shutil.get_terminal_size((80, LINES))
    return Screen(width=max(1, size.columns), height=max(1, size.lines), colours=is_fancy(), ascii=not has_marks())


def has_marks() -> bool:
    """Whether standard output has characters beyond ASCII."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        return codecs.lookup(encoding).name.startswith("utf")
    except LookupError:
        return False


def show(lines: Iterable[str], *, hang: int = 4, bold: bool = False) -> None:
    """Print lines, folded to the screen where it is one; ``bold`` are those without an indentation where it has colours."""
    on = screen()
    for line in lines:
        folded = "\n".join(on.fold([line], hang))
        click.echo(click.style(folded, bold=True) if bold and on.colours and not line.startswith(" ") else folded)


class Leaving:
    """A stream whose reader may leave: what is written after that is dropped, and whoever writes goes on and ends as usual."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        try:
            return self.stream.write(text)
        except BrokenPipeError:
            drop(self.stream)
            return len(text)

    def flush(self) -> None:
        try:
            self.stream.flush()
        except BrokenPipeError:
            drop(self.stream)


def drop(stream: TextIO) -> None:
    """Let a stream lead nowhere; what it holds back goes there too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Inside this block standard output may be closed early; the command still ends with its own exit code."""
    stream = sys.stdout
    if stream is None:  # as of a service without one
        yield
        return
    sys.stdout = cast("TextIO", Leaving(stream))
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # of what writes bytes
        drop(stream)
    finally:
        sys.stdout = stream

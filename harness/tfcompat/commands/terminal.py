"""Standard output: whether a person looks at it, and what happens where its reader has left."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


def is_fancy() -> bool:
    """Whether standard output is a terminal whose owner wants colours (https://no-color.org)."""
    return bool(sys.stdout and sys.stdout.isatty()) and not os.environ.get("NO_COLOR")


def with_bold_headings(text: str) -> str:
    """A text whose lines without an indentation are bold, where standard output is a terminal."""
    if not sys.stdout.isatty():
        return text
    return "\n".join(line if line.startswith(" ") else click.style(line, bold=True) for line in text.split("\n"))


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Inside this block standard output may be closed early: what is written after that is dropped without a message."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

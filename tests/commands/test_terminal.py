"""Standard output: colours where somebody wants them, lines that fit, and marks that every terminal has."""

import io
import os
import shutil
import sys

import pytest

from tfcompat.commands.terminal import is_fancy, screen, show
from tfcompat.screen import LINES_OF_A_LOG, Screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "no_color", "term", "fancy"),
    [
        (Terminal(), "", "xterm", True),
        (Terminal(), "1", "xterm", False),
        (Terminal(), "", "dumb", False),
        (io.StringIO(), "", "xterm", False),
        (None, "", "xterm", False),
    ],
)
def test_there_are_colours_on_a_terminal_that_wants_them(
    stream: io.StringIO | None, no_color: str, term: str, fancy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", term)
    assert is_fancy() is fancy


def sized(monkeypatch: pytest.MonkeyPatch, stream: io.TextIOBase, columns: int = 40, lines: int = 10) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda fallback: os.terminal_size((columns, lines)))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_has_its_own_size(monkeypatch: pytest.MonkeyPatch) -> None:
    sized(monkeypatch, Terminal())
    assert screen() == Screen(width=40, height=10, colours=True)


def test_a_pipe_has_no_width_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    sized(monkeypatch, io.StringIO())
    monkeypatch.setenv("COLUMNS", "20")
    assert screen() == Screen(width=None, height=LINES_OF_A_LOG)
    show(["x " * 100])
    assert isinstance(sys.stdout, io.StringIO)
    assert sys.stdout.getvalue() == "x " * 100 + "\n"


@pytest.mark.parametrize(
    ("encoding", "is_ascii"), [("utf-8", False), ("latin-1", True), ("ascii", True), ("none", True)]
)
def test_a_terminal_without_utf_8_has_marks_of_ascii(
    encoding: str, is_ascii: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Encoded(Terminal):
        @property
        def encoding(self) -> str:  # type: ignore[override]
            return encoding

    sized(monkeypatch, Encoded())
    assert screen().ascii is is_ascii


def test_lines_are_folded_and_headings_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    sized(monkeypatch, stream, columns=20)
    show(["heading", "  some words that go on"], bold=True)
    assert stream.getvalue() == "\x1b[1mheading\x1b[0m\n  some words that go\n      on\n"

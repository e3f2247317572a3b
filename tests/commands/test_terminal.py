"""Standard output: colours where somebody wants them."""

import io
import sys

import pytest

from tfcompat.commands.terminal import is_fancy, with_bold_headings


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "no_color", "fancy"),
    [(Terminal(), "", True), (Terminal(), "1", False), (io.StringIO(), "", False), (None, "", False)],
)
def test_the_table_has_colours_on_a_terminal_that_wants_them(
    stream: io.StringIO | None, no_color: str, fancy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("NO_COLOR", no_color)
    assert is_fancy() is fancy


@pytest.mark.parametrize(
    ("stream", "text"), [(Terminal(), "\x1b[1mheading\x1b[0m\n  line"), (io.StringIO(), "heading\n  line")]
)
def test_headings_are_bold_on_a_terminal(stream: io.StringIO, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    assert with_bold_headings("heading\n  line") == text

"""Tests of the screen: no line is wider than it, nothing is lost, and marks stay apart where there is only ASCII."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tfcompat.outcomes import SYMBOLS
from tfcompat.publish.statuses import MARKS
from tfcompat.screen import Screen, columns, cut, folded, in_ascii, padded, replacement

#: Texts as commands print them: words, marks, wide letters, accents that take no column, and long words without a space.
TEXTS = st.text(alphabet=st.sampled_from("ab c  d,:/–✓▲≠→…漢字é\u0301😀_-."), max_size=300)
WIDTHS = st.integers(min_value=2, max_value=250)


@settings(deadline=None)
@given(text=TEXTS, width=WIDTHS, indent=st.integers(0, 60), hang=st.integers(0, 80))
def test_no_line_is_wider_than_asked_and_nothing_is_lost(text: str, width: int, indent: int, hang: int) -> None:
    lines = list(folded(" " * indent + text, width, hang))
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


@settings(deadline=None)
@given(text=TEXTS, width=WIDTHS)
def test_a_text_is_cut_and_padded_to_a_width(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width
    assert cut(text, width) == text or cut(text, width).endswith("…")
    assert cell_len(padded(cut(text, width), width)) == width


@settings(deadline=None)
@given(text=TEXTS)
def test_columns_are_those_that_a_terminal_takes(text: str) -> None:
    assert columns(text) == cell_len(text)


def test_what_goes_on_stands_deeper_than_its_line() -> None:
    assert list(Screen(width=20).fold(["  one two three four five"])) == ["  one two three four", "    five"]
    assert list(Screen(width=20).fold(["one two three four five"], hang=6)) == ["one two three four", "      five"]


def test_what_fits_keeps_its_own_spaces() -> None:
    assert list(Screen(width=20).fold(["a    b   c"])) == ["a    b   c"]


def test_a_deep_line_of_a_narrow_screen_keeps_room_for_its_text() -> None:
    assert list(folded(" " * 30 + "some words that go on", 16)) == ["    some words", "    that go on"]


def test_a_file_has_lines_as_long_as_they_are() -> None:
    assert list(Screen().fold(["x" * 5000, "  y z"])) == ["x" * 5000, "  y z"]


def test_without_unicode_each_mark_is_a_character_of_its_own() -> None:
    for marks in (list(SYMBOLS.values()), [mark for mark in MARKS.values() if mark]):
        shown = [in_ascii(mark) for mark in marks]
        assert all(mark.isascii() and len(mark) == 1 for mark in shown)
        assert len(set(shown)) == len(shown)
    assert in_ascii("Python ≥ 3.12, 2.16 – 2.20 → 漢") == "Python >= 3.12, 2.16 - 2.20 -> ?"
    assert list(Screen(width=40, ascii=True).fold(["▲ silent"])) == ["! silent"]


def test_a_stream_that_lacks_a_character_gets_its_stand_in() -> None:
    error = UnicodeEncodeError("ascii", "a ✓≥ b", 2, 4, "ordinal not in range(128)")
    assert replacement(error) == ("+>=", 4)
    broken = UnicodeDecodeError("ascii", b"\xff", 0, 1, "no")
    with pytest.raises(UnicodeDecodeError):
        replacement(broken)

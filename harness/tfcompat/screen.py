"""The screen: how wide and high a terminal is, which colours and characters it has, and text folded to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import category, east_asian_width

#: The lines of a terminal that does not say how high it is, and what is printed at once where there is none.
LINES, LINES_OF_A_LOG = 24, 50
#: Columns that every line has for its text, however deep it is indented, as long as the screen has as many.
LEAST = 12
#: What a terminal that has only ASCII is shown in place of a mark or of a sign; no two marks of one kind are the same.
ASCII = {
    **dict(zip("✓≠•–✗☠∞▲△◇§…×·", "+#o-xX8!*~S~x.", strict=True)),
    "≥": ">=",
    "≤": "<=",
    "→": "->",
    "“": '"',
    "”": '"',
}


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What somebody reads on: ``width`` is None in a file, a pipe or a log, whose lines are as long as they have to be.

    One that is ``ascii`` has no other characters.
    """

    width: int | None = None
    height: int = LINES_OF_A_LOG
    colours: bool = False
    ascii: bool = False

    def fold(self, lines: Iterable[str], hang: int = 2) -> Iterator[str]:
        """Lines no wider than the screen; what goes on in the next line is ``hang`` columns deeper than its line."""
        for line in map(in_ascii, lines) if self.ascii else lines:
            yield from (line,) if self.width is None else folded(line, self.width, hang)


def folded(line: str, width: int, hang: int = 2) -> Iterator[str]:
    """A line as lines of at most so many columns, broken at spaces where there are some."""
    if columns(line) <= width:
        yield line
        return
    indent = len(line) - len(line.lstrip(" "))
    before = " " * min(indent, max(0, width - LEAST))
    deeper = " " * min(indent + hang, max(0, width - LEAST))
    row = before
    for word in line.split():
        for part in pieces(word, max(1, width - len(deeper))):
            gap = "" if row.isspace() or not row else " "
            if gap and columns(row) + 1 + columns(part) > width:
                yield row
                row, gap = deeper, ""
            row += gap + part
    yield row


def pieces(word: str, width: int) -> Iterator[str]:
    """A word in parts of at most so many columns."""
    part = ""
    for letter in word:
        if part and columns(part + letter) > width:
            yield part
            part = ""
        part += letter
    yield part


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(columns_of, text))


def columns_of(letter: str) -> int:
    if category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1


def cut(text: str, width: int) -> str:
    """A text, or its beginning with an ellipsis where it takes more columns."""
    if columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return f"{text.rstrip()}…" if width > 0 else ""


def padded(text: str, width: int) -> str:
    """A text with as many spaces behind it as it needs to be so wide."""
    return text + " " * max(0, width - columns(text))


def in_ascii(text: str) -> str:
    """A text with a stand-in for each character that ASCII does not have; a question mark where none is known."""
    return "".join(letter if letter.isascii() else ASCII.get(letter, "?") for letter in text)


def replacement(error: UnicodeError) -> tuple[str, int]:
    """The error handler of a stream whose encoding lacks a character. Raises the error where it is another."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end

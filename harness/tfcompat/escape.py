"""Untrusted text, made safe for the place it is shown in: a terminal, Markdown, XML, a script."""

import json
import re
from typing import Any

#: What could end a script or a line of it, as JSON may write it as well. JSON has these characters inside texts only.
DANGEROUS = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029\x7f"})
#: What XML 1.0 has no way to write, not even escaped.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What turns the direction in which a text is written.
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: What makes a code host tell a person, or link an issue or an address, where something follows without a space.
LINKS = re.compile(r"@(?=\w)|#(?=\d)|:(?=//)|\bwww(?=\.)")
NO_WIDTH = "&#8203;"
#: What a spreadsheet may run: a text that begins so, and is no number.
FORMULA = re.compile(r"(?!-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\Z)[=+\-@\t\r]")
#: Characters of a text in a line of a terminal.
LONGEST = 120


def printable(text: str, longest: int = LONGEST) -> str:
    """A text on one line, bounded, without the characters that a terminal obeys."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(text.split()))
    return shortened(text, longest)


def verbatim(line: str, longest: int = LONGEST) -> str:
    """A line with its spaces as they are, bounded, without the characters that a terminal obeys."""
    kept = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line.expandtabs())
    return shortened(kept, longest)


def visible(text: str) -> str:
    """A text whose controls of direction are shown by their names, so that it reads as it is written."""
    return TURNS.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def shortened(text: str, longest: int) -> str:
    """A text, or its beginning with an ellipsis where it is longer than ``longest`` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def markdown_cell(text: str) -> str:
    """A text inside a cell of a Markdown table: one line, in which no character means something to a code host.

    Behind ``@`` and ``#``, and in front of ``//``, stands a space of no width: no person is told, no issue linked.
    """
    text = LINKS.sub(lambda found: f"{found[0]}{NO_WIDTH}", text.replace("&", "&amp;"))
    for character in "\\|`*_[]~<>":
        text = text.replace(character, "\\" + character if character not in "<>" else f"&#{ord(character)};")
    return " ".join(text.split())


def csv_text(text: str) -> str:
    """A text in a table of text: with a tick before it where a spreadsheet would take it for a formula, which no number is."""
    return f"'{text}" if FORMULA.match(text) else text


def of_csv(text: str) -> str:
    """What a text was before ``csv_text``."""
    return text[1:] if text[:1] == "'" and FORMULA.match(text[1:]) else text


def xml_text(text: str, replacement: str = "\N{REPLACEMENT CHARACTER}") -> str:
    """A text with ``replacement`` for each character that XML does not know. Markup is escaped by who writes the XML."""
    return NOT_XML.sub(replacement, text)


def script(function: str, *arguments: Any) -> str:
    """A script that hands JSON values to a function: pages opened from a disk may load scripts, but fetch nothing."""
    return f"{function}({', '.join(map(script_json, arguments))});\n"


def script_json(value: Any) -> str:
    """A value as JSON that is safe inside a script, in a file or in a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(DANGEROUS)

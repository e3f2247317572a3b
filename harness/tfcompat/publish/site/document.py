"""The HTML documents of the page: the table as a browser shows it without any script, and the further tables."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup
from markupsafe import escape as escape_html

from tfcompat.outcomes import Status
from tfcompat.publish.site.columns import bands, heads
from tfcompat.publish.site.highlights import Highlight
from tfcompat.publish.site.sections import Section
from tfcompat.publish.site.sheet import Answer, Row, Sheet
from tfcompat.publish.statuses import MEANINGS
from tfcompat.rendering import render
from tfcompat.table.ranges import Range

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: What a browser may do here: run and show the files beside the page, and nothing else. ``file:`` stands beside ``'self'``
#: because a page opened from a file has no origin that it could be; a page from a server cannot load ``file:`` at all.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types tfcompat"
)


def document(sheet: Sheet, highlights: Sequence[Highlight] = (), sections: Sequence[Section] = ()) -> str:
    """The page itself, with the columns that it opens with."""
    shown = sheet.columns.iloc[sheet.shown]
    return render(
        "site/index.html.jinja",
        columns=heads(shown),
        kerases=bands(shown),
        groups=[(name, list(map(body, rows))) for name, rows in sheet.groups.items()],
        meanings=MEANINGS,
        highlights=highlights,
        sections=sections,
        scenarios=len(sheet.rows),
        shown=sheet.opens_with,
        anchor=anchor,
        code=as_code,
        policy=POLICY,
        **measured(sheet.columns),
    )


def measured(columns: pd.DataFrame) -> dict[str, Any]:
    """On what, when and with what the columns were measured."""
    return {
        "cells": len(columns),
        "releases": list(columns["tensorflow"].unique()),
        "oldest": columns["started"].min(),
        "newest": columns["started"].max(),
        "made_with": sorted(f"tfcompat {version}" for version in columns["tfcompat"].unique()),
        "engines": sorted(columns["engine"].unique()),
        "suites": sorted(columns["suite"].unique()),
    }


def section(shown: Section, sections: Sequence[Section]) -> str:
    """A further table, as a document of its own; ``sections`` are all of them."""
    statuses = [str(status) for status in Status]
    return render("site/section.html.jinja", section=shown, sections=sections, policy=POLICY, statuses=statuses)


def as_code(text: str) -> Markup:
    """A text, escaped, in which what stands between backticks is code."""
    return Markup("").join((code if place % 2 else escape_html)(part) for place, part in enumerate(text.split("`")))


def code(path: str) -> Markup:
    """A path that may break after a dot."""
    return Markup("<code>{}</code>").format(Markup(".<wbr>").join(path.split(".")))


def anchor(scenario: str) -> str:
    """The part of the page's address that names a row: as ``encodeURIComponent`` writes it."""
    return "scenario=" + quote(scenario, safe="!'()*-._~")


def body(row: Row) -> dict[str, Any]:
    """A row as the document has it: a class, a word and a letter for each cell, and its ranges as a list."""
    letters = lettered(row.range_answers)
    ranges = [
        (part, answer, letters.get(answer.kind, "")) for part, answer in zip(row.ranges, row.range_answers, strict=True)
    ]
    return {
        "id": row.scenario,
        "title": row.title,
        "cells": [cell for part, answer, letter in ranges for cell in range_cells(part, answer.word, letter)],
        "ranges": [
            {"class": css_class(part.status), "word": answer.word, "span": part.span, "letter": letter}
            for part, answer, letter in ranges
        ],
    }


def range_cells(part: Range, word: str, letter: str) -> Iterator[dict[str, str]]:
    """The cells of a range: the first starts it, the last ends it."""
    for place in range(len(part.tested)):
        edges = (" s" if place == 0 else "") + (" e" if place == len(part.tested) - 1 else "")
        yield {"class": css_class(part.status) + edges, "word": word, "letter": letter}


def lettered(answers: Iterable[Answer]) -> dict[int, str]:
    """A letter for each different observation of some answers, in the order of their numbers; none where there is one."""
    kinds = sorted({answer.kind for answer in answers} - {-1})
    return {kind: letter(kind) for kind in kinds} if len(kinds) > 1 else {}


def letter(kind: int) -> str:
    """A, B, … Z, then A2, B2, …"""
    again, place = divmod(kind, len(LETTERS))
    return LETTERS[place] + (str(again + 1) if again else "")


def css_class(status: Status) -> str:
    """One character a status: its initial, all of which differ."""
    return str(status)[0]

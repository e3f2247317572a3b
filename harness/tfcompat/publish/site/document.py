"""The HTML documents of the page: the table as a browser shows it without any script, and the further tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup
from markupsafe import escape as escape_html

from tfcompat.outcomes import Harm, Status
from tfcompat.publish.site.columns import bands, heads
from tfcompat.publish.site.highlights import Highlight
from tfcompat.publish.site.sections import Section
from tfcompat.publish.site.sheet import Answer, Row, Sheet
from tfcompat.publish.statuses import CLASSES, DOCUMENTED, HARMS, MEANINGS, OF_HARM, css, said
from tfcompat.record.words import USUAL
from tfcompat.rendering import render
from tfcompat.table.ranges import axes

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Columns that the word of an answer may be as wide as: no word is wider.
WIDEST = 12
#: What a browser may do here: run and show the files beside the page, and nothing else. ``file:`` stands beside ``'self'``
#: because a page opened from a file has no origin that it could be; a page from a server cannot load ``file:`` at all.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types tfcompat"
)


def document(sheet: Sheet, highlights: Sequence[Highlight] = (), sections: Sequence[Section] = ()) -> str:
    """The page itself, with the columns that it opens with."""
    shown = sheet.columns.iloc[sheet.shown]
    releases = list(shown["tensorflow"])
    return render(
        "site/index.html.jinja",
        columns=heads(shown),
        kerases=bands(shown),
        groups=[(name, [body(row, sheet.shown, releases) for row in rows]) for name, rows in sheet.groups.items()],
        legend=legend(),
        tones=OF_HARM,
        documented=DOCUMENTED,
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


def legend() -> dict[str, list[dict[str, str]]]:
    """What the marks and symbols mean: the harms, the worst first, and the statuses."""
    harms = [
        {"word": str(harm), "class": str(OF_HARM.get(harm, "")), "meaning": HARMS[harm]} for harm in reversed(Harm)
    ]
    statuses = [{"word": str(status), "class": CLASSES[status], "meaning": MEANINGS[status]} for status in Status]
    return {"harm": harms, "status": statuses}


def section(shown: Section, sections: Sequence[Section]) -> str:
    """A further table, as a document of its own; ``sections`` are all of them."""
    classes = {str(status): css(status, USUAL.get(status, Harm.NONE)) for status in Status}
    return render("site/section.html.jinja", section=shown, sections=sections, policy=POLICY, classes=classes)


def as_code(text: str) -> Markup:
    """A text, escaped, in which what stands between backticks is code."""
    return Markup("").join((code if place % 2 else escape_html)(part) for place, part in enumerate(text.split("`")))


def code(path: str) -> Markup:
    """A path that may break after a dot."""
    return Markup("<code>{}</code>").format(Markup(".<wbr>").join(path.split(".")))


def anchor(scenario: str) -> str:
    """The part of the page's address that names a row: as ``encodeURIComponent`` writes it."""
    return "scenario=" + quote(scenario, safe="!'()*-._~")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Neighbouring columns in which a row looks the same: how many they are, from which to which, and their answer."""

    answer: Answer
    span: str
    columns: int


def bars(answers: Sequence[Answer], releases: Sequence[str]) -> Iterator[Bar]:
    """The bars of a row over some columns, each named by its release."""
    start = 0
    for end in range(1, len(answers) + 1):
        if end == len(answers) or not answers[start].looks_like(answers[end]):
            first, last = releases[start], releases[end - 1]
            span = first if first == last else f"{first} – {last}"
            yield Bar(answer=answers[start], span=span, columns=end - start)
            start = end


def body(row: Row, shown: Sequence[int], releases: Sequence[str]) -> dict[str, Any]:
    """A row as the document has it: each of its bars, as cells and as a line of a list."""
    of_row = list(bars([row.answers[place] for place in shown], releases))
    letters = lettered(bar.answer for bar in of_row)
    return {
        "id": row.scenario,
        "title": row.title,
        "axes": axes(row.ranges),
        "bars": [described(bar, letters.get(bar.answer.variety, "")) for bar in of_row],
    }


def described(bar: Bar, letter: str) -> dict[str, Any]:
    """A bar as the document has it; ``says`` is a word that stands in it. A bar of an answer needs no letter."""
    answer = bar.answer
    return {
        "class": css(answer.status, answer.harm) + " k" * answer.as_documented + " t" * answer.says_word,
        "wide": f" n{min(bar.columns, WIDEST)}" if answer.says_word else "",
        "says": answer.says_word,
        "word": answer.word,
        "more": said("", answer.harm) + ", documented" * answer.as_documented,
        "letter": "" if answer.says_word else letter,
        "span": bar.span,
        "columns": bar.columns,
    }


def lettered(answers: Iterable[Answer]) -> dict[int, str]:
    """A letter for each different observation of some answers that no word tells, in the order of their numbers; none where
    there is one.
    """
    varieties = sorted({answer.variety for answer in answers if not answer.says_word} - {-1})
    return {variety: letter(variety) for variety in varieties} if len(varieties) > 1 else {}


def letter(variety: int) -> str:
    """A, B, … Z, then A2, B2, …"""
    again, place = divmod(variety, len(LETTERS))
    return LETTERS[place] + (str(again + 1) if again else "")

"""The page of all rows: every scenario by groups, as bars over the columns that it opens with; a browser needs no script."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from tfcompat.escape import shortened
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.pages import layout
from tfcompat.publish.pages.page import Made, PageKind, SearchText, SitePage
from tfcompat.publish.parts import groups, prose
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.parts.minors import minor_of
from tfcompat.publish.site.highlights import Highlight
from tfcompat.publish.site.sheet import Answer, Row, Sheet, differ
from tfcompat.publish.statuses import CLASSES, DOCUMENTED, HARMS, MARKS, MEANINGS, OF_HARM, css, said
from tfcompat.rendering import render
from tfcompat.table.ranges import axes

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Characters of a title.
LONGEST_TITLE = 60
PATH, TITLE = "rows/", "All rows"
#: What a star behind a range says.
STARRED = " (* not on every patch)"


def page(evidence: SiteEvidence, sheet: Sheet, highlights: Sequence[Highlight] = ()) -> Made:
    """The page of all rows."""
    shown = sheet.columns.iloc[sheet.shown]
    names = [str(name) for name in shown["tensorflow"]]
    bodies = [(group, [body(evidence, row, sheet.shown, names) for row in rows]) for group, rows in in_order(sheet)]
    page = SitePage(
        path=PATH,
        title=f"{TITLE}: {len(sheet.rows)} scenarios by TensorFlow release",
        description="Every scenario of TensorFlow's normalization layers, and what each release does.",
        kind=PageKind.ROWS,
        markdown=markdown(bodies, evidence.newest),
        lastmod=evidence.newest,
        found_by=SearchText(synonyms=("table", "matrix", "all scenarios")),
    )

    def html(head: Markup) -> str:
        return layout.html(
            evidence,
            page,
            (),
            head,
            heading=TITLE,
            template="rows",
            groups=bodies,
            name_of_group=groups.name_of,
            columns=columns(sheet),
            legend=legend(),
            documented=DOCUMENTED,
            highlights=highlights,
            anchor=anchor,
            shown=sheet.opens_with,
        )

    return Made(page=page, html=html)


def in_order(sheet: Sheet) -> list[tuple[str, list[Row]]]:
    """The groups in the order of readers, with their rows."""
    return [(group, sheet.groups[group]) for group in groups.in_order(sheet.groups)]


def columns(sheet: Sheet) -> list[dict[str, str]]:
    """What stands above each column that the page opens with."""
    shown = sheet.columns.iloc[sheet.shown].to_dict("records")
    return [
        {
            "cell": column["cell"],
            "name": minor_of(column["tensorflow"]) or column["tensorflow"],
            "tensorflow": column["tensorflow"],
            "keras": minor_of(column["keras"]),
        }
        for column in shown
    ]


def legend() -> dict[str, list[dict[str, str]]]:
    """What the marks and symbols mean: the harms, the worst first, and the statuses."""
    harms = [
        {"word": str(harm), "class": str(OF_HARM.get(harm, "")), "mark": MARKS[harm], "meaning": HARMS[harm]}
        for harm in reversed(Harm)
    ]
    statuses = [
        {"word": str(status), "class": CLASSES[status], "mark": status.symbol, "meaning": MEANINGS[status]}
        for status in Status
    ]
    return {"harm": harms, "status": statuses}


def anchor(scenario: str) -> str:
    """The part of the page's address that names a row: as ``encodeURIComponent`` writes it."""
    return "scenario=" + quote(scenario, safe="!'()*-._~")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Neighbouring columns in which a row looks the same: how many they are, from which to which, and their answer."""

    answer: Answer
    span: str
    columns: int


def bars(answers: Sequence[Answer], releases: Sequence[str], split: Collection[str] = ()) -> Iterator[Bar]:
    """The bars of a row over some columns, each named by its release; ``split`` are the minors whose patches differ."""
    start = 0
    for end in range(1, len(answers) + 1):
        if end == len(answers) or not answers[start].looks_like(answers[end]):
            yield Bar(answer=answers[start], span=span_of(releases[start:end], split), columns=end - start)
            start = end


def span_of(releases: Sequence[str], split: Collection[str]) -> str:
    """From which release to which: by minors, but by its last patch where another patch of a minor differs; a star where one
    between them does.
    """
    first, *between, last = [releases[0], *releases[1:-1], releases[-1]]
    ends = [release if minor(release) in split else minor(release) for release in dict.fromkeys((first, last))]
    return "–".join(ends) + "*" * any(minor(release) in split for release in between)


def minor(text: str) -> str:
    """A release by its minor, as the heads of the columns have it; any other text as it is."""
    return minor_of(text) or text


def body(evidence: SiteEvidence, row: Row, shown: Sequence[int], releases: Sequence[str]) -> dict[str, Any]:
    """A row as the document has it; ``same``: it does the same in every column, and is not shown at first."""
    of_row = list(bars([row.answers[place] for place in shown], releases, row.split))
    letters = lettered(bar.answer for bar in of_row)
    return {
        "id": row.scenario,
        "title": shortened(row.title, LONGEST_TITLE),
        "page": evidence.paths.get(row.scenario, ""),
        "axes": axes(row.ranges),
        "same": not differ(bar.answer for bar in of_row),
        "bars": [described(bar, letters.get(bar.answer.variety, "")) for bar in of_row],
    }


def described(bar: Bar, letter: str) -> dict[str, Any]:
    """A bar as the document has it: its classes, what stands in it, and what is told of it."""
    answer = bar.answer
    words = said(answer.word, answer.harm) + ", documented" * answer.as_documented
    mark = MARKS[answer.harm] + ("" if answer.says_word else answer.status.symbol)
    documented = DOCUMENTED if answer.as_documented else ""
    return {
        "class": css(answer.status, answer.harm),
        "mark": " ".join(filter(None, (mark, letter))),
        "text": " ".join(filter(None, (answer.word, documented, bar.span))),
        "told": f"{bar.span}: {words}{STARRED if bar.span.endswith('*') else ''}",
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


def markdown(bodies: Sequence[tuple[str, Sequence[dict[str, Any]]]], newest: str) -> str:
    """All rows as Markdown."""
    return render(
        "site/rows.md.jinja", groups=bodies, name_of_group=groups.name_of, rich=prose.as_markdown, newest=newest
    )

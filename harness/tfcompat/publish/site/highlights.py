"""Highlights: the few facts that surprise a reader most, derived from the rows of the page, none of them written by hand."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from tfcompat.outcomes import Status
from tfcompat.publish.site.sheet import Row
from tfcompat.table.ranges import Range, spans

#: The words by which an observation says that something was lost without an error being raised.
LOST = re.compile(r"\b(lost|forgotten|no statistics)\b", re.IGNORECASE)
EXAMPLES = 3
#: Where an answer says that the thing is of no use, rather than that nothing is known.
USELESS = frozenset({Status.MISSING, Status.FAILS, Status.CRASHES, Status.HANGS})


@dataclass(frozen=True, kw_only=True)
class Highlight:
    """One fact: its kind, a headline with its numbers, the rows it stands on, the most surprising first, and a few of
    them as examples, each with a note.
    """

    kind: str
    label: str
    headline: str
    rows: tuple[Row, ...]
    examples: tuple[tuple[Row, str], ...]


def highlights(rows: Sequence[Row]) -> list[Highlight]:
    """What there is to say, in the order in which a maintainer would want to read it."""
    if not rows or not rows[0].ranges:
        return []
    makers = (silent_loss, documentation, moves, biggest_step, returns, takes_down)
    return [highlight for maker in makers for highlight in maker(rows)]


def summary(row: Row) -> str:
    """The ranges of a row in words."""
    return "; ".join(f"{status} {span}" for status, span in spans(row.ranges).items())


def highlight(
    kind: str,
    label: str,
    headline: str,
    rows: Sequence[Row],
    surprise: Callable[[Row], int],
    note: Callable[[Row], str] = summary,
) -> Highlight:
    """A highlight of some rows: the most surprising first, the first few with a note."""
    ordered = sorted(rows, key=surprise, reverse=True)
    examples = tuple((row, note(row)) for row in ordered[:EXAMPLES])
    return Highlight(kind=kind, label=label, headline=headline, rows=tuple(ordered), examples=examples)


def size(row: Row, wanted: Callable[[Range], bool]) -> int:
    """In how many cells a range that is wanted was seen."""
    return sum(len(part.tested) for part in row.ranges if wanted(part))


def silent_loss(rows: Sequence[Row]) -> Iterator[Highlight]:
    """What is lost without an error on some releases, and kept on others."""
    partly = [row for row in rows if any(map(is_lost, row.ranges)) and any(map(is_kept, row.ranges))]
    if not partly:
        return
    lasting = {row.scenario for row in partly if is_lost(row.ranges[-1])}
    yield highlight(
        "silent-loss",
        "Lost without an error",
        f"Statistics are lost without an error in {count(partly)} on some releases and kept on others"
        + (f"; in {len(lasting)} of them on the newest release too" if lasting else ""),
        partly,
        lambda row: (row.scenario in lasting) * 1000 + size(row, is_lost),
        lambda row: "lost " + ", ".join(part.span for part in row.ranges if is_lost(part)),
    )


def is_lost(part: Range) -> bool:
    return part.status in (Status.WORKS, Status.WRONG) and bool(LOST.search(part.observed))


def is_kept(part: Range) -> bool:
    return part.status is Status.WORKS and not is_lost(part)


def documentation(rows: Sequence[Row]) -> Iterator[Highlight]:
    """What differs from its documentation on the newest release."""
    differing = [row for row in rows if row.ranges[-1].status is Status.WRONG]
    if differing:
        yield highlight(
            "documentation",
            "Not as documented",
            f"{count(differing)} behave{'s' * (len(differing) == 1)} differently from the documentation"
            f" on {rows[0].ranges[-1].last}, the newest release",
            differing,
            lambda row: -size(row, lambda part: part.status is Status.WRONG),
        )


def moves(rows: Sequence[Row]) -> Iterator[Highlight]:
    """The release at which most import paths stop working."""
    gone: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for step in losses(row) if row.group == "imports" else ():
            gone.setdefault(step, []).append(row)
    if gone:
        (before, after), most = max(gone.items(), key=lambda item: len(item[1]))
        yield highlight(
            "moves",
            "Moved",
            f"{len(most)} import path{'s' * (len(most) > 1)} that worked on {before}"
            f" {'are' if len(most) > 1 else 'is'} gone on {after}",
            most,
            lambda row: size(row, lambda part: part.status is Status.WORKS),
        )


def losses(row: Row) -> list[tuple[str, str]]:
    """The neighbouring releases between which a row stops working."""
    return [
        (before.last, after.first)
        for before, after in pairwise(row.ranges)
        if before.status is Status.WORKS and after.status in USELESS
    ]


def biggest_step(rows: Sequence[Row]) -> Iterator[Highlight]:
    """The two neighbouring releases between which most rows change."""
    steps = Counter(step for row in rows for step in changes(row))
    if not steps:
        return
    (before, after), number = steps.most_common(1)[0]
    yield highlight(
        "turn",
        "The biggest step",
        f"{number} of {len(rows)} scenarios change between {before} and {after}, more than between any other"
        " two neighbours",
        [row for row in rows if (before, after) in changes(row)],
        lambda row: -len(row.ranges),
    )


def changes(row: Row) -> list[tuple[str, str]]:
    """The neighbouring releases between which a row changes; what is unknown is not a change."""
    return [
        (before.last, after.first)
        for before, after in pairwise(row.ranges)
        if Status.UNKNOWN not in (before.status, after.status)
    ]


def returns(rows: Sequence[Row]) -> Iterator[Highlight]:
    """What works, stops working, and works again."""
    returning = [row for row in rows if comes_back(statuses(row))]
    if returning:
        verb = "s" * (len(returning) == 1)
        yield highlight(
            "returns",
            "Broken and repaired",
            f"{count(returning)} work{verb}, stop{verb} working, and work{verb} again on a later release",
            returning,
            lambda row: len(statuses(row)),
        )


def statuses(row: Row) -> list[Status]:
    """The statuses one after another, neighbours once; what is unknown is left out."""
    return [status for status, _ in groupby(part.status for part in row.ranges if part.status is not Status.UNKNOWN)]


def comes_back(statuses: Sequence[Status]) -> bool:
    works = [place for place, status in enumerate(statuses) if status is Status.WORKS]
    return any(USELESS & set(statuses[before:after]) for before, after in pairwise(works))


def takes_down(rows: Sequence[Row]) -> Iterator[Highlight]:
    """What ends the process, or does not end itself."""
    taking = [row for row in rows if size(row, is_fatal)]
    if taking:
        yield highlight(
            "takes-down",
            "No error, no answer",
            f"{count(taking)} crash{'es' * (len(taking) == 1)} the process or never return"
            f"{'s' * (len(taking) == 1)} on some release",
            taking,
            lambda row: size(row, is_fatal),
        )


def is_fatal(part: Range) -> bool:
    return part.status in (Status.CRASHES, Status.HANGS)


def count(rows: Sequence[Row]) -> str:
    return f"{len(rows)} scenario{'s' * (len(rows) != 1)}"

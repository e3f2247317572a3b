"""Findings: the handful of facts that surprise a reader most, derived from the sheet, none of them written by hand."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tfcompat.outcomes import Status
from tfcompat.publish.site.sheet import Row, Sheet
from tfcompat.table.frame import Range, spans

#: The words by which an observation says that something went without an error being raised.
LOST = re.compile(r"\b(lost|forgotten|no statistics)\b", re.IGNORECASE)
EXAMPLES = 3
#: Where an answer says that the thing is of no use, rather than that nothing is known.
USELESS = frozenset({Status.MISSING, Status.FAILS, Status.CRASHES, Status.HANGS})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fact: its kind, a headline with its numbers, and the rows it stands on, the most telling first."""

    kind: str
    label: str
    headline: str
    rows: tuple[Row, ...]
    examples: tuple[tuple[Row, str], ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A row and its ranges over the releases that the page opens with."""

    row: Row
    ranges: Sequence[Range]

    @property
    def statuses(self) -> list[Status]:
        """The statuses one after another, neighbours told once; what is unknown is left out."""
        known = [one.status for one in self.ranges if one.status is not Status.UNKNOWN]
        return [status for place, status in enumerate(known) if place == 0 or known[place - 1] is not status]

    @property
    def summary(self) -> str:
        """The ranges in words."""
        return "; ".join(f"{status} {span}" for status, span in spans(self.ranges).items())

    def size(self, wanted: Callable[[Range], bool]) -> int:
        """In how many cells a range that is wanted was seen."""
        return sum(len(one.tested) for one in self.ranges if wanted(one))


def findings(sheet: Sheet) -> list[Finding]:
    """What there is to say, in the order in which a maintainer would want to hear it."""
    if not sheet.shown or not sheet.rows:
        return []
    stories = [Story(row=row, ranges=sheet.ranges(row)) for row in sheet.rows]
    newest = sheet.columns[sheet.shown[-1]].release
    makers = (silent_loss(stories), documentation(stories, newest), moves(stories), turn(stories), returns(stories))
    return [finding for maker in (*makers, takes_down(stories)) for finding in maker]


def finding(
    kind: str,
    label: str,
    headline: str,
    stories: Sequence[Story],
    surprise: Callable[[Story], int],
    note: Callable[[Story], str] = lambda story: story.summary,
) -> Finding:
    """A finding of some stories: the most surprising first, the first few with a note."""
    ordered = sorted(stories, key=surprise, reverse=True)
    return Finding(
        kind=kind,
        label=label,
        headline=headline,
        rows=tuple(story.row for story in ordered),
        examples=tuple((story.row, note(story)) for story in ordered[:EXAMPLES]),
    )


def silent_loss(stories: Sequence[Story]) -> Iterator[Finding]:
    """What goes lost without an error in some releases, and does not in others."""

    def lost(one: Range) -> bool:
        return one.status in (Status.WORKS, Status.DIFFERS) and bool(LOST.search(one.observed))

    def kept(one: Range) -> bool:
        return one.status is Status.WORKS and not lost(one)

    found = [story for story in stories if any(map(lost, story.ranges)) and any(map(kept, story.ranges))]
    if not found:
        return
    lasting = [story for story in found if lost(story.ranges[-1])]
    yield finding(
        "silent-loss",
        "Lost without an error",
        f"Statistics are lost silently in {count(found)} on some releases and kept on others"
        + (f"; in {len(lasting)} of them on the newest release too" if lasting else ""),
        found,
        lambda story: (story in lasting) * 1000 + story.size(lost),
        lambda story: "lost " + ", ".join(one.span for one in story.ranges if lost(one)),
    )


def documentation(stories: Sequence[Story], newest: str) -> Iterator[Finding]:
    """What differs from its documentation on the newest release."""
    found = [story for story in stories if story.ranges[-1].status is Status.DIFFERS]
    if found:
        yield finding(
            "documentation",
            "Not as documented",
            f"{count(found).capitalize()} observe{'s' * (len(found) == 1)} something else than the documentation"
            f" promises on {newest}, the newest release",
            found,
            lambda story: -story.size(lambda one: one.status is Status.DIFFERS),
        )


def moves(stories: Sequence[Story]) -> Iterator[Finding]:
    """The release at which most import paths stop working."""
    imports = [story for story in stories if story.row.facts.group == "imports"]
    gone: dict[tuple[str, str], list[Story]] = {}
    for story in imports:
        for one, other in pairwise(story.ranges):
            if one.status is Status.WORKS and other.status in USELESS:
                gone.setdefault((one.last, other.first), []).append(story)
    if gone:
        (before, after), found = max(gone.items(), key=lambda item: len(item[1]))
        yield finding(
            "moves",
            "Moved",
            f"{len(found)} import path{'s' * (len(found) > 1)} that worked on {before}"
            f" {'are' if len(found) > 1 else 'is'} gone on {after}",
            found,
            lambda story: story.size(lambda one: one.status is Status.WORKS),
        )


def turn(stories: Sequence[Story]) -> Iterator[Finding]:
    """The two neighbouring releases between which most rows change."""
    turns = Counter((one.last, other.first) for story in stories for one, other in pairs(story))
    if not turns:
        return
    (before, after), number = turns.most_common(1)[0]
    found = [story for story in stories if (before, after) in {(one.last, other.first) for one, other in pairs(story)}]
    yield finding(
        "turn",
        "The biggest step",
        f"{number} of {len(stories)} scenarios change between {before} and {after}, more than between any other"
        " two neighbours",
        found,
        lambda story: -len(story.ranges),
    )


def pairs(story: Story) -> Iterator[tuple[Range, Range]]:
    """The neighbouring ranges that both have an answer: what is unknown is no change."""
    for one, other in pairwise(story.ranges):
        if Status.UNKNOWN not in (one.status, other.status):
            yield one, other


def returns(stories: Sequence[Story]) -> Iterator[Finding]:
    """What works, breaks, and works again."""
    found = [story for story in stories if comes_back(story.statuses)]
    if found:
        yield finding(
            "returns",
            "Broken and mended",
            f"{count(found).capitalize()} work{'s' * (len(found) == 1)}, stop{'s' * (len(found) == 1)} working,"
            " and work again on a later release",
            found,
            lambda story: len(story.statuses),
        )


def comes_back(statuses: Sequence[Status]) -> bool:
    works = [place for place, status in enumerate(statuses) if status is Status.WORKS]
    return any(USELESS & set(statuses[one:other]) for one, other in pairwise(works))


def takes_down(stories: Sequence[Story]) -> Iterator[Finding]:
    """What takes the process or its time."""

    def taken(one: Range) -> bool:
        return one.status in (Status.CRASHES, Status.HANGS)

    found = [story for story in stories if any(map(taken, story.ranges))]
    if found:
        yield finding(
            "takes-down",
            "No error, no answer",
            f"{count(found).capitalize()} crash{'es' * (len(found) == 1)} the process or never return"
            f"{'s' * (len(found) == 1)} on some release",
            found,
            lambda story: story.size(taken),
        )


def count(stories: Sequence[Story]) -> str:
    return f"{len(stories)} scenario{'s' * (len(stories) != 1)}"

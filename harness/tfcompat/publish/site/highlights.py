"""Highlights: the few facts that a reader has to know, the most harmful first, derived from the rows of the page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tfcompat.outcomes import Documentation, Harm, Status
from tfcompat.publish.site.sheet import Answer, Row, Sheet
from tfcompat.table.ranges import Range
from tfcompat.table.support import said

EXAMPLES = 3
#: Where an answer says that the thing is of no use, rather than that nothing is known.
USELESS = frozenset({Status.MISSING, Status.FAILS, Status.CRASHES, Status.HANGS})
#: What ends the process, or does not end itself.
FATAL = (Status.CRASHES, Status.HANGS)


@dataclass(frozen=True, kw_only=True)
class Harmful:
    """Something that does harm: its kind, what it is called, what it is in a sentence, and whether it ends in no answer."""

    kind: str
    label: str
    what: str
    harm: Harm
    fatal: bool = False

    def is_in(self, part: Range) -> bool:
        return part.harm is self.harm and (part.status in FATAL) is self.fatal


#: What does harm, the worst first.
HARMFUL = (
    Harmful(
        kind="silent",
        label="Wrong without a word",
        what="Results that are wrong, stale or lost without a word",
        harm=Harm.SILENT,
    ),
    Harmful(kind="visible", label="NaN or infinity", what="Results that are NaN or infinity", harm=Harm.VISIBLE),
    Harmful(kind="fatal", label="No error, no answer", what="A crash, or no end,", harm=Harm.OBSCURE, fatal=True),
    Harmful(kind="obscure", label="Errors that mislead", what="Errors that hide their cause", harm=Harm.OBSCURE),
)


@dataclass(frozen=True, kw_only=True)
class Highlight:
    """One fact: its kind, a headline with its numbers, the rows it stands on, the most surprising first, and a few of
    them as examples, each with a note. Where it is about a harm, that is the ``harm``; where it is about a step, ``between``
    has by row the releases of it: one that works, one that does not, and maybe one that works again.
    """

    kind: str
    label: str
    headline: str
    rows: tuple[Row, ...]
    examples: tuple[tuple[Row, str], ...]
    harm: Harm = Harm.NONE
    between: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A row and what it did on each release that has an answer: the ranges that any cell of the release is in."""

    row: Row
    releases: Mapping[str, Sequence[Range]]

    def all_of(self, release: str, statuses: frozenset[Status]) -> bool:
        """Whether every cell of a release has one of some statuses."""
        return release in self.releases and {part.status for part in self.releases[release]} <= statuses

    def all_do(self, release: str, wanted: Callable[[Range], bool]) -> bool:
        """Whether every cell of a release does what is wanted."""
        return release in self.releases and all(map(wanted, self.releases[release]))

    def any_does(self, release: str, wanted: Callable[[Range], bool]) -> bool:
        """Whether a cell of a release does what is wanted."""
        return any(map(wanted, self.releases.get(release, ())))

    def size(self, wanted: Callable[[Range], bool]) -> int:
        """In how many cells what is wanted was seen."""
        return sum(len(part.tested) for part in self.row.ranges if wanted(part))


def told(row: Row) -> Told:
    releases: dict[str, list[Range]] = {}
    for part in row.ranges:
        for release in dict.fromkeys(spot.tensorflow for spot in part.place.spots):
            if part.status is not Status.UNKNOWN:
                releases.setdefault(release, []).append(part)
    return Told(row=row, releases=releases)


def highlights(sheet: Sheet) -> list[Highlight]:
    """What there is to say: what does harm comes first, in the order of its harm."""
    rows = [told(row) for row in sheet.rows]
    releases = list(dict.fromkeys(sheet.columns["tensorflow"].iloc[sheet.shown]))
    if not rows or not releases:
        return []
    of_harm = [found for what in HARMFUL for found in harmful(what, rows, releases[-1])]
    steps = list(pairwise(releases))
    of_steps = [*moves(rows, steps), *biggest_step(rows, steps), *returns(rows, releases)]
    return [*of_harm, *of_steps, *documentation(sheet, releases[-1])]


def summary(row: Row) -> str:
    """What a row does where, in words."""
    return "; ".join(f"{part.word} {span}" for part, span in said(row.ranges))


def highlight(
    kind: str,
    label: str,
    headline: str,
    rows: Sequence[Told],
    surprise: Callable[[Told], int],
    note: Callable[[Row], str] = summary,
) -> Highlight:
    """A highlight of some rows: the most surprising first, the first few with a note."""
    ordered = [one.row for one in sorted(rows, key=surprise, reverse=True)]
    examples = tuple((row, note(row)) for row in ordered[:EXAMPLES])
    return Highlight(kind=kind, label=label, headline=headline, rows=tuple(ordered), examples=examples)


def harmful(what: Harmful, rows: Sequence[Told], newest: str) -> Iterator[Highlight]:
    """What does some harm on any release; what still does on the newest comes first, and of that what has been right."""
    some = [one for one in rows if one.size(what.is_in)]
    if not some:
        return
    lasting = [one for one in some if one.all_do(newest, what.is_in)]
    still = f"; in {len(lasting)} of them on {newest}, the newest release, too" if lasting else ""
    found = highlight(
        what.kind,
        what.label,
        f"{what.what} in {count(some)}{still}",
        some,
        lambda one: one.any_does(newest, what.is_in) * 10_000 + one.size(is_right),
        lambda row: where_harmful(row, what),
    )
    yield replace(found, harm=what.harm)


def is_right(part: Range) -> bool:
    """Whether nobody is harmed, and there is an answer."""
    return part.harm is Harm.NONE and part.status is not Status.UNKNOWN


def where_harmful(row: Row, what: Harmful) -> str:
    """Where a row does some harm, by the words for it, and whether all of that is documented."""
    parts = "; ".join(f"{part.word} {span}" for part, span in said(list(filter(what.is_in, row.ranges)), row.ranges))
    answers = [answer for answer in row.answers if answer.harm is what.harm]
    return parts + (", as documented" if answers and all(answer.as_documented for answer in answers) else "")


def moves(rows: Sequence[Told], steps: Sequence[tuple[str, str]]) -> Iterator[Highlight]:
    """The release at which most import paths stop working."""
    paths = [one for one in rows if one.row.group == "imports"]
    gone = {step: [one for one in paths if is_lost(one, *step)] for step in steps}
    (before, after), most = max(gone.items(), key=lambda item: len(item[1]), default=(("", ""), []))
    if most:
        found = highlight(
            "moves",
            "Moved",
            f"{len(most)} import path{'s' * (len(most) > 1)} that worked on {before}"
            f" {'are' if len(most) > 1 else 'is'} gone on {after}",
            most,
            lambda one: one.size(lambda part: part.status is Status.WORKS),
        )
        yield replace(found, between={one.row.scenario: (before, after) for one in most})


def is_lost(one: Told, before: str, after: str) -> bool:
    """Whether a row works in every cell of a release, and in none of the one after it."""
    return one.all_of(before, frozenset({Status.WORKS})) and one.all_of(after, USELESS)


def biggest_step(rows: Sequence[Told], steps: Sequence[tuple[str, str]]) -> Iterator[Highlight]:
    """The two neighbouring releases between which most rows change."""
    changed = {step: [one for one in rows if changes(one, *step)] for step in steps}
    (before, after), most = max(changed.items(), key=lambda item: len(item[1]), default=(("", ""), []))
    if most:
        found = highlight(
            "turn",
            "The biggest step",
            f"{len(most)} of {len(rows)} scenarios change between {before} and {after}, more than between any other"
            " two neighbours",
            most,
            lambda one: -len(one.row.ranges),
        )
        yield replace(found, between={one.row.scenario: (before, after) for one in most})


def changes(one: Told, before: str, after: str) -> bool:
    """Whether no cell of a release does what any of the one before does; what is unknown is not a change."""
    if before not in one.releases or after not in one.releases:
        return False
    old, new = ({(part.word, part.harm, part.observed) for part in one.releases[name]} for name in (before, after))
    return old.isdisjoint(new)


def returns(rows: Sequence[Told], releases: Sequence[str]) -> Iterator[Highlight]:
    """What works, stops working, and works again."""
    where = {one.row.scenario: comes_back(one, releases) for one in rows}
    returning = [one for one in rows if where[one.row.scenario]]
    if returning:
        verb = "s" * (len(returning) == 1)
        found = highlight(
            "returns",
            "Broken and repaired",
            f"{count(returning)} work{verb}, stop{verb} working, and work{verb} again on a later release",
            returning,
            lambda one: len(one.row.ranges),
        )
        yield replace(found, between={name: releases for name, releases in where.items() if releases})


def comes_back(one: Told, releases: Sequence[str]) -> tuple[str, ...]:
    """A release that works in every cell, a later one in none, and one after that in every cell; nothing where none are."""
    works = [place for place, name in enumerate(releases) if one.all_of(name, frozenset({Status.WORKS}))]
    useless = [place for place, name in enumerate(releases) if one.all_of(name, USELESS)]
    between = [place for place in useless if works and works[0] < place < works[-1]]
    return tuple(releases[place] for place in (works[0], between[0], works[-1])) if between else ()


def documentation(sheet: Sheet, newest: str) -> Iterator[Highlight]:
    """Of which rows the documentation of the newest release says what is not so."""
    places = [place for place in sheet.shown if sheet.columns["tensorflow"].iloc[place] == newest]
    rows = [told(row) for row in sheet.rows if any(is_untrue(row.answers[place]) for place in places)]
    if rows:
        yield highlight(
            "documentation",
            "Not as documented",
            f"What is documented of {count(rows)} is not so on {newest}, the newest release",
            rows,
            lambda one: one.size(is_right),
        )


def is_untrue(answer: Answer) -> bool:
    """Whether the documentation says of an answer what is not so."""
    return answer.documentation == Documentation.DISAGREES


def count(rows: Sequence[Told]) -> str:
    return f"{len(rows)} scenario{'s' * (len(rows) != 1)}"

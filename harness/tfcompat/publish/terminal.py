"""The table for a terminal: what a run prints at its end, as columns of marks or, where these are too wide, as ranges."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import click

from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Kind, Outcome, Status, Trial
from tfcompat.publish.headings import column_names
from tfcompat.publish.statuses import MARKS, QUIET, Tone, mark, tone
from tfcompat.record import words
from tfcompat.screen import Screen, columns, cut, padded

#: What works is green; what does harm has the colour of its harm.
COLOURS = {
    Tone.WORKS: "green",
    Tone.LOUD: "red",
    Tone.OBSCURE: "blue",
    Tone.VISIBLE: "yellow",
    Tone.SILENT: "magenta",
}
#: Columns of a terminal that a name has at least beside the marks, and the characters of an observation in a log.
NARROWEST, OBSERVED = 24, 160
#: How bad each harm is.
RANKS = {harm: place for place, harm in enumerate(Harm)}
#: The column of a trial that has no outcome of a scenario.
HOLE = (Status.UNKNOWN, Harm.NONE)


@dataclass(frozen=True, kw_only=True)
class TerminalRow:
    """A scenario with its outcome in each column, None where there is none."""

    scenario: str
    outcomes: tuple[Outcome | None, ...]

    @cached_property
    def answered(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome and outcome.status is not Status.UNKNOWN]

    @cached_property
    def worst(self) -> Outcome | None:
        """The outcome that does most harm; the first of these."""
        return max(self.answered, key=lambda outcome: rank(outcome.harm), default=None)

    @property
    def harm(self) -> Harm:
        return self.worst.harm if self.worst else Harm.NONE

    @cached_property
    def differs(self) -> bool:
        """Whether the columns do not all say the same; values that nobody judges always differ, and do not count."""
        said = {(word(outcome), outcome.harm) for outcome in self.answered if outcome.kind is not Kind.DATA}
        return len(said) > 1

    @property
    def matters(self) -> bool:
        """Whether it is shown first: its harm does not say itself or, of several columns, some differ."""
        if self.harm not in QUIET:
            return True
        return self.differs if len(self.outcomes) > 1 else self.harm is Harm.LOUD


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Rows as lines: a header, where the layout has one, and a block of lines for each row."""

    header: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.header) + sum(map(len, self.blocks))


def rank(harm: Harm) -> int:
    """How bad a harm is, from nothing on."""
    return RANKS[harm]


def word(outcome: Outcome) -> str:
    """What an outcome is called: its status, or the answer where it is one."""
    whose = words.whose_of(outcome.type, outcome.message) if outcome.status is Status.MISSING else ""
    observed = as_json(outcome.observed) if outcome.status is Status.ANSWERED else ""
    return words.word(outcome.status, observed, outcome.reason or "", whose)


def as_json(observed: object) -> str:
    return "" if observed is None else json.dumps(observed, ensure_ascii=False, default=str)


def rows_of(trials: Sequence[Trial]) -> list[TerminalRow]:
    """A row for each scenario of some trials, by groups, in the order in which the newest trial has them."""
    by_trial = [{outcome.scenario: outcome for outcome in trial.outcomes} for trial in trials]
    return [
        TerminalRow(scenario=name, outcomes=tuple(outcomes.get(name) for outcomes in by_trial))
        for name in scenarios(trials)
    ]


def scenarios(trials: Sequence[Trial]) -> list[str]:
    """The ids of all scenarios, by groups, in the order in which the newest trial has them."""
    newest_first = sorted(trials, key=lambda trial: trial.subject.started, reverse=True)
    groups: dict[str, dict[str, None]] = {}
    for trial in newest_first:
        for outcome in trial.outcomes:
            groups.setdefault(outcome.group, {})[outcome.scenario] = None
    return [name for group in groups.values() for name in group]


def worst_first(rows: Iterable[TerminalRow]) -> list[TerminalRow]:
    """The rows that matter: silent harm first and, of one harm, those that differ."""
    return sorted((row for row in rows if row.matters), key=lambda row: (-rank(row.harm), not row.differs))


def picture(rows: Sequence[TerminalRow], trials: Sequence[Trial], screen: Screen, *, observed: bool) -> Picture:
    """Some rows as columns of marks where these fit, else as ranges; with what was ``observed`` where it does harm."""
    headings = column_names(trial.subject.cell for trial in trials)
    wide = sum(len(heading) + 2 for heading in headings)
    if screen.width is None or wide + NARROWEST <= screen.width:
        return marks(rows, headings, screen, observed=observed)
    return ranges(rows, trials, screen, observed=observed)


def marks(rows: Sequence[TerminalRow], headings: Sequence[str], screen: Screen, *, observed: bool) -> Picture:
    """A column a cell; a name that has no room beside the columns has a line of its own above them."""
    wide = sum(len(heading) + 2 for heading in headings)
    names = max((columns(printable(row.scenario)) for row in rows), default=0)
    room = names if screen.width is None else min(names, screen.width - wide)

    def block(row: TerminalRow) -> Iterator[str]:
        pairs = ((outcome.status, outcome.harm) if outcome else HOLE for outcome in row.outcomes)
        symbols = (symbol(*pair, len(heading), screen) for pair, heading in zip(pairs, headings, strict=True))
        name = printable(row.scenario)
        above = columns(name) > room
        if above:
            yield from screen.fold([name])
        said = observation(row.worst) if observed and row.harm not in QUIET else ""
        free = None if screen.width is None else screen.width - room - wide - 2
        fits = bool(said) and (free is None or columns(said) <= free)
        line = padded("" if above else name, room) + "  " + "  ".join(symbols)
        yield f"{line}  {next(iter(screen.fold([said])))}" if fits else line.rstrip()
        if said and not fits:
            yield from screen.fold([f"    {limited(said, screen, 4)}"])

    header = (" " * room + "  " + "  ".join(headings),)
    return Picture(header=header, blocks=tuple(tuple(block(row)) for row in rows))


def ranges(rows: Sequence[TerminalRow], trials: Sequence[Trial], screen: Screen, *, observed: bool) -> Picture:
    """Beside or under each name the releases on which it does what, the worst first."""

    def block(row: TerminalRow) -> Iterator[str]:
        name = f"{MARKS[row.harm] or '·'} {printable(row.scenario)}"
        (word, where, seen), *others = places(row, trials)
        above, *below = beside(name, f"{word} {where}{seen if observed else ''}", screen)
        yield coloured(above[:1], row, screen) + above[1:]
        yield from below
        if others:
            yield from screen.fold([f"    {'; '.join(f'{word} {where}' for word, where, _ in others)}"])

    return Picture(header=(), blocks=tuple(tuple(block(row)) for row in rows))


def beside(name: str, said: str, screen: Screen) -> Iterator[str]:
    """A name with what is said of it: in one line where it fits, else below it, where at most two lines are for that."""
    line = f"{name}  {said}"
    if screen.width is None or columns(line) <= screen.width:
        yield from screen.fold([line])
        return
    yield from screen.fold([name])
    first, *others = screen.fold([f"    {said}"])
    yield first
    if others:
        yield cut(f"      {' '.join(' '.join(others).split())}", screen.width)


def places(row: TerminalRow, trials: Sequence[Trial]) -> Iterator[tuple[str, str, str]]:
    """What a scenario does, where, and after a colon what was observed if it does harm that the word does not say.

    Cells without any answer are no part of what it does: why they have none is said once, for all rows.
    """
    from tfcompat.table.ranges import of_rows  # naming takes a while to import
    from tfcompat.table.support import said

    parts = of_rows(map(row_of, trials, row.outcomes))
    holes = {trial.subject.cell for trial, outcome in zip(trials, row.outcomes, strict=True) if outcome is None}
    told = [(part, span) for part, span in said(parts) if not holes.issuperset(part.tested)]
    for part, span in sorted(told, key=lambda pair: -rank(pair[0].harm)):
        seen = next(
            (outcome for outcome in row.answered if (word(outcome), outcome.harm) == (part.word, part.harm)), None
        )
        text = observation(seen) if part.harm not in QUIET else ""
        yield part.word, span, "" if text == part.word else text.removeprefix(part.word)


def row_of(trial: Trial, outcome: Outcome | None) -> Mapping[str, str]:
    """An outcome as the naming of places reads it."""
    subject = trial.subject
    status = outcome.status if outcome else Status.UNKNOWN
    return {
        "cell": subject.cell,
        "tensorflow": subject.tensorflow,
        "python": subject.python,
        "keras": trial.versions.get("keras") or "",
        "variant": subject.variant,
        "status": str(status),
        "harm": str(outcome.harm if outcome else Harm.NONE),
        "observed": as_json(outcome.observed) if outcome and status is Status.ANSWERED else "",
        "reason": str((outcome.reason if outcome else trial.reason) or ""),
        "whose": words.whose_of(outcome.type, outcome.message) if outcome and status is Status.MISSING else "",
    }


def observation(outcome: Outcome | None) -> str:
    """What was observed of an outcome, in one line: the answer, what was given and expected, or what was raised."""
    if outcome is None:
        return ""
    called = word(outcome)
    if outcome.raised:
        return f"{called}: {printable(outcome.raised, OBSERVED)}"
    seen = as_json(outcome.observed)
    if not seen or called != str(outcome.status):
        return called if outcome.seen is None else f"{called}: {printable(as_json(outcome.seen), OBSERVED)}"
    expected = "" if outcome.expected is None else f", expected {printable(as_json(outcome.expected), OBSERVED)}"
    return f"{called}: {printable(seen, OBSERVED)}{expected}"


def limited(text: str, screen: Screen, indent: int) -> str:
    """A text that takes no more than the rest of one line."""
    return text if screen.width is None else cut(text, max(1, screen.width - indent))


def symbol(status: Status, harm: Harm, width: int, screen: Screen) -> str:
    """The mark of an outcome in the middle of its column."""
    shown = next(iter(screen.fold([mark(status, harm)]))).center(width)
    colour = COLOURS.get(tone(status, harm)) if screen.colours else None
    return click.style(shown, fg=colour) if colour else shown


def coloured(text: str, row: TerminalRow, screen: Screen) -> str:
    """A text in the colour of a row's harm."""
    colour = COLOURS.get(tone(row.worst.status, row.worst.harm)) if row.worst and screen.colours else None
    return click.style(text, fg=colour, bold=True) if colour else text


def legend(rows: Iterable[TerminalRow]) -> list[str]:
    """What the marks of some rows mean."""
    pairs = {(outcome.status, outcome.harm) if outcome else HOLE for outcome in chain(*(row.outcomes for row in rows))}
    statuses, harms = {status for status, _ in pairs}, {harm for _, harm in pairs}
    named = [f"{status.symbol} {status}" for status in Status if status in statuses]
    marked = [f"{text} {harm} harm" for harm, text in MARKS.items() if text and harm in harms]
    return ["  ".join([*named, *marked])]

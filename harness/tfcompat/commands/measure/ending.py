"""The ending of a run: what it found, at most a screen of it, and last what to do next."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from tfcompat.outcomes import Harm, Status, Trial
from tfcompat.publish import terminal
from tfcompat.publish.statuses import MARKS
from tfcompat.publish.terminal import Picture, TerminalRow
from tfcompat.screen import Screen

#: Lines that the rows have at least, however much there is to say below them.
LEAST = 6
#: Some lines that belong together.
Block = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a run ends with: its ``trials`` as a table, then what ``failed`` or ``changed``, then the ``closing`` lines.

    Of what does not fit the screen the worst is shown, unless ``everything`` is asked for. What changed against a baseline
    takes the place of the rows.
    """

    trials: Sequence[Trial]
    screen: Screen
    everything: bool = False
    failed: Sequence[Block] = ()
    changed: Sequence[Block] = ()
    closing: Sequence[str] = ()
    rows: Sequence[TerminalRow] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", terminal.rows_of(self.trials))

    def lines(self) -> Iterator[str]:
        """The lines, none of them wider than the screen."""
        closing = list(self.screen.fold(self.closing))
        room = self.screen.height - 1 - len(closing)
        wanted = sum(len(list(self.screen.fold(block))) for block in self.failed)
        table = list(self.table(max(LEAST, room // 2, room - wanted))) if self.trials else []
        yield from table
        yield from self.bounded(self.failed, max(LEAST, room - len(table)) - 1, "more that failed")
        yield from closing

    def table(self, room: int) -> Iterator[str]:
        """The counts, and as many rows as there is room for."""
        counted = list(self.screen.fold(counts(self.trials, self.rows)))
        yield from counted
        room -= len(counted)
        if self.changed:
            yield from self.bounded(self.changed, room, "more that changed")
        elif self.rows:
            yield from self.whole(room) or self.worst(room)

    def whole(self, room: int) -> list[str]:
        """All rows where they are asked for or fit, under a header that every screen of them has; else nothing."""
        if not self.everything and len(self.rows) > room:
            return []
        whole = terminal.picture(self.rows, self.trials, self.screen, observed=self.everything)
        legend = list(self.screen.fold(terminal.legend(self.rows)))
        if not self.everything and len(whole) + len(legend) > room:
            return []
        return [*self.paged(whole), *legend]

    def paged(self, whole: Picture) -> Iterator[str]:
        """The blocks of a picture, with its header once a screen; in a log once."""
        room, left = self.screen.height - 1 - len(whole.header), 0
        for block in whole.blocks:
            if len(block) > left:
                if left >= 0:
                    yield from whole.header
                left = room if self.screen.width is not None else 1 << 60
            left -= len(block)
            yield from block

    def worst(self, room: int) -> Iterator[str]:
        """The rows that matter, the worst first, as far as there is room."""
        chosen = terminal.worst_first(self.rows)
        several = len(self.trials) > 1
        what = "differ, or do harm without a clear error" if several else "do harm"
        yield from self.screen.fold([f"{len(chosen):,} of {len(self.rows):,} rows {what}; silent harm first:"])
        shown = chosen[: max(1, room)]
        picture = terminal.picture(shown, self.trials, self.screen, observed=True)
        legend = list(self.screen.fold(terminal.legend(shown))) if picture.header else []
        yield from picture.header
        shape = Rest(more="more of these", others="other rows", like=len(chosen), all=len(self.rows))
        yield from fitting(picture.blocks, room - 2 - len(picture.header) - len(legend), shape, self.screen)
        yield from legend

    def bounded(self, blocks: Sequence[Block], room: int, what: str) -> list[str]:
        """As many blocks as there is room for, or all where everything is asked for."""
        folded = [list(self.screen.fold(block)) for block in blocks]
        shape = Rest(more=what, like=len(blocks), all=len(blocks))
        return list(chain(*folded)) if self.everything else list(fitting(folded, room, shape, self.screen))


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What is said of the blocks that are not shown: of ``all`` so many are ``like`` those that are."""

    more: str
    others: str = ""
    like: int
    all: int

    def after(self, shown: int) -> Iterator[str]:
        """How many there are beside the first ones, and how they are shown."""
        counted = ((self.like - shown, self.more), (self.all - self.like, self.others))
        if parts := [f"{number:,} {what}" for number, what in counted if number > 0]:
            yield f"and {' and '.join(parts)}: --all shows them"


def fitting(blocks: Sequence[Block], room: int, rest: Rest, screen: Screen) -> Iterator[str]:
    """The first blocks that there is room for, one at least, and how many there are beside them."""
    taken = shown = 0
    for block in blocks:
        if shown and taken + len(block) > room:
            break
        taken, shown = taken + len(block), shown + 1
        yield from block
    yield from screen.fold(rest.after(shown))


def counts(trials: Sequence[Trial], rows: Sequence[TerminalRow]) -> Iterator[str]:
    """How many scenarios and cells there are, how many outcomes of each status, and of each harm that needs to be said."""
    outcomes = [outcome for trial in trials for outcome in trial.outcomes]
    if not outcomes:
        yield "no scenario has an answer"
        return
    statuses = Counter(outcome.status for outcome in outcomes)
    counted = ", ".join(f"{statuses[status]:,} {status}" for status in Status if statuses[status])
    yield f"{amount(len(rows), 'scenario')} in {amount(len(trials), 'cell')}: {counted}"
    harms = Counter(outcome.harm for outcome in outcomes)
    harmed = [harm for harm in reversed(Harm) if harms[harm] and harm is not Harm.NONE]
    if harmed:
        yield "harm: " + ", ".join(f"{MARKS[harm]} {harms[harm]:,} {harm}".strip() for harm in harmed)


def amount(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def joined(names: Iterable[str], most: int = 4) -> str:
    """Some names, of which only the first where there are many."""
    known = list(names)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more

"""The console: events as live lines on a terminal, as plain lines elsewhere, and how long a run may take yet."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event as Flag
from threading import Lock, Thread

import click
from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from tfcompat.escape import printable
from tfcompat.outcomes import Status, Trial
from tfcompat.run.estimate import CellProgress, Estimate, how_far, in_words, names_of, summary
from tfcompat.run.events import Event, Finished, Noticed, Stage, Staged
from tfcompat.screen import cut, padded

#: Seconds without a line after which a log says how far the run is, and seconds between two looks whether it has to.
QUIET, LOOK = 60.0, 1.0
#: Columns of a bar at most, and of all beside it; those of a terminal that has room for one; and the cells under way that
#: have a line of their own.
BAR, BESIDE, WITH_BAR, LINES = 24, 62, 70, 12
#: Terminals whose lines cannot change.
DUMB = ("dumb", "unknown")
#: Characters of a notice.
NOTICE = 400


@contextmanager
def listening(estimate: Estimate) -> Iterator[Callable[[Event], None]]:
    """A function that shows the events of a run: as live lines where standard error is a terminal that has such, else as
    plain lines. How long it may take is said before anything has happened.
    """
    if estimate.left() >= 1:
        click.echo(expectation(estimate), err=True)
    if is_live():
        with live(estimate, Console(stderr=True)) as show:
            yield show
    else:
        with plain(estimate) as show:
            yield show


def is_live() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in DUMB


def expectation(estimate: Estimate) -> str:
    """How long a run may take, as of its first second, and how much of that is a guess."""
    cells = f"{estimate.planned} cell{'' if estimate.planned == 1 else 's'}"
    guessed = f"; {estimate.guesses} of them never measured here, a guess" if estimate.guesses else ""
    return f"{cells}, about {in_words(estimate.left())} by what they took before{guessed}"


@contextmanager
def live(estimate: Estimate, console: Console) -> Iterator[Callable[[Event], None]]:
    """A function that shows the events as lines that change, and counts down between them."""

    def show(event: Event) -> None:
        estimate(event)
        if line := lasting(event):
            console.print(line, markup=False, highlight=False)

    to_terminal = bool(sys.stdout and sys.stdout.isatty())  # else what goes into a file would be shown instead
    with Live(Frame(estimate), console=console, transient=True, redirect_stdout=to_terminal):
        yield show


class Frame:
    """What is under way at the moment that it is drawn: a line a cell, and last a line for them all."""

    def __init__(self, estimate: Estimate) -> None:
        self.estimate = estimate

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        going = self.estimate.under_way()
        for course in going[:LINES]:
            yield fitted(self.line(course, options), options)
        if len(going) > LINES:
            yield fitted(f"and {len(going) - LINES} more cells under way", options)
        yield fitted(summary(self.estimate, named=False), options)

    def line(self, course: CellProgress, options: ConsoleOptions) -> str:
        """A cell, how far it is, and how long it may take yet, in as many words as there is room for."""
        wide = options.max_width >= WITH_BAR
        name = cut(course.expected.cell, 30 if wide else max(8, options.max_width - 22))
        parts = [padded(name, 30) if wide else name]
        if wide:
            columns = min(BAR, options.max_width - BESIDE)
            parts.append(bar(course.part if course.runs else 0.0, columns, ascii_only=options.ascii_only))
        parts.append(padded(how_far(course), 9) if wide else how_far(course))
        parts.append(self.left(course, wide=wide))
        return " ".join(parts)

    def left(self, course: CellProgress, *, wide: bool) -> str:
        if self.estimate.is_late(course):
            return "longer than expected" if wide else "late"
        left = self.estimate.left_of(course)
        return f"{in_words(left)} left" if left >= 1 else ""


def fitted(line: str, options: ConsoleOptions) -> Text:
    """A line that is never wider than the terminal."""
    return Text(cut(line, options.max_width), no_wrap=True, overflow="ignore", end="\n")


def bar(part: float, columns: int, *, ascii_only: bool) -> str:
    full, empty = ("#", ".") if ascii_only else ("━", "╌")
    filled = int(min(1.0, max(0.0, part)) * columns)
    return full * filled + empty * (columns - filled)


@contextmanager
def plain(estimate: Estimate, quiet: float = QUIET, look: float = LOOK) -> Iterator[Callable[[Event], None]]:
    """A function that says the events line by line, and how far the run is where there was no line for a while."""
    lock, ended, last = Lock(), Flag(), [time.monotonic()]

    def say(line: str) -> None:
        last[0] = time.monotonic()
        click.echo(line, err=True)

    def show(event: Event) -> None:
        estimate(event)
        if line := lasting(event) or staged(event):
            with lock:
                say(f"{line}  ({summary(estimate)})" if isinstance(event, Finished) else line)

    def watch() -> None:
        while not ended.wait(look):
            with lock:
                if time.monotonic() - last[0] >= quiet:
                    with suppress(OSError):  # nobody reads it: the next event says so
                        say(still(estimate))

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield show
    finally:
        ended.set()
        watching.join()


def still(estimate: Estimate) -> str:
    """How far a run is of which nothing was heard for a while."""
    return f"{summary(estimate)}; under way: {names_of(estimate.under_way()) or 'nothing'}"


def lasting(event: Event) -> str:
    """The line that an event leaves behind wherever it is shown; empty where it leaves none."""
    match event:
        case Noticed():
            return notice(event)
        case Finished():
            return finished_line(event.trial)
        case _:
            return ""


def staged(event: Event) -> str:
    """The line of a stage in which something is done."""
    if not isinstance(event, Staged) or event.stage is Stage.WAITING:
        return ""
    return f"{event.cell}  {event.stage}"


def notice(event: Noticed) -> str:
    return f"{event.cell}: {printable(event.text, NOTICE)}"


def finished_line(trial: Trial) -> str:
    """One cell's result: how many scenarios have which status, or why there is no answer, and how many did not run anew."""
    counts = Counter(outcome.status for outcome in trial.outcomes)
    words = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    trouble = f"unknown: {trial.reason}" if trial.reason else ""
    parts = "; ".join(part for part in (words, trouble, reuse(trial)) if part)
    return f"{trial.subject.cell}  {parts}  in {trial.seconds:.0f} s"


def reuse(trial: Trial) -> str:
    """How many outcomes of a trial are its own and how many an earlier one's; nothing where all are its own."""
    moments = Counter(outcome.measured for outcome in trial.outcomes if outcome.measured)
    ran = moments.pop(trial.subject.started, 0)
    return f"{ran} run, {moments.total()} reused" if moments else ""


def needs(download: int, disk: int, free: int, missing: int) -> None:
    """Say what a run will download and keep before it does; all in bytes."""
    if missing:
        click.echo(
            f"{missing} environments are to be made: about {size(download)} to download, {size(disk)} of disk"
            f" ({size(free)} free)",
            err=True,
        )
        if disk > free:
            click.echo(
                "that is more than is free: --disk keeps as many environments as fit into a size, --prune one a job and the"
                " next; or select fewer with --tf",
                err=True,
            )


def size(amount: int) -> str:
    return f"{amount / 1e9:.1f} GB" if amount >= 5e8 else f"{amount / 1e6:.0f} MB"

"""The console: events as live lines on a terminal, as plain lines elsewhere, and the closing words of a run."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import assert_never

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tfcompat.outcomes import Status, Trial, fault
from tfcompat.run.events import Answered, Event, Finished, Noticed, Progressed, Stage, Staged
from tfcompat.select.cells import Cell

#: Characters of a message in a closing line.
MESSAGE = 400


@dataclass(kw_only=True)
class Clock:
    """How long a run of ``planned`` cells has taken, and may take yet."""

    planned: int
    finished: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def words(self) -> str:
        elapsed = time.monotonic() - self.started
        text = f"{self.finished} of {self.planned} cells, {minutes(elapsed)}"
        if 0 < self.finished < self.planned:
            left = elapsed / self.finished * (self.planned - self.finished)
            text += f", about {minutes(left)} left"
        return text


def minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@contextmanager
def listening(cells: Sequence[Cell]) -> Iterator[Callable[[Event], None]]:
    """A function that shows the events of a run: as live lines where standard error is a terminal, else as plain lines."""
    clock = Clock(planned=len(cells))
    if not sys.stderr.isatty():
        yield lambda event: plain(event, clock)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(24),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Live(progress, clock)


class Live:
    """One line a cell that is under way, and one for them all."""

    def __init__(self, progress: Progress, clock: Clock) -> None:
        self.progress = progress
        self.clock = clock
        self.lines: dict[str, TaskID] = {}
        self.all = progress.add_task("all", total=clock.planned, note="")

    def __call__(self, event: Event) -> None:
        match event:
            case Staged():
                self.progress.update(self.line(event.cell), note=str(event.stage))
            case Progressed():
                note = f"{event.done}/{event.planned}"
                self.progress.update(
                    self.line(event.cell), completed=event.done, total=event.planned or None, note=note
                )
            case Answered():
                pass
            case Noticed():
                self.progress.console.print(notice(event), markup=False, highlight=False)
            case Finished():
                self.progress.remove_task(self.line(event.cell))
                del self.lines[event.cell]
                self.clock.finished += 1
                self.progress.console.print(finished_line(event.trial), markup=False, highlight=False)
                self.progress.update(self.all, completed=self.clock.finished, note=self.clock.words)
            case _ as never:
                assert_never(never)

    def line(self, cell: str) -> TaskID:
        if cell not in self.lines:
            self.lines[cell] = self.progress.add_task(cell, total=None, note="")
        return self.lines[cell]


def plain(event: Event, clock: Clock) -> None:
    """A line for each stage in which something is done, each notice and each finished cell; progress inside a cell is left out."""
    match event:
        case Staged() if event.stage is not Stage.WAITING:
            click.echo(f"{event.cell}  {event.stage}", err=True)
        case Noticed():
            click.echo(notice(event), err=True)
        case Finished():
            clock.finished += 1
            click.echo(f"{finished_line(event.trial)}  ({clock.words})", err=True)


def notice(event: Noticed) -> str:
    return f"{event.cell}: {event.text}"


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


def closing(trials: Sequence[Trial]) -> None:
    """What a run ends with: the cells without an answer again, each with its reason and its cause."""
    for trial in trials:
        if trial.reason is not None:
            click.echo(
                f"{trial.subject.cell}: {trial.reason} (cause: {fault(trial.reason)}): {trial.message[:MESSAGE]}",
                err=True,
            )


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

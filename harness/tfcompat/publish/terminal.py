"""The table for a terminal: what a run prints at its end."""

from collections.abc import Sequence

import click

from tfcompat.outcomes import Status, Trial
from tfcompat.publish.headings import column_names

COLOURS = {
    Status.WORKS: "green",
    Status.WRONG: "yellow",
    Status.FAILS: "red",
    Status.CRASHES: "magenta",
    Status.HANGS: "blue",
}


def text(trials: Sequence[Trial], *, fancy: bool) -> str:
    """Some trials, a column each, as lines: a symbol for each cell, and what the symbols mean; ``fancy`` colours them."""
    rows = scenarios(trials)
    if not rows:
        return "no scenario has an answer"
    headings = column_names(trial.subject.cell for trial in trials)
    columns = [{outcome.scenario: outcome.status for outcome in trial.outcomes} for trial in trials]
    width = max(map(len, rows))
    lines = [" " * width + "  " + "  ".join(headings)]
    for name in rows:
        statuses = [column.get(name, Status.UNKNOWN) for column in columns]
        symbols = [symbol(status, len(heading), fancy) for status, heading in zip(statuses, headings, strict=True)]
        lines.append(name.ljust(width) + "  " + "  ".join(symbols).rstrip())
    legend = "  ".join(f"{status.symbol} {status}" for status in Status)
    return "\n".join([*lines, "", legend])


def scenarios(trials: Sequence[Trial]) -> list[str]:
    """The ids of all scenarios, by groups, in the order in which the newest trial has them."""
    newest_first = sorted(trials, key=lambda trial: trial.subject.started, reverse=True)
    groups: dict[str, dict[str, None]] = {}
    for trial in newest_first:
        for outcome in trial.outcomes:
            groups.setdefault(outcome.group, {})[outcome.scenario] = None
    return [name for group in groups.values() for name in group]


def symbol(status: Status, width: int, fancy: bool) -> str:
    """The symbol of a status in the middle of its column."""
    return click.style(status.symbol.center(width), fg=COLOURS.get(status) if fancy else None, reset=fancy)

"""The table for a terminal: what a run prints at its end."""

import click
import pandas as pd

from tfcompat.outcomes import Status
from tfcompat.publish.headings import column_names
from tfcompat.table.frame import wide

COLOURS = {
    Status.WORKS: "green",
    Status.DIFFERS: "yellow",
    Status.FAILS: "red",
    Status.CRASHES: "magenta",
    Status.HANGS: "blue",
}


def text(frame: pd.DataFrame, *, fancy: bool) -> str:
    """The long frame of a table as lines: a symbol for each cell, and what the symbols mean; ``fancy`` colours them."""
    if frame.empty:
        return "no scenario has an answer"
    statuses = wide(frame)
    headings = column_names(statuses.columns)
    width = max(map(len, statuses.index))
    lines = [" " * width + "  " + "  ".join(headings)]
    for name, values in zip(statuses.index, statuses.to_numpy(), strict=True):
        symbols = [symbol(Status(value), len(heading), fancy) for value, heading in zip(values, headings, strict=True)]
        lines.append(name.ljust(width) + "  " + "  ".join(symbols).rstrip())
    legend = "  ".join(f"{status.symbol} {status}" for status in Status)
    return "\n".join([*lines, "", legend])


def symbol(status: Status, width: int, fancy: bool) -> str:
    """The symbol of a status in the middle of its column."""
    return click.style(status.symbol.center(width), fg=COLOURS.get(status) if fancy else None, reset=fancy)

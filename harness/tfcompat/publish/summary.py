"""The step summary: what a run found, in Markdown that a code host shows beside it, below the size that it accepts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tfcompat.compare import changes
from tfcompat.compare.diff import Diff
from tfcompat.escape import markdown_cell, printable
from tfcompat.outcomes import Harm, Reason, Status, fault
from tfcompat.publish.statuses import MARKS, mark
from tfcompat.table.frame import Table
from tfcompat.table.support import support

#: Bytes that GitHub accepts of one step's summary; it refuses a larger one whole.
LIMIT = 1024 * 1024
#: What stands in place of the rest, and the bytes kept free for it.
CUT = "\n> {left} more lines were cut here: a step's summary may have {limit} bytes. All of it is in `outcomes.csv`.\n"
ROOM = 300


def markdown(table: Table, diff: Diff | None = None, limit: int = LIMIT) -> str:
    """The summary of the current trials: counts, cells without an answer, what changed, then each scenario's ranges.

    Where all of it is more than ``limit`` bytes it ends earlier, between two lines, and says so.
    """
    outcomes = table.outcomes[table.outcomes["trial"].isin(table.current.index)]
    lines = [
        *counts(len(table.current), outcomes["status"].astype(object), outcomes["harm"].astype(object)),
        *holes(table.current[table.current["reason"] != ""]),
        *changed(diff),
        *ranges(support(table)["scenarios"]),
    ]
    return fitted(lines, limit)


def fitted(lines: Sequence[str], limit: int) -> str:
    text = "".join(f"{line}\n" for line in lines)
    if len(text.encode()) <= limit:
        return text
    kept, size = 0, 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > limit - ROOM:
            break
        kept += 1
    return "".join(f"{line}\n" for line in lines[:kept]) + CUT.format(left=len(lines) - kept, limit=limit)


def counts(cells: int, statuses: pd.Series, harms: pd.Series) -> Iterator[str]:
    """How many cells there are, and how many outcomes of each status and of each harm, the worst first."""
    of_status, of_harm = statuses.value_counts(), harms.value_counts()
    counted = ", ".join(f"{status.symbol} {of_status[status]} {status}" for status in Status if status in of_status)
    harmed = [harm for harm in reversed(Harm) if harm in of_harm and harm is not Harm.NONE]
    yield from ("# tfcompat", "", f"{cells} cells, {len(statuses)} outcomes: {counted}")
    if harmed:
        yield "Harm: " + ", ".join(f"{MARKS[harm]} {of_harm[harm]} {harm}".strip() for harm in harmed)


def holes(cells: pd.DataFrame) -> Iterator[str]:
    """The cells that have no answer, and why; ``cells`` are their rows of ``Table.trials``."""
    if not cells.empty:
        yield from ("", "## Cells without an answer", "", "| cell | reason | cause | message |")
        yield "| --- | --- | --- | --- |"
    for cell, reason, message in cells[["cell", "reason", "message"]].itertuples(index=False):
        shown = markdown_cell(printable(message, 300))
        yield f"| {markdown_cell(cell)} | {reason} | {fault(Reason(reason))} | {shown} |"


def changed(diff: Diff | None) -> Iterator[str]:
    if diff is not None:
        yield from ("", "## What changed", "")
        yield from changes.markdown(diff).splitlines()


def ranges(scenarios: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Where each scenario does what, a table a group; the groups in the order of the table."""
    group = ""
    for name, scenario in scenarios.items():
        if scenario["group"] != group:
            group = scenario["group"]
            yield from ("", f"## {markdown_cell(group)}", "", "| scenario | ranges |", "| --- | --- |")
        spans = "; ".join(map(span, scenario["harms"]))
        yield f"| {markdown_cell(printable(name, 200))} | {markdown_cell(spans)} |"


def span(said: Mapping[str, Any]) -> str:
    """Where a scenario does something, with the mark of its harm."""
    return f"{mark(said['status'], said['harm'])} {printable(said['word'], 100)} {said['span']}"

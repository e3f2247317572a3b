"""The step summary: what a run found, in Markdown that a code host shows beside it, under the size that it takes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tfcompat.compare import changes
from tfcompat.compare.diff import Diff
from tfcompat.escape import markdown_cell, printable
from tfcompat.outcomes import Status, Trial, fault

#: Bytes that GitHub takes of one step's summary; it refuses a larger one whole.
LIMIT = 1024 * 1024
#: What is said in place of the rest, and the bytes kept free for it.
CUT = "\n> {left} more lines were cut here: a step's summary may have {limit} bytes. All of it is in `outcomes.csv`.\n"
ROOM = 300


def markdown(trials: Sequence[Trial], support: Mapping[str, Any], diff: Diff | None = None, limit: int = LIMIT) -> str:
    """The summary of some trials: counts, cells without an answer, what changed, then the ranges of each scenario.

    Where all of it is more than ``limit`` bytes it ends earlier, between two lines, and says so.
    """
    return fitted([*head(trials), *changed(diff), *rows(support)], limit)


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
    said = CUT.format(left=len(lines) - kept, limit=limit)
    return "".join(f"{line}\n" for line in lines[:kept]) + said


def head(trials: Sequence[Trial]) -> Iterator[str]:
    """How many outcomes are of each status, and which cells have none."""
    counts = Counter(outcome.status for trial in trials for outcome in trial.outcomes)
    yield "# tfcompat"
    yield ""
    yield f"{len(trials)} cells, {sum(counts.values())} outcomes: " + ", ".join(
        f"{status.symbol} {counts[status]} {status}" for status in Status if counts[status]
    )
    holes = [trial for trial in trials if trial.reason is not None]
    if holes:
        yield from ("", "## Cells without an answer", "", "| cell | reason | whose doing | message |")
        yield "| --- | --- | --- | --- |"
    for trial in holes:
        if trial.reason is not None:
            cell, message = markdown_cell(trial.subject.cell), markdown_cell(printable(trial.message, 300))
            yield f"| {cell} | {trial.reason} | {fault(trial.reason)} | {message} |"


def changed(diff: Diff | None) -> Iterator[str]:
    if diff is not None:
        yield from ("", "## What changed", "")
        yield from changes.markdown(diff).splitlines()


def rows(support: Mapping[str, Any]) -> Iterator[str]:
    """The ranges of each scenario, a table a group; the groups in the order of the table."""
    group = ""
    for name, one in support["scenarios"].items():
        if one["group"] != group:
            group = one["group"]
            yield from ("", f"## {markdown_cell(group)}", "", "| scenario | ranges |", "| --- | --- |")
        ranges = "; ".join(f"{Status(status).symbol} {status} {span}" for status, span in one["spans"].items())
        yield f"| {markdown_cell(printable(name, 200))} | {markdown_cell(ranges)} |"

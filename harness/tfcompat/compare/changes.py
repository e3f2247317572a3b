"""A diff as somebody reads it: lines for a terminal, Markdown, or a document for programs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tfcompat.compare.causes import Axis, Cause
from tfcompat.compare.diff import OF_BEHAVIOUR, Change, Diff, Pair, Row
from tfcompat.escape import markdown_cell, printable
from tfcompat.outcomes import Outcome, Status, Trial
from tfcompat.table.frame import as_text, with_type

#: How many cells a line names.
NAMED = 6
#: How many differences are named beside a change, and where two environments are told apart.
FEW, MANY = 2, 12


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a diff: of which change, about which cell and scenario, and what there is to say."""

    change: Change
    flaky: bool
    about: str
    says: str


def lines(diff: Diff) -> list[Line]:
    """What changed, in the order of Change: behaviour a line an outcome, the rest a line a cell or scenario."""
    believed = [row for row in diff.rows if row.change is not Change.UNCHANGED]
    found: list[Line] = list(cells_alone(diff.pairs))
    for change in OF_BEHAVIOUR:
        found.extend(behaviour(row, len(diff.pairs) == 1) for row in believed if row.change is change)
    for change in (Change.ENVIRONMENT, Change.REMOVED, Change.ADDED):
        found.extend(gathered([row for row in believed if row.change is change], diff))
    return sorted(found, key=lambda line: (line.flaky, list(Change).index(line.change)))


def behaviour(row: Row, alone: bool) -> Line:
    """The line of one outcome, which need not name its cell where there is no other."""
    about = row.scenario if alone else f"{row.cell}  {row.scenario}"
    says = f"{answer(row.before)} → {answer(row.after)}; {causes_of_row(row)}"
    return Line(change=row.change, flaky=row.flaky, about=about, says=says)


def answer(outcome: Outcome | None) -> str:
    """An outcome in a few words: its status, and what was observed or raised."""
    if outcome is None:
        return "nothing"
    reason = f"({outcome.reason})" if outcome.reason else ""
    more = as_text(outcome.observed) or (with_type(outcome) if outcome.status is not Status.WORKS else "")
    return " ".join(part for part in (str(outcome.status), reason, printable(more)) if part)


def causes_of_row(row: Row) -> str:
    """What a change can be put down to, in words: each difference where they are few, else the axes that they are on."""
    if not row.causes:
        return "nothing that is recorded differs"
    if len(row.causes) <= FEW:
        return listed(row.causes, FEW)
    return "of " + ", ".join(dict.fromkeys(str(cause.axis) for cause in row.causes))


def listed(causes: Sequence[Cause], most: int) -> str:
    """Differences in a line: TensorFlow, Keras and the scenario before the other distributions, of which only some."""
    ordered = sorted(causes, key=lambda one: one.axis is Axis.DISTRIBUTION)
    shown = [printable(str(one)) for one in ordered[:most]]
    return ", ".join(shown) + (f" and {len(ordered) - most} more" if len(ordered) > most else "")


def cells_alone(pairs: Iterable[Pair]) -> Iterator[Line]:
    """The cells of one side that have no rows, so that they too are seen to come or go."""
    for pair in pairs:
        trial = pair.before or pair.after
        if (pair.before is None or pair.after is None) and trial and not trial.outcomes:
            change = Change.ADDED if pair.before is None else Change.REMOVED
            says = f"the whole cell, without an answer ({trial.reason})"
            yield Line(change=change, flaky=False, about=pair.name, says=says)


def gathered(rows: Sequence[Row], diff: Diff) -> Iterator[Line]:
    """Rows of one change: a line for a cell that is wholly of it, and for the rest a line a scenario with its cells."""
    of_cells, of_scenarios = by(rows, lambda row: row.cell), by(diff.rows, lambda row: row.cell)
    whole = {cell for cell, some in of_cells.items() if len(some) == len(of_scenarios[cell])}
    for cell in of_cells:
        if cell in whole:
            says = f"the whole cell, {len(of_cells[cell])} scenarios{unanswered(of_cells[cell])}"
            yield Line(change=of_cells[cell][0].change, flaky=False, about=cell, says=says)
    left = by([row for row in rows if row.cell not in whole], lambda row: row.scenario)
    for scenario, some in left.items():
        cells = ", ".join(row.cell for row in some[:NAMED])
        more = f" and {len(some) - NAMED} more" if len(some) > NAMED else ""
        says = f"{cells}{more}{unanswered(some)}"
        yield Line(change=some[0].change, flaky=False, about=scenario, says=says)


def by(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def unanswered(rows: Sequence[Row]) -> str:
    """How rows without an answer on one side changed; empty where they came or went."""
    if rows[0].change is not Change.ENVIRONMENT:
        return ""
    told = dict.fromkeys(f"{brief(row.before)} → {brief(row.after)}" for row in rows)
    return ": " + (next(iter(told)) if len(told) == 1 else f"{len(told)} different ways, as {next(iter(told))}")


def brief(outcome: Outcome | None) -> str:
    if outcome is not None and outcome.reason:
        return f"unknown ({outcome.reason}{': ' if outcome.message else ''}{printable(outcome.message)})"
    return "an answer"


def summary(diff: Diff) -> str:
    """How many rows there are of each change, in one line."""
    counts = [f"{count} {change}" for change, count in diff.counts.items()]
    flaky = [f"{len(diff.flaky)} flaky"] if diff.flaky else []
    return ", ".join([*counts, *flaky]) or "nothing to compare"


def environments(diff: Diff) -> list[tuple[str, str]]:
    """The cells whose environment differs between the sides, each with how, whatever its outcomes did."""
    return [(pair.name, listed(pair.causes, MANY)) for pair in diff.pairs if pair.causes]


def text(diff: Diff) -> str:
    """The diff for a terminal: a heading a change, a line each, and the counts last."""
    told = [f"from {printable(diff.before)} to {printable(diff.after)}"]
    heading = ""
    for line in lines(diff):
        wanted = title(line)
        if wanted != heading:
            told.append(wanted)
            heading = wanted
        told.append(f"  {printable(line.about, 200)}: {line.says}")
    if differ := environments(diff):
        told += ["environments that differ", *(f"  {cell}: {how}" for cell, how in differ)]
    return "\n".join([*told, summary(diff)])


def title(line: Line) -> str:
    return "flaky, so not believed" if line.flaky else str(line.change)


def markdown(diff: Diff) -> str:
    """The diff for a code host: a table a change, and the counts first."""
    told = [f"**{markdown_cell(diff.before)} → {markdown_cell(diff.after)}**: {summary(diff)}"]
    heading = ""
    for line in lines(diff):
        if title(line) != heading:
            heading = title(line)
            told.extend(["", f"### {heading}", "", "| where | what |", "| --- | --- |"])
        told.append(f"| {markdown_cell(printable(line.about, 200))} | {markdown_cell(line.says)} |")
    if differ := environments(diff):
        told += ["", "### environments that differ", "", "| cell | how |", "| --- | --- |"]
        told += [f"| {markdown_cell(cell)} | {markdown_cell(how)} |" for cell, how in differ]
    return "\n".join(told) + "\n"


def document(diff: Diff) -> dict[str, Any]:
    """The diff for programs: the counts, the cells, and each row that is not what it was."""
    return {
        "schema": 1,
        "before": diff.before,
        "after": diff.after,
        "changed": diff.differs,
        "counts": {str(change): count for change, count in diff.counts.items()},
        "cells": [
            {
                "cell": pair.name,
                "before": subject(pair.before),
                "after": subject(pair.after),
                "causes": [asdict(cause) for cause in pair.causes],
            }
            for pair in diff.pairs
        ],
        "changes": [
            {
                "cell": row.cell,
                "scenario": row.scenario,
                "change": row.change,
                "flaky": row.flaky,
                "before": told(row.before),
                "after": told(row.after),
                "causes": [asdict(cause) for cause in row.causes],
            }
            for row in diff.rows
            if row.change is not Change.UNCHANGED
        ],
    }


def subject(trial: Trial | None) -> dict[str, Any] | None:
    return asdict(trial.subject) if trial else None


def told(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    return {
        "status": outcome.status,
        "observed": outcome.observed,
        "reason": outcome.reason,
        "message": with_type(outcome),
    }

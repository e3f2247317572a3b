"""The table for a terminal: what a run prints at its end."""

from collections.abc import Sequence

import click

from tfcompat.outcomes import Harm, Status, Trial
from tfcompat.publish.headings import column_names
from tfcompat.publish.statuses import MARKS, Tone, mark, tone

#: What works is green; what does harm has the colour of its harm.
COLOURS = {
    Tone.WORKS: "green",
    Tone.LOUD: "red",
    Tone.OBSCURE: "blue",
    Tone.VISIBLE: "yellow",
    Tone.SILENT: "magenta",
}


def text(trials: Sequence[Trial], *, fancy: bool) -> str:
    """Some trials, a column each, as lines: a symbol for each cell, and what the symbols mean; ``fancy`` colours them."""
    rows = scenarios(trials)
    if not rows:
        return "no scenario has an answer"
    headings = column_names(trial.subject.cell for trial in trials)
    columns = [{outcome.scenario: (outcome.status, outcome.harm) for outcome in trial.outcomes} for trial in trials]
    width = max(map(len, rows))
    lines = [" " * width + "  " + "  ".join(headings)]
    for name in rows:
        outcomes = [column.get(name, (Status.UNKNOWN, Harm.NONE)) for column in columns]
        symbols = [symbol(*outcome, len(heading), fancy) for outcome, heading in zip(outcomes, headings, strict=True)]
        lines.append(name.ljust(width) + "  " + "  ".join(symbols).rstrip())
    legend = "  ".join(f"{status.symbol} {status}" for status in Status)
    marks = "  ".join(f"{text} {harm} harm" for harm, text in MARKS.items() if text)
    return "\n".join([*lines, "", legend, marks])


def scenarios(trials: Sequence[Trial]) -> list[str]:
    """The ids of all scenarios, by groups, in the order in which the newest trial has them."""
    newest_first = sorted(trials, key=lambda trial: trial.subject.started, reverse=True)
    groups: dict[str, dict[str, None]] = {}
    for trial in newest_first:
        for outcome in trial.outcomes:
            groups.setdefault(outcome.group, {})[outcome.scenario] = None
    return [name for group in groups.values() for name in group]


def symbol(status: Status, harm: Harm, width: int, fancy: bool) -> str:
    """The mark of an outcome in the middle of its column."""
    colour = COLOURS.get(tone(status, harm)) if fancy else None
    return click.style(mark(status, harm).center(width), fg=colour, reset=fancy)

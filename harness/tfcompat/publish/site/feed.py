"""The feed: what the trials of each cell brought, as Atom, newest first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

import pandas as pd

from tfcompat.compare.diff import Change, ChangedOutcome, Side, compare_trials
from tfcompat.escape import xml_text
from tfcompat.outcomes import Status
from tfcompat.rendering import render
from tfcompat.table.frame import Table

#: How many entries the feed keeps, and how many changes one entry names.
ENTRIES, NAMED = 60, 40


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one trial brought: a cell that was not there before, or outcomes that changed."""

    cell: str
    updated: str
    title: str
    lines: tuple[str, ...]

    @property
    def identity(self) -> str:
        return f"tag:tfcompat,{self.updated[:10]}:{quote(self.cell, safe='')}/{quote(self.updated, safe='')}"

    @property
    def link(self) -> str:
        return f"index.html#cell={quote(self.cell, safe='')}"


def entries(table: Table) -> list[Entry]:
    """What is worth an entry, newest first; a trial that changed nothing is not, nor one that confirmed another.

    Each trial is compared with the one before it of the same cell and engine.
    """
    trials = table.trials[table.trials["cell"].isin(table.current["cell"])]
    first = trials[~trials["cell"].duplicated()]
    statuses = table.outcomes.groupby("trial")["status"]
    measured = [
        measured_first(trial, statuses.get_group(number) if number in statuses.groups else [])
        for number, trial in zip(first.index, first.to_dict("records"), strict=True)
    ]
    side = Side(name="", table=table)
    diff = compare_trials(side, side, neighbours(trials[~trials["confirmed"]]))
    return sorted([*measured, *changes(diff.changed)], key=lambda entry: (entry.updated, entry.cell), reverse=True)[
        :ENTRIES
    ]


def neighbours(trials: pd.DataFrame) -> list[tuple[int, int]]:
    """The row numbers of the trials that follow one another in one cell and engine."""
    numbers = trials.index.to_series()
    before = numbers.groupby([trials["cell"], trials["engine"]]).shift().dropna().astype(int)
    return list(zip(before, before.index, strict=True))


def measured_first(trial: Mapping[Any, Any], statuses: Iterable[str]) -> Entry:
    """The entry of a cell's first trial: how many outcomes of each status it has, or why it has none."""
    counts = Counter(statuses)
    if trial["reason"]:
        lines = [f"no answer: {trial['reason']}", *([trial["message"]] if trial["message"] else [])]
    else:
        lines = [f"{counts[status]} {status}" for status in Status if counts[status]]
    return Entry(
        cell=trial["cell"], updated=trial["started"], title=f"{trial['cell']} was measured", lines=tuple(lines)
    )


def changes(rows: Iterable[ChangedOutcome]) -> Iterator[Entry]:
    """An entry for each trial that changed something, from what changed."""
    for (cell, started), of_trial in groupby(rows, key=trial_of):
        changed = list(of_trial)
        counts = Counter(row.change for row in changed)
        lines = [f"{row.change}: {row.scenario}" for row in changed[:NAMED]]
        if len(changed) > NAMED:
            lines.append(f"and {len(changed) - NAMED} more")
        title = ", ".join(f"{counts[change]} {change}" for change in Change if counts[change])
        yield Entry(cell=cell, updated=started, title=f"{cell}: {title}", lines=tuple(lines))


def trial_of(row: ChangedOutcome) -> tuple[str, str]:
    """Cell and start of the newer trial."""
    after = row.pair.after or {}
    return after["cell"], after["started"]


def atom(entries: Sequence[Entry], newest: str) -> str:
    """The feed as Atom; ``newest`` is when the newest trial started."""
    return render("site/feed.xml.jinja", entries=entries, newest=newest, xml=lambda text: xml_text(text, ""))

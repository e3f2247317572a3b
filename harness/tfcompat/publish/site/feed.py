"""The feed: what the trials of a cell brought, as Atom, newest first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tfcompat.compare import diff
from tfcompat.escape import xml_text
from tfcompat.outcomes import Status, Trial
from tfcompat.rendering import render
from tfcompat.table.columns import Column

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


def entries(columns: Iterable[Column]) -> list[Entry]:
    """What is worth telling, newest first; a trial that changed nothing is not."""
    found = [entry for column in columns for entry in of_cell(sorted([column.trial, *column.others], key=started))]
    return sorted(found, key=lambda entry: (entry.updated, entry.cell), reverse=True)[:ENTRIES]


def started(trial: Trial) -> str:
    return trial.subject.started


def of_cell(trials: Sequence[Trial]) -> Iterator[Entry]:
    """The entries of one cell's trials, oldest first; each is compared with the one before it of the same engine."""
    before: dict[str, Trial] = {}
    for trial in trials:
        subject = trial.subject
        if subject.engine in before:
            yield from changed(before[subject.engine], trial)
        elif not before:
            yield Entry(
                cell=subject.cell, updated=subject.started, title=f"{subject.cell} was measured", lines=counted(trial)
            )
        before[subject.engine] = trial


def counted(trial: Trial) -> tuple[str, ...]:
    """How many outcomes there are of each status."""
    if trial.reason:
        return (f"no answer: {trial.reason}", *([trial.message] if trial.message else []))
    found = Counter(outcome.status for outcome in trial.outcomes)
    return tuple(f"{found[status]} {status}" for status in Status if found[status])


def changed(old: Trial, new: Trial) -> Iterator[Entry]:
    """What changed from one trial of a cell to the next, if anything did."""
    sides = [diff.Side(name=trial.subject.started, trials=(trial,)) for trial in (old, new)]
    rows = diff.compare(*sides).changed
    if not rows:
        return
    tally = Counter(row.change for row in rows)
    told = ", ".join(f"{tally[change]} {change}" for change in diff.Change if tally[change])
    lines = [f"{row.change}: {row.scenario}" for row in rows[:NAMED]]
    if len(rows) > NAMED:
        lines.append(f"and {len(rows) - NAMED} more")
    yield Entry(
        cell=new.subject.cell,
        updated=new.subject.started,
        title=f"{new.subject.cell}: {told}",
        lines=tuple(lines),
    )


def atom(found: Sequence[Entry], newest: str) -> str:
    """The feed as Atom; ``newest`` is when the newest trial started."""
    return render("site/feed.xml.jinja", entries=found, newest=newest, legal=lambda text: xml_text(text, ""))

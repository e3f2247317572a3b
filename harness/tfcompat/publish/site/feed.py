"""The feed: what changed between trials and from release to release, as Atom, newest first."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from urllib.parse import quote

import pandas as pd
from packaging.version import Version

from tfcompat.compare.diff import OF_BEHAVIOUR, Change, ChangedOutcome, Evidence, Side, compare_trials
from tfcompat.escape import xml_text
from tfcompat.rendering import render
from tfcompat.table.columns import CellSet
from tfcompat.table.frame import Table

#: How many entries the feed keeps, and how many changes one entry names.
ENTRIES, NAMED = 60, 40


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What changed: between two trials of a cell, or from a release to one that is newly measured. ``page`` says more."""

    cell: str
    updated: str
    title: str
    lines: tuple[str, ...]
    page: str

    @property
    def identity(self) -> str:
        return f"tag:tfcompat,{self.updated[:10]}:{quote(self.cell, safe='')}/{quote(self.updated, safe='')}"


def entries(evidence: Evidence) -> list[Entry]:
    """What is worth an entry, newest first: that something was measured, or confirmed, is none.

    Each trial is compared with the one before it of the same cell and engine; the first trial of a release with what the
    release before it does today.
    """
    table, side = evidence.table, Side(name="", evidence=evidence)
    trials = table.trials[table.trials["cell"].isin(table.current["cell"])]
    compared = (compare_trials(side, side, [pair]).changed for pair in neighbours(trials[~trials["confirmed"]]))
    of_cells = (entry for changed in compared for entry in entries_of(changed, of_cell))
    of_releases = compare_trials(side, side, arrivals(table)).changed
    found = [*islice(of_cells, ENTRIES), *entries_of(of_releases, of_release)]
    return sorted(found, key=lambda entry: (entry.updated, entry.cell), reverse=True)[:ENTRIES]


def arrivals(table: Table) -> list[tuple[int, int]]:
    """The row numbers of the trial that shows a release and of the first one of the next release, as pip installs them."""
    shown = table.current[table.current["set"].isin([str(CellSet.MINORS), str(CellSet.PATCHES)])]
    ordered = sorted(zip(shown.index, shown["cell"], shown["tensorflow"], strict=True), key=lambda row: Version(row[2]))
    first = {cell: int(number) for number, cell in reversed(list(table.trials["cell"].items()))}
    return [(int(before), first[cell]) for (before, _, _), (_, cell, _) in pairwise(ordered)]


def neighbours(trials: pd.DataFrame) -> list[tuple[int, int]]:
    """The row numbers of the trials that follow one another in one cell and engine, the newest pair first."""
    numbers = trials.index.to_series()
    before = numbers.groupby([trials["cell"], trials["engine"]]).shift().dropna().astype(int)
    newest = trials.loc[before.index].sort_values(["started", "cell"], ascending=False, kind="stable").index
    return [(int(before[after]), int(after)) for after in newest]


def entries_of(rows: Iterable[ChangedOutcome], named: Callable[[ChangedOutcome], tuple[str, str]]) -> Iterator[Entry]:
    """An entry for each newer trial in which something else was seen; ``named`` gives what it is called, and a page."""
    behaviour = [row for row in rows if row.change in OF_BEHAVIOUR]
    for (cell, started), of_trial in groupby(behaviour, key=trial_of):
        changed = list(of_trial)
        counts = Counter(row.change for row in changed)
        lines = [f"{row.change}: {row.scenario}" for row in changed[:NAMED]]
        if len(changed) > NAMED:
            lines.append(f"and {len(changed) - NAMED} more")
        name, page = named(changed[0])
        title = f"{name}: {', '.join(f'{counts[change]} {change}' for change in Change if counts[change])}"
        yield Entry(cell=cell, updated=started, title=title, lines=tuple(lines), page=page)


def of_cell(row: ChangedOutcome) -> tuple[str, str]:
    """A cell of which a newer trial says something else."""
    cell, _ = trial_of(row)
    return cell, f"rows/#cell={quote(cell, safe='')}"


def of_release(row: ChangedOutcome) -> tuple[str, str]:
    """A release that is newly measured, after the one before it."""
    old, new = ((side or {})["tensorflow"] for side in (row.pair.before, row.pair.after))
    minors = [".".join(version.split(".")[:2]) for version in (old, new)]
    page = f"upgrade/{minors[0]}-{minors[1]}/" if minors[0] != minors[1] else of_cell(row)[1]
    return f"TensorFlow {new} after {old}", page


def trial_of(row: ChangedOutcome) -> tuple[str, str]:
    """Cell and start of the newer trial."""
    after = row.pair.after or {}
    return after["cell"], after["started"]


def atom(entries: Sequence[Entry], newest: str, site: str = "") -> str:
    """The feed as Atom; ``newest`` is when the newest trial started, and ``site`` the address of the site where it has one."""
    return render("site/feed.xml.jinja", entries=entries, newest=newest, site=site, xml=lambda text: xml_text(text, ""))

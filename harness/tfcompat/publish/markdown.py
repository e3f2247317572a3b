"""The table for a code host: the ranges of each scenario first, its cells behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from tfcompat.outcomes import Harm, Kind, Status
from tfcompat.publish.headings import column_names
from tfcompat.publish.statuses import HARMS, KINDS, MARKS, MEANINGS, mark
from tfcompat.questions import addresses
from tfcompat.record.words import word
from tfcompat.rendering import render
from tfcompat.table.columns import of_minors
from tfcompat.table.frame import Table, wide
from tfcompat.table.support import support


@dataclass(frozen=True, kw_only=True)
class Group:
    """Some scenarios as ``support.json`` has them, and their marks: a row each, neighbouring columns merged."""

    name: str
    scenarios: Sequence[Mapping[str, Any]]
    marks: pd.DataFrame

    @property
    def silent(self) -> int:
        """How many of them do silent harm anywhere."""
        return sum(any(said["harm"] is Harm.SILENT for said in scenario["harms"]) for scenario in self.scenarios)


def markdown(table: Table, site: str = "") -> str:
    """The text of ``README.md``; the ids are links to their pages where ``site``, the address of the site, is known."""
    scenarios = support(table)["scenarios"].values()
    pages = addresses.of_scenarios(str(name) for name in table.scenarios.index)
    return render(
        "README.md.jinja",
        site=site,
        pages=pages,
        groups=groups(scenarios, marks(of_minors(table.frame))),
        scenarios=len(scenarios),
        meanings=MEANINGS,
        harms=HARMS,
        marks=MARKS,
        kinds=KINDS,
        trials=table.current.to_dict("records"),
        oldest=table.current["started"].min(),
        newest=table.current["started"].max(),
    )


def marks(frame: pd.DataFrame) -> pd.DataFrame:
    """What each outcome looks like: scenarios down and cells across."""
    columns = ["scenario", "cell", "kind", "status", "harm", "observed"]
    rows = (
        frame[columns].astype("str").assign(mark=[marked(*row) for row in frame[columns[2:]].itertuples(index=False)])
    )
    return wide(rows, "mark")


def marked(kind: str, status: str, harm: str, observed: str) -> str:
    """An outcome in a cell: the answer of a question, else a symbol, and the mark of its harm."""
    answer = word(status, observed) if kind == Kind.QUESTION else ""
    return mark(Status(status), Harm(harm), answer)


def groups(scenarios: Sequence[Mapping[str, Any]], marks: pd.DataFrame) -> list[Group]:
    """The groups in the order of their scenarios; ``marks`` has scenarios down and cells across."""
    members = [(name, list(some)) for name, some in groupby(scenarios, key=lambda scenario: scenario["group"])]
    rows = {name: marks.loc[[scenario["scenario"] for scenario in some]] for name, some in members}
    return [Group(name=name, scenarios=some, marks=merged(rows[name])) for name, some in members]


def merged(cells: pd.DataFrame) -> pd.DataFrame:
    """Some rows in which neighbouring columns that are the same in every row are merged, named by first and last."""
    starts = (cells != cells.shift(axis=1)).any()
    releases = pd.Series(column_names(cells.columns), index=cells.columns).groupby(starts.cumsum())
    first, last = releases.first(), releases.last()
    return cells.loc[:, starts].set_axis(first.where(first == last, first + " – " + last), axis=1)

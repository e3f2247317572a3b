"""The table for a code host: the ranges of each scenario first, its cells behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from tfcompat.outcomes import Status
from tfcompat.publish.headings import column_names
from tfcompat.publish.statuses import MEANINGS
from tfcompat.rendering import render
from tfcompat.table.columns import of_minors
from tfcompat.table.frame import Table, wide
from tfcompat.table.support import support


@dataclass(frozen=True, kw_only=True)
class Group:
    """Some scenarios as ``support.json`` has them, and their symbols: a row each, neighbouring columns merged."""

    name: str
    scenarios: Sequence[Mapping[str, Any]]
    symbols: pd.DataFrame


def markdown(table: Table) -> str:
    """The text of ``README.md``."""
    scenarios = support(table)["scenarios"].values()
    return render(
        "README.md.jinja",
        groups=groups(scenarios, wide(of_minors(table.frame))),
        scenarios=len(scenarios),
        meanings=MEANINGS,
        trials=table.current.to_dict("records"),
        oldest=table.current["started"].min(),
        newest=table.current["started"].max(),
    )


def groups(scenarios: Sequence[Mapping[str, Any]], statuses: pd.DataFrame) -> list[Group]:
    """The groups in the order of their scenarios; ``statuses`` has scenarios down and cells across."""
    symbols = statuses.map(lambda status: Status(status).symbol)
    members = [(name, list(some)) for name, some in groupby(scenarios, key=lambda scenario: scenario["group"])]
    rows = {name: symbols.loc[[scenario["scenario"] for scenario in some]] for name, some in members}
    return [Group(name=name, scenarios=some, symbols=merged(rows[name])) for name, some in members]


def merged(cells: pd.DataFrame) -> pd.DataFrame:
    """Some rows in which neighbouring columns that are the same in every row are merged, named by first and last."""
    starts = (cells != cells.shift(axis=1)).any()
    releases = pd.Series(column_names(cells.columns), index=cells.columns).groupby(starts.cumsum())
    first, last = releases.first(), releases.last()
    return cells.loc[:, starts].set_axis(first.where(first == last, first + " – " + last), axis=1)

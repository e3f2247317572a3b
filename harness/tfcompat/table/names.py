"""The public names of each cell with their signatures, as its inventories list them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tfcompat.index.columns import Columns, runs
from tfcompat.index.names import GROUP, listing_of
from tfcompat.outcomes import Status
from tfcompat.table.signatures import LONGEST

#: The columns of the published ``inventory.csv``.
COLUMNS = ("cell", "tensorflow", "keras", "root", "name", "signature")
#: Of one cell what its inventories did: scenario, status and observation of each, in their order.
Listings = Sequence[tuple[str, str, str]]


def frame(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """One row a cell and public name, with ``COLUMNS`` and ``there``.

    Each root is one row more, with the empty name; where a cell has no such root, its ``there`` is False. A root that
    failed is left out: it says neither.
    """
    return pd.DataFrame(rows, columns=[*COLUMNS, "there"])


def published(names: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``inventory.csv``: the names that are there."""
    return names.loc[names["name"] != "", list(COLUMNS)]


def rows_of(index: Columns, cells: Iterable[tuple[Mapping[str, Any], Listings]]) -> Iterator[tuple[Any, ...]]:
    """The rows of some cells, each given by its row of ``Table.trials`` and its inventories."""
    where = runs(index.names)
    names, signatures = (index.names[name].to_pylist() for name in ("name", "signature"))
    for cell, listings in cells:
        facts = (cell["cell"], cell["tensorflow"], cell["keras"])
        for scenario, status, observed in listings:
            root, listing = scenario.removeprefix(GROUP), listing_of(scenario, observed)
            if status == str(Status.MISSING):
                yield (*facts, root, "", "", False)
            elif listing in where:
                start, end = where[listing]
                listed = zip(names[start:end], signatures[start:end], strict=True)
                yield from ((*facts, root, name, signature[: LONGEST + 1], True) for name, signature in listed)

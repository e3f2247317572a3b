"""The public names of each cell with their signatures, as its inventories list them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from tfcompat.outcomes import Status, Trial
from tfcompat.table.signatures import LONGEST

#: The group of the scenarios that list names; what follows is the root that each walks.
GROUP = "inventory::"
#: The columns of the published ``inventory.csv``.
COLUMNS = ("cell", "tensorflow", "keras", "root", "name", "signature")


def frame(trials: Iterable[Trial]) -> pd.DataFrame:
    """One row a cell and public name, with ``COLUMNS`` and ``there``.

    Each root is one row more, with the empty name; where a cell has no such root, its ``there`` is False. A root that
    failed is left out: it says neither.
    """
    rows = [
        (trial.subject.cell, trial.subject.tensorflow, trial.versions.get("keras") or "", *row)
        for trial in trials
        for row in listed(trial)
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, "there"])


def published(names: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``inventory.csv``: the names that are there."""
    return names.loc[names["name"] != "", list(COLUMNS)]


def listed(trial: Trial) -> Iterator[tuple[str, str, str, bool]]:
    """Root, name, signature and whether it is there, of each name that a trial lists."""
    for outcome in trial.outcomes:
        root = outcome.scenario.removeprefix(GROUP)
        if root == outcome.scenario:
            continue
        if outcome.status is Status.MISSING:
            yield root, "", "", False
        elif isinstance(outcome.observed, dict):
            yield root, "", "", True
            yield from ((root, name, tidy(signature), True) for name, signature in names_of(root, outcome.observed))


def names_of(root: str, observed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The names that were observed; they came out of a cell, so anything but a name with a text is left out."""
    for name, signature in observed.items():
        if re.fullmatch(re.escape(root) + r"(\.\w+)+", name) and isinstance(signature, str):
            yield name, signature


def tidy(signature: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", signature)[: LONGEST + 1]

"""The columns of the page: the current trial of each cell, its place, and the set that a reader chooses it by."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from packaging.version import Version

from tfcompat.publish.parts.minors import minor_of
from tfcompat.table.columns import BUNDLED, LABELS, CellSet

#: What the page knows of a column before its set is loaded.
HEAD = ("cell", "tensorflow", "python", "variant", "set")


def arrange(current: pd.DataFrame) -> pd.DataFrame:
    """The current trials of a table in the order of the page; the ``set`` of a variant is its family.

    Variants that differ by a version stand in the order of versions: 3.9 before 3.10.
    """
    keys = [order(*row) for row in current[["tensorflow", "python", "variant"]].itertuples(index=False)]
    columns = current.iloc[sorted(range(len(keys)), key=keys.__getitem__)]
    families = columns["variant"].map(family)
    return columns.assign(set=columns["set"].where(columns["variant"] == BUNDLED, families))


def order(tensorflow: str, python: str, variant: str) -> tuple[Version, Version, list[tuple[int, str]]]:
    """By release, by Python, and then by variant, numbers in it as numbers; the bundled one first."""
    parts = [""] if variant == BUNDLED else re.split(r"(\d+)", variant)
    return Version(tensorflow), Version(python), [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def family(variant: str) -> str:
    """A variant without the version at its end, as the name of a file: ``keras3.5`` and ``keras3.6`` are ``keras``."""
    name = re.sub(r"\d[\d.]*$", "", variant.lower())
    return re.sub(r"[^a-z0-9.-]+", "-", name).strip(".-") or "other"


def sets(columns: pd.DataFrame) -> list[str]:
    """The sets that there are, those of every release before the variants."""
    names = set(columns["set"])
    return [*(str(name) for name in LABELS if name in names), *sorted(names - set(LABELS))]


def label(name: str, columns: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """What a reader chooses a set by; ``titles`` say what the variants are, as far as it is known."""
    if name in LABELS:
        return LABELS[CellSet(name)]
    variants = list(columns.loc[columns["set"] == name, "variant"].unique())
    if len(variants) > 1:
        return f"{variants[0]} to {variants[-1]}"
    return f"{variants[0]}: {titles[variants[0]]}" if variants[0] in titles else variants[0]


def heads(columns: pd.DataFrame) -> list[dict[Any, Any]]:
    """What stands above each column, and the set that it is in."""
    return columns[list(HEAD)].assign(keras=columns["keras"].map(minor_of)).to_dict("records")

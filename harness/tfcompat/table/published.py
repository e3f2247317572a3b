"""The published table: an ``outcomes.csv``, read back as the table that it was written from."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from packaging.version import Version

from tfcompat.errors import DataError
from tfcompat.escape import of_csv
from tfcompat.outcomes import Harm, Reason, Status
from tfcompat.record.words import USUAL, whose_of
from tfcompat.select.releases import channel_of
from tfcompat.table import names
from tfcompat.table.columns import with_sets
from tfcompat.table.frame import OF_OUTCOME, OF_SCENARIO, TRIAL, Table

#: The columns that an outcomes.csv has to have: of a cell, and of an outcome.
OF_CELL = ("cell", "tensorflow", "python", "keras", "variant", "engine")
NEEDED = (*OF_CELL, "scenario", "status", "observed", "reason", "message")
#: The type of the error that leads a message, as the table writes it.
TYPE = r"^([A-Za-z_][\w.]*): "


def read_outcomes(path: Path) -> Table:
    """The table that an ``outcomes.csv`` was written from; it knows no suite, no lock and no words of a scenario.

    Raises DataError where it is not one.
    """
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, engine="python", encoding="utf-8").map(
            of_csv, na_action="ignore"
        )
        check_fields(rows)
        rows = with_harm(rows)
        check_outcomes(rows)
        return table_of(rows)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not a table of outcomes ({error}): make it with tfcompat report") from error


def with_harm(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table with the harm that a table without one means by its statuses."""
    if "harm" in rows.columns:
        return rows
    status = rows["status"].replace("differs", str(Status.WRONG))
    return rows.assign(status=status, harm=status.map(lambda word: str(USUAL.get(word, Harm.NONE))))


def check_fields(rows: pd.DataFrame) -> None:
    """Raise ValueError where rows lack columns, or fields of them."""
    if lacking := sorted(set(NEEDED) - set(rows.columns)):
        raise ValueError(f"it lacks {', '.join(lacking)}")
    if not isinstance(rows.index, pd.RangeIndex) or rows[list(NEEDED)].isna().any(axis=None):
        raise ValueError("a row has more or fewer fields than the header")


def check_outcomes(rows: pd.DataFrame) -> None:
    """Raise ValueError where a row is not an outcome: only an unknown one has a reason, and a cell has one of a scenario."""
    for column, words in (("status", Status), ("harm", Harm), ("reason", ("", *Reason))):
        strange = rows.loc[~rows[column].isin([str(word) for word in words]), column]
        if not strange.empty:
            raise ValueError(f"{strange.iloc[0]!r} is not a {column}")
    mismatched = rows[(rows["status"] == str(Status.UNKNOWN)) == (rows["reason"] == "")]
    if not mismatched.empty:
        row = mismatched.iloc[0]
        raise ValueError(f"{row['scenario']} of {row['cell']} is {row['status']} with the reason {row['reason']!r}")
    repeated = rows[rows.duplicated(["cell", "scenario"])]
    if not repeated.empty:
        raise ValueError(f"{repeated.iloc[0]['cell']} has two outcomes of {repeated.iloc[0]['scenario']}")
    for observed in rows.loc[rows["observed"] != "", "observed"].unique():
        json.loads(observed)


def table_of(rows: pd.DataFrame) -> Table:
    """The table of checked rows: a trial a cell, with what the rows say of it."""
    cells = rows.drop_duplicates("cell", ignore_index=True)
    trials = (
        cells[list(OF_CELL)]
        .reindex(columns=list(TRIAL), fill_value="")
        .assign(
            channel=cells["tensorflow"].map(lambda release: str(channel_of(Version(release)))),
            versions=cells["keras"].map(lambda version: {"keras": version or None}),
            seconds=0.0,
            current=True,
        )
    )
    outcomes = outcomes_of(rows, list(cells["cell"]))
    words = words_of(rows)
    return Table(
        trials=with_sets(trials, outcomes),
        outcomes=outcomes,
        scenarios=words.assign(group=words.index.str.split("::").str[0], documented=""),
        names=names.frame(()),
    )


def words_of(rows: pd.DataFrame) -> pd.DataFrame:
    """What the rows say of each scenario, by its id; the last words win, for a cell without an answer has none."""
    words = rows.reindex(columns=list(OF_SCENARIO), fill_value="")
    return words.mask(words == "").groupby(rows["scenario"], sort=False).last().fillna("")


def outcomes_of(rows: pd.DataFrame, cells: Sequence[str]) -> pd.DataFrame:
    """The outcomes of checked rows; ``trial`` is the place of the cell."""
    error = rows["message"].str.extract(TYPE, expand=False).fillna("")
    bare = rows["message"].str.replace(TYPE, "", regex=True)
    missing = rows["status"] == str(Status.MISSING)
    whose = [str(whose_of(*raised)) if missed else "" for missed, *raised in zip(missing, error, bare, strict=True)]
    return rows.reindex(columns=list(OF_OUTCOME), fill_value="").assign(
        trial=rows["cell"].map({cell: number for number, cell in enumerate(cells)}),
        type=error,
        bare_message=bare,
        whose=whose,
        seconds=0.0,
    )

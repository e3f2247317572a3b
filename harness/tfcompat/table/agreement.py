"""Agreement: whether two outcomes, as the frame has them, are alike, and where two frames are not."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tfcompat.outcomes import Status
from tfcompat.record.judge import RAISED
from tfcompat.record.verdict import same

if TYPE_CHECKING:  # questions that need no frame are answered without pandas
    import pandas as pd

#: The type of what is missing in trials of schema 1, which have not kept the error that showed it.
LOST = "Missing"
#: What of two alike rows is the same text; their observations agree within the tolerance.
SAME = ("status", "harm", "reason", "whose")


def alike(row: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    """Whether two rows have one status with one harm, one reason, and one observation within the tolerance."""
    if any(row.get(name, "") != other.get(name, "") for name in SAME):
        return False
    return same_text(row["observed"], other["observed"])


def same_answer(row: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    """Whether two rows are alike and, where they are missing or fail, raised one type of error.

    The words of a message may differ: they name addresses, folders and other libraries' versions. What is missing may
    have lost its error.
    """
    if row["status"] == other["status"] == Status.MISSING and LOST in (row["type"], other["type"]):
        return True
    return alike(row, other) and (row["status"] not in RAISED or row["type"] == other["type"])


def same_text(observed: str, other: str) -> bool:
    """Whether two observations, as the JSON text of a row, agree."""
    return observed == other or bool(observed and other and same(json.loads(observed), json.loads(other)))


def disagreements(frame: "pd.DataFrame", other: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of cells in both frames where status or observation differ; the second frame's columns end in ``_other``."""
    wanted = ["cell", "scenario", "engine", "status", "observed"]
    both = frame[wanted].merge(other[wanted], on=["cell", "scenario"], suffixes=("", "_other")).astype(object)
    rows = zip(*(both[name] for name in ("status", "status_other", "observed", "observed_other")), strict=True)
    differ = [status != another or not same_text(observed, seen) for status, another, observed, seen in rows]
    return both.loc[differ].reset_index(drop=True)

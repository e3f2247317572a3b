"""The history of a cell: what each of its trials said to each scenario, oldest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tfcompat.outcomes import Reason, Status
from tfcompat.table.agreement import alike
from tfcompat.table.frame import Table


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What one trial said: when it started (ISO 8601, UTC), by which engine, with which suite and lock, and its answer.

    ``observed`` is JSON text, empty where nothing was observed.
    """

    started: str
    engine: str
    suite: str
    lock: str
    status: Status
    observed: str
    reason: Reason | None


def history(table: Table, cell: str) -> dict[str, tuple[Moment, ...]]:
    """The moments of each scenario that a cell was ever asked, oldest first; the scenarios of its newest trial come first.

    A trial that did not ask a scenario has no moment of it; one whose cell had no answer at all has one, unknown, for
    every scenario that the cell was asked at another time.
    """
    trials = table.trials[table.trials["cell"] == cell]
    asked = table.outcomes[table.outcomes["trial"].isin(trials.index)]
    scenarios = asked.sort_values("trial", ascending=False, kind="stable")["scenario"].unique()
    every = pd.MultiIndex.from_product([scenarios, trials.index], names=["scenario", "trial"])
    answers = asked.set_index(["scenario", "trial"])[["status", "observed", "reason"]].reindex(every)
    rows = answers.reset_index().join(trials[["started", "engine", "suite", "lock"]], on="trial")
    rows = with_holes(rows, rows["trial"].map(trials["reason"])).dropna(subset="status")
    return {
        str(scenario): tuple(map(moment, moments.to_dict("records")))
        for scenario, moments in rows.groupby("scenario", sort=False)
    }


def with_holes(rows: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    """The rows, and an unknown answer in those that have none since their trial, for its reason, has none at all."""
    holes = pd.DataFrame({"status": str(Status.UNKNOWN), "observed": "", "reason": reasons[reasons != ""]})
    return rows.fillna(holes)


def moment(row: Mapping[Any, Any]) -> Moment:
    return Moment(
        started=row["started"],
        engine=row["engine"],
        suite=row["suite"],
        lock=row["lock"],
        status=Status(row["status"]),
        observed=row["observed"],
        reason=Reason(row["reason"]) if row["reason"] else None,
    )


def turns(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments whose answer is not that of the moment before; the first is one of them."""
    changed: list[Moment] = []
    for current in moments:
        if not changed or not alike(vars(changed[-1]), vars(current)):
            changed.append(current)
    return tuple(changed)

"""Where the two engines disagree: their newest whole trials of a cell, of one suite, side by side."""

from dataclasses import replace

import pandas as pd

from tfcompat.table.agreement import disagreements
from tfcompat.table.frame import Table


def between_engines(table: Table) -> pd.DataFrame:
    """The rows of ``engines.csv``; empty where the engines agree, or only one of them ran."""
    whole = table.trials[table.trials["reason"] == ""]
    newest = whole[~whole.duplicated(["cell", "engine"], keep="last")]
    docker, local = (newest[newest["engine"] == engine] for engine in ("docker", "local"))
    both = docker.merge(local, on=["cell", "suite"])["cell"]
    return disagreements(*(frame_of(table, side[side["cell"].isin(both)].index) for side in (docker, local)))


def frame_of(table: Table, trials: pd.Index) -> pd.DataFrame:
    """The long frame of some trials, as if they were the current ones."""
    return replace(table, trials=table.trials.assign(current=table.trials.index.isin(trials))).frame

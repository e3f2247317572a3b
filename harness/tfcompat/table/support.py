"""Support: for each scenario the ranges of each status, and what they were tested on, as one JSON document."""

from dataclasses import asdict
from typing import Any

from tfcompat.table.frame import Table
from tfcompat.table.ranges import observations, spans


def support(table: Table) -> dict[str, Any]:
    """The content of ``support.json``."""
    return {
        "schema": 1,
        "tested_on": list(table.frame["cell"].unique()),
        "scenarios": {
            name: {
                "scenario": name,
                **{
                    key: table.scenarios.at[name, key]
                    for key in ("title", "reference", "source", "documented", "group")
                },
                "spans": spans(of_scenario),
                "observations": observations(of_scenario),
                "ranges": [asdict(part) for part in of_scenario],
            }
            for name, of_scenario in table.ranges.items()
        },
    }

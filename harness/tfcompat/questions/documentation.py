"""Documentation: where it is wrong, which is a fact of its own: what it says is held against the oracle of its row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tfcompat.outcomes import Documentation, Kind, Oracle, Status
from tfcompat.select.places import Spot, words
from tfcompat.select.releases import Channel
from tfcompat.table.agreement import same_text
from tfcompat.table.frame import Table
from tfcompat.table.ranges import placed


@dataclass(frozen=True, kw_only=True)
class DocumentationError:
    """What the documentation says of a scenario where that is not so: both as JSON text, and where, in words."""

    scenario: str
    title: str
    documented: str
    right: str
    where: str


def wrong(table: Table) -> Sequence[DocumentationError]:
    """Where the documentation is wrong, in the order of the table: a line for each thing that it says wrongly."""
    frame = table.frame[table.frame["channel"] == str(Channel.STABLE)]
    scenarios = frame.loc[disagrees(frame), "scenario"].unique()
    asked = frame[frame["scenario"].isin(scenarios)]
    rows = asked.assign(disagrees=disagrees(asked)).astype(object).to_dict("records")
    of_scenarios: dict[str, list[Mapping[Any, Any]]] = {}
    for row in rows:
        of_scenarios.setdefault(row["scenario"], []).append(row)
    titles = table.scenarios["title"]
    return [error for name, some in of_scenarios.items() for error in errors(name, str(titles[name]), some)]


def disagrees(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Which outcomes show that the documentation is wrong. Where it is itself the oracle, it is the outcome that is wrong."""
    judged_otherwise = frame["oracle"].isin([str(Oracle.NUMPY), str(Oracle.INVARIANCE)])
    answered = frame["kind"] == str(Kind.QUESTION)
    return (frame["documentation"] == str(Documentation.DISAGREES)) & (judged_otherwise | answered)


def errors(scenario: str, title: str, rows: Sequence[Mapping[Any, Any]]) -> Iterator[DocumentationError]:
    """The errors of one scenario, each with the places of the cells that show it among all that were asked."""
    said = [(Spot.of(row), row["status"] != Status.UNKNOWN) for row in rows]
    disagreeing = [row for row in rows if row["disagrees"]]
    while disagreeing:
        first = disagreeing[0]
        alike = [
            row for row in disagreeing if row["documented"] == first["documented"] and same_text(of(row), of(first))
        ]
        disagreeing = [row for row in disagreeing if row not in alike]
        yield DocumentationError(
            scenario=scenario,
            title=title,
            documented=first["documented"],
            right=of(first),
            where=words(placed(said, [row["cell"] for row in alike])),
        )


def of(row: Mapping[Any, Any]) -> str:
    """What is right: what the oracle gives, else what was observed."""
    return str(row["expected"] or row["observed"])

"""The JSON Schemas of the files that the page offers for download, made from the types of their content."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tfcompat import ask
from tfcompat.ask import DIALECT
from tfcompat.outcomes import Documentation, Harm, Status
from tfcompat.select.places import Axis
from tfcompat.table.support import KindOrNone, OracleOrNone, ReasonOrNone, SupportHarm, SupportRange

#: There is a reason where there is no answer, and only there.
REASON_WHERE_UNKNOWN = {
    "if": {"properties": {"status": {"const": str(Status.UNKNOWN)}}},
    "then": {"properties": {"reason": {"minLength": 1}}},
    "else": {"properties": {"reason": {"const": ""}}},
}


#: A number of seconds as a reader of CSV gets it.
AS_TEXT = {"type": "string", "pattern": r"^\d+(\.\d+)?(e-?\d+)?$"}


class OutcomeLine(Struct, kw_only=True, forbid_unknown_fields=True):
    """One scenario in one cell."""

    cell: str
    tensorflow: str
    python: str
    keras: str
    variant: str
    channel: str
    engine: str
    group: str
    scenario: str
    kind: KindOrNone
    oracle: OracleOrNone
    status: Status
    harm: Harm
    observed: Annotated[str, Meta(description="JSON, or empty where nothing was observed")]
    expected: Annotated[str, Meta(description="JSON of what a promise was compared with, or empty")]
    documented: Annotated[str, Meta(description="JSON of what the documentation of the release says, or empty")]
    documentation: Documentation
    reason: ReasonOrNone
    message: str
    raised: Annotated[
        str, Meta(description="The exception as it was raised, its type and message; empty where none was")
    ]
    seconds: Annotated[float, Meta(ge=0)]


class SupportScenario(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a scenario says of itself, and what it did where; ``spans`` is by word, ``axes`` what decides beside the release."""

    scenario: str
    title: str
    reference: str
    source: str
    kind: KindOrNone
    oracle: OracleOrNone
    documented: str
    answers: dict[str, Harm]
    aliases: list[str]
    group: str
    spans: dict[str, str]
    harms: list[SupportHarm]
    axes: list[Axis]
    observations: list[tuple[str, str]]
    ranges: list[SupportRange]


class Support(Struct, kw_only=True, forbid_unknown_fields=True):
    """The ranges of each scenario, and the cells that they were tested on."""

    schema: Literal[2]
    tested_on: list[str]
    scenarios: dict[str, SupportScenario]


def outcomes() -> dict[str, Any]:
    """Of one row of outcomes.csv and outcomes.parquet."""
    title = "One row of outcomes.csv: one scenario in one cell"
    made = {"$schema": DIALECT, "title": title, **msgspec.json.schema(OutcomeLine), **REASON_WHERE_UNKNOWN}
    of_line = made["$defs"]["OutcomeLine"]["properties"]
    of_line["seconds"] = {"anyOf": [of_line["seconds"], AS_TEXT]}
    return made


def support() -> dict[str, Any]:
    """Of support.json."""
    title = "support.json: the ranges of each scenario, and the cells they were tested on"
    return {"$schema": DIALECT, "title": title, **msgspec.json.schema(Support)}


def questions() -> dict[str, dict[str, Any]]:
    """Of what the commands that answer questions or run the user's code print for programs, by the name of the schema."""
    return {question: ask.schema(question) for question in (*ask.RESULTS, *ask.RUNS)}

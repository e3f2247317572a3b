"""The JSON Schemas of the files that the page offers for download, made from the types of their content."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tfcompat.outcomes import Reason, Status

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STATUSES = {"enum": [str(status) for status in Status]}
#: A reason, or the empty text; msgspec knows no union of an enum and a text.
ReasonOrNone = Annotated[str, Meta(extra_json_schema={"enum": ["", *map(str, Reason)]})]
#: There is a reason where there is no answer, and only there.
REASON_WHERE_UNKNOWN = {
    "if": {"properties": {"status": {"const": str(Status.UNKNOWN)}}},
    "then": {"properties": {"reason": {"minLength": 1}}},
    "else": {"properties": {"reason": {"const": ""}}},
}


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
    status: Status
    observed: Annotated[str, Meta(description="JSON, or empty where nothing was observed")]
    reason: ReasonOrNone
    message: str
    seconds: Annotated[float, Meta(ge=0)]


class SupportRange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Neighbouring releases on which a scenario does the same."""

    status: Status
    first: str
    last: str
    tested: Annotated[list[str], Meta(min_length=1)]
    observed: str
    reason: ReasonOrNone


class SupportScenario(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a scenario says of itself, and what it did where."""

    scenario: str
    title: str
    reference: str
    source: str
    documented: str
    group: str
    spans: Annotated[dict[Status, str], Meta(extra_json_schema={"propertyNames": STATUSES})]
    observations: list[tuple[str, str]]
    ranges: list[SupportRange]


class Support(Struct, kw_only=True, forbid_unknown_fields=True):
    """The ranges of each scenario, and the cells that they were tested on."""

    schema: Literal[1]
    tested_on: list[str]
    scenarios: dict[str, SupportScenario]


def outcomes() -> dict[str, Any]:
    """Of one row of outcomes.csv and outcomes.parquet."""
    title = "One row of outcomes.csv: one scenario in one cell"
    return {"$schema": DIALECT, "title": title, **msgspec.json.schema(OutcomeLine), **REASON_WHERE_UNKNOWN}


def support() -> dict[str, Any]:
    """Of support.json."""
    title = "support.json: the ranges of each scenario, and the cells they were tested on"
    return {"$schema": DIALECT, "title": title, **msgspec.json.schema(Support)}

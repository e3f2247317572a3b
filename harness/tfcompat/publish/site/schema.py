"""The JSON Schemas of the files that the page offers for download, made from the types of their content."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tfcompat.advise.bisect import Bisection
from tfcompat.advise.requires import Requires
from tfcompat.advise.upgrade import Upgrade
from tfcompat.outcomes import Documentation, Harm, Kind, Oracle, Reason, Status
from tfcompat.record.words import Whose
from tfcompat.scan.documents import Scanned
from tfcompat.select.places import Axis

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: A word of a set, or the empty text; msgspec knows no union of an enum and a text.
ReasonOrNone = Annotated[str, Meta(extra_json_schema={"enum": ["", *map(str, Reason)]})]
KindOrNone = Annotated[str, Meta(extra_json_schema={"enum": ["", *map(str, Kind)]})]
OracleOrNone = Annotated[str, Meta(extra_json_schema={"enum": ["", *map(str, Oracle)]})]
#: There is a reason where there is no answer, and only there.
REASON_WHERE_UNKNOWN = {
    "if": {"properties": {"status": {"const": str(Status.UNKNOWN)}}},
    "then": {"properties": {"reason": {"minLength": 1}}},
    "else": {"properties": {"reason": {"const": ""}}},
}
#: The types of what the commands that advise print for programs, by the names of the commands.
ADVICE = {"requires": Requires, "upgrade": Upgrade, "bisect": Bisection, "scan": Scanned}


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


class SupportRange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Cells in which a scenario does the same; ``on`` is the Python or Keras that decides, empty where the release does."""

    status: Status
    harm: Harm
    first: str
    last: str
    on: str
    tested: Annotated[list[str], Meta(min_length=1)]
    observed: str
    reason: ReasonOrNone
    whose: Whose


class SupportHarm(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where a scenario does something, by what that is called, with its harm."""

    word: str
    status: Status
    harm: Harm
    span: str


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
    return {"$schema": DIALECT, "title": title, **msgspec.json.schema(OutcomeLine), **REASON_WHERE_UNKNOWN}


def support() -> dict[str, Any]:
    """Of support.json."""
    title = "support.json: the ranges of each scenario, and the cells they were tested on"
    return {"$schema": DIALECT, "title": title, **msgspec.json.schema(Support)}


def advice() -> dict[str, dict[str, Any]]:
    """Of what the commands that advise print for programs, by the name of the command."""
    return {
        name: {"$schema": DIALECT, "title": f"What tfcompat {name} --json prints", **msgspec.json.schema(kind)}
        for name, kind in ADVICE.items()
    }

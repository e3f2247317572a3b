"""The JSON Schemas of what the page offers for download, made from the very sets that the files are written with."""

from typing import Any

from tfcompat.outcomes import Reason, Status
from tfcompat.table.frame import COLUMNS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"type": "string"}
STATUS = {"enum": [str(status) for status in Status]}
REASON = {"enum": ["", *map(str, Reason)]}


def outcomes() -> dict[str, Any]:
    """Of one row of outcomes.csv and outcomes.parquet."""
    special: dict[str, Any] = {
        "status": STATUS,
        "reason": REASON,
        "observed": {**TEXT, "description": "JSON, or empty where nothing was observed"},
        "seconds": {"type": "number", "minimum": 0},
    }
    return {
        "$schema": DIALECT,
        "title": "One row of outcomes.csv: one scenario in one cell",
        "type": "object",
        "properties": {name: special.get(name, TEXT) for name in COLUMNS},
        "required": list(COLUMNS),
        "additionalProperties": False,
        "if": {"properties": {"status": {"const": "unknown"}}},
        "then": {"properties": {"reason": {"minLength": 1}}},
        "else": {"properties": {"reason": {"const": ""}}},
    }


def support() -> dict[str, Any]:
    """Of support.json."""
    span = {
        "type": "object",
        "properties": {
            "status": STATUS,
            "first": TEXT,
            "last": TEXT,
            "tested": {"type": "array", "items": TEXT, "minItems": 1},
            "observed": TEXT,
            "reason": REASON,
        },
        "required": ["status", "first", "last", "tested", "observed", "reason"],
        "additionalProperties": False,
    }
    facts = ("scenario", "title", "reference", "source", "documented", "group")
    scenario = {
        "type": "object",
        "properties": {
            **dict.fromkeys(facts, TEXT),
            "spans": {"type": "object", "propertyNames": STATUS, "additionalProperties": TEXT},
            "observations": {
                "type": "array",
                "items": {"type": "array", "prefixItems": [TEXT, TEXT], "minItems": 2, "maxItems": 2},
            },
            "ranges": {"type": "array", "items": span},
        },
        "required": [*facts, "spans", "observations", "ranges"],
    }
    return {
        "$schema": DIALECT,
        "title": "support.json: the ranges of each scenario, and the cells they were tested on",
        "type": "object",
        "properties": {
            "schema": {"const": 1},
            "tested_on": {"type": "array", "items": TEXT},
            "scenarios": {"type": "object", "additionalProperties": scenario},
        },
        "required": ["schema", "tested_on", "scenarios"],
    }

"""The record: JSON lines, one document between processes, read strictly at the border and written the same way."""

import json
from collections.abc import Mapping
from typing import Any

from harness.outcomes import Reason, Subject

#: The version of the trial file that this code reads and writes; docs/record.md describes it.
SCHEMA = 1


class RecordError(ValueError):
    """A line, or a whole record, is not what a recorder writes."""


#: The kinds of line in a trial file, and the keys of each: the required ones, then those that may be left out.
KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "trial": (frozenset({"kind", "schema", *Subject.__dataclass_fields__}), frozenset()),
    "header": (frozenset({"kind", "schema", "suite", "versions", "scenarios"}), frozenset()),
    "broken": (frozenset({"kind", "message"}), frozenset()),
    "outcome": (
        frozenset({"kind", "scenario", "seconds", "happened"}),
        frozenset({"observed", "type", "message", "traceback"}),
    ),
    "end": (frozenset({"kind", "outcomes", "seconds"}), frozenset()),
    "verdict": (frozenset({"kind", "reason", "message", "seconds"}), frozenset()),
}
SCENARIO_KEYS = (frozenset({"id", "title", "reference", "source"}), frozenset({"documented"}))


def parse_line(text: str) -> dict[str, Any]:
    """One line of a record. Raises RecordError where it is not a JSON object with the keys of its kind, and no other."""
    try:
        line = whole_text(json.loads(text, parse_constant=refuse_constant))
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not JSON: {text[:80]!r}") from error
    if not isinstance(line, dict) or not isinstance(line.get("kind"), str) or line["kind"] not in KEYS:
        raise RecordError(f"not a line of a record: {text[:80]!r}")
    check_keys(line, *KEYS[line["kind"]], what=f"a {line['kind']} line")
    schema = line.get("schema", SCHEMA)
    if schema != SCHEMA or isinstance(schema, bool):
        raise RecordError(f"schema {schema}, but this tfcompat reads {SCHEMA}")
    if line["kind"] == "header":
        if not isinstance(line["scenarios"], list) or not all(isinstance(facts, dict) for facts in line["scenarios"]):
            raise RecordError(f"the header's scenarios are no list of objects: {text[:80]!r}")
        for facts in line["scenarios"]:
            check_keys(facts, *SCENARIO_KEYS, what="a scenario of the header")
            if not isinstance(facts["id"], str) or not all(facts["id"].partition("::")):
                raise RecordError(f"a scenario's id is group::name, not {facts['id']!r}")
    return line


def whole_text(line: Any) -> Any:
    """JSON with a question mark for each half of a surrogate pair, which no report could be written with."""
    return json.loads(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace"))


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def check_keys(given: Mapping[str, Any], required: frozenset[str], optional: frozenset[str], *, what: str) -> None:
    if lacking := sorted(required - set(given)):
        raise RecordError(f"{what} lacks {', '.join(lacking)}")
    if unknown := sorted(set(given) - required - optional):
        raise RecordError(f"{what} has unknown {', '.join(unknown)}")


def dump_line(line: Mapping[str, Any]) -> str:
    """One line of a record, as it is stored: ASCII, so that nothing in it can end the line."""
    return json.dumps(line, separators=(",", ":"), ensure_ascii=True)


def trial_line(subject: Subject) -> dict[str, Any]:
    return {"kind": "trial", "schema": SCHEMA, **{key: getattr(subject, key) for key in Subject.__dataclass_fields__}}


def verdict_line(reason: Reason | None, message: str, seconds: float) -> dict[str, Any]:
    return {"kind": "verdict", "reason": reason, "message": message, "seconds": round(seconds, 3)}

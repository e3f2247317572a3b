"""The record: JSON lines, one document between processes, read strictly at the border and written the same way."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from types import UnionType
from typing import Any

from packaging.version import Version

from tfcompat.outcomes import Reason, Subject

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
#: What the value of a key is, in whichever line it stands. What is not here is judged by who reads it, or any JSON.
TYPES: Mapping[str, type] = {
    **dict.fromkeys((*Subject.__dataclass_fields__, "title", "reference", "source", "scenario"), str),
    **dict.fromkeys(("happened", "type", "message", "traceback"), str),
    "versions": dict,
}
#: The texts of a trial line that are more than text, and what reads them.
READERS: Mapping[str, Callable[[str], object]] = {
    "tensorflow": Version,
    "python": Version,
    "started": lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ"),
}


def parse_line(text: str) -> dict[str, Any]:
    """One line of a record. Raises RecordError where it is not a JSON object with the keys of its kind, and no other, or
    a value is not of its key's type.
    """
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
    check_types(line, TYPES, what=f"a {line['kind']} line")
    if line["kind"] == "trial":
        check_subject(line)
    if line["kind"] == "header":
        check_header(line)
    return line


def check_subject(line: Mapping[str, Any]) -> None:
    for key, reader in READERS.items():
        try:
            reader(line[key])
        except ValueError as error:
            raise RecordError(f"{key} of a trial line cannot be read: {line[key]!r:.80}") from error


def check_header(line: Mapping[str, Any]) -> None:
    check_types(line["versions"], dict.fromkeys(line["versions"], str | None), what="the header's versions")
    if not isinstance(line["scenarios"], list) or not all(isinstance(facts, dict) for facts in line["scenarios"]):
        raise RecordError(f"the header's scenarios are no list of objects: {line['scenarios']!r:.80}")
    for facts in line["scenarios"]:
        check_keys(facts, *SCENARIO_KEYS, what="a scenario of the header")
        check_types(facts, TYPES, what="a scenario of the header")
        if not isinstance(facts["id"], str) or not all(facts["id"].partition("::")):
            raise RecordError(f"a scenario's id is group::name, not {facts['id']!r}")


def whole_text(line: Any) -> Any:
    """JSON with a question mark for each half of a surrogate pair, which no report could be written with."""
    return json.loads(json.dumps(line, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"))


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def check_keys(given: Mapping[str, Any], required: frozenset[str], optional: frozenset[str], *, what: str) -> None:
    if lacking := sorted(required - set(given)):
        raise RecordError(f"{what} lacks {', '.join(lacking)}")
    if unknown := sorted(set(given) - required - optional):
        raise RecordError(f"{what} has unknown {', '.join(unknown)}")


def check_types(given: Mapping[str, Any], types: Mapping[str, type | UnionType], *, what: str) -> None:
    for key, value in given.items():
        if key in types and not isinstance(value, types[key]):
            raise RecordError(f"{key} of {what} has the wrong type: {value!r:.80}")


def dump_line(line: Mapping[str, Any]) -> str:
    """One line of a record, as it is stored: ASCII, so that nothing in it can end the line."""
    return json.dumps(line, separators=(",", ":"), ensure_ascii=True)


def trial_line(subject: Subject) -> dict[str, Any]:
    return {"kind": "trial", "schema": SCHEMA, **{key: getattr(subject, key) for key in Subject.__dataclass_fields__}}


def verdict_line(reason: Reason | None, message: str, seconds: float) -> dict[str, Any]:
    return {"kind": "verdict", "reason": reason, "message": message, "seconds": round(seconds, 3)}

"""Judging: the outcomes of a trial, from what the recorder saw in it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from tfcompat.outcomes import Happened, Outcome, Reason, Status, Subject, Trial
from tfcompat.trials.record import RecordError, parse_line

#: How far two numbers may lie apart and count as the same observation: relative, and absolute near zero. Releases
#: differ in the order of their float32 operations; 1e-3 is far above that and far below any effect looked for.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-3, 1e-5
#: Characters of a message that a table shows.
MESSAGE = 300
#: The scenario that asks whether the environment computes at all; it is no row of the table.
CANARY = "canary::tensorflow_adds"


def parse_trial(lines: Iterable[str]) -> Trial:
    """The trial that the lines of a trial file tell of. Raises RecordError where they are not one, whole."""
    parsed = [parse_line(text) for text in lines]
    kinds = [line["kind"] for line in parsed]
    if not kinds or kinds[0] != "trial" or kinds[-1] != "verdict" or kinds.count("trial") + kinds.count("verdict") != 2:
        raise RecordError(
            "a trial file begins with its trial line and ends with its verdict; this one was cut or edited"
        )
    try:
        return make_trial(parsed)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise RecordError(f"a value has the wrong type: {error}") from error


def make_trial(lines: list[dict[str, Any]]) -> Trial:
    """A trial from its parsed lines."""
    first, verdict = lines[0], lines[-1]
    header = next((line for line in lines if line["kind"] == "header"), None)
    outcome_lines = [line for line in lines if line["kind"] == "outcome"]
    recorded = {line["scenario"]: line for line in outcome_lines}
    if len(recorded) < len(outcome_lines):
        raise RecordError("a scenario has two outcomes")
    reason = Reason(verdict["reason"]) if verdict["reason"] is not None else None
    asked = {facts["id"]: facts for facts in header["scenarios"]} if header else {}
    canary = recorded.pop(CANARY, None)
    if strangers := sorted(set(recorded) - set(asked)):
        raise RecordError(f"outcomes of scenarios that the header does not name: {', '.join(strangers)}")
    if canary and canary["happened"] != Happened.RETURNED:
        reason = Reason.CANARY_FAILED
    why = verdict["message"] or (tidy(canary.get("message", "")) if canary and reason else "")
    outcomes = tuple(judge(facts, recorded.get(name), reason, why) for name, facts in asked.items())
    return Trial(
        subject=Subject(**{key: value for key, value in first.items() if key not in ("kind", "schema")}),
        versions=header["versions"] if header else {},
        outcomes=outcomes,
        reason=reason,
        message=why,
        seconds=float(verdict["seconds"]),
    )


def judge(facts: Mapping[str, Any], line: Mapping[str, Any] | None, reason: Reason | None, why: str) -> Outcome:
    """The outcome of a scenario from what the recorder saw; ``reason`` and ``why`` stand for what has no line."""
    known = {"scenario": facts["id"], **{key: facts.get(key) for key in ("title", "reference", "source", "documented")}}
    if line is None:
        return Outcome(**known, status=Status.UNKNOWN, reason=reason or Reason.NOT_RUN, message=why)
    status, lacking = status_of(Happened(line["happened"]), line, facts)
    return Outcome(
        **known,
        status=status,
        reason=lacking,
        observed=line.get("observed"),
        type=line.get("type", ""),
        message=tidy(line.get("message", "")),
        traceback=line.get("traceback", ""),
        seconds=float(line["seconds"]),
    )


def status_of(happened: Happened, line: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[Status, Reason | None]:
    """The status of what was seen, and the reason where it is unknown. The one place where a scenario is judged."""
    match happened:
        case Happened.RETURNED if "documented" not in facts or same(line.get("observed"), facts["documented"]):
            return Status.WORKS, None
        case Happened.RETURNED:
            return Status.DIFFERS, None
        case Happened.MISSING:
            return Status.MISSING, None
        case Happened.RAISED if line.get("type") == "Unanswerable":
            return Status.UNKNOWN, Reason.UNANSWERABLE
        case Happened.RAISED:
            return Status.FAILS, None
        case Happened.SIGNAL | Happened.SILENT:
            return Status.CRASHES, None
        case Happened.TIMEOUT:
            return Status.HANGS, None
        case Happened.MEMORY:
            return Status.UNKNOWN, Reason.OUT_OF_MEMORY
        case _ as never:
            assert_never(never)


def same(observed: Any, documented: Any) -> bool:
    """Whether two observations agree: the same JSON, numbers within the tolerance. A bool is no number."""
    if isinstance(observed, dict) and isinstance(documented, dict):
        return observed.keys() == documented.keys() and all(same(observed[key], documented[key]) for key in observed)
    if isinstance(observed, list) and isinstance(documented, list):
        return len(observed) == len(documented) and all(map(same, observed, documented))
    if is_number(observed) and is_number(documented):
        allowed = max(RELATIVE_TOLERANCE * max(abs(observed), abs(documented)), ABSOLUTE_TOLERANCE)
        return bool(abs(observed - documented) <= allowed)
    return type(observed) is type(documented) and bool(observed == documented)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def tidy(message: str) -> str:
    """A message for a reader: the last line that names an error, without colours, folders and addresses, bounded."""
    message = re.sub(r"\x1b\[[0-9;]*m", "", message)
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"[A-Za-z_.]*(Error|Exception|Exit)\b: ", line)]
    text = errors[-1] if errors else " ".join(lines)
    text = re.sub(r"0x[0-9a-fA-F]+", "0x…", text)
    text = re.sub(r"(?<![\w./])(/[\w.+-]+){2,}", lambda found: "…/" + found[0].rsplit("/", 1)[1], text)
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return text if len(text) <= MESSAGE else text[: MESSAGE - 1] + "…"

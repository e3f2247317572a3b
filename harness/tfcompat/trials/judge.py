"""Judging: the outcomes of a trial, from what the recorder saw in it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from msgspec import UNSET

from tfcompat.outcomes import Happened, Outcome, Reason, Status, Trial
from tfcompat.trials.record import (
    HeaderLine,
    Line,
    OutcomeLine,
    RecordError,
    ReusedLine,
    ScenarioFacts,
    TrialLine,
    VerdictLine,
    file_name,
    parse_line,
)

#: How far two numbers may lie apart and count as the same observation: relative, and absolute near zero. Releases
#: differ in the order of their float32 operations; 1e-3 is far above that and far below any effect looked for.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-3, 1e-5
#: Statuses of a scenario that ended in an error, whose type is a part of the answer.
RAISED = (Status.MISSING, Status.FAILS)
#: Characters of a message that a table shows.
MESSAGE = 300
#: The scenario that asks whether the environment computes at all; it is not a row of the table.
CANARY = "canary::tensorflow_adds"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """An earlier trial, from which outcomes are reused: when it started, and the outcomes of what ran in it."""

    started: str
    outcomes: Mapping[str, OutcomeLine]


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where an outcome comes from: the file that has its line, without the suffix, and when it was measured last."""

    file: str = ""
    measured: str = ""


#: Gives the trial of a file's name, without the suffix. Raises RecordError where there is none.
FindOrigin = Callable[[str], Origin]


def no_origin(name: str) -> Origin:
    """For trials that reuse nothing."""
    raise RecordError(f"it reuses outcomes of {name}, which is not there")


def parse_trial(lines: Iterable[str], find_origin: FindOrigin = no_origin) -> Trial:
    """The trial in the lines of a trial file. Raises RecordError where they are not a whole one."""
    return make_trial([parse_line(text) for text in lines], find_origin)


def make_trial(lines: Sequence[Line], find_origin: FindOrigin = no_origin) -> Trial:
    """The trial in some lines. Raises RecordError where they are not a whole one."""
    first, verdict = ends(lines)
    header = next((line for line in lines if isinstance(line, HeaderLine)), None)
    scenarios = header.scenarios if header else []
    recorded = outcome_lines(lines)
    runs = dict.fromkeys(recorded, Run(file=file_name(first.subject), measured=first.started))
    for name, run, line in reused_lines(lines, find_origin):
        if name in recorded:
            raise RecordError("a scenario has two outcomes")
        recorded[name], runs[name] = line, run
    canary = recorded.pop(CANARY, None)
    if strangers := sorted(recorded.keys() - {facts.id for facts in scenarios}):
        raise RecordError(f"outcomes of scenarios that the header does not name: {', '.join(strangers)}")
    reason, message = lack_of_answer(verdict, canary)
    return Trial(
        subject=first.subject,
        versions=header.versions if header else {},
        outcomes=tuple(
            judge(facts, recorded.get(facts.id), reason, message, runs.get(facts.id, Run())) for facts in scenarios
        ),
        reason=reason,
        message=message,
        seconds=verdict.seconds,
    )


def lack_of_answer(verdict: VerdictLine, canary: OutcomeLine | None) -> tuple[Reason | None, str]:
    """Why scenarios of a trial have no answer, and its message: a canary that failed is the reason, whatever ended the cell."""
    failed = canary is not None and canary.happened is not Happened.RETURNED
    reason = Reason.CANARY_FAILED if failed else verdict.reason
    if canary and reason and not verdict.message:
        return reason, tidy(canary.message)
    return reason, verdict.message


def ends(lines: Sequence[Line]) -> tuple[TrialLine, VerdictLine]:
    """The first and the last line of a trial. Raises RecordError where they are not what they should be."""
    match lines:
        case [TrialLine() as first, *between, VerdictLine() as last] if not any(
            isinstance(line, (TrialLine, VerdictLine)) for line in between
        ):
            return first, last
    raise RecordError("a trial file begins with its trial line and ends with its verdict; this one was cut or edited")


def outcome_lines(lines: Iterable[Line]) -> dict[str, OutcomeLine]:
    """The outcomes by scenario. Raises RecordError where a scenario has two."""
    outcomes = [line for line in lines if isinstance(line, OutcomeLine)]
    recorded = {line.scenario: line for line in outcomes}
    if len(recorded) < len(outcomes):
        raise RecordError("a scenario has two outcomes")
    return recorded


def reused_lines(lines: Iterable[Line], find_origin: FindOrigin) -> Iterator[tuple[str, Run, OutcomeLine]]:
    """Each scenario whose outcome is an earlier trial's, with where it ran and its line. Raises RecordError where it has none."""
    for line in lines:
        if isinstance(line, ReusedLine):
            origin = find_origin(line.trial)
            for name in line.scenarios:
                if name not in origin.outcomes:
                    raise RecordError(f"it reuses an outcome of {name}, which {line.trial} does not have")
                yield name, Run(file=line.trial, measured=line.measured or origin.started), origin.outcomes[name]


def judge(facts: ScenarioFacts, line: OutcomeLine | None, reason: Reason | None, message: str, run: Run) -> Outcome:
    """The outcome of a scenario from its line; where it has none, it is unknown for the reason of the trial."""
    documented = None if facts.documented is UNSET else facts.documented
    if line is None:
        return Outcome(
            scenario=facts.id,
            status=Status.UNKNOWN,
            documented=documented,
            reason=reason or Reason.NOT_RUN,
            message=message,
            title=facts.title,
            reference=facts.reference,
            source=facts.source,
        )
    status, lacking = status_of(line, facts)
    return Outcome(
        scenario=facts.id,
        status=status,
        observed=line.observed,
        documented=documented,
        reason=lacking,
        type=line.type,
        message=tidy(line.message) if line.message else "",
        traceback=line.traceback,
        title=facts.title,
        reference=facts.reference,
        source=facts.source,
        seconds=line.seconds,
        key=line.key,
        origin=run.file,
        measured=run.measured,
    )


def status_of(line: OutcomeLine, facts: ScenarioFacts) -> tuple[Status, Reason | None]:
    """The status of what happened, and the reason where it is unknown. The only place where a scenario is judged."""
    match line.happened:
        case Happened.RETURNED if facts.documented is UNSET or same(line.observed, facts.documented):
            return Status.WORKS, None
        case Happened.RETURNED:
            return Status.DIFFERS, None
        case Happened.MISSING:
            return Status.MISSING, None
        case Happened.RAISED if line.type == "Unanswerable":
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
    """Whether two observations agree: the same JSON, numbers within the tolerance. A bool is not a number."""
    if isinstance(observed, dict) and isinstance(documented, dict):
        return observed.keys() == documented.keys() and all(same(observed[key], documented[key]) for key in observed)
    if isinstance(observed, list) and isinstance(documented, list):
        return len(observed) == len(documented) and all(map(same, observed, documented))
    if is_number(observed) and is_number(documented):
        return close(observed, documented)
    return type(observed) is type(documented) and bool(observed == documented)


def close(number: float, other: float) -> bool:
    """Whether two numbers agree within the tolerance; integers that no float can hold agree where they are equal."""
    try:
        allowed = max(RELATIVE_TOLERANCE * max(abs(number), abs(other)), ABSOLUTE_TOLERANCE)
        return bool(abs(number - other) <= allowed)
    except OverflowError:
        return number == other


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

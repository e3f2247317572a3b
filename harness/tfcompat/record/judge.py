"""Judging: the outcomes of a trial, from what the recorder saw in it and what its suite says of the scenarios."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec import UNSET, UnsetType

from tfcompat.outcomes import Happened, Outcome, Reason, Status, Trial
from tfcompat.record.lines import (
    CanaryLine,
    FactsOfOld,
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
from tfcompat.record.suites import Facts, Versions, documented, facts_by_id
from tfcompat.record.verdict import documentation, verdict

#: Statuses of a scenario that ended in an error, whose type is a part of the answer.
RAISED = (Status.MISSING, Status.FAILS)
#: Characters of a message that a table shows.
MESSAGE = 300
#: The scenario that asked whether the environment computes at all, before there were lines of canaries; it is no row.
CANARY = "canary::tensorflow_adds"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """An earlier trial, from which outcomes are reused: when it started, and the outcomes of what ran in it."""

    started: str
    outcomes: Mapping[str, OutcomeLine]


class Sources(Protocol):
    """Where the lines of a trial file lead to. Both raise RecordError or DataError where it is not there."""

    def origin(self, name: str) -> Origin:
        """The trial of the same cell with this file name, without the suffix."""

    def suite(self, suite: str) -> Facts:
        """The scenarios of the suite with this hash."""


class NoSources:
    """The sources of a trial that refers to nothing."""

    def origin(self, name: str) -> Origin:
        raise RecordError(f"it reuses outcomes of {name}, which is not there")

    def suite(self, suite: str) -> Facts:
        raise RecordError(f"it is of the suite {suite}, which is not there")


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where an outcome comes from: the file that has its line, without the suffix, and when it was measured last."""

    file: str = ""
    measured: str = ""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """Why scenarios of a trial have no answer, if any have none."""

    reason: Reason | None
    message: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What is recorded in a trial: its scenarios, the line of each that has an outcome that is believed, and where that ran."""

    scenarios: Facts
    lines: Mapping[str, OutcomeLine]
    runs: Mapping[str, Run]


def parse_trial(lines: Iterable[str], sources: Sources) -> Trial:
    """The trial in the lines of a trial file. Raises RecordError where they are not a whole one."""
    return make_trial([parse_line(text) for text in lines], sources)


def make_trial(lines: Sequence[Line], sources: Sources) -> Trial:
    """The trial in some lines. Raises RecordError where they are not a whole one."""
    first, last = ends(lines)
    recorded = recorded_in(lines, sources)
    lack = lack_of_answer(last, failed_canary(lines))
    header = header_of(lines)
    versions = header.versions if header else {}
    return Trial(
        subject=first.subject,
        schema=first.schema,
        versions=versions,
        outcomes=tuple(
            outcome(facts, recorded.lines.get(name), versions, lack, recorded.runs.get(name, Run()))
            for name, facts in recorded.scenarios.items()
        ),
        reason=lack.reason,
        message=lack.message,
        seconds=last.seconds,
    )


def recorded_in(lines: Sequence[Line], sources: Sources) -> Recorded:
    """What is recorded in the lines of a trial. Raises RecordError where they are not a whole one."""
    first, _ = ends(lines)
    lines = believed(lines)
    header = header_of(lines)
    scenarios = asked(header, sources) if header else {}
    recorded = outcome_lines(lines)
    runs = dict.fromkeys(recorded, Run(file=file_name(first.subject), measured=first.started))
    for name, run, line in reused_lines(lines, recorded, scenarios, sources):
        if name in recorded:
            raise RecordError("a scenario has two outcomes")
        recorded[name], runs[name] = line, run
    recorded.pop(CANARY, None)
    if strangers := sorted(recorded.keys() - scenarios.keys()):
        raise RecordError(f"outcomes of scenarios that the header does not name: {', '.join(strangers)}")
    return Recorded(scenarios=scenarios, lines=recorded, runs=runs)


def header_of(lines: Iterable[Line]) -> HeaderLine | None:
    return next((line for line in lines if isinstance(line, HeaderLine)), None)


def asked(header: HeaderLine, sources: Sources) -> Facts:
    """The scenarios that a header names, with what their suite says of them; where it names none, all of the suite."""
    if old := [facts.facts for facts in header.scenarios if isinstance(facts, FactsOfOld)]:
        return facts_by_id(old)
    of_suite = sources.suite(header.suite)
    names = [name for name in header.scenarios if isinstance(name, str)]
    if strangers := sorted(set(names) - of_suite.keys()):
        raise RecordError(f"scenarios that its suite does not have: {', '.join(strangers)}")
    return {name: of_suite[name] for name in names} if names else of_suite


def lack_of_answer(last: VerdictLine, failure: str | None) -> Lack:
    """Why scenarios of a trial have no answer: a canary's ``failure`` is the reason, whatever ended the cell."""
    if failure is None:
        return Lack(reason=last.reason, message=last.message)
    return Lack(reason=Reason.CANARY_FAILED, message=last.message or tidy(failure))


def failed_canary(lines: Iterable[Line]) -> str | None:
    """What is wrong with the first canary that failed; None where none did."""
    for line in lines:
        if isinstance(line, CanaryLine) and line.failed:
            return line.failure
        if isinstance(line, OutcomeLine) and line.scenario == CANARY and line.happened is not Happened.RETURNED:
            return line.message
    return None


def believed(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without the outcomes after which a canary failed, back to the canaries that had worked before."""
    failed = next((at for at, line in enumerate(lines) if isinstance(line, CanaryLine) and line.failed), None)
    asked = [at for at, line in enumerate(lines[:failed]) if isinstance(line, OutcomeLine)]
    if failed is None or not asked:
        return lines
    worked = max((at for at, line in enumerate(lines[: asked[-1]]) if isinstance(line, CanaryLine)), default=0)
    return [line for at, line in enumerate(lines) if at < worked or not isinstance(line, OutcomeLine)]


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


def reused_lines(
    lines: Iterable[Line], recorded: Container[str], scenarios: Container[str], sources: Sources
) -> Iterator[tuple[str, Run, OutcomeLine]]:
    """Each scenario whose outcome is an earlier trial's, with where it ran and its line. Raises RecordError where it has none."""
    given: set[str] = set()
    for line in lines:
        if isinstance(line, ReusedLine):
            origin = sources.origin(line.trial)
            for name in reused_names(line, origin.outcomes, given, recorded, scenarios):
                if name not in origin.outcomes:
                    raise RecordError(f"it reuses an outcome of {name}, which {line.trial} does not have")
                given.add(name)
                yield name, Run(file=line.trial, measured=line.measured or origin.started), origin.outcomes[name]


def reused_names(
    line: ReusedLine, has: Iterable[str], given: Set[str], recorded: Container[str], scenarios: Container[str]
) -> list[str]:
    """The scenarios of a line; where it names none, what the file has and the suite asks, and nothing else gives."""
    if line.scenarios is not None:
        return line.scenarios
    free = [name for name in has if name in scenarios and name not in recorded and name not in given]
    return [name for name in free if name not in line.but]


def outcome(facts: ScenarioFacts, line: OutcomeLine | None, versions: Versions, lack: Lack, run: Run) -> Outcome:
    """The outcome of a scenario from its line; where it has none, it is unknown for the reason of the trial."""
    promise = documented(facts, versions)
    return Outcome(
        scenario=facts.id,
        kind=facts.kind,
        oracle=facts.oracle,
        documented=None if promise is UNSET else promise,
        title=facts.title,
        reference=facts.reference,
        source=facts.source,
        promises=facts.promises,
        answers=facts.answers,
        aliases=tuple(facts.aliases),
        **(lacking(lack) if line is None else recorded_as(line, facts, promise, run)),
    )


def lacking(lack: Lack) -> dict[str, Any]:
    """What an outcome is of which nothing was recorded."""
    return {"status": Status.UNKNOWN, "reason": lack.reason or Reason.NOT_RUN, "message": lack.message}


def recorded_as(line: OutcomeLine, facts: ScenarioFacts, promise: object | UnsetType, run: Run) -> dict[str, Any]:
    """What an outcome is that a line records."""
    judged = verdict(line, facts, promise)
    return {
        "status": judged.status,
        "harm": judged.harm,
        "reason": judged.reason,
        "observed": line.observed,
        "expected": judged.expected,
        "seen": line.seen,
        "documentation": documentation(line, facts, promise),
        "type": line.type,
        "message": tidy(line.message) if line.message else "",
        "lacks": line.lacks,
        "traceback": line.traceback,
        "seconds": line.seconds,
        "key": line.key,
        "origin": run.file,
        "measured": run.measured,
    }


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

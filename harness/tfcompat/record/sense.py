"""The sense of a trial: what its lines have to say of one another. Every rule is here, and each has its sentence."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from packaging.version import Version

from tfcompat.outcomes import Happened, Reason, Trial
from tfcompat.record.judge import CANARY, ends
from tfcompat.record.lines import (
    MOMENT,
    MOMENT_PATTERN,
    CanaryLine,
    EndLine,
    HeaderLine,
    Line,
    OutcomeLine,
    RecordError,
    ReusedLine,
    TrialLine,
    VerdictLine,
    file_name,
)

#: The engines that there are; a trial of another was made by another program.
ENGINES = ("docker", "local")
#: What the canary computes.
CANARY_GIVES = 2.0
#: How far the clocks of two machines may lie apart.
CLOCKS_APART = timedelta(days=1)
#: The order of a trial's lines.
ORDER = ("trial", "header", "canary", "outcome", "last canary", "end", "reused", "verdict")
#: Names that a sentence lists.
NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Told:
    """The lines of a trial by their kind; ``canary``, of a record that has no ``canaries``, is checked, others need not be."""

    lines: Sequence[Line]
    first: TrialLine
    headers: Sequence[HeaderLine]
    canary: OutcomeLine | None
    canaries: Sequence[CanaryLine]
    outcomes: Sequence[OutcomeLine]
    reused: Sequence[ReusedLine]
    ends: Sequence[EndLine]
    last: VerdictLine

    @property
    def canary_works(self) -> bool:
        before = [line for line in self.canaries if line.when == "before"]
        if before:
            return not any(line.failed for line in before)
        return self.canary is not None and self.canary.happened == Happened.RETURNED

    @property
    def has_canary(self) -> bool:
        return bool(self.canary or self.canaries)


def check(lines: Sequence[Line], canary: OutcomeLine | None, file: str = "", now: datetime | None = None) -> None:
    """Raises RecordError with a sentence where lines, which begin and end as a trial does, do not fit together.

    ``file`` is the trial's path, ``<cell>/<moment>-<engine>``, where it has one; ``now`` is the time of this machine.
    """
    told = told_by(lines, canary)
    sentences = (sentence for rule in RULES for sentence in rule(told))
    for sentence in (*of_file(told, file), *of_clock(told, now or datetime.now(UTC)), *sentences):
        raise RecordError(sentence)


def told_by(lines: Sequence[Line], canary: OutcomeLine | None) -> Told:
    first, last = ends(lines)
    return Told(
        lines=lines,
        first=first,
        headers=[line for line in lines if isinstance(line, HeaderLine)],
        canary=canary,
        canaries=[line for line in lines if isinstance(line, CanaryLine)],
        outcomes=[line for line in lines if isinstance(line, OutcomeLine) and line.scenario != CANARY],
        reused=[line for line in lines if isinstance(line, ReusedLine)],
        ends=[line for line in lines if isinstance(line, EndLine)],
        last=last,
    )


def check_answered(trial: Trial) -> None:
    """Raises RecordError where scenarios of a whole trial have neither an answer nor a reason."""
    if trial.reason is None:
        check_all_there([outcome.scenario for outcome in trial.outcomes if outcome.reason is Reason.NOT_RUN])


def check_all_there(lacking: Collection[str]) -> None:
    """Raises RecordError where scenarios are ``lacking``."""
    if lacking:
        more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
        names = ", ".join(sorted(lacking)[:NAMED])
        raise RecordError(f"it has neither an outcome of {names}{more} nor a reason why not")


def of_file(told: Told, file: str) -> Iterator[str]:
    """A file is of the cell, moment and engine that it is named by."""
    own = f"{told.first.cell}/{file_name(told.first.subject)}"
    if file and file != own:
        yield f"it is the trial {own}, and lies at {file}"


def of_clock(told: Told, now: datetime) -> Iterator[str]:
    """No trial is from the future: it would be the newest of its cell for ever."""
    started = datetime.strptime(told.first.started, MOMENT).replace(tzinfo=UTC)
    if started > now + CLOCKS_APART:
        yield f"it started at {told.first.started}, and the clock of this machine says {now.strftime(MOMENT)}"


def of_cell(told: Told) -> Iterator[str]:
    """A cell's id is its release, Python and variant."""
    first = told.first
    variant = "" if first.variant == "bundled" else f"+{first.variant}"
    ids = [f"tf{release}-py{first.python}{variant}" for release in (first.tensorflow, "nightly")]
    if first.cell not in ids:
        yield f"the cell {first.cell!r} is not {ids[0]}, which its release, Python and variant are"


def of_engine(told: Told) -> Iterator[str]:
    """A trial is of an engine that there is."""
    if told.first.engine not in ENGINES:
        yield f"{told.first.engine!r} is not an engine: there are {' and '.join(ENGINES)}"


def of_lock(told: Told) -> Iterator[str]:
    """A lock is named by its SHA-256, and what was measured had one."""
    if not re.fullmatch("([0-9a-f]{64})?", told.first.lock):
        yield f"its lock {told.first.lock[:80]!r} is not a SHA-256"
    elif told.outcomes and not told.first.lock:
        yield "it has outcomes, and names no lock of what they were measured with"


def of_order(told: Told) -> Iterator[str]:
    """Lines come in the order of a run: trial, header, canaries, outcomes, canaries, end, what is reused, verdict."""
    ranks = [rank(line) for line in told.lines]
    for line, before, after in zip(told.lines[1:], ranks, ranks[1:], strict=False):
        if after < before:
            yield f"its {name_of(line)} comes too late: a run writes {', '.join(ORDER)}"
            return


def rank(line: Line) -> int:
    """Where a line stands in a trial."""
    return ORDER.index(name_of(line)) if name_of(line) in ORDER else 1


def name_of(line: Line) -> str:
    if isinstance(line, CanaryLine):
        return {"before": "canary", "between": "outcome", "after": "last canary"}[line.when]
    return "canary" if isinstance(line, OutcomeLine) and line.scenario == CANARY else line.kind


def of_header(told: Told) -> Iterator[str]:
    """A trial has one header, of its own suite, and none only where nothing was asked."""
    if len(told.headers) > 1:
        yield "it has two headers"
    if not told.headers and (told.outcomes or told.has_canary or told.reused):
        yield "it has outcomes, and no header that asks for them"
    for header in told.headers:
        if header.suite != told.first.suite:
            yield f"its header is of the suite {header.suite}, and the trial of {told.first.suite}"


def of_versions(told: Told) -> Iterator[str]:
    """Where the canary works, what was imported is the cell's."""
    for header in told.headers if told.canary_works else ():
        imported, python = header.versions.get("tensorflow"), header.versions.get("python")
        if not same_release(imported, told.first.tensorflow):
            yield f"TensorFlow {imported} was imported in a cell of {told.first.tensorflow}"
        if python is None or python.split(".")[:2] != told.first.python.split(".")[:2]:
            yield f"it ran on Python {python} in a cell of {told.first.python}"


def same_release(imported: str | None, release: str) -> bool:
    """Whether what TensorFlow says of itself is a release; it does not say which post-release it is."""
    try:
        said, wanted = Version(imported or ""), Version(release)
    except ValueError:
        return False
    return (said.release, said.pre, said.dev) == (wanted.release, wanted.pre, wanted.dev)


def of_canary(told: Told) -> Iterator[str]:
    """What was measured was measured after canaries that work."""
    if told.outcomes and not told.has_canary:
        yield "it has outcomes, and no canary"
    if told.outcomes and told.has_canary and not told.canary_works:
        yield "its canary failed, and it has outcomes all the same"
    if told.canary_works and told.canary and told.canary.observed != CANARY_GIVES:
        yield f"its canary computed {str(told.canary.observed)[:80]}, and not {CANARY_GIVES}"


def of_canaries(told: Told) -> Iterator[str]:
    """The same canaries are asked before and after; none is asked twice, and nothing is measured after one that failed."""
    asked = {when: [line.name for line in told.canaries if line.when == when] for when in ("before", "after")}
    repeated = any(len(set(names)) < len(names) for names in asked.values())
    whole = bool(told.ends) and not any(line.failed for line in told.canaries)
    if repeated or (whole and set(asked["before"]) != set(asked["after"])):
        yield "its canaries are not the same before and after"
    failed = next(
        (place for place, line in enumerate(told.lines) if isinstance(line, CanaryLine) and line.failed), None
    )
    if failed is not None and any(isinstance(line, OutcomeLine) for line in told.lines[failed:]):
        yield "it has outcomes after a canary that failed"


def of_end(told: Told) -> Iterator[str]:
    """A record has one end, which counts its outcomes; one that has none says why in its verdict."""
    if len(told.ends) > 1:
        yield f"it has {len(told.ends)} ends"
    if told.has_canary and not told.ends and told.last.reason is None:
        yield "its record has no end, and its verdict no reason"
    for end in told.ends:
        if end.outcomes != len(told.outcomes):
            yield f"its end counts {end.outcomes} outcomes, and it has {len(told.outcomes)}"


def of_verdict(told: Told) -> Iterator[str]:
    """A trial in which nothing was asked says why."""
    if told.last.reason is None and not told.headers:
        yield "it asked nothing, and does not say why"


def of_seconds(told: Told) -> Iterator[str]:
    """No time is negative, and none is without end."""
    seconds = [*(line.seconds for line in told.outcomes), *(line.seconds for line in told.ends), told.last.seconds]
    if any(not 0 <= time < math.inf for time in seconds):
        yield "it took a negative time, or one without end"


def of_reused(told: Told) -> Iterator[str]:
    """What is reused was measured before, by the same engine."""
    for line in told.reused:
        engine = line.trial.partition("-")[2]
        if engine != told.first.engine or line.trial >= file_name(told.first.subject):
            yield f"it reuses outcomes of {line.trial}, which is not an earlier trial of the same engine"
        if line.measured and (not re.match(MOMENT_PATTERN, line.measured) or line.measured > told.first.started):
            yield f"it says that {line.trial} was confirmed at {line.measured[:40]!r}, which is no moment before its own"


#: All rules on lines alone.
RULES: Sequence[Callable[[Told], Iterator[str]]] = (
    of_cell,
    of_engine,
    of_lock,
    of_header,
    of_order,
    of_canary,
    of_canaries,
    of_versions,
    of_end,
    of_verdict,
    of_seconds,
    of_reused,
)

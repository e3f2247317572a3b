"""The lines of a trial file, decoded at once; an observation stays as it is written until it is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import msgspec
from msgspec import UNSET, Raw

from tfcompat.outcomes import Happened
from tfcompat.record.lines import (
    BrokenLine,
    CanaryLine,
    EndLine,
    FactsOfOld,
    HeaderLine,
    Line,
    OutcomeLine,
    ReusedLine,
    TrialLine,
    VerdictLine,
    refuse_deep,
)


class UnusualError(Exception):
    """A file is not read here: it is damaged, or so rare that ``trials.store`` reads it, which is slower and strict."""


class RawOutcome(OutcomeLine, tag="outcome", frozen=True, gc=False):
    """An outcome of which two things were not checked: what happened, and its observation, which is still JSON."""

    happened: str  # type: ignore[assignment]  # a plain text is compared faster than a member of an enumeration
    observed: Raw = Raw(b"null")
    expected: Raw = Raw(b"")
    seen: Raw = Raw(b"null")

    def __post_init__(self) -> None:
        return


class RawHeader(HeaderLine, tag="header", frozen=True):
    """A header whose scenarios are still JSON."""

    scenarios: Raw = Raw(b"[]")  # type: ignore[assignment]  # the one that it replaces is what this becomes

    @property
    def whole(self) -> HeaderLine:
        """The header with its scenarios. Raises UnusualError where they are not what a header says."""
        named = decoded(SCENARIOS, self.scenarios)
        return HeaderLine(schema=self.schema, suite=self.suite, versions=self.versions, scenarios=named)


#: Every kind of line, as it is read here.
LINES = TrialLine | RawHeader | BrokenLine | CanaryLine | RawOutcome | ReusedLine | EndLine | VerdictLine
DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(LINES)
SCENARIOS: msgspec.json.Decoder[list[str | FactsOfOld]] = msgspec.json.Decoder(list[str | FactsOfOld])


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The lines of one trial file, ``every`` one and by kind; ``outcomes`` are by scenario."""

    every: Sequence[Line]
    first: TrialLine
    header: RawHeader | None
    outcomes: Mapping[str, RawOutcome]
    reused: tuple[ReusedLine, ...]
    verdict: VerdictLine


def read(text: bytes) -> Lines:
    """The lines of an unpacked trial file. Raises UnusualError where they are not what a run of today writes."""
    if not text.isascii() or b"\r" in text:
        raise UnusualError("it has characters that a run escapes")
    try:
        lines = DECODER.decode_lines(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnusualError(str(error)) from error
    # The decoder takes a value of several lines, and several values of one line.
    if not len(lines) == text.count(b"\n") == text.count(b"}\n{") + 1:
        raise UnusualError("its lines are not one value each, or one is unfinished")
    kinds: dict[type[Line], list[Any]] = {kind: [] for kind in get_args(LINES)}
    for line in lines:
        kinds[type(line)].append(line)
    return whole(lines, kinds)


def whole(lines: Sequence[Line], kinds: Mapping[type[Line], Sequence[Any]]) -> Lines:
    """The lines of a whole trial, from all of them and from those of each kind."""
    outcomes = {line.scenario: line for line in kinds[RawOutcome]}
    if not lines or [*kinds[TrialLine], *kinds[VerdictLine]] != [lines[0], lines[-1]]:
        raise UnusualError("it does not begin with its trial line and end with its verdict")
    if len(outcomes) != len(kinds[RawOutcome]) or len(kinds[RawHeader]) > 1:
        raise UnusualError("a scenario has two outcomes, or there are two headers")
    if any(line.failed for line in kinds[CanaryLine]):
        raise UnusualError("a canary failed, and takes outcomes with it")
    return Lines(
        every=lines,
        first=kinds[TrialLine][0],
        header=next(iter(kinds[RawHeader]), None),
        outcomes=outcomes,
        reused=tuple(kinds[ReusedLine]),
        verdict=kinds[VerdictLine][0],
    )


def checked(line: RawOutcome) -> OutcomeLine:
    """The outcome with all of it checked. Raises UnusualError where it is not one, or is nested too deep."""
    observed, seen = decoded(VALUE, line.observed), decoded(VALUE, line.seen)
    expected = decoded(VALUE, line.expected) if line.expected else UNSET
    try:
        for value in (observed, seen, expected):
            refuse_deep(value)
        return msgspec.structs.replace(
            line, observed=observed, seen=seen, expected=expected, happened=Happened(line.happened)
        )
    except ValueError as error:
        raise UnusualError(str(error)) from error


VALUE: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Any)


def decoded(decoder: msgspec.json.Decoder[Any], text: Raw) -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnusualError(str(error)) from error

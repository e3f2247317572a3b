"""The record: JSON lines, one document between processes, read strictly at the border and written the same way."""

import json
import re
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType
from packaging.version import Version

from tfcompat.escape import printable
from tfcompat.outcomes import Happened, Harm, Kind, Oracle, Reason, Subject

#: The version of the trial file that this code writes; docs/record.md describes it. It reads those before it, too.
SCHEMA: Literal[2] = 2
Schema = Literal[1, 2]
#: How the moment is written at which a trial started.
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
MOMENT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
#: Bytes that one cell may put on its channel: a hundred times what the suite writes. In a file, where all that is not ASCII
#: is escaped, they may be three times as many.
LARGEST_RECORD, LARGEST_FILE = 50_000_000, 150_000_000
#: How many lists and objects may be inside one another in an observation; Python cannot write those of a thousand.
DEEPEST = 100
#: Half of a surrogate pair as JSON may write it. A backslash that is written, and a whole pair, are matched to be kept.
SURROGATES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


#: The name of a trial's file without its suffix: when it started, and the engine.
FILE_NAME = r"^[0-9]{8}T[0-9]{6}Z-[a-z]+$"


class RecordError(ValueError):
    """A line, or a whole record, is not what a recorder writes."""


class Line(msgspec.Struct, tag_field="kind", frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a record. What is left out when it is written is read as the default."""

    @property
    def kind(self) -> str:
        """Which line it is, as ``kind`` in the JSON says it."""
        return str(self.__struct_config__.tag)


class TrialLine(Line, tag="trial", frozen=True):
    """The first line of a trial file: what was measured, and where. The fields are those of ``Subject``."""

    schema: Schema
    cell: str
    tensorflow: str
    python: str
    variant: str
    package: str
    engine: str
    environment: str
    lock: str
    suite: str
    started: str
    tfcompat: str

    def __post_init__(self) -> None:
        for key, value in (("tensorflow", self.tensorflow), ("python", self.python)):
            try:
                Version(value)
            except ValueError as error:
                raise ValueError(f"{key} is not a version: {value!r}") from error
        try:
            datetime.strptime(self.started, MOMENT)
        except ValueError as error:
            raise ValueError(f"started is not a moment such as 2026-01-02T03:04:05Z: {self.started!r}") from error

    @property
    def subject(self) -> Subject:
        return msgspec.convert(self, Subject, from_attributes=True)


class ScenarioFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a suite says of a scenario: all that it takes to judge what was recorded of it.

    ``kind`` is None in trials that are older than kinds. ``promises`` are documented observations by requirement, such as
    ``>=2.6`` or ``keras>=3``; the empty one is every release. ``refused_by`` are the classes of a promised refusal,
    ``answers`` the words of a question with their harm, ``aliases`` the ids that the row had before.
    """

    id: Annotated[str, Meta(pattern="^[^:]+::.+")]
    title: str
    reference: str
    source: str
    kind: Kind | None = None
    oracle: Oracle | None = None
    promises: dict[str, Any] = {}
    refused_by: list[str] = []
    answers: dict[str, Harm] = {}
    aliases: list[str] = []

    def __post_init__(self) -> None:
        refuse_deep(self.promises)


class FactsOfOld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a header of schema 1 says of a scenario; ``documented`` is unset where its reference promises nothing."""

    id: Annotated[str, Meta(pattern="^[^:]+::.+")]
    title: str
    reference: str
    source: str
    documented: Any | UnsetType = UNSET

    def __post_init__(self) -> None:
        refuse_deep(self.documented)

    @property
    def facts(self) -> ScenarioFacts:
        promises = {} if self.documented is UNSET else {"": self.documented}
        return ScenarioFacts(
            id=self.id, title=self.title, reference=self.reference, source=self.source, promises=promises
        )


class HeaderLine(Line, tag="header", frozen=True):
    """What the recorder is about to ask, and of which versions.

    ``scenarios`` are ids, none where the whole suite is asked; a header of schema 1 has the facts themselves.
    """

    schema: Schema
    suite: str
    versions: dict[str, str | None]
    scenarios: list[str | FactsOfOld] = []


class BrokenLine(Line, tag="broken", frozen=True):
    """A file of the suite could not be collected."""

    message: str


class OutcomeLine(Line, tag="outcome", frozen=True):
    """What happened to one scenario, before anybody judges it; ``key`` is added by the harness (``Outcome.key``).

    ``expected`` is what a promise computed beside its observation, and ``seen`` what led to an answer. ``classes`` are those
    of the exception, itself first. Of what is missing, ``type``, ``message`` and ``traceback`` are those of the exception
    that showed it, and ``lacks`` says what it is. One that died or hung while another scenario ran was asked again, alone,
    and the line is of that; ``beside`` is what had happened to it before, where that was something else.
    """

    scenario: str
    seconds: float
    happened: Happened
    observed: Any = None
    expected: Any | UnsetType = UNSET
    seen: Any = None
    type: str = ""
    classes: list[str] = []
    message: str = ""
    lacks: str = ""
    traceback: str = ""
    beside: Happened | None = None
    key: str = ""

    def __post_init__(self) -> None:
        for value in (self.observed, self.expected, self.seen):
            if isinstance(value, (dict, list)):
                refuse_deep(value)


class CanaryLine(Line, tag="canary", frozen=True):
    """What happened to a question whose answer is known, before, between or after the scenarios, and what is meant to.

    ``type`` and ``message`` are those of an exception where something else happened.
    """

    name: str
    when: Literal["before", "between", "after"]
    meant: Happened
    happened: Happened
    type: str = ""
    message: str = ""

    @property
    def failed(self) -> bool:
        return self.happened is not self.meant

    @property
    def failure(self) -> str:
        """What is wrong, for a reader: ``h5py: OSError: unable to open file``."""
        said = f"{self.type}: {self.message}".removeprefix(": ").removesuffix(": ")
        return f"{self.name}: {said or f'{self.happened}, and not {self.meant}'}"


class ReusedLine(Line, tag="reused", frozen=True):
    """Outcomes that an earlier trial file of the same cell has: its name without the suffix, and the scenarios.

    Where ``scenarios`` is None, they are all that the file has and the suite asks, but those that an earlier line of this
    trial gives, and those ``but``. ``measured`` is when they were confirmed last, where that was after the file was written.
    """

    trial: Annotated[str, Meta(pattern=FILE_NAME)]
    scenarios: list[str] | None = None
    but: list[str] = []
    measured: str = ""


class EndLine(Line, tag="end", frozen=True):
    """The recorder's last line: how many outcomes there are, and how long they took."""

    outcomes: int
    seconds: float


class VerdictLine(Line, tag="verdict", frozen=True):
    """The last line of a trial file: why scenarios have no answer, where any have none."""

    reason: Reason | None
    message: str
    seconds: float


class Versioned(msgspec.Struct):
    """The schema of a line, whatever else is in it."""

    schema: int | None = None


#: Every kind of line.
LINES = TrialLine | HeaderLine | BrokenLine | CanaryLine | OutcomeLine | ReusedLine | EndLine | VerdictLine
DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(LINES)


def refuse_deep(value: object, levels: int = DEEPEST) -> None:
    """Raises ValueError where lists and objects are nested deeper than ``levels``."""
    if levels < 1:
        raise ValueError(f"an observation is nested deeper than {DEEPEST} levels")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        if isinstance(part, (dict, list)):
            refuse_deep(part, levels - 1)


def parse_line(text: str) -> Line:
    """One line of a record; half a surrogate pair, which no report could be written with, is read as a question mark.

    Raises RecordError where it is not JSON, or not exactly what ``schema`` describes.
    """
    try:
        return DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        repaired = SURROGATES.sub(lambda match: "?" if match["half"] else match[0], text)
    try:
        return DECODER.decode(repaired.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise RecordError(refusal(text, str(error))) from error


def refusal(text: str, message: str) -> str:
    """What is wrong with a line: that it is of another schema, or what the decoder says."""
    schema = schema_of(text)
    if schema is not None and schema not in get_args(Schema):
        return f"schema {schema}, but this tfcompat reads {' and '.join(map(str, get_args(Schema)))}"
    return f"{printable(message)}, in the line {text[:80]!r}"


def schema_of(text: str) -> int | None:
    """The number of the schema that a line names, where it names one."""
    try:
        return msgspec.json.decode(text, type=Versioned).schema
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def dump_line(line: Line) -> str:
    """One line of a record, as it is stored: ASCII, so that nothing in it can end the line."""
    return json.dumps(msgspec.to_builtins(line), separators=(",", ":"), ensure_ascii=True)


def schema() -> dict[str, Any]:
    """The JSON Schema of one line of a trial file."""
    return msgspec.json.schema(LINES)


def file_name(subject: Subject) -> str:
    """The name of a trial's file, without the suffix: ``20261121T034500Z-docker``."""
    return f"{re.sub(r'[^0-9TZ]', '', subject.started)}-{subject.engine}"


def trial_line(subject: Subject) -> TrialLine:
    return TrialLine(schema=SCHEMA, **asdict(subject))


def verdict_line(reason: Reason | None, message: str, seconds: float) -> VerdictLine:
    return VerdictLine(reason=reason, message=message, seconds=round(seconds, 3))

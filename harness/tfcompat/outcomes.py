"""Statuses, reasons, outcomes and trials: the closed sets and the facts that a run makes and the reports show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, assert_never


class Kind(StrEnum):
    """What a scenario asks."""

    PROMISE = "promise"
    PRESENCE = "presence"
    QUESTION = "question"
    DATA = "data"


class Oracle(StrEnum):
    """What a promise is held against."""

    DOCUMENTED = "documented"
    NUMPY = "numpy"
    INVARIANCE = "invariance"
    REFUSAL = "refusal"
    SNIPPET = "snippet"


class Harm(StrEnum):
    """What an outcome does to a user who meets it, from nothing to a wrong result without a word."""

    NONE = "none"
    LOUD = "loud"
    OBSCURE = "obscure"
    VISIBLE = "visible"
    SILENT = "silent"


class Status(StrEnum):
    """What one scenario did in one cell."""

    WORKS = "works"
    WRONG = "wrong"
    ANSWERED = "answered"
    MISSING = "missing"
    FAILS = "fails"
    CRASHES = "crashes"
    HANGS = "hangs"
    UNKNOWN = "unknown"

    @property
    def symbol(self) -> str:
        """One character that shows the status without colour."""
        return SYMBOLS[self]


SYMBOLS: Mapping[Status, str] = {
    Status.WORKS: "✓",
    Status.WRONG: "≠",
    Status.ANSWERED: "•",
    Status.MISSING: "–",
    Status.FAILS: "✗",
    Status.CRASHES: "☠",
    Status.HANGS: "∞",
    Status.UNKNOWN: "?",
}


class Documentation(StrEnum):
    """Whether the documentation of a release says what the release does; empty where it says nothing of it."""

    SILENT = ""
    AGREES = "agrees"
    DISAGREES = "disagrees"


class Reason(StrEnum):
    """Why there is no answer."""

    NO_LOCK = "no lock"
    NO_WHEEL = "no wheel"
    NO_INTERPRETER = "no interpreter"
    NO_NETWORK = "no network"
    NO_IMAGE = "no image"
    OUT_OF_MEMORY = "out of memory"
    OUT_OF_DISK = "out of disk"
    ENGINE_LOST = "engine lost"
    TIME_LIMIT = "time limit of the cell"
    CANARY_FAILED = "canary failed"
    SUITE_BROKEN = "suite broken"
    NO_ORACLE = "no oracle"
    UNANSWERABLE = "not answerable here"
    INTERRUPTED = "interrupted"
    NOT_RUN = "not run"


class Fault(StrEnum):
    """Who or what causes that there is no answer."""

    MACHINE = "this machine"
    DISTRIBUTIONS = "the distributions"
    SUITE = "the suite"
    USER = "the user"


def fault(reason: Reason) -> Fault:
    """What caused a reason; total, so that no new reason can go without a cause."""
    match reason:
        case (
            Reason.NO_INTERPRETER
            | Reason.NO_NETWORK
            | Reason.OUT_OF_MEMORY
            | Reason.OUT_OF_DISK
            | Reason.ENGINE_LOST
            | Reason.TIME_LIMIT
        ):
            return Fault.MACHINE
        case Reason.NO_LOCK | Reason.NO_WHEEL | Reason.NO_IMAGE | Reason.CANARY_FAILED:
            return Fault.DISTRIBUTIONS
        case Reason.SUITE_BROKEN | Reason.NO_ORACLE | Reason.UNANSWERABLE:
            return Fault.SUITE
        case Reason.INTERRUPTED | Reason.NOT_RUN:
            return Fault.USER
        case _ as never:
            assert_never(never)


class Happened(StrEnum):
    """What the recorder saw, before it is judged."""

    RETURNED = "returned"
    MISSING = "missing"
    RAISED = "raised"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    DISK = "disk"
    UNDESCRIBED = "undescribed"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one scenario did in one trial. ``unknown`` has a reason, and no other status has one.

    ``kind`` is None where the trial is older than kinds; ``oracle`` is that of a promise. ``expected`` is what a promise was
    compared with, and ``seen`` what led to the answer of a question. ``documented`` is what the documentation of the release
    says, None where it says nothing. ``type``, ``message`` and ``traceback`` are those of the exception as it was raised,
    and ``lacks`` says what is missing. ``promises`` is what is documented by requirement, ``answers`` the words of a
    question with their harm, and ``aliases`` are ids that the row had before.

    ``key`` is a hash over all that the outcome depends on, empty where that was not recorded. ``origin`` is the trial file
    that has its line (the name without the suffix), and ``measured`` the moment (ISO 8601, in UTC) of the last run in which
    the scenario ran; both are empty where it did not run.
    """

    scenario: str
    status: Status
    kind: Kind | None = None
    oracle: Oracle | None = None
    harm: Harm = Harm.NONE
    observed: Any = None
    expected: Any = None
    seen: Any = None
    documented: Any = None
    documentation: Documentation = Documentation.SILENT
    reason: Reason | None = None
    type: str = ""
    message: str = ""
    lacks: str = ""
    traceback: str = ""
    title: str = ""
    reference: str = ""
    source: str = ""
    promises: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Harm] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    seconds: float = 0.0
    key: str = ""
    origin: str = ""
    measured: str = ""

    def __post_init__(self) -> None:
        if (self.status is Status.UNKNOWN) != (self.reason is not None):
            raise ValueError(f"{self.scenario}: {self.status} with reason {self.reason}")

    @property
    def group(self) -> str:
        return self.scenario.split("::")[0]

    @property
    def raised(self) -> str:
        """The exception as it was raised, in one line: its type and message; empty where there was none."""
        return f"{self.type}: {self.message}".removesuffix(": ") if self.type else ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a trial measured: the cell, and what identifies its environment. Dates are ISO 8601, in UTC."""

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


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One cell, run once by one engine.

    ``file`` is the file that has its lines, relative to the folder of trials, empty where there is none. A ``confirmed``
    trial said what that file says. ``schema`` is that of its lines: of 1, which says neither what a scenario asks nor what
    it was compared with, a trial is history and never shown.
    """

    subject: Subject
    schema: int = 2
    versions: Mapping[str, str | None] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    reason: Reason | None = None
    message: str = ""
    seconds: float = 0.0
    file: str = ""
    confirmed: bool = False


class NoAnswerError(Exception):
    """There will be no answer from a cell, for this reason."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def interrupted() -> NoAnswerError:
    """The error of a cell when somebody has ended the run."""
    return NoAnswerError(Reason.INTERRUPTED, "the run was interrupted")

"""Rules: what must be observed in a cell for a statement to hold there, as a data file has it."""

import math
from enum import StrEnum
from typing import Annotated, Any, assert_never

import msgspec
from packaging.specifiers import SpecifierSet

from tfcompat.outcomes import Harm, Kind, Status
from tfcompat.questions.datafile import Text, Texts
from tfcompat.table.columns import BUNDLED

#: What ran, and so has an observation that can be compared.
RAN = frozenset({Status.WORKS, Status.WRONG, Status.ANSWERED})
#: What ended in an exception.
RAISED = frozenset({Status.MISSING, Status.FAILS})
#: The variants of a rule that names none; and the word for every variant there is.
BUNDLED_ONLY = (BUNDLED,)
EVERY = "all"
#: How deep lists and tables, or premises, may stand in each other.
DEEPEST = 20
#: The largest number that JSON carries exactly.
LARGEST = 2**53


class Combine(StrEnum):
    """How the checks of a rule make one answer: each of them, one of them, or that one's outcome changes at all."""

    ALL = "all"
    ANY = "any"
    CHANGES = "changes"


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one scenario must have done.

    ``statuses`` count; of what ran, only where the observation, or its ``part``, is one of ``observed``, where there are
    any: of a question these are words of its answers; of what is missing or failed, only where the exception is of the
    class that ``raises`` names, and has exactly the ``message``; of all, only what has one of the ``harm`` named. An
    outcome of another ``kind`` than the one named says nothing. The check speaks of the ``releases`` named, and of cells
    where ``given`` holds.
    """

    scenario: Text
    status: Annotated[tuple[Status, ...], msgspec.Meta(min_length=1)] = ()
    observed: Annotated[tuple[Any, ...], msgspec.Meta(min_length=1)] = ()
    part: Text | None = None
    raises: Text | None = None
    message: Text | None = None
    harm: Annotated[tuple[Harm, ...], msgspec.Meta(min_length=1)] = ()
    kind: Kind | None = None
    releases: SpecifierSet | None = None
    given: "Check | None" = None

    def __post_init__(self) -> None:
        if Status.UNKNOWN in self.status:
            raise ValueError("has the status unknown, which is not an answer: name a status that is one")
        if self.part is not None and not self.observed:
            raise ValueError("has part without observed: say what the part must be, or leave it out")
        if self.message is not None and self.raises is None:
            raise ValueError("has message without raises: say of which class the exception is, or leave it out")
        if self.depth > DEEPEST:
            raise ValueError("has too many premises in each other: write it with fewer given")
        for value in self.observed:
            require_json(value)

    @property
    def depth(self) -> int:
        return 1 + (self.given.depth if self.given else 0)

    @property
    def statuses(self) -> frozenset[Status]:
        """What counts; where a check does not say: what ran, if the observation decides, what failed, if the error does,
        anything, if only the harm does.
        """
        ran = RAN if self.observed else frozenset[Status]()
        failed = RAISED if self.raises is not None else frozenset[Status]()
        harmed = frozenset(Status) - {Status.UNKNOWN} if self.harm else frozenset({Status.WORKS})
        return frozenset(self.status) or ran | failed or harmed

    @property
    def scenarios(self) -> tuple[str, ...]:
        return (self.scenario, *(self.given.scenarios if self.given else ()))


Checks = Annotated[tuple[Check, ...], msgspec.Meta(min_length=1)]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some checks, combined in exactly one way, over the cells of some variants."""

    all: Checks = ()
    any: Checks = ()
    changes: Annotated[tuple[Check, ...], msgspec.Meta(min_length=1, max_length=1)] = ()
    variants: Texts = BUNDLED_ONLY

    def __post_init__(self) -> None:
        if len(self.combines) != 1:
            has = " and ".join(self.combines) or "none"
            raise ValueError(f"needs one of {', '.join(Combine)}, and has {has}: keep exactly one")

    @property
    def combines(self) -> list[Combine]:
        return [combine for combine in Combine if getattr(self, combine)]

    @property
    def combine(self) -> Combine:
        return self.combines[0]

    @property
    def checks(self) -> tuple[Check, ...]:
        match self.combine:
            case Combine.ALL:
                return self.all
            case Combine.ANY:
                return self.any
            case Combine.CHANGES:
                return self.changes
            case _ as never:
                assert_never(never)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios that decide, each once."""
        return tuple(dict.fromkeys(name for check in self.checks for name in check.scenarios))


def require_json(value: Any, depth: int = 0) -> None:
    """Raises ValueError where an observation is nothing that a cell can have observed: plain JSON, not too deep."""
    if depth > DEEPEST:
        raise ValueError("has an observed that is nested too deep: write what a cell shows")
    match value:
        case list():
            for item in value:
                require_json(item, depth + 1)
        case dict():
            for item in value.values():
                require_json(item, depth + 1)
        case float() if not math.isfinite(value):
            raise ValueError('has an observed number that JSON does not have: write "nan" or "inf" as a text')
        case int() if abs(value) > LARGEST:
            raise ValueError("has an observed number that is too large: JSON carries whole numbers up to 2 ** 53")
        case str() | int() | float():
            return
        case _:
            raise ValueError(f"has an observed {type(value).__name__}, which JSON does not have: write it as a text")

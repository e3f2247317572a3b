"""The verdict on one scenario in one cell: its status and harm, from what was recorded. The only place where it is judged."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, assert_never

from msgspec import UNSET, UnsetType

from tfcompat.outcomes import Documentation, Happened, Harm, Kind, Oracle, Reason, Status
from tfcompat.record.lines import OutcomeLine, ScenarioFacts

#: How far two numbers may lie apart and count as the same observation: relative, and absolute near zero. Releases
#: differ in the order of their float32 operations; 1e-3 is far above that and far below any effect looked for.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-3, 1e-5
#: Exceptions that come from inside an implementation: they name a variable or an index of it, and not what the user did.
OBSCURE = frozenset(
    {
        *("AssertionError", "AttributeError", "IndexError", "KeyError", "NameError", "RecursionError"),
        *("StopIteration", "SystemError", "UnboundLocalError", "ZeroDivisionError"),
    }
)
#: Why there is no answer where the scenario's process could not give one.
LACKS = {
    Happened.MEMORY: Reason.OUT_OF_MEMORY,
    Happened.DISK: Reason.OUT_OF_DISK,
    Happened.UNDESCRIBED: Reason.SUITE_BROKEN,
}
#: What in the message of any other exception shows the same: a value was None inside, or was used as what it is not.
OF_INSIDE = re.compile(
    r"NoneType|object is not (callable|subscriptable|iterable)|object does not support item|has no len\(\)"
    rf"|is out of scope|^(?:\w+: )?(?:{'|'.join(sorted(OBSCURE))}): "
)
#: The labels by which an observation says that a number is not finite.
NOT_FINITE = frozenset({"nan", "inf", "-inf"})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A status with its harm, and the reason where it is unknown. ``expected`` is what the observation was compared with."""

    status: Status
    harm: Harm = Harm.NONE
    reason: Reason | None = None
    expected: Any = None


def verdict(line: OutcomeLine, facts: ScenarioFacts, documented: Any | UnsetType) -> Verdict:
    """The verdict on what happened; ``documented`` is what the documentation of the release says."""
    match line.happened:
        case Happened.RETURNED:
            return of_returned(line, facts, documented)
        case Happened.RAISED:
            return of_raised(line, facts)
        case Happened.MISSING:
            return Verdict(status=Status.MISSING, harm=Harm.LOUD)
        case Happened.SIGNAL | Happened.SILENT:
            return Verdict(status=Status.CRASHES, harm=Harm.OBSCURE)
        case Happened.TIMEOUT:
            return Verdict(status=Status.HANGS, harm=Harm.OBSCURE)
        case Happened.MEMORY | Happened.DISK | Happened.UNDESCRIBED:
            return unknown(LACKS[line.happened])
        case _ as never:
            assert_never(never)


def of_raised(line: OutcomeLine, facts: ScenarioFacts) -> Verdict:
    """The verdict on a scenario that raised an exception."""
    if line.type == "Unanswerable":
        return unknown(Reason.UNANSWERABLE)
    if facts.oracle is not Oracle.REFUSAL:
        return Verdict(status=Status.FAILS, harm=harm_of_error(line))
    clear = not {line.type, *line.classes}.isdisjoint(facts.refused_by)
    return Verdict(status=Status.WORKS) if clear else Verdict(status=Status.WRONG, harm=Harm.OBSCURE)


def of_returned(line: OutcomeLine, facts: ScenarioFacts, documented: Any | UnsetType) -> Verdict:
    """The verdict on a scenario that returned."""
    match facts.kind:
        case Kind.PROMISE if facts.oracle is Oracle.REFUSAL:
            return Verdict(status=Status.WRONG, harm=Harm.SILENT)
        case Kind.PROMISE:
            computed = facts.oracle in (Oracle.NUMPY, Oracle.INVARIANCE)
            return compared(line.observed, line.expected if computed else documented)
        case Kind.PRESENCE:
            return Verdict(status=Status.WORKS)
        case Kind.QUESTION:
            harm = facts.answers.get(line.observed) if isinstance(line.observed, str) else None
            return (
                Verdict(status=Status.ANSWERED, harm=harm) if harm else Verdict(status=Status.WRONG, harm=Harm.SILENT)
            )
        case None if documented is not UNSET:  # a trial that is older than kinds
            return compared(line.observed, documented)
        case Kind.DATA | None:
            return Verdict(status=Status.ANSWERED)
        case _ as never:
            assert_never(never)


def compared(observed: Any, expected: Any | UnsetType) -> Verdict:
    """The verdict on an observation that has to be what is expected; unknown where nothing is."""
    if expected is UNSET:
        return unknown(Reason.NO_ORACLE)
    if same(observed, expected):
        return Verdict(status=Status.WORKS, expected=expected)
    strange = not NOT_FINITE.isdisjoint(texts(observed)) and NOT_FINITE.isdisjoint(texts(expected))
    return Verdict(status=Status.WRONG, harm=Harm.VISIBLE if strange else Harm.SILENT, expected=expected)


def unknown(reason: Reason) -> Verdict:
    return Verdict(status=Status.UNKNOWN, reason=reason)


def harm_of_error(line: OutcomeLine) -> Harm:
    """Whether an error tells the user what is wrong, or hides it."""
    return Harm.OBSCURE if line.type in OBSCURE or OF_INSIDE.search(line.message) else Harm.LOUD


def documentation(line: OutcomeLine, facts: ScenarioFacts, documented: Any | UnsetType) -> Documentation:
    """Whether what the documentation says is so: the answer of a question, and what a promise has to be."""
    if documented is UNSET or line.happened is not Happened.RETURNED:
        return Documentation.SILENT
    computed = facts.oracle in (Oracle.NUMPY, Oracle.INVARIANCE)
    right = line.expected if computed and line.expected is not UNSET else line.observed
    return Documentation.AGREES if same(right, documented) else Documentation.DISAGREES


def texts(value: Any) -> Iterator[str]:
    """All texts in an observation."""
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from texts(part)


def same(observed: Any, expected: Any) -> bool:
    """Whether two observations agree: the same JSON, numbers within the tolerance. A bool is not a number."""
    if isinstance(observed, dict) and isinstance(expected, dict):
        return observed.keys() == expected.keys() and all(same(observed[key], expected[key]) for key in observed)
    if isinstance(observed, list) and isinstance(expected, list):
        return len(observed) == len(expected) and all(map(same, observed, expected))
    if is_number(observed) and is_number(expected):
        return close(observed, expected)
    return type(observed) is type(expected) and bool(observed == expected)


def close(number: float, other: float) -> bool:
    """Whether two numbers agree within the tolerance; integers that no float can hold agree where they are equal."""
    try:
        allowed = max(RELATIVE_TOLERANCE * max(abs(number), abs(other)), ABSOLUTE_TOLERANCE)
        return bool(abs(number - other) <= allowed)
    except OverflowError:
        return number == other


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

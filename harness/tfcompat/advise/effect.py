"""An effect: what an outcome is to code that relies on it, and what it is to that code that the outcome became another one."""

from collections.abc import Mapping
from enum import StrEnum

from tfcompat.advise.matrix import harm_of, is_known
from tfcompat.door.door import Row
from tfcompat.outcomes import Harm, Kind, Oracle, Status
from tfcompat.table.agreement import alike, same_answer, same_text

#: What a user meets as an error, whatever came of it in the cell.
RAISES = frozenset({Status.MISSING, Status.FAILS, Status.CRASHES, Status.HANGS})
LOUD = frozenset({Harm.LOUD, Harm.OBSCURE})


class Effect(StrEnum):
    """What code meets: nothing of note, an error, or a wrong result without one."""

    RIGHT = "right"
    ERROR = "error"
    WRONG = "wrong"
    UNKNOWN = "unknown"


class Change(StrEnum):
    """What an upgrade does to code that relies on a scenario, what is noticed last first; it starts where it was missing."""

    SILENT = "silently changes"
    STOPS = "stops working"
    STARTS_WRONG = "starts, but wrong"
    STARTS = "starts working"
    OTHERWISE = "fails otherwise"
    OBSERVED = "is observed otherwise"
    UNKNOWN = "is not known"


#: What breaks code, or what it computes.
BREAKING = (Change.SILENT, Change.STOPS)
#: The change of code that met the first effect and meets the second; where both are right, its facts decide.
TURNS: Mapping[tuple[Effect, Effect], Change] = {
    (Effect.RIGHT, Effect.ERROR): Change.STOPS,
    (Effect.WRONG, Effect.ERROR): Change.STOPS,
    (Effect.RIGHT, Effect.WRONG): Change.SILENT,
    (Effect.ERROR, Effect.WRONG): Change.SILENT,
    (Effect.WRONG, Effect.WRONG): Change.SILENT,
    (Effect.ERROR, Effect.RIGHT): Change.STARTS,
    (Effect.WRONG, Effect.RIGHT): Change.STARTS,
    (Effect.ERROR, Effect.ERROR): Change.OTHERWISE,
}


def effect_of(row: Row) -> Effect:
    """What code meets that relies on a row."""
    if not is_known(row):
        return Effect.UNKNOWN
    if row["status"] in RAISES or harm_of(row) in LOUD:
        return Effect.ERROR
    return Effect.RIGHT if harm_of(row) is Harm.NONE and row["status"] != Status.WRONG else Effect.WRONG


def agree(row: Row, other: Row) -> bool:
    """Whether two outcomes are alike, or were only judged otherwise: both are right, and the same was observed.

    What was measured before there were kinds is answered where it would work now.
    """
    both = effect_of(row) is effect_of(other) is Effect.RIGHT
    return alike(row, other) or bool(both and row["observed"] and same_text(row["observed"], other["observed"]))


def change(before: Row, after: Row, facts: Row) -> Change | None:
    """What became of a row; None where it does the same, or is data, which is another with every release.

    ``facts`` are what its scenario says of itself.
    """
    effects = effect_of(before), effect_of(after)
    if Effect.UNKNOWN in effects:
        return Change.UNKNOWN
    if facts.get("kind") == Kind.DATA:
        return None
    if agree(before, after) and (Effect.RIGHT in effects or same_answer(before, after)):
        return None
    if effects == (Effect.RIGHT, Effect.RIGHT):
        return Change.SILENT if tells_behaviour(facts) else Change.OBSERVED
    if before["status"] == Status.MISSING and effects[1] is Effect.WRONG:
        return Change.STARTS_WRONG
    return TURNS[effects]


def tells_behaviour(facts: Row) -> bool:
    """Whether another observation of what is right is another behaviour: another answer, or what is documented now.

    Any other promise that holds is kept, whatever numbers it was seen by, and what is there is there under another name.
    """
    return facts.get("kind") == Kind.QUESTION or facts.get("oracle") == Oracle.DOCUMENTED

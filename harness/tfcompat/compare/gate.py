"""The gate: whether results may take the place of those that are published, and each reason why they may not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import assert_never

import pandas as pd

from tfcompat.outcomes import Fault, Reason, Status, fault
from tfcompat.select.releases import Channel
from tfcompat.select.rotation import LIMIT
from tfcompat.table.frame import Table


class ObjectionKind(StrEnum):
    """Why results are not published."""

    COLUMN = "column"
    ROW = "row"
    SILENT = "no answers"
    CANARY = "canary"
    OLD = "old"


@dataclass(frozen=True, kw_only=True)
class Objection:
    """One reason not to publish: of which kind, about which cell or scenario, and in a sentence what is wrong, what the next
    night does about it and what a person can do.
    """

    kind: ObjectionKind
    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Age:
    """How many nights have passed since a cell was measured, now and when it was ``published`` last; ``trouble`` is why its
    newest run has no answers, empty where it has some.
    """

    passed: int
    published: int = 0
    trouble: str = ""


def objections(before: Table, after: Table, ages: Mapping[str, Age] | None = None) -> list[Objection]:
    """Each reason not to publish the current trials of ``after`` in the place of those of ``before``.

    ``ages`` are of the cells that a night can measure. What is published already is no reason: who published it has
    accepted it.
    """
    return [*vanished(before, after), *without_answer(before, after), *outdated(ages or {})]


def vanished(before: Table, after: Table) -> Iterator[Objection]:
    """Columns and rows that are published and are no more."""
    for cell in missing(before.current["cell"], after.current["cell"]):
        yield Objection(
            kind=ObjectionKind.COLUMN,
            name=cell,
            sentence=f"the column {cell} vanished: restore its trials with git checkout, {accepting(cell)} if it is to go",
        )
    for scenario in missing(outcomes_of(before)["scenario"], outcomes_of(after)["scenario"]):
        yield Objection(
            kind=ObjectionKind.ROW,
            name=scenario,
            sentence=f"the row {scenario} vanished: restore it in the suite, {accepting(scenario)} if it is to go",
        )


def missing(before: pd.Series, after: pd.Series) -> list[str]:
    """The values that are only in the first series, each once."""
    return list(before[~before.isin(after)].unique())


def outcomes_of(table: Table) -> pd.DataFrame:
    """The outcomes of the current trials."""
    return table.outcomes[table.outcomes["trial"].isin(table.current.index)]


def without_answer(before: Table, after: Table) -> Iterator[Objection]:
    """Columns whose canary failed, and those that had answers and have none now: a hole does not take data's place.

    A nightly build that does not work is news of that night, and keeps nothing else from being published.
    """
    published = silent(before)
    had = set(before.current["cell"]) - set(published["cell"])
    broken = set(published.loc[published["reason"] == str(Reason.CANARY_FAILED), "cell"])
    holes = silent(after)
    for hole in holes[holes["channel"] != str(Channel.NIGHTLY)].to_dict("records"):
        cell, reason, message = hole["cell"], Reason(hole["reason"]), hole["message"]
        why = f"{reason}: {message}" if message else reason
        if reason is Reason.CANARY_FAILED and cell not in broken:
            sentence = f"the canary of {cell} failed ({why}): {remedy(reason, cell)}"
            yield Objection(kind=ObjectionKind.CANARY, name=cell, sentence=sentence)
        elif cell in had:
            sentence = f"{cell} had answers and has none now ({why}): {remedy(reason, cell)}"
            yield Objection(kind=ObjectionKind.SILENT, name=cell, sentence=sentence)


def silent(table: Table) -> pd.DataFrame:
    """The current trials without any answer, each with a ``reason``: its own, or that of its first outcome."""
    outcomes, trials = outcomes_of(table), table.current
    answered = outcomes.loc[outcomes["status"] != str(Status.UNKNOWN), "trial"]
    holes = trials[~trials.index.isin(answered) | (trials["reason"] == str(Reason.CANARY_FAILED))]
    first = holes.index.to_series().map(outcomes.groupby("trial")["reason"].first()).fillna(str(Reason.NOT_RUN))
    return holes.assign(reason=holes["reason"].where(holes["reason"] != "", first))


def remedy(reason: Reason, cell: str) -> str:
    """What the next night does about a hole, and what a person has to do. Total."""
    match fault(reason):
        case Fault.SUITE:
            return "mend the suite; the next night runs it again"
        case Fault.DISTRIBUTIONS:
            return f"the next night tries again, {accepting(cell)} if it can never be made again"
        case Fault.MACHINE | Fault.USER:
            return "the next night tries again"
        case _ as never:
            assert_never(never)


def outdated(ages: Mapping[str, Age]) -> Iterator[Objection]:
    """Columns that many nights have passed over, and that were not that old when they were published."""
    for cell, age in ages.items():
        if age.passed > LIMIT >= age.published:
            trouble = f", and its newest run has no answers ({age.trouble})" if age.trouble else ""
            sentence = (
                f"{cell} was measured {age.passed} nights ago, the limit is {LIMIT}{trouble}: the next night measures it "
                f"first; see why no night gets there, {accepting(cell)} as it is"
            )
            yield Objection(kind=ObjectionKind.OLD, name=cell, sentence=sentence)


def accepting(name: str) -> str:
    return f"or accept it with --accept '{name}'"


def unaccepted(objections: Iterable[Objection], accepted: Sequence[str]) -> list[Objection]:
    """The objections that were not accepted: ``accepted`` are names of cells and scenarios, or globs over them."""
    return [
        objection
        for objection in objections
        if objection.name not in accepted and not any(fnmatchcase(objection.name, glob) for glob in accepted)
    ]

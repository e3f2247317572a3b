"""The gate: whether results may take the place of those that are published, and each reason why they may not."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, assert_never

from packaging.version import Version

from tfcompat.escape import shortened
from tfcompat.outcomes import Fault, Reason, Status, Trial, fault
from tfcompat.select.releases import Channel, channel_of
from tfcompat.select.rotation import LIMIT

if TYPE_CHECKING:
    import pandas as pd

    from tfcompat.table.frame import Table

#: Rows of which it may be chance that all raise the same.
FEW = 3


class ObjectionKind(StrEnum):
    """Why results are not published."""

    COLUMN = "column"
    ROW = "row"
    SILENT = "no answers"
    CANARY = "canary"
    SAME_ERROR = "same error"
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


@dataclass(frozen=True, kw_only=True)
class Column:
    """What the gate looks at of a column: the ``reason`` why it has no answer at all, None where it has some, and its rows.

    ``error`` is what every row raised, where all that answered raised the same.
    """

    cell: str
    channel: Channel
    reason: Reason | None
    message: str
    rows: Collection[str]
    error: str = ""

    @property
    def why(self) -> str:
        return f"{self.reason}: {self.message}" if self.message else str(self.reason)


def columns(trials: Iterable[Trial]) -> list[Column]:
    """The columns of the trials that are shown."""
    return [
        Column(
            cell=trial.subject.cell,
            channel=channel_of(Version(trial.subject.tensorflow)),
            reason=lacking(trial.reason, [outcome.reason for outcome in trial.outcomes]),
            message=trial.message,
            rows={outcome.scenario for outcome in trial.outcomes},
            error=same_error([outcome.raised for outcome in trial.outcomes if outcome.status is not Status.UNKNOWN]),
        )
        for trial in trials
    ]


def columns_of(table: "Table") -> list[Column]:
    """The columns of a table, which may be of an ``outcomes.csv`` that has no trials."""
    shown = table.outcomes[table.outcomes["trial"].isin(table.current.index)]
    numbers, records = table.current.index.tolist(), table.current.to_dict("records")
    return [
        Column(
            cell=trial["cell"],
            channel=Channel(trial["channel"]),
            reason=lacking(reason(trial["reason"]), [reason(text) for text in of_trial["reason"]]),
            message=trial["message"],
            rows=set(of_trial["scenario"]),
            error=same_error(raised(of_trial[of_trial["status"] != str(Status.UNKNOWN)])),
        )
        for number, trial in zip(numbers, records, strict=True)
        for of_trial in [shown[shown["trial"] == number]]
    ]


def reason(text: str) -> Reason | None:
    return Reason(text) if text else None


def lacking(reason: Reason | None, outcomes: Sequence[Reason | None]) -> Reason | None:
    """Why a trial has no answer at all: its own reason, or that of its first outcome; None where it has an answer."""
    if reason is Reason.CANARY_FAILED or None not in outcomes:
        return reason or next(iter(outcomes), None) or Reason.NOT_RUN
    return None


def raised(rows: "pd.DataFrame") -> list[str]:
    """What each outcome raised, as ``Outcome.raised`` has it; empty where it raised nothing."""
    pairs = rows[["type", "bare_message"]].itertuples(index=False, name=None)
    return [f"{error}: {message}".removesuffix(": ") if error else "" for error, message in pairs]


def same_error(errors: Sequence[str]) -> str:
    """The error that all of a column raised; empty where they are few, one answered otherwise, or they raised several."""
    return errors[0] if len(errors) >= FEW and len(set(errors)) == 1 else ""


def objections(
    before: Sequence[Column], after: Sequence[Column], ages: Mapping[str, Age] | None = None
) -> list[Objection]:
    """Each reason not to publish the columns ``after`` in the place of those ``before``.

    ``ages`` are of the cells that a night can measure. What is published already is no reason: who published it has
    accepted it.
    """
    return [
        *vanished(before, after),
        *without_answer(before, after),
        *of_one_error(before, after),
        *outdated(ages or {}),
    ]


def vanished(before: Sequence[Column], after: Sequence[Column]) -> Iterator[Objection]:
    """Columns and rows that are published and are no more."""
    for cell in missing([column.cell for column in before], [column.cell for column in after]):
        yield Objection(
            kind=ObjectionKind.COLUMN,
            name=cell,
            sentence=f"the column {cell} vanished: restore its trials with git checkout, {accepting(cell)} if it is to go",
        )
    for row in missing(*(sorted({row for column in side for row in column.rows}) for side in (before, after))):
        yield Objection(
            kind=ObjectionKind.ROW,
            name=row,
            sentence=f"the row {row} vanished: restore it in the suite, {accepting(row)} if it is to go",
        )


def missing(before: Iterable[str], after: Collection[str]) -> list[str]:
    return [name for name in before if name not in set(after)]


def without_answer(before: Sequence[Column], after: Sequence[Column]) -> Iterator[Objection]:
    """Columns whose canary failed, and those that had answers and have none now: a hole does not take data's place.

    A nightly build that does not work is news of that night, and keeps nothing else from being published.
    """
    was = {column.cell: column.reason for column in before}
    for column in after:
        cell, reason = column.cell, column.reason
        if reason is None or column.channel is Channel.NIGHTLY:
            continue
        if reason is Reason.CANARY_FAILED and was.get(cell) is not reason:
            sentence = f"the canary of {cell} failed ({column.why}): {remedy(reason, cell)}"
            yield Objection(kind=ObjectionKind.CANARY, name=cell, sentence=sentence)
        elif cell in was and was[cell] is None:
            sentence = f"{cell} had answers and has none now ({column.why}): {remedy(reason, cell)}"
            yield Objection(kind=ObjectionKind.SILENT, name=cell, sentence=sentence)


def of_one_error(before: Sequence[Column], after: Sequence[Column]) -> Iterator[Objection]:
    """Columns of which every row raised one and the same: that is said of an environment, and not of a release."""
    was = {column.cell: column.error for column in before}
    for column in after:
        if column.error and column.channel is not Channel.NIGHTLY and was.get(column.cell) != column.error:
            sentence = (
                f"every row of {column.cell} raised the same ({shortened(column.error, 200)}): its environment is broken; "
                f"make it again with tfcompat images prune and run, {accepting(column.cell)} if the release does that"
            )
            yield Objection(kind=ObjectionKind.SAME_ERROR, name=column.cell, sentence=sentence)


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

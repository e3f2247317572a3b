"""The gate: whether results may take the place of those that are published, and each reason why they may not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

import pandas as pd

from tfcompat.outcomes import Reason, Status
from tfcompat.select.releases import Channel
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
    """One reason not to publish: of which kind, about which cell or scenario, in a sentence."""

    kind: ObjectionKind
    name: str
    sentence: str


def objections(before: Table, after: Table, *, now: datetime, max_age: timedelta | None = None) -> list[Objection]:
    """Each reason not to publish the current trials of ``after`` in the place of those of ``before``."""
    known = [*vanished(before, after), *without_answer(before, after)]
    return known if max_age is None else [*known, *outdated(after, now, max_age)]


def vanished(before: Table, after: Table) -> Iterator[Objection]:
    """Columns and rows that are published and are no more."""
    for cell in missing(before.current["cell"], after.current["cell"]):
        yield Objection(kind=ObjectionKind.COLUMN, name=cell, sentence=f"the column {cell} vanished")
    for scenario in missing(outcomes_of(before)["scenario"], outcomes_of(after)["scenario"]):
        yield Objection(kind=ObjectionKind.ROW, name=scenario, sentence=f"the row {scenario} vanished")


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
    had = set(before.current["cell"]) - set(silent(before)["cell"])
    holes = silent(after)
    for hole in holes[holes["channel"] != str(Channel.NIGHTLY)].to_dict("records"):
        cell, reason, message = hole["cell"], hole["reason"], hole["message"]
        why = f"{reason}: {message}" if message else reason
        if reason == Reason.CANARY_FAILED:
            sentence = f"the canary of {cell} failed ({why})"
            yield Objection(kind=ObjectionKind.CANARY, name=cell, sentence=sentence)
        elif cell in had:
            sentence = f"{cell} had answers and has none now ({why})"
            yield Objection(kind=ObjectionKind.SILENT, name=cell, sentence=sentence)


def silent(table: Table) -> pd.DataFrame:
    """The current trials without any answer, each with a ``reason``: its own, or that of its first outcome."""
    outcomes, trials = outcomes_of(table), table.current
    answered = outcomes.loc[outcomes["status"] != str(Status.UNKNOWN), "trial"]
    holes = trials[~trials.index.isin(answered) | (trials["reason"] == str(Reason.CANARY_FAILED))]
    first = holes.index.to_series().map(outcomes.groupby("trial")["reason"].first()).fillna(str(Reason.NOT_RUN))
    return holes.assign(reason=holes["reason"].where(holes["reason"] != "", first))


def outdated(table: Table, now: datetime, max_age: timedelta) -> Iterator[Objection]:
    """Columns that were measured too long ago, or at an unknown time."""
    for trial in table.current.to_dict("records"):
        cell, started = trial["cell"], trial["started"]
        age = now - datetime.fromisoformat(started) if started else None
        if age is None or age > max_age:
            days = f"was measured {age.days} days ago" if age else "does not say when it was measured"
            sentence = f"{cell} {days}; the limit is {max_age.days} days"
            yield Objection(kind=ObjectionKind.OLD, name=cell, sentence=sentence)


def unaccepted(objections: Iterable[Objection], accepted: Sequence[str]) -> list[Objection]:
    """The objections that were not accepted: ``accepted`` are globs over cells and scenarios."""
    return [objection for objection in objections if not any(fnmatchcase(objection.name, glob) for glob in accepted)]

"""The gate: whether results may take the place of those that are published, and each reason why they may not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from packaging.version import Version

from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.select.releases import Channel, channel_of


class Objection(StrEnum):
    """Why results are not published."""

    COLUMN = "column"
    ROW = "row"
    SILENT = "no answers"
    CANARY = "canary"
    OLD = "old"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One objection: to which cell or scenario, in a sentence."""

    objection: Objection
    name: str
    sentence: str


def findings(
    baseline: Sequence[Trial], current: Sequence[Trial], *, now: datetime, max_age: timedelta | None = None
) -> list[Finding]:
    """What speaks against publishing ``current`` in the place of ``baseline``: of each the trials that speak for cells."""
    found = [*vanished(baseline, current), *without_answer(baseline, current)]
    return found if max_age is None else [*found, *outdated(current, now, max_age)]


def vanished(baseline: Sequence[Trial], current: Sequence[Trial]) -> Iterator[Finding]:
    """Columns and rows that are published and are no more."""
    for cell in missing(cells(baseline), cells(current)):
        yield Finding(objection=Objection.COLUMN, name=cell, sentence=f"the column {cell} vanished")
    for scenario in missing(scenarios(baseline), scenarios(current)):
        yield Finding(objection=Objection.ROW, name=scenario, sentence=f"the row {scenario} vanished")


def missing(before: Iterable[str], after: Iterable[str]) -> list[str]:
    there = set(after)
    return [name for name in dict.fromkeys(before) if name not in there]


def cells(trials: Iterable[Trial]) -> Iterator[str]:
    return (trial.subject.cell for trial in trials)


def scenarios(trials: Iterable[Trial]) -> Iterator[str]:
    return (outcome.scenario for trial in trials for outcome in trial.outcomes)


def without_answer(baseline: Sequence[Trial], current: Sequence[Trial]) -> Iterator[Finding]:
    """Columns whose canary failed, and those that had answers and have none now: a hole does not take data's place.

    A nightly build that does not work is news of that night, and keeps nothing else from being published.
    """
    had = {trial.subject.cell for trial in baseline if silence(trial) is None}
    for trial in current:
        cell, reason = trial.subject.cell, silence(trial)
        if reason is None or channel_of(Version(trial.subject.tensorflow)) is Channel.NIGHTLY:
            continue
        why = f"{reason}: {trial.message}" if trial.message else str(reason)
        if reason is Reason.CANARY_FAILED:
            yield Finding(objection=Objection.CANARY, name=cell, sentence=f"the canary of {cell} failed ({why})")
        elif cell in had:
            yield Finding(
                objection=Objection.SILENT, name=cell, sentence=f"{cell} had answers and has none now ({why})"
            )


def silence(trial: Trial) -> Reason | None:
    """Why a trial has no answer at all; None where it has one."""
    if trial.reason is not Reason.CANARY_FAILED and any(one.status is not Status.UNKNOWN for one in trial.outcomes):
        return None
    reasons = (outcome.reason for outcome in trial.outcomes)
    return trial.reason or next(reasons, None) or Reason.NOT_RUN


def outdated(current: Sequence[Trial], now: datetime, max_age: timedelta) -> Iterator[Finding]:
    """Columns that were measured too long ago, or nobody knows when."""
    for trial in current:
        cell, started = trial.subject.cell, trial.subject.started
        age = now - datetime.fromisoformat(started) if started else None
        if age is None or age > max_age:
            days = f"was measured {age.days} days ago" if age else "does not say when it was measured"
            sentence = f"{cell} {days}; the limit is {max_age.days} days"
            yield Finding(objection=Objection.OLD, name=cell, sentence=sentence)


def unaccepted(found: Iterable[Finding], accepted: Sequence[str]) -> list[Finding]:
    """The findings that nobody accepted: ``accepted`` are globs over cells and scenarios."""
    return [one for one in found if not any(fnmatchcase(one.name, glob) for glob in accepted)]

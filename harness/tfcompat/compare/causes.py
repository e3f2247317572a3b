"""Causes: what two trials of one pair differ in beside their outcomes, which is all that a change can be put down to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tfcompat.outcomes import Outcome, Trial
from tfcompat.table.frame import as_text

#: The distributions of a lock by their digest: name to version.
Pins = Mapping[str, str]
Locks = Mapping[str, Pins]

TENSORFLOW = {"tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu"}
KERAS = {"keras", "keras-nightly", "tf-keras"}
#: Characters of a hash that tell two apart.
SHORT = 12


class Axis(StrEnum):
    """What may have changed."""

    TENSORFLOW = "TensorFlow"
    KERAS = "Keras"
    DISTRIBUTION = "another distribution"
    PYTHON = "Python"
    ENGINE = "the engine"
    ENVIRONMENT = "the environment"
    SCENARIO = "the scenario"
    SUITE = "the suite"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One difference: on which axis, of what, from what to what; ``none`` where one side does not have it."""

    axis: Axis
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what} {self.before or 'none'} → {self.after or 'none'}"


def of_trials(before: Trial, after: Trial, locks: Locks) -> tuple[Cause, ...]:
    """How the environments of two trials differ, as far as they are recorded; what one side does not tell is left out."""
    return tuple(
        dict.fromkeys([*of_versions(before, after), *of_locks(before, after, locks), *of_engines(before, after)])
    )


def of_versions(before: Trial, after: Trial) -> Iterator[Cause]:
    """The versions as imported; of TensorFlow and Python the cell's where a side imported nothing."""
    for what, axis in (("tensorflow", Axis.TENSORFLOW), ("keras", Axis.KERAS), ("python", Axis.PYTHON)):
        told = before.versions.get(what), after.versions.get(what)
        if not all(told) and axis is not Axis.KERAS:
            told = getattr(before.subject, what), getattr(after.subject, what)
        if all(told) and told[0] != told[1]:
            yield Cause(axis=axis, what=str(axis), before=str(told[0]), after=str(told[1]))


def of_locks(before: Trial, after: Trial, locks: Locks) -> Iterator[Cause]:
    """The distributions that differ in two locks, or that the locks do where their text is not there."""
    one, other = before.subject.lock, after.subject.lock
    if one == other or not (one and other):
        return
    if one not in locks or other not in locks:
        yield from of_numpy(before, after)
        yield Cause(axis=Axis.DISTRIBUTION, what="lock", before=one[:SHORT], after=other[:SHORT])
        return
    imported = {cause.axis for cause in of_versions(before, after)}
    for name in sorted(locks[one].keys() | locks[other].keys()):
        old, new = locks[one].get(name, ""), locks[other].get(name, "")
        if old != new and axis_of(name) not in imported:
            yield Cause(axis=axis_of(name), what=name, before=old, after=new)


def of_numpy(before: Trial, after: Trial) -> Iterator[Cause]:
    """The one other distribution whose version is recorded as imported."""
    old, new = before.versions.get("numpy"), after.versions.get("numpy")
    if old and new and old != new:
        yield Cause(axis=Axis.DISTRIBUTION, what="numpy", before=old, after=new)


def axis_of(distribution: str) -> Axis:
    if distribution in TENSORFLOW:
        return Axis.TENSORFLOW
    return Axis.KERAS if distribution in KERAS else Axis.DISTRIBUTION


def of_engines(before: Trial, after: Trial) -> Iterator[Cause]:
    """The engine; or, of one engine and lock, the image: its base or how it is made."""
    one, other = before.subject, after.subject
    if one.engine != other.engine:
        yield Cause(axis=Axis.ENGINE, what="engine", before=one.engine, after=other.engine)
    elif one.lock == other.lock and one.environment != other.environment and one.environment and other.environment:
        yield Cause(
            axis=Axis.ENVIRONMENT, what="environment", before=one.environment[:25], after=other.environment[:25]
        )


def of_scenario(before: Trial, after: Trial, old: Outcome, new: Outcome) -> tuple[Cause, ...]:
    """How the question itself differs: what it says of itself; else that the suites do, and nothing more is recorded.

    Of one suite the question is the same, whatever else it says on another release.
    """
    one, other = before.subject.suite, after.subject.suite
    if one == other or not (one and other):
        return ()
    told = [
        Cause(axis=Axis.SCENARIO, what=f"the scenario's {what}", before=a, after=b)
        for what, a, b in (
            ("title", old.title, new.title),
            ("reference", old.reference, new.reference),
            ("documented observation", as_text(old.documented), as_text(new.documented)),
            ("file", old.source.split(":")[0], new.source.split(":")[0]),
        )
        if a != b
    ]
    return tuple(told) or (Cause(axis=Axis.SUITE, what="suite", before=one[:SHORT], after=other[:SHORT]),)

"""Causes: what two trials differ in beside their outcomes, which is all that a change can be put down to."""

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

#: The distributions of a lock, name to version; and those of several locks, by the lock's digest.
Pins = Mapping[str, str]
Locks = Mapping[str, Pins]
#: A row of ``Table.trials``; and one outcome of a trial as texts, with what its scenario says of itself.
TrialRow = Mapping[Any, Any]
OutcomeRow = Mapping[Any, Any]

TENSORFLOW = {"tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu"}
KERAS = {"keras", "keras-nightly", "tf-keras"}
#: Characters that are shown of a digest, and of the name of an environment.
SHORT, ENVIRONMENT = 12, 25


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


def of_trials(before: TrialRow, after: TrialRow, locks: Locks) -> tuple[Cause, ...]:
    """How the environments of two trials differ, as far as both recorded it."""
    causes = [*of_versions(before, after), *of_locks(before, after, locks), *of_engines(before, after)]
    return tuple(dict.fromkeys(causes))


def of_versions(before: TrialRow, after: TrialRow) -> Iterator[Cause]:
    """The versions as imported; of TensorFlow and Python the cell's where a side imported nothing."""
    for what, axis in (("tensorflow", Axis.TENSORFLOW), ("keras", Axis.KERAS), ("python", Axis.PYTHON)):
        old, new = before["versions"].get(what), after["versions"].get(what)
        if not (old and new) and axis is not Axis.KERAS:
            old, new = before[what], after[what]
        if old and new and old != new:
            yield Cause(axis=axis, what=str(axis), before=old, after=new)


def of_locks(before: TrialRow, after: TrialRow, locks: Locks) -> Iterator[Cause]:
    """The distributions that differ in two locks, or that the locks do where the text of one is not known."""
    old, new = before["lock"], after["lock"]
    if old == new or not (old and new):
        return
    if old in locks and new in locks:
        imported = {cause.axis for cause in of_versions(before, after)}
        yield from (cause for cause in of_pins(locks[old], locks[new]) if cause.axis not in imported)
    else:
        yield from of_numpy(before, after)
        yield Cause(axis=Axis.DISTRIBUTION, what="lock", before=old[:SHORT], after=new[:SHORT])


def either(locks: Locks, others: Locks) -> Locks:
    """The locks of two sides, the first ones first; none is read before it is asked for."""
    return ChainMap(cast("dict[str, Pins]", locks), cast("dict[str, Pins]", others))  # a chain only reads the rest


def pins(text: str) -> Pins:
    """The distributions of a lock's text: name to version."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, flags=re.MULTILINE))


def of_pins(before: Pins, after: Pins) -> Iterator[Cause]:
    """The distributions that differ between the texts of two locks, by name."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Cause(axis=axis_of(name), what=name, before=old, after=new)


def axis_of(distribution: str) -> Axis:
    if distribution in TENSORFLOW:
        return Axis.TENSORFLOW
    return Axis.KERAS if distribution in KERAS else Axis.DISTRIBUTION


def of_numpy(before: TrialRow, after: TrialRow) -> Iterator[Cause]:
    """The one other distribution whose version is recorded as imported."""
    old, new = before["versions"].get("numpy"), after["versions"].get("numpy")
    if old and new and old != new:
        yield Cause(axis=Axis.DISTRIBUTION, what="numpy", before=old, after=new)


def of_engines(before: TrialRow, after: TrialRow) -> Iterator[Cause]:
    """The engine; or, of one engine and lock, the image: its base or how it is made."""
    old, new = before["environment"], after["environment"]
    if before["engine"] != after["engine"]:
        yield Cause(axis=Axis.ENGINE, what="engine", before=before["engine"], after=after["engine"])
    elif before["lock"] == after["lock"] and old != new and old and new:
        yield Cause(axis=Axis.ENVIRONMENT, what="environment", before=old[:ENVIRONMENT], after=new[:ENVIRONMENT])


def of_scenario(before: TrialRow, after: TrialRow, old: OutcomeRow, new: OutcomeRow) -> tuple[Cause, ...]:
    """How the question itself differs: what it says of itself; else only that the suites do, for no more is recorded.

    Of one suite the question is the same, whatever else it says on another release.
    """
    suite, other = before["suite"], after["suite"]
    if suite == other or not (suite and other):
        return ()
    causes = tuple(
        Cause(axis=Axis.SCENARIO, what=f"the scenario's {what}", before=words, after=new_words)
        for (what, words), new_words in zip(words_of(old).items(), words_of(new).values(), strict=True)
        if words != new_words
    )
    return causes or (Cause(axis=Axis.SUITE, what="suite", before=suite[:SHORT], after=other[:SHORT]),)


def words_of(outcome: OutcomeRow) -> dict[str, str]:
    """What a scenario says of itself."""
    return {
        "id": outcome["scenario"],
        "kind": outcome["kind"],
        "oracle": outcome["oracle"],
        "answers": outcome["answers"],
        "title": outcome["title"],
        "reference": outcome["reference"],
        "documented observation": outcome["documented"],
        "file": outcome["source"].split(":")[0],
    }

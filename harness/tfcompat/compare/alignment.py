"""The alignment: what two trials answered to each scenario, side by side; what is the same is counted and left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tfcompat.compare.causes import OutcomeRow, TrialRow
from tfcompat.door.door import WORDS, Door, Given
from tfcompat.outcomes import Status
from tfcompat.table.agreement import same_answer

#: What an outcome is in a trial that has no answer at all, beside its reason and message.
HOLE = {"status": str(Status.UNKNOWN), "observed": "", "type": ""}
#: What a trial without an answer was asked: nothing else than the other one.
QUESTION = ("documented", *WORDS)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One trial of a door and the answers that it gave; without a trial there are none."""

    door: Door
    trial: TrialRow | None

    @property
    def given(self) -> Mapping[str, Given]:
        return self.door.given(self.trial) if self.trial else {}

    def outcome(self, scenario: str, given: Given | None) -> OutcomeRow | None:
        """An outcome; of a trial that has no answer at all an unknown one; None where the scenario was not asked."""
        if given is not None:
            return self.door.outcome(scenario, given[0])
        if self.trial and self.trial["reason"]:
            return {"reason": self.trial["reason"], "message": self.trial["message"], **HOLE}
        return None


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """How many ``scenarios`` either trial was asked, and those that they did not answer the same, in the newer one's order.

    One side is None where its trial was not asked the scenario.
    """

    scenarios: int
    different: tuple[tuple[str, OutcomeRow | None, OutcomeRow | None], ...] = ()


def align(before: Asked, after: Asked) -> Alignment:
    """Two trials side by side; those of one digest answered all the same, and are not looked at."""
    if before.trial and after.trial and before.trial["digest"] == after.trial["digest"]:
        return Alignment(scenarios=len(after.door.asked(after.trial)))
    old, new = before.given, after.given
    every = list(dict.fromkeys((*new, *old)))
    differing = (name for name in every if not is_same(old.get(name), new.get(name)))
    pairs = ((name, *outcomes(name, before, after, old.get(name), new.get(name))) for name in differing)
    return Alignment(scenarios=len(every), different=tuple(different(pairs)))


def is_same(old: Given | None, new: Given | None) -> bool:
    """Whether two answers are the same text; others may still agree within the tolerance."""
    return old is not None and new is not None and old[1] == new[1]


def outcomes(
    name: str, before: Asked, after: Asked, old: Given | None, new: Given | None
) -> tuple[OutcomeRow | None, OutcomeRow | None]:
    """What both trials say to a scenario."""
    was, becomes = before.outcome(name, old), after.outcome(name, new)
    return questioned(was, becomes), questioned(becomes, was)


def questioned(outcome: OutcomeRow | None, other: OutcomeRow | None) -> OutcomeRow | None:
    """An outcome with the words of its scenario, which a hole has from the other side."""
    if outcome is None or other is None:
        return outcome
    return {**{key: other[key] for key in QUESTION if key in other}, **outcome}


def different(
    pairs: Iterator[tuple[str, OutcomeRow | None, OutcomeRow | None]],
) -> Iterator[tuple[str, OutcomeRow | None, OutcomeRow | None]]:
    """The pairs that do not agree, within the tolerance either."""
    for name, old, new in pairs:
        if old is None or new is None or not same_answer(old, new):
            yield name, old, new


def answers(door: Door) -> Mapping[tuple[str, str], OutcomeRow]:
    """The outcomes of the current trials, by cell and scenario."""
    return {
        (trial["cell"], name): door.outcome(name, answer)
        for trial in door.current()
        for name, (answer, _) in door.given(trial).items()
    }

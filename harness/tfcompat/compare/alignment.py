"""The alignment: what two trials answered to each scenario, side by side; what is the same is counted and left out."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tfcompat.compare.causes import OutcomeRow, TrialRow
from tfcompat.door.door import ANSWER, WORDS, Door, Given
from tfcompat.outcomes import Harm, Status
from tfcompat.table.agreement import same_answer

#: What a trial without an answer was asked: nothing else than the other one.
QUESTION = ("scenario", "documented", *WORDS)
#: What an outcome is in a trial that has no answer at all, beside its reason and message.
HOLE = {name: "" for name in ANSWER if name not in QUESTION} | {"status": str(Status.UNKNOWN), "harm": str(Harm.NONE)}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One trial of a door and the answers that it gave; without a trial there are none."""

    door: Door
    trial: TrialRow | None

    @cached_property
    def given(self) -> Mapping[str, Given]:
        return self.door.given(self.trial) if self.trial else {}

    def outcome(self, scenario: str, given: Given | None) -> OutcomeRow | None:
        """An outcome; of a trial that has no answer at all an unknown one; None where the scenario was not asked."""
        if given is not None:
            return self.door.outcome(scenario, given[0])
        if self.trial and self.trial["reason"]:
            return {**HOLE, "reason": self.trial["reason"], "message": self.trial["message"]}
        return None


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """How many ``scenarios`` either trial was asked, and those that they did not answer the same, in the newer one's order.

    One side is None where its trial was not asked the scenario. A scenario with another id before has the newer one.
    """

    scenarios: int
    different: tuple[tuple[str, OutcomeRow | None, OutcomeRow | None], ...] = ()


def align(before: Asked, after: Asked) -> Alignment:
    """Two trials side by side; those of one digest answered all the same, and are not looked at."""
    if before.trial and after.trial and before.trial["digest"] == after.trial["digest"]:
        return Alignment(scenarios=len(after.door.asked(after.trial)))
    was, new = ids_before(before, after), after.given
    old = {name: before.given[older] for name, older in was.items()}
    every = list(dict.fromkeys((*new, *old)))
    pairs = (
        (name, before.outcome(was.get(name, name), old.get(name)), after.outcome(name, new.get(name)))
        for name in every
        if not is_same(old.get(name), new.get(name))
    )
    return Alignment(scenarios=len(every), different=tuple(different(pairs)))


def ids_before(before: Asked, after: Asked) -> dict[str, str]:
    """By the id that a scenario of the older trial has in the newer one, the one that it has there; most often the same."""
    old, new = before.given, after.given
    now = renamed(old, new, after.door.heirs)
    now |= {was: name for name, was in renamed(new, old, before.door.heirs).items()}
    return {now.get(name, name): name for name in old}


def renamed(names: Collection[str], others: Collection[str], heirs: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Of some ids those that others have another id for: where they know of one heir, and that of no other id."""
    found = {name: [heir for heir in heirs.get(name, ()) if heir in others and heir not in names] for name in names}
    one = {name: of_name[0] for name, of_name in found.items() if len(of_name) == 1 and name not in others}
    claimed = Counter(one.values())
    return {name: heir for name, heir in one.items() if claimed[heir] == 1}


def is_same(old: Given | None, new: Given | None) -> bool:
    """Whether two answers are the same text; others may still agree within the tolerance."""
    return old is not None and new is not None and old[1] == new[1]


def questioned(outcome: OutcomeRow | None, other: OutcomeRow | None) -> OutcomeRow | None:
    """An outcome with the words of its scenario, which a hole has from the other side."""
    if outcome is None or other is None:
        return outcome
    return {**{key: other[key] for key in QUESTION if key in other}, **outcome}


def different(
    pairs: Iterator[tuple[str, OutcomeRow | None, OutcomeRow | None]],
) -> Iterator[tuple[str, OutcomeRow | None, OutcomeRow | None]]:
    """The pairs that do not agree, within the tolerance either; a hole has the words of its scenario from the other side."""
    for name, old, new in pairs:
        if old is None or new is None or not same_answer(old, new):
            yield name, questioned(old, new), questioned(new, old)


def answers(door: Door) -> Mapping[tuple[str, str], OutcomeRow]:
    """The outcomes of the current trials, by cell and scenario."""
    return {
        (trial["cell"], name): door.outcome(name, answer)
        for trial in door.current()
        for name, (answer, _) in door.given(trial).items()
    }

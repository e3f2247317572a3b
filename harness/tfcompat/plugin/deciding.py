"""Deciding: each marked test is left to run, skipped, expected to fail or refused, by the evidence for what is installed."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pytest

from tfcompat import project as projects
from tfcompat.advise.need import Truth
from tfcompat.door.door import Door
from tfcompat.door.opened import door_of
from tfcompat.errors import DataError, SelectionError, TfcompatError
from tfcompat.outcomes import Harm
from tfcompat.plugin.installed import Installed, installed
from tfcompat.plugin.marks import Otherwise, Reliance, Unknown, reliance, word
from tfcompat.plugin.notes import EXACT, FAILS, NAME, UNKNOWN, Notes
from tfcompat.plugin.verdicts import Verdict, unknown, verdict
from tfcompat.questions import lookup

#: How many mistakes are said, and how many sentences of what is not known.
MISTAKES, SENTENCES = 10, 5
#: What is said of tests that ran without an answer.
RAN = "the evidence has no answer for {count} of the marked tests, which ran: {why}"
#: Of two verdicts on a test the first of these decides.
ORDER = (Truth.FALSE, Truth.UNKNOWN, Truth.HOLDS)


@dataclass(frozen=True, kw_only=True)
class Decider:
    """What decides for all tests of a session: the evidence, what is installed, and the options of the configuration.

    Without a ``door`` there is no evidence, which ``why`` says.
    """

    door: Door | None
    why: str = ""
    here: Installed
    exact: bool
    otherwise: Unknown
    known: dict[tuple[str, Harm], Verdict] = field(default_factory=dict)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        return lookup.titles(self.door, self.door.scenarios()) if self.door else {}

    def reliances(self, item: pytest.Item) -> Iterator[Reliance]:
        """What the marks of a test say, that of the test itself first. Raises SelectionError where one says nothing."""
        for mark in item.iter_markers(NAME):
            heirs = self.door.heirs if self.door else None
            yield reliance(mark.args, mark.kwargs, self.titles if heirs is not None else None, heirs or {})

    def verdict(self, scenario: str, allowed: Harm) -> Verdict:
        """What the evidence says of a scenario here."""
        if self.door is None:
            return unknown(self.why)
        key = scenario, allowed
        if key not in self.known:
            self.known[key] = verdict(self.door, scenario, allowed, self.here, exact=self.exact)
        return self.known[key]


def decide(config: pytest.Config, items: Iterable[pytest.Item]) -> Notes:
    """Decide for some marked tests, and note what is mistaken or not known. Raises UsageError for a wrong option."""
    try:
        decider = decider_of(config)
    except TfcompatError as error:
        raise pytest.UsageError(f"{NAME}: {error}") from error
    mistakes: list[str] = []
    ran: Counter[str] = Counter()
    for item in items:
        try:
            ran.update(decide_one(item, list(decider.reliances(item)), decider))
        except SelectionError as error:
            mistakes.append(f"{item.nodeid}: @pytest.mark.{NAME}: {error}")
    return Notes(
        mistakes=bounded(mistakes, MISTAKES),
        unknown=bounded([RAN.format(count=count, why=why) for why, count in ran.items()], SENTENCES),
    )


def decider_of(config: pytest.Config) -> Decider:
    """What decides in a session. Raises TfcompatError for a wrong option, or evidence that is damaged."""
    door, why = evidence()
    return Decider(
        door=door,
        why=why,
        here=installed(),
        exact=bool(config.getini(EXACT)),
        otherwise=word(Unknown, UNKNOWN, config.getini(UNKNOWN)),
    )


def evidence() -> tuple[Door | None, str]:
    """The evidence that the command would ask here; where there is none, why."""
    try:
        return door_of(projects.find(None, os.environ.get("TFCOMPAT_CACHE"))), ""
    except DataError:
        raise
    except TfcompatError as error:
        return None, str(error)
    except ImportError as error:  # beside an old TensorFlow the newest pyarrow finds a NumPy that it does not take
        return None, f"the evidence cannot be read here ({error}): install a release of pyarrow or pandas that suits"


def decide_one(item: pytest.Item, reliances: Sequence[Reliance], decider: Decider) -> list[str]:
    """Decide for a test; why the evidence has no answer, where it runs without one."""
    verdicts = [(decider.verdict(name, one.harm), one.otherwise) for one in reliances for name in one.scenarios]
    decisive, otherwise = min(verdicts, key=lambda of: (ORDER.index(of[0].truth), list(Otherwise).index(of[1])))
    match decisive.truth:
        case Truth.FALSE if otherwise is Otherwise.XFAIL:
            item.add_marker(pytest.mark.xfail(reason=decisive.why, run=not decisive.deadly))
        case Truth.FALSE:
            item.add_marker(pytest.mark.skip(reason=decisive.why))
        case Truth.UNKNOWN:
            return without_answer(item, decisive.why, decider.otherwise)
        case Truth.HOLDS:
            pass
    return []


def without_answer(item: pytest.Item, why: str, otherwise: Unknown) -> list[str]:
    """What becomes of a test of which the evidence says nothing; why, where it runs."""
    match otherwise:
        case Unknown.RUN:
            return [why]
        case Unknown.SKIP:
            item.add_marker(pytest.mark.skip(reason=f"no answer: {why}"))
        case Unknown.FAIL:
            item.stash[FAILS] = f"the evidence has no answer: {why} ({UNKNOWN} = {otherwise})"
    return []


def bounded(sentences: Sequence[str], most: int) -> list[str]:
    """The first of some sentences, and how many more there are."""
    more = [f"and {len(sentences) - most} more"] if len(sentences) > most else []
    return [*sentences[:most], *more]

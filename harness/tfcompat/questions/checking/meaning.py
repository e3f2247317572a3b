"""Meaning: whether what is published means what it says: ticks were compared, answers are words, statements hold."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pandas as pd

from tfcompat.outcomes import Harm, Kind, Status
from tfcompat.questions.checking.published import Published
from tfcompat.questions.rules import RAN, Check, Rule
from tfcompat.table.frame import Table

#: What stands as the type of an exception where the record lost which it was.
LOST = frozenset({"", "Missing"})


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of some are as they should be, and which are not."""

    all: int
    not_so: Sequence[str]

    @property
    def good(self) -> bool:
        return not self.not_so

    @property
    def percent(self) -> float:
        return 100.0 * (self.all - len(self.not_so)) / self.all if self.all else 100.0


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What was counted over the current cells that are measured with kinds, ``cells`` of them; ``older`` are the others.

    ``silent`` counts the outcomes with silent harm of each row that has one. ``kinds`` counts the rows of each kind and
    oracle.
    """

    cells: int
    older: Sequence[str]
    ticks: Share
    silent: Mapping[str, int]
    answers: Share
    statements: Share
    rules: Share
    missing: Share
    kinds: Mapping[tuple[str, str], int]

    @property
    def good(self) -> bool:
        return all(share.good for share in (self.ticks, self.answers, self.statements, self.rules, self.missing))


def meaning(table: Table, published: Iterable[Published], rules: Iterable[tuple[str, Rule]]) -> Meaning:
    """What the current cells say of everything published, and of the rules behind it, each with its name."""
    frame = table.frame
    judged = frame[frame["kind"] != ""]
    modern = set(judged["cell"].astype(str))
    silent = judged.loc[judged["harm"] == str(Harm.SILENT), "scenario"].astype(str).value_counts(sort=False)
    return Meaning(
        cells=len(modern),
        older=[cell for cell in table.current["cell"] if cell not in modern],
        ticks=share(judged[judged["status"] == str(Status.WORKS)], is_compared),
        silent={str(scenario): int(count) for scenario, count in silent.items()},
        answers=share(judged[judged["kind"] == str(Kind.QUESTION)], is_in_vocabulary),
        statements=of_statements(published, modern),
        rules=of_rules(rules, table.scenarios),
        missing=share(judged[judged["status"] == str(Status.MISSING)], is_as_raised),
        kinds=kinds_of(table.scenarios),
    )


def share(rows: pd.DataFrame, good: Callable[[Mapping[Any, Any]], bool]) -> Share:
    """How many outcomes are good; the others by scenario and cell."""
    outcomes = rows[["scenario", "cell", "status", "kind", "oracle", "type"]].astype(object).to_dict("records")
    not_so = [f"{outcome['scenario']} on {outcome['cell']}" for outcome in outcomes if not good(outcome)]
    return Share(all=len(outcomes), not_so=not_so)


def is_compared(outcome: Mapping[Any, Any]) -> bool:
    """Whether a tick was compared with something: with an oracle, or that a name is there with the name."""
    return outcome["kind"] == Kind.PRESENCE or (outcome["kind"] == Kind.PROMISE and bool(outcome["oracle"]))


def is_in_vocabulary(outcome: Mapping[Any, Any]) -> bool:
    """Whether a question was answered with one of its words, as far as it was; another word is wrong."""
    return bool(outcome["status"] != Status.WRONG)


def is_as_raised(outcome: Mapping[Any, Any]) -> bool:
    return outcome["type"] not in LOST


def of_statements(published: Iterable[Published], modern: set[str]) -> Share:
    """The statements that no cell contradicts, and those that some do, with the cells."""
    everything = list(published)
    denied = [(one, [cell for cell in one.contradictions() if cell in modern]) for one in everything]
    return Share(
        all=len(everything),
        not_so=[f"{one.name} (said: {one.words}): {', '.join(cells)}" for one, cells in denied if cells],
    )


def of_rules(rules: Iterable[tuple[str, Rule]], scenarios: pd.DataFrame) -> Share:
    """The checks that ask of a row what it can say; of one that no cell was asked with its kind nothing is known."""
    checks = [(name, check) for name, rule in rules for top in rule.checks for check in nested(top)]
    kinds, words = scenarios["kind"].to_dict(), scenarios["answers"].to_dict()
    not_so = [
        f"{name}: {check.scenario} {problem}"
        for name, check in checks
        for problem in problems(check, str(kinds.get(check.scenario, "")), str(words.get(check.scenario, "")))
    ]
    return Share(all=len(checks), not_so=not_so)


def nested(check: Check) -> Iterator[Check]:
    yield check
    if check.given:
        yield from nested(check.given)


def problems(check: Check, kind: str, answers: str) -> Iterator[str]:
    """What a check asks for that a row of a kind, with these answers as JSON, never says."""
    if kind == Kind.QUESTION:
        vocabulary = msgspec.json.decode(answers or "{}", type=dict[str, Harm])
        if Status.WORKS in check.statuses and not (check.observed or check.harm):
            yield "is a question, which has answers and never works: name them as observed"
        yield from (
            f"has no answer {word!r}, only {', '.join(vocabulary)}" for word in check.observed if word not in vocabulary
        )
    elif kind and kind != Kind.DATA and check.statuses == {Status.ANSWERED}:
        yield f"is a {kind}, which is never answered"
    elif kind == Kind.PRESENCE and check.statuses & {Status.WRONG} and check.statuses != RAN:
        yield "is a presence, which is never wrong"


def kinds_of(scenarios: pd.DataFrame) -> dict[tuple[str, str], int]:
    """How many rows there are of each kind and oracle, in the order of the kinds; those without come last."""
    rank = [*map(str, Kind), ""]
    counts = Counter(zip(scenarios["kind"].astype(str), scenarios["oracle"].astype(str), strict=True))
    return dict(sorted(counts.items(), key=lambda item: (rank.index(item[0][0]), -item[1])))

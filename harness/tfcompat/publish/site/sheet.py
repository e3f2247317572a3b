"""The sheet: the columns and rows of the page, and the answer of each row in each column."""

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import pandas as pd

from tfcompat.outcomes import Harm, Status
from tfcompat.publish.parts.minors import minor_of
from tfcompat.publish.site.columns import arrange
from tfcompat.record.words import word
from tfcompat.table.agreement import same_text
from tfcompat.table.columns import CellSet
from tfcompat.table.frame import Table
from tfcompat.table.ranges import Range

#: The texts of an answer, and what is read of an outcome, current or earlier.
TEXTS = (
    *("status", "harm", "observed", "expected", "seen", "documented", "documentation"),
    *("reason", "whose", "type", "bare_message", "lacks"),
)
OF_ANSWER = ["trial", "scenario", *TEXTS, "seconds", "measured"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a scenario did in a cell, as texts. ``variety`` numbers the row's different observations; -1 is none."""

    status: Status
    harm: Harm
    observed: str
    expected: str
    seen: str
    documented: str
    documentation: str
    reason: str
    whose: str
    type: str
    message: str
    lacks: str
    variety: int

    @property
    def word(self) -> str:
        """What it is called; where there is no answer, why."""
        return word(self.status, self.observed, self.reason, self.whose)

    @property
    def says_word(self) -> bool:
        """Whether the word is an answer, which a cell shows in the place of a symbol."""
        return self.status is Status.ANSWERED and self.word != self.status

    @property
    def as_documented(self) -> bool:
        """Whether it does harm, and the documentation says that it does so."""
        return self.harm is not Harm.NONE and bool(self.documented) and same_text(self.observed, self.documented)

    def agrees_with(self, other: "Answer") -> bool:
        """Whether both are one range: what the documentation says is no part of what it does."""
        return what_it_does(self) == what_it_does(other)

    def looks_like(self, other: "Answer") -> bool:
        """Whether both are one bar in the table."""
        return self.agrees_with(other) and self.as_documented is other.as_documented


def what_it_does(answer: Answer) -> tuple[str | int, ...]:
    return answer.status, answer.harm, answer.reason, answer.whose, answer.variety


@dataclass(frozen=True, kw_only=True)
class Row:
    """A scenario: for each column an answer, its seconds and when it was measured, what other trials of the column answered
    (newest first; None is not asked), and its ``ranges`` over all measured cells of releases as pip installs them.

    ``harms`` are the answers that its question may have, each with its harm; ``aliases`` the ids that it had before. ``split`` are
    the minors of which not all patches do the same.
    """

    scenario: str
    group: str
    title: str
    reference: str
    source: str
    kind: str
    oracle: str
    harms: Mapping[str, str]
    aliases: tuple[str, ...]
    answers: tuple[Answer, ...]
    seconds: tuple[float, ...]
    measured: tuple[str, ...]
    earlier: tuple[tuple[Answer | None, ...], ...]
    ranges: tuple[Range, ...]
    split: tuple[str, ...]

    @property
    def name(self) -> str:
        """The id without its group."""
        return self.scenario.split("::", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All that the page shows: the columns as ``columns.arrange`` has them, the other trials of their cells, newest
    first, and the rows.
    """

    columns: pd.DataFrame
    others: pd.DataFrame
    rows: tuple[Row, ...]

    @cached_property
    def shown(self) -> list[int]:
        """The places of the columns that the page opens with."""
        return shown(self.columns["set"])

    @property
    def opens_with(self) -> str:
        """The set of these columns."""
        return str(self.columns["set"].iloc[self.shown[0]]) if self.shown else ""

    @property
    def groups(self) -> Mapping[str, list[Row]]:
        return {group: list(rows) for group, rows in groupby(self.rows, key=lambda row: row.group)}


def shown(sets: Iterable[str]) -> list[int]:
    """The places of the last patch of each minor; of all columns where there is none."""
    names = list(sets)
    return [place for place, name in enumerate(names) if name == CellSet.MINORS] or list(range(len(names)))


def make(table: Table) -> Sheet:
    """The sheet of a table."""
    columns = arrange(table.current)
    others = other_trials(table.trials, columns["cell"])
    answered = answered_as(others)
    earlier = table.outcomes[table.outcomes["trial"].isin(set(answered.values()))]
    outcomes = [outcome for frame in (table.frame, earlier) for outcome in records(frame)]
    rank = {trial: rank for rank, trial in enumerate(reading_order(columns, others))}
    outcomes.sort(key=lambda outcome: rank[outcome["trial"]])
    words = words_of(table.scenarios)
    return Sheet(columns=columns, others=others, rows=tuple(rows(outcomes, words, columns, others, table.ranges)))


def words_of(scenarios: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What each scenario says of itself."""
    said = scenarios[["group", "title", "reference", "source", "kind", "oracle"]].to_dict("index")
    return {
        str(name): {
            **{str(key): text for key, text in said[name].items()},
            "harms": json.loads(answers or "{}"),
            "aliases": tuple(aliases.splitlines()),
        }
        for name, answers, aliases in zip(said, scenarios["answers"], scenarios["aliases"], strict=True)
    }


def records(frame: pd.DataFrame) -> Sequence[Mapping[Any, Any]]:
    """What is read of some outcomes, one by one."""
    columns = [frame[name].tolist() for name in OF_ANSWER]
    return [dict(zip(OF_ANSWER, values, strict=True)) for values in zip(*columns, strict=True)]


def answered_as(others: pd.DataFrame) -> dict[Hashable, Hashable]:
    """By trial the one whose answers it has: a trial that only confirms another has those of that one, if it is there."""
    whole = others[~others["confirmed"].astype("bool")]
    of_files = dict(zip(whole["file"], whole.index, strict=True))
    rows = zip(others.index, others["confirmed"], others["file"], strict=True)
    return {trial: of_files.get(file, trial) if confirmed else trial for trial, confirmed, file in rows}


def other_trials(trials: pd.DataFrame, cells: pd.Series) -> pd.DataFrame:
    """The trials of some cells that are not current: in the order of the cells, and of one cell the newest first."""
    place = trials["cell"].map({cell: place for place, cell in enumerate(cells)})
    others = trials.assign(place=place)[~trials["current"] & place.notna()]
    return others.sort_values("started", ascending=False, kind="stable").sort_values("place", kind="stable")


def reading_order(columns: pd.DataFrame, others: pd.DataFrame) -> list[Hashable]:
    """The trials in the order in which observations get their numbers: those that the page opens with have the first."""
    first = shown(columns["set"])
    return [*columns.index[first], *columns.index.delete(first), *others.index]


def rows(
    outcomes: Iterable[Mapping[Any, Any]],
    words: Mapping[str, Mapping[str, Any]],
    columns: pd.DataFrame,
    others: pd.DataFrame,
    ranges: Mapping[str, Sequence[Range]],
) -> Iterator[Row]:
    """The rows in the order of the scenarios; the ``outcomes`` come in reading order."""
    of_scenarios: dict[str, list[Mapping[Any, Any]]] = {name: [] for name in words}
    for outcome in outcomes:
        if outcome["scenario"] in of_scenarios:
            of_scenarios[outcome["scenario"]].append(outcome)
    answered = answered_as(others)
    earlier = {cell: list(trials) for cell, trials in others.groupby("cell", sort=False).groups.items()}
    sources = [[answered[trial] for trial in earlier.get(cell, ())] for cell in columns["cell"]]
    patches = patches_of(columns)
    for name, of_scenario in of_scenarios.items():
        by_trial = dict(zip((outcome["trial"] for outcome in of_scenario), answers(of_scenario), strict=True))
        current = {outcome["trial"]: outcome for outcome in of_scenario}
        now = tuple(by_trial[trial] for trial in columns.index)
        yield Row(
            scenario=name,
            **words[name],
            answers=now,
            seconds=tuple(current[trial]["seconds"] for trial in columns.index),
            measured=tuple(current[trial]["measured"] for trial in columns.index),
            earlier=tuple(tuple(by_trial.get(trial) for trial in trials) for trials in sources),
            ranges=tuple(ranges.get(name, ())),
            split=tuple(minor for minor, places in patches.items() if differ(now[place] for place in places)),
        )


def patches_of(columns: pd.DataFrame) -> dict[str, list[int]]:
    """The places of the patches of each minor, as pip installs them."""
    places: dict[str, list[int]] = {}
    for place, (name, release) in enumerate(zip(columns["set"], columns["tensorflow"], strict=True)):
        if name in (CellSet.MINORS, CellSet.PATCHES):
            places.setdefault(minor_of(release), []).append(place)
    return places


def differ(answers: Iterable[Answer]) -> bool:
    """Whether some answers are not called the same, with the same harm."""
    return len({(answer.word, answer.harm) for answer in answers}) > 1


def answers(outcomes: Sequence[Mapping[Any, Any]]) -> Iterator[Answer]:
    """The answers of one scenario's outcomes, in their order; equal ones are one object."""
    varieties = numbered(outcome["observed"] for outcome in outcomes)
    known: dict[tuple[str, ...], Answer] = {}
    for outcome in outcomes:
        texts = tuple(outcome[name] for name in TEXTS)
        if texts not in known:
            known[texts] = answer(dict(zip(TEXTS, texts, strict=True)), varieties[outcome["observed"]])
        yield known[texts]


def answer(texts: Mapping[str, str], variety: int) -> Answer:
    """The answer of an outcome's texts."""
    rest = {name: text for name, text in texts.items() if name not in ("status", "harm", "bare_message")}
    return Answer(
        status=Status(texts["status"]),
        harm=Harm(texts["harm"]),
        message=texts["bare_message"],
        variety=variety,
        **rest,
    )


def numbered(observed: Iterable[str]) -> Mapping[str, int]:
    """A number for each different observation, in the order in which they come; alike within the tolerance is one."""
    numbers = {"": -1}
    known: list[str] = []
    for text in observed:
        if text not in numbers:
            alike = (number for number, other in enumerate(known) if same_text(other, text))
            numbers[text] = next(alike, len(known))
            known += [text] if numbers[text] == len(known) else []
    return numbers

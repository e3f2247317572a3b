"""What trials said, as numbers: trials that asked the same and were answered the same share one Said."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from tfcompat.door.door import ANSWER
from tfcompat.record.judge import RAISED
from tfcompat.table.agreement import SAME

#: Many integers.
Integers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Said:
    """All that a trial said: the numbers of its scenarios in its order, and of the answer to each.

    ``digest`` is equal for all that said the same, ``counts`` has each status with how often it was said, as JSON.
    """

    scenarios: tuple[int, ...]
    answers: tuple[int, ...]
    digest: str
    counts: str


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What the numbers stand for: the ids of scenarios, and answers with the texts of ``ANSWER``."""

    scenarios: Sequence[str]
    answers: Sequence[tuple[str, ...]]

    @cached_property
    def meanings(self) -> list[int]:
        """Of each answer a number that all answers share which say the same."""
        return [number_of(*meaning(answer)) for answer in self.answers]

    @cached_property
    def ids(self) -> list[int]:
        """Of each scenario a number that is the same in every door."""
        return [number_of(name) for name in self.scenarios]

    def said(self, scenarios: Sequence[int], answers: Sequence[int]) -> Said:
        """All that a trial said."""
        pairs = sorted(
            (self.ids[scenario], self.meanings[answer]) for scenario, answer in zip(scenarios, answers, strict=True)
        )
        counts = Counter(self.answers[answer][0] for answer in answers)
        return Said(
            scenarios=tuple(scenarios),
            answers=tuple(answers),
            digest=hashlib.blake2b(json.dumps(pairs).encode(), digest_size=16).hexdigest(),
            counts=json.dumps(list(counts.items())),
        )


def read(outcomes: pd.DataFrame) -> tuple[Vocabulary, dict[int, Said]]:
    """What each trial said that has outcomes, by its number."""
    if not outcomes["trial"].is_monotonic_increasing:
        outcomes = outcomes.sort_values("trial", kind="stable")
    scenario, names = pd.factorize(outcomes["scenario"])
    answer, answers = coded_answers(outcomes)
    vocabulary = Vocabulary(scenarios=list(map(str, names)), answers=answers)
    known: dict[tuple[bytes, bytes], Said] = {}
    said: dict[int, Said] = {}
    for trial, part in of_trials(outcomes["trial"].to_numpy("int64")):
        key = scenario[part].tobytes(), answer[part].tobytes()
        if key not in known:
            known[key] = vocabulary.said(scenario[part].tolist(), answer[part].tolist())
        said[trial] = known[key]
    return vocabulary, said


def of_trials(trials: Integers) -> Iterator[tuple[int, slice]]:
    """Each trial of a sorted column, and where it is."""
    starts = np.flatnonzero(np.diff(trials, prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(trials)]):
        yield int(trials[start]), slice(start, end)


def coded_answers(outcomes: pd.DataFrame) -> tuple[Integers, list[tuple[str, ...]]]:
    """The number of each outcome's answer, and the different answers as texts."""
    combined = np.zeros(len(outcomes), dtype="int64")
    for column in ANSWER:
        codes, values = pd.factorize(outcomes[column])
        combined = pd.factorize(combined * (len(values) + 1) + codes)[0]
    # Numbers come in the order of the rows: where a greater one comes, an answer comes for the first time.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(combined), prepend=-1))
    rows = outcomes.iloc[first][list(ANSWER)].astype(object).itertuples(index=False, name=None)
    return combined, [tuple(map(str, row)) for row in rows]


def meaning(answer: tuple[str, ...]) -> tuple[str, ...]:
    """What of an answer has to be the same text for two to be the same (``table.agreement``)."""
    of = dict(zip(ANSWER, answer, strict=True))
    return *(of[name] for name in SAME), of["observed"], of["type"] if of["status"] in RAISED else ""


def number_of(*texts: str) -> int:
    """A number of 64 bits for some texts: equal for equal ones, and in practice for no others."""
    whole = hashlib.blake2b(json.dumps(texts).encode(), digest_size=8)
    return int.from_bytes(whole.digest(), "big", signed=True)


def runs(trials: Mapping[int, int], said: Mapping[int, Said]) -> Iterator[tuple[int, int, int, int]]:
    """Where an answer is not the one that the trial before of the same sequence gave: sequence, scenario, trial, answer.

    ``trials`` has the sequence of each trial, oldest first.
    """
    before: dict[int, Said] = {}
    newest: dict[tuple[int, int], int] = {}
    for trial, sequence in trials.items():
        of_trial = said.get(trial)
        if of_trial is None or of_trial is before.get(sequence):
            continue
        before[sequence] = of_trial
        for scenario, answer in zip(of_trial.scenarios, of_trial.answers, strict=True):
            if newest.get((sequence, scenario)) != answer:
                newest[sequence, scenario] = answer
                yield sequence, scenario, trial, answer

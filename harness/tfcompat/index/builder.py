"""The builder: trials to columns, one after the other; what is equal in many of them is kept once."""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from tfcompat.files import hash_of
from tfcompat.index.columns import Columns
from tfcompat.index.names import listed, listing_of
from tfcompat.index.shape import ANSWER, CODED, NAMES, OUTCOMES, SCENARIOS, TRIALS, WORDS, as_text
from tfcompat.outcomes import Outcome, Reason, Subject, Trial


class Builder:
    """Trials as they are added. An outcome is the number of its answer, its seconds, and the number of its moment."""

    def __init__(self) -> None:
        self.trials: list[Mapping[str, Any]] = []
        self.answers: dict[tuple[str, ...], int] = {}
        self.moments: dict[str, int] = {}
        self.asked: dict[str, Sequence[tuple[str, ...]]] = {}
        self.listings: dict[str, Sequence[tuple[str, str]]] = {}
        self.of_answer, self.seconds, self.of_moment = array("i"), array("d"), array("i")

    def answer(self, outcome: Outcome) -> int:
        """The number of what an outcome says."""
        row = tuple(text(outcome) for text in ANSWER.values())
        number = self.answers.setdefault(row, len(self.answers))
        if names := listed(outcome):
            self.listings[listing_of(outcome.scenario, as_text(outcome.observed))] = names
        return number

    def moment(self, measured: str) -> int:
        """The number of a moment."""
        return self.moments.setdefault(measured, len(self.moments))

    def ask(self, words: Sequence[tuple[str, ...]]) -> str:
        """The name of some scenarios, given by their ``WORDS``."""
        name = hash_of(json.dumps(words))
        self.asked.setdefault(name, words)
        return name

    def add_rows(self, answers: Sequence[int], seconds: Sequence[float], moments: Sequence[int]) -> None:
        """Add the outcomes of the next trial."""
        self.of_answer.extend(answers)
        self.seconds.extend(seconds)
        self.of_moment.extend(moments)

    def add_trial(self, trial: Trial, digest: str = "") -> None:
        """Add a trial with all of its outcomes."""
        self.add_rows(
            list(map(self.answer, trial.outcomes)),
            [outcome.seconds for outcome in trial.outcomes],
            [self.moment(outcome.measured) for outcome in trial.outcomes],
        )
        words = [tuple(text(outcome) for text in WORDS.values()) for outcome in trial.outcomes]
        self.trials.append(
            trial_row(
                trial.subject,
                trial.versions,
                trial.reason,
                trial.message,
                trial.seconds,
                schema=trial.schema,
                file=trial.file,
                confirmed=trial.confirmed,
                digest=digest,
                asked=self.ask(words),
                rows=len(trial.outcomes),
            )
        )

    def columns(self) -> Columns:
        """All that was added."""
        trials = pa.Table.from_pylist(list(self.trials), schema=TRIALS)
        files = coded_rows([trial["file"] for trial in self.trials], [trial["rows"] for trial in self.trials])
        answers = zip(*self.answers, strict=True) if self.answers else ([] for _ in ANSWER)
        numbers = np.frombuffer(self.of_answer, dtype=np.int32) if self.of_answer else np.zeros(0, dtype=np.int32)
        moments = np.frombuffer(self.of_moment, dtype=np.int32) if self.of_moment else np.zeros(0, dtype=np.int32)
        arrays = [
            files,
            *(coded(texts, numbers) for texts in answers),
            pa.array(np.array(self.seconds)),
            coded(self.moments, moments),
        ]
        return Columns(
            trials=trials,
            outcomes=pa.Table.from_arrays(arrays, schema=OUTCOMES),
            scenarios=rows_of(self.asked, SCENARIOS),
            names=rows_of(self.listings, NAMES),
        )


def trial_row(
    subject: Subject,
    versions: Mapping[str, str | None],
    reason: Reason | None,
    message: str,
    seconds: float,
    **more: Any,
) -> dict[str, Any]:
    """The row of a trial; ``more`` is what it is in the index."""
    return {
        **asdict(subject),
        "versions": json.dumps(dict(versions)),
        "reason": str(reason or ""),
        "message": message,
        "seconds": seconds,
        **more,
    }


def coded(texts: Iterable[str], numbers: Any) -> pa.DictionaryArray:
    """A coded column: the text of each number, equal texts once."""
    encoded = pa.array(list(texts), type=pa.string()).dictionary_encode()
    indices = np.asarray(encoded.indices, dtype=np.int32)[numbers]
    return pa.DictionaryArray.from_arrays(pa.array(indices), encoded.dictionary)


def coded_rows(texts: Sequence[str], counts: Sequence[int]) -> pa.DictionaryArray:
    """A coded column in which each text is repeated as often as it is counted."""
    return coded(texts, np.repeat(np.arange(len(texts)), np.maximum(np.array(counts, dtype=np.int64), 0)))


def rows_of(lists: Mapping[str, Sequence[tuple[str, ...]]], schema: pa.Schema) -> pa.Table:
    """The table of some named lists of rows: the name of its list leads each row."""
    rows = [(name, *row) for name, of_list in lists.items() for row in of_list]
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.Table.from_arrays(
        [pa.array(list(column), type=pa.string()).dictionary_encode().cast(CODED) for column in columns], schema=schema
    )

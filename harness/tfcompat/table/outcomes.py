"""The outcomes of an index as a frame: trial by trial, and what they say as categories."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from tfcompat.index.columns import Columns, Rows, codes, positions, values
from tfcompat.index.names import GROUP
from tfcompat.index.shape import ANSWER
from tfcompat.outcomes import Harm, Reason, Status
from tfcompat.record.words import whose_of
from tfcompat.table.names import Listings

#: What an outcome says, as the index has it; its message is the bare one here.
SAYS: Mapping[str, str] = {name: "bare_message" if name == "message" else name for name in ANSWER}
#: The columns of an outcome, in every trial.
OF_OUTCOME = ("trial", *SAYS.values(), "message", "raised", "whose", "seconds", "measured")
#: The categories that a column has whether or not a row is of them.
ALWAYS: Mapping[str, Sequence[str]] = {
    "status": [str(status) for status in Status],
    "harm": [str(harm) for harm in Harm],
    "reason": ["", *map(str, Reason)],
}


@dataclass(frozen=True, kw_only=True)
class Spans:
    """Where in an index the outcomes of some trials are: of each trial the first row, and how many there are."""

    starts: Rows
    counts: Rows

    @property
    def places(self) -> Rows:
        """The row in the index of every outcome."""
        return positions(self.starts, self.counts)

    @property
    def trials(self) -> Rows:
        """The number of the trial of every outcome."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


def spans(index: Columns, facts: Sequence[Mapping[str, Any]], ordered: Sequence[int]) -> Spans:
    """Where the outcomes of some trials are, given by their row numbers; a confirmation has those of the file it confirms."""
    files = {fact["file"]: number for number, fact in enumerate(facts) if fact["rows"] >= 0}
    rows = np.array([files[facts[number]["file"]] if facts[number]["rows"] < 0 else number for number in ordered])
    rows = rows.astype(np.int64)
    return Spans(starts=index.starts[rows], counts=index.counts[rows])


def frame(index: Columns, of_trials: Spans, repeated: Mapping[int, str]) -> pd.DataFrame:
    """The outcomes of some trials, with ``OF_OUTCOME``; ``repeated`` are those that are confirmations, and their moments."""
    places, trials = of_trials.places, of_trials.trials
    says = {name: coded(index.outcomes[column], places, ALWAYS.get(name, [""])) for column, name in SAYS.items()}
    seconds = np.asarray(index.outcomes["seconds"].to_numpy(), dtype=np.float64)[places]
    measured = coded(index.outcomes["measured"], places, ["", *sorted(set(repeated.values()))])
    texts = {
        **says,
        "message": with_types(says["type"], says["bare_message"]),
        "raised": raised(says["type"], says["bare_message"]),
        "whose": whose(says["status"], says["type"], says["bare_message"]),
        "measured": again(measured, trials, repeated),
    }
    frame = pd.DataFrame({"trial": trials, "seconds": seconds, **texts}, copy=False)
    return frame[list(OF_OUTCOME)]


def coded(column: pa.ChunkedArray, places: Rows, always: Sequence[str]) -> "pd.Categorical[str]":
    """Some rows of a coded column; its categories are those that it ``always`` has, and its own."""
    texts = values(column)
    return categorical([*always, *texts], texts, codes(column)[places])


def categorical(categories: Iterable[str], texts: Sequence[str], numbers: npt.NDArray[Any]) -> "pd.Categorical[str]":
    """A column of some ``texts``, each given by its number there, with these categories, each once."""
    distinct = list(dict.fromkeys(categories))
    place = {text: place for place, text in enumerate(distinct)}
    codes = np.array([place[text] for text in texts], dtype=np.int32)
    return pd.Categorical.from_codes(codes[numbers], categories=pd.Index(distinct, dtype="str"))


def with_types(types: "pd.Categorical[str]", messages: "pd.Categorical[str]") -> "pd.Categorical[str]":
    """Each message led by the type of its error, once."""
    return paired(types, messages, led_by)


def raised(types: "pd.Categorical[str]", messages: "pd.Categorical[str]") -> "pd.Categorical[str]":
    """Each exception in one line, as it was raised; empty where there was none."""
    return paired(types, messages, lambda error, message: led_by(error, message) if error else "")


def whose(
    statuses: "pd.Categorical[str]", types: "pd.Categorical[str]", messages: "pd.Categorical[str]"
) -> "pd.Categorical[str]":
    """What does not have what is missing; empty where nothing is, and where it is the release."""
    missing = statuses.codes == list(statuses.categories).index(str(Status.MISSING))
    named = paired(types, messages, lambda error, message: str(whose_of(error, message)))
    return pd.Categorical.from_codes(np.where(missing, named.codes, 0), categories=named.categories)


def paired(
    types: "pd.Categorical[str]", messages: "pd.Categorical[str]", text: Callable[[str, str], str]
) -> "pd.Categorical[str]":
    """One text of each type and message; each pair is put together once."""
    errors, bare = list(types.categories), list(messages.categories)
    numbers, pairs = pd.factorize(types.codes.astype(np.int64) * len(bare) + messages.codes)
    led = [text(errors[pair // len(bare)], bare[pair % len(bare)]) for pair in pairs.tolist()]
    return categorical(["", *led], led, numbers)


def led_by(error: str, message: str) -> str:
    """A message led by the type of its error, once."""
    return message if not error or message.startswith(f"{error}: ") else f"{error}: {message}"


def again(measured: "pd.Categorical[str]", trials: Rows, repeated: Mapping[int, str]) -> "pd.Categorical[str]":
    """When each outcome was measured: in a trial that was repeated, what ran at all ran again."""
    if not repeated:
        return measured
    moments = np.full(1 + max([*repeated, int(trials.max(initial=0))]), -1, dtype=np.int32)
    place = {text: place for place, text in enumerate(measured.categories)}
    moments[list(repeated)] = [place[started] for started in repeated.values()]
    later = moments[trials]
    numbers = np.where((later >= 0) & (measured.codes != place[""]), later, measured.codes)
    return pd.Categorical.from_codes(numbers, categories=measured.categories)


def listings(outcomes: pd.DataFrame, trials: Sequence[int]) -> dict[int, Listings]:
    """What the inventories of some trials did, by the number of the trial."""
    scenario = outcomes["scenario"].array
    inventory = np.append(scenario.categories.str.startswith(GROUP).astype(bool), False)
    rows = outcomes[inventory[scenario.codes] & outcomes["trial"].isin(trials)]
    found: dict[int, list[tuple[str, str, str]]] = {number: [] for number in trials}
    for number, *listing in rows[["trial", "scenario", "status", "observed"]].itertuples(index=False):
        found[number].append((listing[0], listing[1], listing[2]))
    return dict(found)

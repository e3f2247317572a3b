"""The shape of the index: the columns of its four tables, and what of an outcome each column is."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from tfcompat.outcomes import Outcome, Subject

#: Characters of an observation that the index repeats.
LONGEST = 4000


def as_text(observed: Any) -> str:
    """An observation as JSON; the empty text where there is none.

    Of a long one, such as an inventory, its length and hash: equal ones stay equal, and the trial has it.
    """
    text = "" if observed is None else json.dumps(observed, ensure_ascii=False)
    if len(text) <= LONGEST:
        return text
    return json.dumps(f"{len(text)} characters, {hashlib.sha256(text.encode()).hexdigest()[:12]}")


#: What the index keeps of an outcome, each as a text. What an outcome takes from its run (its seconds, and when it was
#: measured) has columns of its own: all that is here follows from the lines of the record alone.
ANSWER: Mapping[str, Callable[[Outcome], str]] = {
    "scenario": lambda outcome: outcome.scenario,
    "kind": lambda outcome: str(outcome.kind or ""),
    "oracle": lambda outcome: str(outcome.oracle or ""),
    "status": lambda outcome: str(outcome.status),
    "harm": lambda outcome: str(outcome.harm),
    "observed": lambda outcome: as_text(outcome.observed),
    "expected": lambda outcome: as_text(outcome.expected),
    "seen": lambda outcome: as_text(outcome.seen),
    "reason": lambda outcome: str(outcome.reason or ""),
    "type": lambda outcome: outcome.type,
    "message": lambda outcome: outcome.message,
    "lacks": lambda outcome: outcome.lacks,
    "documented": lambda outcome: as_text(outcome.documented),
    "documentation": lambda outcome: str(outcome.documentation),
}
#: What a scenario says of itself, whatever the release: ``documented`` is by requirement where it is not the same for all.
WORDS: Mapping[str, Callable[[Outcome], str]] = {
    "scenario": lambda outcome: outcome.scenario,
    "title": lambda outcome: outcome.title,
    "reference": lambda outcome: outcome.reference,
    "source": lambda outcome: outcome.source,
    "kind": lambda outcome: str(outcome.kind or ""),
    "oracle": lambda outcome: str(outcome.oracle or ""),
    "documented": lambda outcome: promises_as_text(outcome.promises),
    "answers": lambda outcome: as_text(outcome.answers or None),
    "aliases": lambda outcome: "\n".join(outcome.aliases),
}


def promises_as_text(promises: Mapping[str, Any]) -> str:
    """What is documented, as JSON: one observation, or an object of them by requirement."""
    if not promises:
        return ""
    return as_text(promises[""] if promises.keys() == {""} else dict(promises))


#: A text that many rows share: the rows have its number.
CODED = pa.dictionary(pa.int32(), pa.string())
#: A row a trial file, and a row for each line that confirms one. ``digest`` is the hash of the file or line, ``asked``
#: names the rows of ``SCENARIOS``, and ``rows`` counts those of ``OUTCOMES``: -1 is those of the file that is confirmed.
TRIALS = pa.schema(
    [
        ("file", pa.string()),
        ("confirmed", pa.bool_()),
        ("digest", pa.string()),
        *((name, pa.string()) for name in Subject.__dataclass_fields__),
        ("schema", pa.int32()),
        ("versions", pa.string()),
        ("reason", pa.string()),
        ("message", pa.string()),
        ("seconds", pa.float64()),
        ("asked", pa.string()),
        ("rows", pa.int32()),
    ]
)
#: A row a trial file and scenario, in the order of the trials and then of the scenarios that they were asked.
OUTCOMES = pa.schema(
    [("file", CODED), *((name, CODED) for name in ANSWER), ("seconds", pa.float64()), ("measured", CODED)]
)
#: The scenarios that trials were asked, with their words, in their order; equal lists once, named by their hash.
SCENARIOS = pa.schema([("asked", CODED), *((name, CODED) for name in WORDS)])
#: The names that inventories list. ``listing`` is a hash of the scenario and its observation; the first row of each one
#: has the empty name.
NAMES = pa.schema([("listing", CODED), ("name", CODED), ("signature", CODED)])
#: The tables by their names, which begin the names of their files.
TABLES: Mapping[str, pa.Schema] = {"trials": TRIALS, "outcomes": OUTCOMES, "scenarios": SCENARIOS, "names": NAMES}

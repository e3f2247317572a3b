"""Support: for each scenario where it does what, with which harm, and what that was tested on, as one JSON document."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, Struct

from tfcompat.outcomes import Harm, Kind, Oracle, Reason, Status
from tfcompat.record.words import Whose
from tfcompat.table.ranges import Range, axes, entry, observations, spans, where

if TYPE_CHECKING:  # questions that need no frame are answered without pandas
    from tfcompat.table.frame import Table

#: What the document repeats of a scenario's own words.
WORDS = ("title", "reference", "source", "kind", "oracle", "documented", "group")
#: A word of a set, or the empty text; msgspec knows no union of an enum and a text.
KindOrNone = Annotated[str, Meta(extra_json_schema={"enum": ["", *map(str, Kind)]})]
OracleOrNone = Annotated[str, Meta(extra_json_schema={"enum": ["", *map(str, Oracle)]})]
ReasonOrNone = Annotated[str, Meta(extra_json_schema={"enum": ["", *map(str, Reason)]})]


class SupportRange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cells in which a scenario does the same; ``on`` is the Python or Keras that decides, empty where the release does."""

    status: Status
    harm: Harm
    first: str
    last: str
    on: str
    tested: Annotated[list[str], Meta(min_length=1)]
    observed: str
    reason: ReasonOrNone
    whose: Whose


class SupportHarm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a scenario does something, by what that is called, with its harm."""

    word: str
    status: Status
    harm: Harm
    span: str


def support(table: "Table") -> dict[str, Any]:
    """The content of ``support.json``."""
    words = table.scenarios.to_dict("index")
    return {
        "schema": 2,
        "tested_on": list(table.frame["cell"].unique()),
        "scenarios": {
            name: {"scenario": name, **words_of(words[name]), **places_of(ranges)}
            for name, ranges in table.ranges.items()
        },
    }


def words_of(facts: Mapping[Any, Any]) -> dict[str, Any]:
    """What a scenario says of itself."""
    return {
        **{key: facts[key] for key in WORDS},
        "answers": {word: Harm(harm) for word, harm in json.loads(facts["answers"] or "{}").items()},
        "aliases": facts["aliases"].splitlines(),
    }


def places_of(ranges: Sequence[Range]) -> dict[str, Any]:
    """Where a scenario does what, in words and range by range."""
    harms = said(ranges)
    by_word = {part.word: span for part, span in harms}
    return {
        "spans": by_word if len(by_word) == len(harms) else spans(ranges),
        "harms": [{"word": part.word, "status": part.status, "harm": part.harm, "span": span} for part, span in harms],
        "axes": axes(ranges),
        "observations": observations(ranges),
        "ranges": [entry(part) for part in ranges],
    }


def said(ranges: Sequence[Range], among: Sequence[Range] = ()) -> list[tuple[Range, str]]:
    """Where a scenario does what, with which harm: of each word and harm the first range, and where all of them are.

    The words for the places are those that they have ``among`` all its ranges, where ``ranges`` are only some.
    """
    first: dict[tuple[str, Harm], Range] = {}
    for part in ranges:
        first.setdefault((part.word, part.harm), part)
    return [(part, where(among or ranges, partial(is_said, part))) for part in first.values()]


def is_said(wanted: Range, part: Range) -> bool:
    return (part.word, part.harm) == (wanted.word, wanted.harm)

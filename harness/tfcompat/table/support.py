"""Support: for each scenario where it does what, with which harm, and what that was tested on, as one JSON document."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tfcompat.outcomes import Harm
from tfcompat.table.ranges import Range, axes, entry, observations, spans, where

if TYPE_CHECKING:  # questions that need no frame are answered without pandas
    from tfcompat.table.frame import Table

#: What the document repeats of a scenario's own words.
WORDS = ("title", "reference", "source", "kind", "oracle", "documented", "group")


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
        "answers": json.loads(facts["answers"] or "{}"),
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

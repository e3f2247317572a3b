"""Marks: what a test says that it relies on, and what becomes of it where that does not hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm
from tfcompat.select import scenarios
from tfcompat.select.scenarios import GLOB, INSIDE, OFFERED, Heirs, Titles

Word = TypeVar("Word", bound=StrEnum)


class Otherwise(StrEnum):
    """What becomes of a test that relies on what does not hold."""

    SKIP = "skip"
    XFAIL = "xfail"


class Unknown(StrEnum):
    """What becomes of a marked test where the evidence has no answer."""

    RUN = "run"
    SKIP = "skip"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True)
class Reliance:
    """That scenarios hold with no more than some harm, and what becomes of the test otherwise."""

    scenarios: tuple[str, ...]
    harm: Harm
    otherwise: Otherwise


def reliance(arguments: Sequence[Any], options: Mapping[str, Any], titles: Titles | None, heirs: Heirs) -> Reliance:
    """What a mark says; ``titles`` is None where no scenario is known, so that each may be one.

    Raises SelectionError where it says nothing that can be understood.
    """
    unknown = sorted(options.keys() - {"harm", "otherwise"})
    if unknown:
        raise SelectionError(f"{unknown[0]!r} is not an argument of the mark: it takes ids, harm= and otherwise=")
    if not arguments:
        raise SelectionError("the mark names no scenario: write the id of one, for example 'readapt::predict'")
    texts = [named(text, titles or {}, heirs) for text in arguments]
    return Reliance(
        scenarios=tuple(texts) if titles is None else scenarios.select(texts, titles, heirs),
        harm=word(Harm, "harm", options.get("harm", Harm.NONE)),
        otherwise=word(Otherwise, "otherwise", options.get("otherwise", Otherwise.SKIP)),
    )


def named(text: Any, titles: Titles, heirs: Heirs) -> str:
    """An id or a glob. Words of titles are refused: whether a test runs must not change with a title."""
    if not isinstance(text, str):
        raise SelectionError(f"{text!r:.80} is not the id of a scenario: write it as a text")
    if INSIDE in text or GLOB & set(text):
        return text
    named_so = list(scenarios.by_words(text, titles))[:OFFERED]
    near = f"did you mean {', '.join(named_so)}?" if named_so else scenarios.meant(text, titles, heirs)
    raise SelectionError(f"no scenario is called {text!r:.80}: {near}")


def word(of: type[Word], name: str, text: Any) -> Word:
    """A word of a closed set."""
    try:
        return of(text)
    except ValueError as error:
        raise SelectionError(f"{name}={text!r:.80} is not one of {', '.join(of)}") from error

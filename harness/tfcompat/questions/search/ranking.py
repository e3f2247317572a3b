"""Ranking: how well documents fit a query, computed as MiniSearch computes it (BM25+, whose constants the definition has)."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tfcompat.questions.search.definition import DEFINITION
from tfcompat.questions.search.index import SearchDocument, SearchIndex, letters_of
from tfcompat.questions.search.terms import BEGINNING, MODULE, SENTENCE, STATEMENT

#: How the terms begin that an error is known by.
OF_ERRORS = (SENTENCE, BEGINNING)
BOOSTS = tuple(DEFINITION.fields.values())
MISSPELT = re.compile(DEFINITION.misspelt)
#: Words that are spelt right though no document may have them.
SPELT_RIGHT = frozenset(term for group in DEFINITION.synonyms for term in group)
#: Digits to which scores are compared: beyond these two languages need not agree.
DIGITS = 6


@dataclass(kw_only=True)
class Fit:
    """How well a document fits: the sum over the terms of a query, and which of these it has."""

    score: float = 0.0
    terms: dict[str, None] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """A document with more of the terms counts more."""
        return round(self.score * len(self.terms), DIGITS)


class Ranked(NamedTuple):
    """A document that fits a query, how well, and whether it has what the query tells most by."""

    score: float
    document: SearchDocument
    is_close: bool


def ranked(index: SearchIndex, query: Mapping[str, float]) -> list[Ranked]:
    """The documents that fit a query, the best first; those that fit much worse than it are left out."""
    fits: dict[int, Fit] = {}
    for term, counts in query.items():
        for like, weight in alike(index, term):
            add(index, fits, term, like, weight * counts)
    guessed = {term for term in query if term not in index.terms and len(term) < DEFINITION.name}
    ordered = sorted(((fit.total, number) for number, fit in fits.items()), key=lambda pair: (-pair[0], pair[1]))
    return [
        Ranked(total, index.documents[number], is_close(query, fits[number].terms.keys() - guessed))
        for total, number in ordered
        if total >= ordered[0][0] * DEFINITION.relevant
    ]


def is_close(query: Mapping[str, float], having: Collection[str]) -> bool:
    """Whether a document that has some terms of a query has one of its errors or paths, or else half of its words.

    Of an error that says which name is lacking, one that begins alike is not enough. A short word that is only like one of the
    query's is none of them.
    """
    errors = [term for term in query if term[0] in OF_ERRORS]
    if errors:
        lacking = any(counts >= DEFINITION.known for counts in query.values())
        told = [term for term in errors if term[0] == SENTENCE] if lacking else errors
        named = [term for term, counts in query.items() if counts >= DEFINITION.known or is_path(term)]
        return any(term in having for term in (*told, *named))
    words = [term for term, counts in query.items() if counts >= 1]
    return 2 * sum(term in having for term in words) >= len(words)


def is_path(term: str) -> bool:
    """Whether a term is a name in a module, a module, or an import; a number with dots is none."""
    return term[0] in (STATEMENT, MODULE) or ("." in term[1:] and not term[0].isdigit())


def add(index: SearchIndex, fits: dict[int, Fit], term: str, like: str, weight: float) -> None:
    """Add what the documents with a term like one of the query count."""
    for number, documents in sorted(index.terms[like].items()):
        rarity = math.log(1 + (len(index.documents) - len(documents) + 0.5) / (len(documents) + 0.5))
        for document, times in documents.items():
            share = index.lengths[document][number] / index.averages[number]
            longer = DEFINITION.saturation * (1 - DEFINITION.length + DEFINITION.length * share)
            score = rarity * (DEFINITION.floor + times * (DEFINITION.saturation + 1) / (times + longer))
            fit = fits.setdefault(document, Fit())
            fit.score += weight * BOOSTS[number] * index.documents[document].counts * score
            fit.terms[term] = None


def alike(index: SearchIndex, term: str) -> Iterator[tuple[str, float]]:
    """The terms of the index that a term of a query finds, with how much each counts; one that is there finds itself alone."""
    if term in index.terms:
        yield term, 1.0
        return
    if len(term) < DEFINITION.fewest or term in SPELT_RIGHT or not MISSPELT.match(term):
        return
    most = 1 if len(term) < DEFINITION.many else 2
    mask = letters_of(term)
    for other, theirs in index.masks.items():
        more = len(other) - len(term)
        if more > 0 and other.startswith(term):
            yield other, DEFINITION.prefix * len(other) / (len(other) + 0.3 * more)
        elif abs(more) <= most and (mask & ~theirs).bit_count() <= most and (theirs & ~mask).bit_count() <= most:
            steps = distance(term, other)
            if steps <= most:
                yield other, DEFINITION.fuzzy * len(other) / (len(other) + steps)


def distance(one: str, other: str) -> int:
    """How many letters have to be put in, left out or changed to make one word of another."""
    before = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        now = [place]
        for column, opposite in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != opposite)))
        before = now
    return before[-1]

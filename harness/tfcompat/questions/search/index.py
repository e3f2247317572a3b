"""The index: the terms of all documents, in the form that MiniSearch writes, which the browser and the terminal both read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tfcompat.questions.search.definition import DEFINITION, FoundKind

#: The number of each field.
FIELDS = {name: number for number, name in enumerate(DEFINITION.fields)}
#: The form of MiniSearch's files.
FORM = 2


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """What a search can find: its key in the table, the page that it is, and its terms by field, with repetitions.

    ``weight`` is what it counts among others of its kind.
    """

    key: str
    kind: FoundKind
    page: str
    title: str
    terms: Mapping[str, Sequence[str]]
    weight: float = 1.0

    @property
    def counts(self) -> float:
        return DEFINITION.kinds[self.kind] * self.weight


@dataclass(frozen=True, kw_only=True)
class SearchIndex:
    """The documents, and by term and field how often each document has it; ``lengths`` are its different terms, by field."""

    documents: tuple[SearchDocument, ...]
    terms: Mapping[str, Mapping[int, Mapping[int, int]]]
    lengths: tuple[tuple[int, ...], ...]
    averages: tuple[float, ...]

    @cached_property
    def masks(self) -> Mapping[str, int]:
        """Which letters each term has: two that share too few of them need no closer look."""
        return {term: letters_of(term) for term in self.terms}

    def minisearch(self) -> dict[str, Any]:
        """What ``MiniSearch.loadJS`` reads: each document is known by its number."""
        numbers = range(len(self.documents))
        return {
            "documentCount": len(self.documents),
            "nextId": len(self.documents),
            "documentIds": {str(number): number for number in numbers},
            "fieldIds": FIELDS,
            "fieldLength": {str(number): self.lengths[number] for number in numbers},
            "averageFieldLength": self.averages,
            "storedFields": {},
            "dirtCount": 0,
            "index": [[term, self.terms[term]] for term in sorted(self.terms)],
            "serializationVersion": FORM,
        }


def letters_of(term: str) -> int:
    """The letters of a term, a bit each."""
    mask = 0
    for letter in term:
        mask |= 1 << (ord(letter) & 63)
    return mask


def index_of(documents: Iterable[SearchDocument]) -> SearchIndex:
    """The index of some documents, which are numbered in their order: of two that fit alike the first comes first."""
    every = tuple(documents)
    found: dict[str, dict[int, dict[int, int]]] = {}
    lengths = []
    for number, document in enumerate(every):
        counts = [Counter(document.terms.get(name, ())) for name in FIELDS]
        lengths.append(tuple(map(len, counts)))
        for field, of_field in enumerate(counts):
            for term, count in of_field.items():
                found.setdefault(term, {}).setdefault(field, {})[number] = count
    averages = tuple(sum(lengths[n][f] for n in range(len(every))) / max(1, len(every)) for f in FIELDS.values())
    return SearchIndex(documents=every, terms=found, lengths=tuple(lengths), averages=averages)

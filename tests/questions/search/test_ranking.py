"""Tests of ranking: what fits better comes first, and misspellings find what they are like."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from tfcompat.questions.search import terms
from tfcompat.questions.search.definition import FoundKind
from tfcompat.questions.search.index import SearchDocument, SearchIndex, index_of
from tfcompat.questions.search.pasted import read
from tfcompat.questions.search.query import query
from tfcompat.questions.search.ranking import distance, ranked


def document(title: str, kind: FoundKind = FoundKind.ROW, **fields: str) -> SearchDocument:
    said = {"title": title, **fields}
    return SearchDocument(
        key=title,
        kind=kind,
        page=f"s/{title}/",
        title=title,
        terms={name: list(terms.terms(text)) for name, text in said.items()},
    )


def found(index: SearchIndex, text: str) -> list[str]:
    return [hit.document.key for hit in ranked(index, query(read(text)))]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("moving_variance", "BatchNormalization has moving_variance"),
        ("replicas", "Two replicas"),
        ("Replica", "Two replicas"),
        ("noramlization", "Normalization alone"),
        ("replcias", "Two replicas"),
        ("float", "float64 adapts"),
        ("adapts", "float64 adapts"),
    ],
)
def test_words_find(asked: str, first: str) -> None:
    titles = ["BatchNormalization has moving_variance", "Two replicas", "Normalization alone", "float64 adapts"]
    assert found(index_of(map(document, titles)), asked)[0] == first


def test_the_rarer_word_decides() -> None:
    index = index_of(map(document, ["adapt it", "adapt now", "Bessel", "adapt twice"]))
    assert found(index, "adapt Bessel")[0] == "Bessel"


def test_a_title_counts_more_than_a_detail_and_an_answer_more_than_a_row() -> None:
    index = index_of([document("other", detail="checkpoint"), document("checkpoint")])
    assert found(index, "checkpoint") == ["checkpoint", "other"]
    index = index_of([document("checkpoint"), document("checkpoint x", FoundKind.QUESTION)])
    assert found(index, "checkpoint") == ["checkpoint x", "checkpoint"]


def test_of_two_that_fit_alike_the_first_comes_first() -> None:
    index = index_of([document("same a"), document("same b")])
    assert found(index, "same") == ["same a", "same b"]


def test_what_nothing_has_finds_nothing() -> None:
    index = index_of([document("one")])
    assert found(index, "zzzz qqqq") == found(index, "") == found(index_of([]), "one") == []


def test_numbers_are_not_misspelt() -> None:
    assert found(index_of([document("on 2.15"), document("on 2.16")]), "2.16") == ["on 2.16"]
    assert found(index_of([document("on 2.15")]), "2.17") == []


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("", "ab", 2), ("kitten", "sitting", 3), ("noramliz", "normaliz", 2), ("x", "x", 0)]
)
def test_the_steps_between_two_words(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


def test_the_index_is_what_minisearch_reads() -> None:
    made = index_of([document("one two"), document("one one", detail="three")]).minisearch()
    entries: Mapping[str, Mapping[int, Mapping[int, int]]] = dict(made["index"])
    title, detail = made["fieldIds"]["title"], made["fieldIds"]["detail"]
    assert entries["one"] == {title: {0: 1, 1: 2}}
    assert made["fieldLength"]["1"][title] == 1, "different terms are counted"
    assert made["averageFieldLength"][detail] == 0.5
    assert (made["documentCount"], made["nextId"], made["serializationVersion"]) == (2, 2, 2)


@pytest.mark.parametrize(
    ("asked", "close"),
    [
        ("checkpoint", True),
        ("checkpoint weather", True),
        ("checkpoint weather forecast", False),
        ("ValueError: no such checkpoint in this place", False),
        ("ValueError: the layer was built with 3 columns", True),
        ("AttributeError: module 'tensorflow.keras.layers' has no attribute 'Norm'", True),
        ("AttributeError: module 'tensorflow' has no attribute 'contrib'", False),
        ("AttributeError: module 'tensorflow' has no attribute 'lost'", True),
    ],
)
def test_what_has_neither_the_error_nor_a_path_nor_half_of_the_words_is_not_close(asked: str, close: bool) -> None:
    index = index_of(
        [
            document("checkpoint"),
            replaced(document("built"), "error", terms.of_message("the layer was built with 7 columns")),
            replaced(document("norm"), "path", terms.of_path("tf.keras.layers.norm")),
            replaced(document("lost"), "error", terms.of_message("module 'tensorflow' has no attribute 'lost'")),
        ]
    )
    assert any(hit.is_close for hit in ranked(index, query(read(asked)))) is close


def replaced(made: SearchDocument, name: str, words: Iterable[str]) -> SearchDocument:
    return replace(made, terms={**made.terms, name: list(words)})

"""Tests of ranking by its numbers: what a document counts, what a misspelt word finds, and when a document is close."""

import math
from collections.abc import Sequence

import pytest

from tfcompat.questions.search.definition import FoundKind
from tfcompat.questions.search.index import SearchDocument, SearchIndex, index_of
from tfcompat.questions.search.ranking import Fit, alike, is_close, is_path, ranked


def document(*title: str, kind: FoundKind = FoundKind.ROW, **facts: object) -> SearchDocument:
    """A document with these terms in its title."""
    key = " ".join(title)
    return SearchDocument(**{"key": key, "kind": kind, "page": key, "title": key, "terms": {"title": title}, **facts})  # type: ignore[arg-type]


def words(*terms: str) -> SearchIndex:
    """An index of documents with a word each."""
    return index_of(document(term) for term in terms)


def scores(documents: Sequence[SearchDocument], **query: float) -> dict[str, float]:
    return {hit.document.key: hit.score for hit in ranked(index_of(documents), query)}


def test_a_document_counts_what_bm25_gives_it() -> None:
    """Of three documents two have the word, and the titles have 5/3 different words in the middle; a title counts three."""
    some = [document("adapt", "mean"), document("adapt", "adapt", "now"), document("bessel")]
    longer = 1.2 * (0.3 + 0.7 * 2 / (5 / 3))
    once, twice = (3 * math.log(1 + 1.5 / 2.5) * (0.5 + 2.2 * times / (times + longer)) for times in (1, 2))
    assert scores(some, adapt=1.0) == {"adapt mean": round(once, 6), "adapt adapt now": round(twice, 6)}
    assert scores(some, adapt=0.5) == {"adapt mean": round(once / 2, 6), "adapt adapt now": round(twice / 2, 6)}


def test_a_document_with_two_of_the_words_counts_the_sum_twice() -> None:
    both = scores([document("mean", "adapt"), document("bessel", "x")], mean=1.0, adapt=1.0)
    one = scores([document("mean", "adapt"), document("bessel", "x")], mean=1.0)
    assert both["mean adapt"] == pytest.approx(4 * one["mean adapt"], abs=1e-5)


def test_a_kind_and_a_weight_count_and_so_does_a_field() -> None:
    plain = scores([document("mean"), document("x")], mean=1.0)["mean"]
    asked = document("mean", kind=FoundKind.QUESTION, weight=0.5)
    assert scores([asked, document("x")], mean=1.0)["mean"] == pytest.approx(plain * 1.8 * 0.5, abs=1e-5)
    below = document("mean", terms={"detail": ["mean"]})
    assert scores([below, document("y", terms={"detail": ["y"]})], mean=1.0)["mean"] == pytest.approx(
        plain * 0.8 / 3, abs=1e-5
    )


def test_nothing_fits_before_a_word_is_found() -> None:
    assert (Fit().score, Fit().total) == (0.0, 0.0)


def test_of_two_that_fit_alike_the_first_comes_first_whichever_word_found_it() -> None:
    assert list(scores([document("b"), document("a")], a=1.0, b=1.0)) == ["b", "a"]


def test_what_fits_much_worse_than_the_best_is_left_out() -> None:
    weak = document("weak", terms={"detail": ["one"]})
    strong = document("strong", terms={"path": ["one", "two", "three"]})
    assert list(scores([weak, strong], one=1.0, two=1.0, three=1.0)) == ["strong"]
    assert list(scores([weak, document("other", terms={"detail": ["one", "two"]})], one=1.0)) == ["weak", "other"]


@pytest.mark.parametrize(
    ("term", "known", "found"),
    [
        ("spline", ["spline", "splines"], {"spline": 1.0}),
        ("norm", ["normaliz"], {"normaliz": 0.375 * 8 / (8 + 0.3 * 4)}),
        ("laye", ["layer"], {"layer": 0.375 * 5 / (5 + 0.3)}),
        ("nor", ["normaliz", "not"], {}),
        ("layre", ["layer"], {}),
        ("layex", ["layer"], {"layer": 0.45 * 5 / 6}),
        ("layr", ["layer"], {"layer": 0.45 * 5 / 6}),
        ("layerx", ["layer"], {"layer": 0.45 * 5 / 6}),
        ("lxyxr", ["layer"], {}),
        ("splnie", ["spline"], {"spline": 0.45 * 6 / 8}),
        ("splxyz", ["spline"], {}),
        ("spxyz", ["spline"], {}),
        ("enilps", ["spline"], {}),
        ("2.165", ["2.1655"], {}),
        ("unchang", ["unchanging"], {}),
        (".momnts", [".moments"], {".moments": 0.45 * 8 / 9}),
    ],
)
def test_a_word_that_no_document_has_finds_what_it_begins_and_what_is_like_it(
    term: str, known: list[str], found: dict[str, float]
) -> None:
    assert dict(alike(words(*known), term)) == pytest.approx(found)


@pytest.mark.parametrize(
    ("term", "is_one"),
    [
        *((term, True) for term in (">a.b", ">a", "%tf.keras", "%keras", "tf.nn", "a.b", "a1.b", "tf.conv2")),
        *((term, False) for term in (".moments", "2.16", "moments", "x", "a>", "h5")),
    ],
)
def test_a_path_is_told_from_a_name_and_a_number(term: str, is_one: bool) -> None:
    assert is_path(term) is is_one


@pytest.mark.parametrize(
    ("query", "having", "close"),
    [
        ({"a": 1, "b": 1}, {"a"}, True),
        ({"a": 1, "b": 1, "c": 1}, {"a"}, False),
        ({"a": 1, "b": 1, "c": 0.5, "d": 0.5}, {"c", "d"}, False),
        ({"a": 2, "b": 1}, {"b"}, True),
        ({"a": 1, "b": 1}, set(), False),
        ({"=a1": 1, "^b1": 1, "c": 1}, {"c"}, False),
        ({"=a1": 1, "^b1": 1, "c": 1}, {"^b1"}, True),
        ({"=a1": 1, "^b1": 1, ".x": 2.0}, {"^b1"}, False),
        ({"=a1": 1, "^b1": 1, ".x": 2.0}, {"=a1"}, True),
        ({"=a1": 1, "^b1": 1, ".x": 2.0}, {".x"}, True),
        ({"=a1": 1, "^b1": 1, ".x": 2.0}, set(), False),
        ({"=a1": 1, "tf.keras.x": 1}, {"tf.keras.x"}, True),
        ({"=a1": 1, ".y": 1}, {".y"}, False),
        ({"=a1": 1, "2.16": 1}, {"2.16"}, False),
    ],
)
def test_a_document_is_close_that_has_the_error_or_its_path_or_else_half_of_the_words(
    query: dict[str, float], having: set[str], close: bool
) -> None:
    assert is_close(query, having) is close


@pytest.mark.parametrize(("asked", "close"), [("weather", True), ("waether", False), ("noramliz", True)])
def test_a_short_word_that_is_only_like_one_is_not_close(asked: str, close: bool) -> None:
    (hit,) = ranked(words("weather", "normaliz"), {asked: 1.0})
    assert hit.is_close is close

"""Tests of the index: what it counts, and which letters its terms have."""

from tfcompat.questions.search.definition import FoundKind
from tfcompat.questions.search.index import SearchDocument, index_of, letters_of


def document(*terms: str) -> SearchDocument:
    return SearchDocument(key="k", kind=FoundKind.ROW, page="p", title="t", terms={"title": terms})


def test_the_letters_of_a_term_are_a_bit_each_however_often_it_has_them() -> None:
    assert letters_of("abc").bit_count() == 3
    assert letters_of("abcabc") == letters_of("cab")
    assert letters_of("") == letters_of("a") & letters_of("b") == 0
    assert index_of([document("abc", "b")]).masks == {"abc": letters_of("abc"), "b": letters_of("b")}


def test_a_field_is_as_long_as_its_different_terms_in_the_middle_of_all_documents() -> None:
    assert max(index_of([document("one", "two", "two")]).averages) == 2
    assert max(index_of([document("one", "two"), document("one")]).averages) == 1.5
    assert max(index_of([]).averages) == 0


def test_nothing_was_taken_out_of_what_minisearch_reads() -> None:
    assert index_of([document("one")]).minisearch()["dirtCount"] == 0

"""Tests of terms: names are found whole and by their parts, errors by their sentences, and misspellings by what they mean."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcompat.questions.search import terms
from tfcompat.questions.search.definition import DEFINITION


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("saving", ["sav"]),
        ("saves", ["sav"]),
        ("normalization", ["normaliz"]),
        ("normalisation", ["normaliz"]),
        ("predictions", ["predict"]),
        ("moving_variance", [".moving_variance", "mov", "varianc"]),
        ("BatchNormalization", [".batchnormalization", "batch", "normaliz"]),
        ("h5_functional", [".h5_functional", "h5", "functional"]),
        ("training=False", ["train", ".false", "fals"]),
        ("2.16.2 on 2.4", ["2.16.2", "2.16", "2.4"]),
        ("what is the", []),
        ("The mean", ["mean"]),
        ("conv2 nn of x", ["conv2", "conv", "nn"]),
        ("_hidden", ["hidden"]),
        ("", []),
    ],
)
def test_the_terms_of_a_text(text: str, found: list[str]) -> None:
    assert list(terms.terms(text)) == found


def test_a_path_has_each_of_its_ends() -> None:
    assert list(terms.of_path("tf.nn.Moments")) == ["tf.nn.moments", "nn.moments", ".moments"]


def test_a_statement_has_the_modules_that_it_needs() -> None:
    path = "from tensorflow.keras.layers import Normalization"
    assert list(terms.of_modules(path)) == ["%tf.keras", "%tf.keras.layers"]
    assert list(terms.of_modules("from keras import Model")) == list(terms.of_modules("tf.keras.Model")) == []


def test_a_statement_has_each_name_that_it_imports() -> None:
    text = "from tensorflow.keras.layers import Dense as D, Normalization\nfrom x import y"
    assert list(terms.of_statements(text)) == [
        ">tensorflow.keras.layers.dense",
        ">tensorflow.keras.layers.normalization",
        ">x.y",
    ]


def test_names_are_also_said_in_small_letters_and_in_two_words() -> None:
    assert list(terms.names("batch normalisation on 2.4")) == [".normalization", ".batchnormalization"]
    assert list(terms.names("x replicas _")) == [".replicas", ".xreplicas"]
    assert list(terms.names("the normalization2")) == [".normalization2"]


def test_two_prints_of_one_error_have_the_same_terms() -> None:
    first = "Shape (3,) at 0x7f1 of 'mean:0' does not fit"
    assert list(terms.of_message(first)) == list(terms.of_message('Shape (2,) at 0x8a of "mean:1" does not fit'))
    assert list(terms.of_message("too short")) == list(terms.of_message("abc def ghijk")) == []
    assert len(list(terms.of_message("abc def ghijkl"))) == 2


def test_a_hash_is_fnv_1a() -> None:
    """By what is published of it: the browser computes the same."""
    assert (terms.hashed(""), terms.hashed("a"), terms.hashed("foobar")) == ("811c9dc5", "e40c292c", "bf9cf968")


def test_a_text_is_read_as_plain_ascii_in_the_spelling_of_code() -> None:
    assert terms.ascii_of("“a”–’b’…\r\nc\rd é normalise") == "\"a\"-'b'.\nc\nd   normalize"
    assert terms.ascii_of("é") == " "
    assert terms.ascii_of("plain initialisation") == "plain initialization"


def test_a_sentence_of_an_error_is_known_inside_of_another_message() -> None:
    inner = set(terms.of_message("list assignment index out of range"))
    outer = set(
        terms.of_message('Exception encountered when calling layer "n" (type X). list assignment index out of range')
    )
    assert inner < outer


def test_a_long_line_without_a_dot_is_read_once() -> None:
    """Where a name could begin at each of its letters, a line of twenty thousand took five seconds."""
    begun = time.process_time()
    assert list(terms.dotted("a" * DEFINITION.longest)) == []
    assert time.process_time() - begun < 1


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_terms_that_a_query_may_have(text: str) -> None:
    for term in (*terms.terms(text), *terms.names(text), *terms.of_message(text), *terms.dotted(text)):
        assert term.isascii()
        assert " " not in term
        assert term


def test_synonyms_are_written_as_terms_are() -> None:
    """Else they would stand for nothing."""
    for group in DEFINITION.synonyms:
        for term in group:
            words = [term, f"{term}e", f"{term}ing"]
            assert term.startswith(".") or any(term in terms.terms(word) for word in words), term


def test_what_stands_for_a_term() -> None:
    assert set(terms.standing_for(["stal"])) == {"unchang", "old", "outdat"}
    assert "stal" in terms.standing_for(["old"])
    assert "stal" in terms.standing_for(["unchang"])
    assert list(terms.standing_for([])) == []

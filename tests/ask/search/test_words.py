"""Tests of words: names are found whole and by their parts, and rare words count more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcompat.ask.search.words import MOST, Text, Word, ranked, words_of


def keys(query: str, **texts: str) -> list[str]:
    some = [Text(key=key, parts={text.casefold(): 1.0}) for key, text in texts.items()]
    return [text.key for _, text in ranked(some, words_of(query))]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("moving_variance", "`BatchNormalization` has moving_variance of all rows"),
        ("variance", "what has moving_variance"),
        ("training=False", "layer(x, training=False) keeps it"),
        ("saving", "a model that was saved"),
        ("batch normalization", "BatchNormalization"),
        ("Replicas", "Two replicas"),
        ("2.4", "on 2.4 only"),
    ],
)
def test_a_word_finds(query: str, text: str) -> None:
    assert keys(query, it=text, other="nothing of that") == ["it"]


def test_a_text_with_the_rarer_word_comes_first() -> None:
    assert keys("adapt Bessel", a="adapt it", b="adapt again", c="Bessel", d="adapt twice")[0] == "c"


def test_words_that_say_nothing_find_nothing() -> None:
    assert keys("what is the", it="what is the matter") == []
    assert words_of("") == ()
    assert ranked([], words_of("x")) == []


def test_a_whole_word_is_not_found_inside_another() -> None:
    assert Word(letters="fit", whole=True).times("profit fit_it fits") == 1


@given(st.text(max_size=300))
def test_any_text_has_words(text: str) -> None:
    words = words_of(text)
    assert len(words) <= MOST
    assert all(word.letters for word in words)
    ranked([Text(key="it", parts={text.casefold(): 1.0})], words)

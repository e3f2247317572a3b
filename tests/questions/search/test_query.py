"""Tests of the query: what of a pasted text is looked for, and how much each of it counts."""

import pytest

from tfcompat.questions.search.definition import DEFINITION
from tfcompat.questions.search.pasted import read
from tfcompat.questions.search.query import query

ERROR = "AttributeError: module 'tensorflow.keras.layers' has no attribute 'Normalization'"


def test_the_path_of_an_error_counts_most() -> None:
    counts = query(read(ERROR))
    assert next(iter(counts)) == "tf.keras.layers.normalization"
    assert counts["tf.keras.layers.normalization"] == DEFINITION.lacking == max(counts.values())


def test_what_a_traceback_has_around_its_error_is_not_looked_for() -> None:
    around = f'Traceback (most recent call last):\n  File "secret.py", line 3, in work\n    tf.nn.moments()\n{ERROR}\n'
    assert query(read(around)) == query(read(ERROR)) == query(read(" ".join(around.split())))


def test_an_import_statement_is_told_from_its_attributes() -> None:
    term = ">tensorflow.keras.layers.normalization"
    assert term in query(read("from tensorflow.keras.layers import Normalization"))
    assert term in query(read("ImportError: cannot import name 'Normalization' from 'tensorflow.keras.layers'"))
    assert term not in query(read(ERROR))


def test_what_stands_for_a_word_counts_less() -> None:
    counts = query(read("stale"))
    assert (counts["stal"], counts["unchang"]) == (1.0, DEFINITION.stands_for)


def test_a_query_is_bounded() -> None:
    counts = query(read(" ".join(f"word{number}x" for number in range(999))))
    assert len(counts) == DEFINITION.terms
    assert len(query(read(" ".join(["stale", *(f"word{number}x" for number in range(999))])))) > DEFINITION.terms


@pytest.mark.parametrize(
    ("asked", "term"),
    [
        ("AttributeError: 'Normalization' object has no attribute 'input_mean'", ".attribute_input_mean"),
        ("TypeError: __init__() got an unexpected keyword argument 'mean'", ".argument_mean"),
        ("TypeError: ('Keyword argument not understood:', 'invert')", ".argument_invert"),
        ("tf.keras.layers.Normalization(axis=None, invert=True)", ".argument_invert"),
    ],
)
def test_what_a_release_lacks_is_looked_for_as_rows_are_called(asked: str, term: str) -> None:
    assert query(read(asked))[term] == DEFINITION.known


def test_a_path_of_no_error_and_a_name_without_its_module_count_less() -> None:
    assert query(read("where is tf.keras.layers.Normalization?"))["tf.keras.layers.normalization"] == DEFINITION.known
    alone = query(read("ImportError: cannot import name 'Normalization'"))
    assert alone[".normalization"] == DEFINITION.known
    assert not [term for term in alone if term.startswith(">")]


def test_sentences_words_and_names_with_dots_count_one() -> None:
    counts = query(read("ValueError: the layer was built with more columns by model.fit"))
    assert {counts[term] for term in counts if term[0] in "=^"} == {counts["model.fit"], counts["column"]} == {1.0}


def test_each_module_that_is_not_there_is_looked_for() -> None:
    counts = query(read("".join(f"ModuleNotFoundError: No module named 'keras.{name}'\n" for name in ("one", "two"))))
    assert counts["%keras.one"] == counts["%keras.two"] == DEFINITION.lacking
    assert query(read("ModuleNotFoundError: No module named 'keras.Model'"))["keras.model"] == DEFINITION.lacking


def test_a_module_is_no_class_of_the_same_letters() -> None:
    counts = query(read("ModuleNotFoundError: No module named 'tensorflow.keras.layers.normalization'"))
    assert counts["%tf.keras.layers.normalization"] == DEFINITION.lacking
    assert "tf.keras.layers.normalization" not in [term for term, count in counts.items() if count > 1]

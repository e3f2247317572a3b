"""Tests of the words: what an outcome is called, and whose doing it is that something is missing."""

import pytest

from tfcompat.outcomes import Status
from tfcompat.record.words import Whose, whose_of, word


@pytest.mark.parametrize(
    ("observed", "shown"),
    [
        ('"stale"', "stale"),
        ('"fällt \\u0041us"', "fällt Aus"),
        ('"says \\"no\\""', 'says "no"'),
        ("3", "3"),
        ("-12", "-12"),
        ("true", "true"),
        ('"2.16.2"', "2.16.2"),
        ("", "answered"),
        ('""', "answered"),
        ("1.0000001", "answered"),
        ("[1.0]", "answered"),
        ('"' + "x" * 40 + '"', "x" * 40),
        ('"' + "x" * 41 + '"', "answered"),
    ],
)
def test_an_answer_is_its_word_where_it_is_short(observed: str, shown: str) -> None:
    assert word(Status.ANSWERED, observed) == shown


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ANSWERED}))
def test_what_is_no_answer_is_called_by_its_status_and_why(status: Status) -> None:
    assert word(status, '"stale"') == str(status)
    assert word(status, "", "no lock") == f"{status}: no lock"
    assert word(status, "", "", Whose.PACKAGE) == f"{status}: no package"


@pytest.mark.parametrize(
    ("error", "message", "whose"),
    [
        ("ModuleNotFoundError", "No module named 'keras'", Whose.PACKAGE),
        ("ModuleNotFoundError", "ModuleNotFoundError: No module named 'tf_keras'", Whose.PACKAGE),
        ("ModuleNotFoundError", "No module named 'keras.layers.experimental'", Whose.RELEASE),
        ("ModuleNotFoundError", "No module named 'tensorflow.keras'; 'tensorflow' is not a package", Whose.RELEASE),
        ("ImportError", "No module named 'keras'", Whose.RELEASE),
        ("AttributeError", "module 'tensorflow.keras.layers' has no attribute 'Normalization'", Whose.RELEASE),
        ("", "", Whose.RELEASE),
    ],
)
def test_a_package_that_is_not_there_is_not_the_releases_doing(error: str, message: str, whose: Whose) -> None:
    assert whose_of(error, message) is whose

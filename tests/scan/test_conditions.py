"""Tests of conditions: which comparisons of a release as text are gates, and which conditions are about the release."""

import ast

import pytest

from tfcompat.scan.code.conditions import gate_of, is_guard
from tfcompat.scan.known.names import Gate


def condition(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def gate(text: str) -> Gate | None:
    node = condition(text)
    assert isinstance(node, ast.Compare)
    return gate_of(node, lambda side: ast.unparse(side) == "release")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("release < '2.10'", "<"),
        ("release <= '2.10'", "<="),
        ("release > '2.10'", ">"),
        ("release >= '2.10'", ">="),
        ("'2.10' < release", ">"),
        ("'2.10' <= release", ">="),
        ("'2.10' > release", "<"),
        ("'2.10' >= release", "<="),
    ],
)
def test_a_release_that_is_compared_as_text_is_a_gate(text: str, sign: str) -> None:
    assert gate(text) == Gate(sign=sign, version="2.10")


@pytest.mark.parametrize(
    "text",
    [
        "release == '2.10'",
        "release in '2.10'",
        "'2.2' < release < '2.10'",
        "other < '2.10'",
        "release < 2.10",
        "release < other",
        "other < 2.10",
        "release < 'nightly'",
        "release < release",
    ],
)
def test_what_is_no_gate(text: str) -> None:
    assert gate(text) is None


@pytest.mark.parametrize(
    "text", ["release >= '2'", "release < '3.0'", "release >= '1.15'", "release < '2.1'", "release < '2.1.00'"]
)
def test_a_gate_that_is_right_on_every_release_is_none(text: str) -> None:
    """Of 2.1 and before nothing was measured."""
    assert gate(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "tf.__version__ >= '2.6'",
        "version.parse(x) < y",
        "hasattr(layers, 'Normalization')",
        "not hasattr(layers, 'Normalization')",
        "getattr(layers, 'Normalization', None)",
        "TF_VERSION",
        "HAS_NORM",
        "not HAS_NORM",
        "Normalization is None",
        "Normalization is not None",
        "not (Normalization is None)",
        "is_version_2()",
    ],
)
def test_a_condition_about_the_release(text: str) -> None:
    assert is_guard(condition(text))


@pytest.mark.parametrize(
    "text",
    ["training", "not training", "a < b", "normalization is None", "Mode == None", "layers.Norm is None", "f(x)", "1"],
)
def test_another_condition(text: str) -> None:
    assert not is_guard(condition(text))

"""Signatures: read without running anything, and compared in words."""

import pytest

from tfcompat.table.signatures import LONGEST, SHOWN, Kind, compare, parse


def said(before: str, after: str) -> list[str]:
    return [difference.text for difference in compare(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        ("(axis=-1, **kwargs)", "(axis=-1, invert=False, **kwargs)", ["gains the argument invert"]),
        ("(x, a, b)", "(x)", ["loses the arguments a, b"]),
        ("(a=1)", "(b=1)", ["gains the argument b", "loses the argument a"]),
        ("(x)", "(x, *args)", ["gains the argument *args"]),
        ("(momentum=0.99)", "(momentum=0.9)", ["changes the default of momentum from 0.99 to 0.9"]),
        ("(x, axis)", "(x, axis=None)", ["gives axis the default None"]),
        ("(x, axis=None)", "(x, axis)", ["takes the default None from axis"]),
        ("(a, b=1)", "(a, *, b=1)", ["takes b as keyword-only, not as positional or keyword"]),
        ("(x, /)", "(x)", ["takes x as positional or keyword, not as positional-only"]),
        ("(a, b)", "(b, a)", ["changes the order of its arguments to b, a"]),
        (
            "(a, c, b)",
            "(b, d, a)",
            ["gains the argument d", "loses the argument c", "changes the order of its arguments to b, a"],
        ),
        ("(x='zeros')", "(x='ones')", ["changes the default of x from 'zeros' to 'ones'"]),
        ("(x=<object object>)", "(x=None)", ["changes the default of x from <object object> to None"]),
        ("class", "(axis=-1)", ["changes from class to (axis=-1)"]),
        ("(cut, of", "(cut, off", ["changes from (cut, of to (cut, off"]),
    ],
)
def test_a_change_is_told(before: str, after: str, sentences: list[str]) -> None:
    assert said(before, after) == sentences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(epsilon=1e-06)", "(epsilon=1e-6)"),
        ("(name='a')", '(name="a")'),
        ("(x=<class 'int'>, y=<f>)", "(x=<class 'int'>,  y=<f>)"),
        ("(cut, of", "(cut, of"),
        ("module", "module"),
    ],
)
def test_what_says_the_same_in_other_words_is_no_change(one: str, other: str) -> None:
    assert said(one, other) == []


def test_each_change_has_its_kind() -> None:
    found = compare("(a, b, c, x=1, y=2)", "(c, a, d, *, x=1, y=3)")
    assert [one.kind for one in found] == [Kind.GAINS, Kind.LOSES, Kind.PASSING, Kind.PASSING, Kind.DEFAULT, Kind.ORDER]


def test_a_default_that_is_no_expression_stays_as_it_stood() -> None:
    found = parse("(initializer=<tensorflow.Zeros object>, dtype=<dtype: 'float32'>, name='<x', n=-1)")
    assert found is not None
    assert [one.default for one in found.values()] == ["<tensorflow.Zeros object>", "<dtype: 'float32'>", "<x", "-1"]


@pytest.mark.parametrize(
    "text",
    [
        "module",
        "",
        "of(a=1)",
        f"(a={'-' * 1900}1)",
        "(a",
        "(a): pass\nimport os\ndef g()",
        "(a) -> 1: pass\nif True",
        "(" * 500,
        f"(a={'[' * 800}1{']' * 800})",
        f"({'a' * LONGEST}=1)",
        "(a, a=\0)",
    ],
)
def test_what_is_no_signature_is_not_read(text: str) -> None:
    assert parse(text) is None


def test_a_signature_is_read_as_long_as_it_may_be() -> None:
    text = f"({'a' * (LONGEST - 4)}=1)"
    assert len(text) == LONGEST
    assert parse(text) is not None


@pytest.mark.parametrize(("length", "end"), [(SHOWN, ")"), (SHOWN + 1, "…")])
def test_what_is_shown_has_so_many_characters_at_most(length: int, end: str) -> None:
    (sentence,) = said("class", f"({'x' * (length - 2)})")
    shown = sentence.removeprefix("changes from class to ")
    assert (len(shown), shown[-1]) == (SHOWN, end)


def test_a_long_signature_is_shown_in_part() -> None:
    (sentence,) = said(f"(x='{'y' * 500}')", "(x=1)")
    assert len(sentence) < 250
    assert sentence.endswith("… to 1")

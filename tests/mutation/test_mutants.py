"""Tests of the mutants that are made of a source."""

import pytest

pytest.importorskip("cosmic_ray", reason="cosmic-ray is in the environment of tox run -e mutation")
from tests.mutation.mutants import mutants


def names(source: str) -> list[str]:
    return [mutant.name for mutant in mutants(source)]


@pytest.mark.parametrize(
    ("source", "mutant"),
    [
        ("x = a == b\n", "module: x = a == b → x = a != b"),
        ("x = a in b\n", "module: x = a in b → x = a not in b"),
        ("x = a not in b\n", "module: x = a not in b → x = a in b"),
        ("x = [a for a in b if a.c]\n", "module: x = [a for a in b if a.c] → x = [a for a in b if not (a.c)]"),
        ("if a:\n    b()\n", "module: if a: → if not a:"),
        ("def f():\n    return a or b\n", "f: return a or b → return a and b"),
        ("@first\ndef f(): ...\n", "module: @first → nothing"),
        ("x = 1\n", "module: x = 1 → x = 2"),
        ("try:\n    a()\nexcept b.C:\n    d()\n", "module: except b.C: → except StopAsyncIteration:"),
        ("try:\n    a()\nexcept (b.C, D):\n    e()\n", "module: except (b.C, D): → except (b.C, StopAsyncIteration):"),
    ],
)
def test_a_place_has_its_mutant(source: str, mutant: str) -> None:
    assert mutant in [name.replace("  ", " ") for name in names(source)]


def test_a_mutant_is_the_source_with_that_change() -> None:
    assert [mutant.source for mutant in mutants("x = a is None\ny = b\n")] == ["x = a is not None\ny = b\n"]


def test_an_annotation_and_the_words_of_a_dataclass_have_none() -> None:
    source = "@dataclass(frozen=True)\nclass A:\n    a: int | None\n\ndef f(a: int | None) -> int | None: ...\n"
    assert names(source) == ["module: @dataclass(frozen=True) → nothing"]


@pytest.mark.parametrize(
    "source",
    [
        "class A(Struct, frozen=True, kw_only=True): ...\n",
        "a = zip(b, c, strict=True)\n",
        "if TYPE_CHECKING:\n    import a\n",
    ],
)
def test_what_only_declares_or_asserts_has_none(source: str) -> None:
    assert names(source) == []


def test_other_words_of_a_class_have_mutants() -> None:
    assert names("class A(Struct, omit_defaults=True): ...\n") != []


def test_what_does_not_compile_is_none() -> None:
    assert names("match a:\n    case b.c | b.d:\n        pass\n") == []


def test_the_same_change_twice_has_a_number() -> None:
    assert names("x = a is b\nx = a is b\n") == [
        "module: x = a is b → x = a is not b",
        "module: x = a is b → x = a is not b (2)",
    ]

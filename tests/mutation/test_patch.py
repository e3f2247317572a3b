"""Tests of a change that is put into a module which is imported already."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.mutation.patch import Patch

SOURCE = """
LIMIT = 3

def plain(value):
    return [one for one in range(value) if one]

def later():
    factor = 2
    def inner(value):
        return value * factor
    return inner

class Thing:
    size = 4

    @property
    def large(self):
        return self.size > LIMIT

early = lambda value: value + 1
"""


@pytest.fixture
def module(tmp_path: Path) -> Any:
    file = tmp_path / "patched.py"
    file.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("patched", file)
    assert spec is not None
    assert spec.loader is not None
    made: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def put(module: Any, old: str, new: str) -> set[tuple[str, int]] | None:
    assert SOURCE.count(old) == 1
    return Patch(module.__file__, SOURCE).put(SOURCE.replace(old, new))


def test_the_code_of_a_function_is_exchanged_for_those_who_have_it_already(module: Any) -> None:
    had = module.plain
    assert put(module, "if one]", "if not one]") == {("plain", 4)}
    assert had(3) == [0]


def test_so_is_that_of_a_property_a_function_inside_and_a_lambda(module: Any) -> None:
    thing = module.Thing()
    assert put(module, "self.size > LIMIT", "self.size < LIMIT")
    assert not thing.large
    assert put(module, "value * factor", "value - factor")
    assert module.later()(5) == 3
    assert put(module, "value + 1", "value - 1")
    assert module.early(5) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("size = 4", "size = 5"),
        ("    @property\n", ""),
        ("def plain(value)", "def plain(value=1)"),
    ],
)
def test_what_runs_at_the_import_cannot_be_exchanged(module: Any, old: str, new: str) -> None:
    assert put(module, old, new) is None

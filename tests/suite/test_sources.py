"""Tests of the sources of scenarios: the right function, or none."""

from pathlib import Path

import pytest

from tfcompat.suite import sources

SUITE = '''"""Scenarios."""

@pytest.mark.parametrize("path", ["a", "b"])
@data("imports::{path}")
def test_path(path):
    """`{path}` is there, {{}} and all

    More.
    """
    return path


def helper():
    """`a` is there, {} and all"""


def test_mean():
    """The mean"""


def test_mean_again():
    """The mean"""
'''


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_made.py").write_text(SUITE, encoding="utf-8")
    (tmp_path / "test_broken.py").write_text("def (", encoding="utf-8")
    (tmp_path / "observe.py").write_text('def test_no():\n    """The mean"""\n', encoding="utf-8")
    return tmp_path


def named(suite: Path, title: str, source: str) -> str | None:
    definition = sources.defining(title, source, sources.read(suite))
    return definition.name if definition else None


def test_a_parametrized_title_leads_to_its_function(suite: Path) -> None:
    assert named(suite, "`a` is there, {} and all", "test_made.py:3") == "test_path"


def test_the_text_begins_with_the_decorators(suite: Path) -> None:
    definition = sources.defining("`b` is there, {} and all", "test_made.py:3", sources.read(suite))
    assert definition is not None
    assert definition.text.splitlines()[0] == '@pytest.mark.parametrize("path", ["a", "b"])'
    assert definition.text.splitlines()[-1] == "    return path"


def test_a_function_that_moved_is_found_by_its_title(suite: Path) -> None:
    assert named(suite, "`a` is there, {} and all", "test_made.py:999") == "test_path"


def test_of_two_alike_the_line_decides(suite: Path) -> None:
    assert named(suite, "The mean", "test_made.py:21") == "test_mean_again"


@pytest.mark.parametrize("line", ["", "x", "²", "-21", "9" * 5000])
def test_what_is_not_a_line_number_decides_nothing(suite: Path, line: str) -> None:
    assert named(suite, "The mean", f"test_made.py:{line}") == "test_mean"


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("Another title", "test_made.py:3"),
        ("The mean", "test_other.py:16"),
        ("The mean", "observe.py:1"),
        ("The mean", ""),
    ],
)
def test_where_the_suite_no_longer_has_it_there_is_none(suite: Path, title: str, source: str) -> None:
    assert named(suite, title, source) is None


def test_a_long_function_is_cut() -> None:
    assert sources.bounded(["x"] * 500) == ["x"] * sources.LONGEST + ["…"]

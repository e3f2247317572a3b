"""Tests of reading a list in a TOML file: strictly, and whatever is wrong is one sentence."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tfcompat.errors import DataError
from tfcompat.select import toml_list


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row with a value of each special type."""

    version: Version
    releases: SpecifierSet
    day: date


ROW = '{ version = "2.6.5", releases = ">=2", day = 2022-05-23 }'


def rows(folder: Path, text: str) -> list[Member]:
    path = folder / "rows.toml"
    path.write_text(text, encoding="utf-8")
    return toml_list.read(path, "rows", Member, "rows of a test", "mend it")


def test_versions_specifiers_and_days_are_read(tmp_path: Path) -> None:
    assert rows(tmp_path, f"rows = [{ROW}]") == [Member(Version("2.6.5"), SpecifierSet(">=2"), date(2022, 5, 23))]
    assert rows(tmp_path, "rows = []") == []


@pytest.mark.parametrize(
    ("value", "other", "complaint"),
    [
        ("2.6.5", "two", r"Invalid version: 'two' - at `\$\[1\]\.version`"),
        (">=2", "two", r"Invalid specifier: 'two' - at `\$\[1\]\.releases`"),
        ('"2.6.5"', "2.6", r"Expected `str`, got `float` - at `\$\[1\]\.version`"),
        ('">=2"', "2", r"Expected `str`, got `int` - at `\$\[1\]\.releases`"),
        ("2022-05-23", '"2022-05-23"', "Expected `date`, got `str`"),
        ("2022-05-23", "2022-05-23T00:00:00", "Expected `date`, got `datetime`"),
        ("day", "date", "Object contains unknown field `date`"),
        (ROW, "1", r"Expected `object`, got `int` - at `\$\[1\]`"),
    ],
)
def test_a_row_that_is_wrong_is_one_sentence(tmp_path: Path, value: str, other: str, complaint: str) -> None:
    wrong = ROW.replace(value, other)
    with pytest.raises(DataError, match=rf"rows\.toml is not a list of rows of a test \({complaint}.*\): mend it$"):
        rows(tmp_path, f"rows = [{ROW}, {wrong}]")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rows = [", "Invalid value"),
        ("", "it holds nothing, not one list named rows"),
        ("lines = []", "it holds lines, not one list named rows"),
        (f"rows = [{ROW}]\nmore = 1", "it holds rows, more, not one list named rows"),
        ("rows = 1", "Expected `array`, got `int`"),
        ("rows = " + "[" * 50_000, "recursion"),
    ],
)
def test_a_file_that_is_wrong_is_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(DataError, match=rf"is not a list of rows of a test \(.*{complaint}.*\): mend it$") as raised:
        rows(tmp_path, text)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_or_not_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\(.*No such file.*\): restore it with git checkout$"):
        toml_list.read(tmp_path / "nothing.toml", "rows", Member, "rows")
    (tmp_path / "rows.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"is not a list of rows .*can't decode"):
        toml_list.read(tmp_path / "rows.toml", "rows", Member, "rows")


def test_a_type_that_no_row_has_is_an_error_of_the_program() -> None:
    with pytest.raises(NotImplementedError, match="rows have no complex"):
        toml_list.from_text(complex, "1")

"""Tests of the questions that cannot be asked: read strictly."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.errors import DataError
from tfcompat.project import Project
from tfcompat.suite import untestable

WHOLE = '{ id = "a::b", title = "A title", reason = "A reason", reference = "A document" }'


def written(folder: Path, *rows: str) -> Path:
    path = folder / "untestable.toml"
    path.write_text(f"untestable = [{', '.join(rows)}]\n", encoding="utf-8")
    return path


def test_the_questions_are_sorted(tmp_path: Path) -> None:
    questions = untestable.load(written(tmp_path, WHOLE.replace("a::b", "b::a"), WHOLE))
    assert [(row.id, row.group, row.title, row.reason, row.reference) for row in questions] == [
        ("a::b", "a", "A title", "A reason", "A document"),
        ("b::a", "b", "A title", "A reason", "A document"),
    ]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (WHOLE.replace(', reference = "A document"', ""), "reference"),
        (WHOLE.replace("}", ', other = "x" }'), "other"),
        (WHOLE.replace('"A reason"', '" "'), r"at `\$\[0\]\.reason`"),
        (WHOLE.replace('"A title"', "1"), r"at `\$\[0\]\.title`"),
        (WHOLE.replace("a::b", "a:b"), r"Expected `str` matching regex .*::.* at `\$\[0\]\.id`"),
        (WHOLE.replace("a::b", "A::b"), r"Expected `str` matching regex .*::.* at `\$\[0\]\.id`"),
        (WHOLE.replace('"a::b"', "7"), r"Expected `str`, got `int` - at `\$\[0\]\.id`"),
        ("1", "not a list"),
    ],
)
def test_a_malformed_row_is_refused(tmp_path: Path, row: str, word: str) -> None:
    with pytest.raises(DataError, match=word) as raised:
        untestable.load(written(tmp_path, row))
    assert "git checkout" in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "untestable = 1",
        "other = []",
        f"other = 1\nuntestable = [{WHOLE}]",
        "untestable = [",
        b"\xff".decode("latin-1"),
    ],
)
def test_a_file_that_is_not_a_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "untestable.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match="is not a list of untestable questions"):
        untestable.load(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        untestable.load(tmp_path / "nowhere.toml")


def test_two_questions_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a::b twice"):
        untestable.load(written(tmp_path, WHOLE, WHOLE))


def test_the_questions_of_this_project_are_sorted_and_name_no_scenario(tmp_path: Path) -> None:
    path = Project(root=ROOT, cache=tmp_path).untestable
    ids = [question.id for question in untestable.load(path)]
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("    { id")]
    assert [line.split('"')[1] for line in lines] == ids
    suite = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "scenarios").glob("test_*.py"))
    assert [name for name in ids if f'"{name}"' in suite] == []

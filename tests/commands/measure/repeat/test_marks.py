"""Tests of the marks: read strictly, and each names rows that there are."""

from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT
from tfcompat.commands.measure.repeat import marks
from tfcompat.commands.measure.repeat.marks import Mark, Why
from tfcompat.errors import DataError
from tfcompat.project import Project

WHOLE = '{ scenario = "a::b*", cells = "tf2.9.*", why = "threads", sentence = "why" }'


def written(folder: Path, *rows: str) -> Path:
    path = folder / "repeat.toml"
    path.write_text(f"marks = [{', '.join(rows)}]\n", encoding="utf-8")
    return path


def test_a_mark_admits_the_rows_and_cells_that_it_names(tmp_path: Path) -> None:
    (mark,) = marks.load(written(tmp_path, WHOLE))
    assert mark == Mark(scenario="a::b*", cells="tf2.9.*", why=Why.THREADS, sentence="why")
    assert marks.mark_of([mark], "tf2.9.3-py3.10", "a::bc") is mark
    assert marks.mark_of([mark], "tf2.16.2-py3.12", "a::bc") is None
    assert marks.mark_of([mark], "tf2.9.3-py3.10", "a::c") is None


def test_without_cells_it_admits_each_cell(tmp_path: Path) -> None:
    (mark,) = marks.load(written(tmp_path, WHOLE.replace(' cells = "tf2.9.*",', "")))
    assert mark.admits("tf2.16.2-py3.12", "a::b")


def test_without_a_file_nothing_is_marked(tmp_path: Path) -> None:
    assert marks.load(tmp_path / "repeat.toml") == ()


@pytest.mark.parametrize(
    "row",
    [
        WHOLE.replace("threads", "nobody knows"),
        WHOLE.replace(', sentence = "why"', ""),
        WHOLE.replace('"why" }', '" " }'),
        WHOLE.replace("}", ', hidden = "x" }'),
    ],
)
def test_a_mark_without_a_known_cause_or_a_sentence_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(DataError, match="is not a list of marks"):
        marks.load(written(tmp_path, row))


def test_each_mark_of_the_project_names_a_row_that_is_measured() -> None:
    """A row that is gone, or that has another name, may not leave its excuse behind."""
    rows = pd.read_parquet(ROOT / "reports" / "outcomes.parquet", columns=["cell", "scenario"]).drop_duplicates()
    measured = rows.to_numpy(dtype=str).tolist()
    every = marks.load(Project(root=ROOT, cache=ROOT).marks)
    assert [mark for mark in every if not any(mark.admits(cell, scenario) for cell, scenario in measured)] == []
    assert list(every) == sorted(every, key=lambda mark: (mark.scenario, mark.cells))

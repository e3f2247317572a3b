"""Tests of docs/reliability.md: it is what the tests say, and has what a maintainer asks for."""

import pytest

from tests import reliability
from tests.reliability import DOCUMENT, Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return reliability.rows()


def test_the_document_is_what_the_tests_say(rows: list[Row]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert reliability.document(text, rows) == text, "write it with tox run -e faults, or python -m tests.reliability"


def test_there_are_enough_faults_and_each_is_told_once(rows: list[Row]) -> None:
    assert len(rows) >= 40
    assert sorted({row.what for row in rows}) == sorted(row.what for row in rows)


def test_each_row_says_what_is_read_and_what_is_kept(rows: list[Row]) -> None:
    assert [row.what for row in rows if not row.reads or not row.kept] == []


def test_an_exit_code_is_one_of_the_table(rows: list[Row]) -> None:
    assert {row.code for row in rows} <= {None, 0, 1, 2, 3, 130}


def test_a_cell_of_the_table_is_one_line_without_markup() -> None:
    assert reliability.cell("a |\n <b>") == "a \\| &lt;b>"

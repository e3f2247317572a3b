"""Tests of the formats: each is the same table, as the file that tfcompat report writes has it."""

import json
import xml.etree.ElementTree as ElementTree
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from tests.fakes import outcome, trial
from tfcompat.commands.publish.formats import FORMATS
from tfcompat.compare.diff import Side, compare
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.publish import report
from tfcompat.publish.formats import Form, content
from tfcompat.table.frame import collect

TRIALS = [
    trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::b", Status.FAILS, message="é")),
    trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
]
TABLE = collect(TRIALS)


def test_the_command_offers_every_format() -> None:
    assert list(map(str, Form)) == list(FORMATS)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (Form.CSV, "outcomes.csv"),
        (Form.PARQUET, "outcomes.parquet"),
        (Form.JSON, "support.json"),
        (Form.MARKDOWN, "README.md"),
        (Form.SVG, "matrix.svg"),
    ],
)
def test_a_format_is_the_file_that_the_report_writes(form: Form, name: str, tmp_path: Path) -> None:
    report.write(TABLE, tmp_path)
    assert content(form, TABLE) == (tmp_path / name).read_bytes()


def test_parquet_is_read_again() -> None:
    rows = pd.read_parquet(BytesIO(content(Form.PARQUET, TABLE)))
    assert rows["status"].tolist() == ["works", "fails", "unknown", "unknown"]


def test_json_is_the_ranges() -> None:
    document = json.loads(content(Form.JSON, TABLE))
    assert document["scenarios"]["adapt::b"]["spans"] == {"fails": "2.6.5", "unknown: no lock": "2.7.4"}


def suites(trials: list[Trial], before: list[Trial] | None = None) -> list[tuple[str | None, str | None]]:
    table = collect(trials)
    diff = compare(Side(name="a", table=collect(before)), Side(name="b", table=table)) if before is not None else None
    root = ElementTree.fromstring(content(Form.JUNIT, table, diff))  # noqa: S314 -- ours
    return [(suite.get("name"), suite.get("failures")) for suite in root]


def test_junit_has_a_suite_a_cell_in_the_order_of_the_table() -> None:
    assert suites(TRIALS[::-1]) == [("tf2.6.5-py3.9", "0"), ("tf2.7.4-py3.9", "0")]


def test_junit_fails_only_where_something_regressed() -> None:
    works = [trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::b"))]
    assert suites(TRIALS, works) == [("tf2.6.5-py3.9", "1"), ("tf2.7.4-py3.9", "0")]
    assert suites(works, TRIALS) == [("tf2.6.5-py3.9", "0")]


def test_the_summary_says_what_changed() -> None:
    diff = compare(Side(name="yesterday", table=TABLE), Side(name="today", table=collect(TRIALS[:1])))
    assert "yesterday → today" in content(Form.SUMMARY, TABLE, diff).decode()
    assert "→" not in content(Form.SUMMARY, TABLE).decode()

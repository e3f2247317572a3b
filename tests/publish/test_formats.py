"""Tests of the formats: each is the same table, as the file that tfcompat report writes has it."""

import json
import xml.etree.ElementTree as ElementTree
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from tests.fakes import outcome, trial
from tfcompat.commands.formats import FORMATS
from tfcompat.compare.diff import Side, compare
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.publish import formats, report
from tfcompat.publish.formats import MAKERS, Told

TRIALS = [
    trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::b", Status.FAILS, message="é")),
    trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
]


def test_the_command_offers_every_format() -> None:
    assert list(MAKERS) == list(FORMATS)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("csv", "outcomes.csv"),
        ("parquet", "outcomes.parquet"),
        ("json", "support.json"),
        ("markdown", "README.md"),
        ("svg", "matrix.svg"),
    ],
)
def test_a_format_is_the_file_that_the_report_writes(form: str, name: str, tmp_path: Path) -> None:
    report.write(TRIALS, tmp_path)
    assert formats.made(form, Told(trials=TRIALS)) == (tmp_path / name).read_bytes()


def test_parquet_is_read_again() -> None:
    found = pd.read_parquet(BytesIO(formats.made("parquet", Told(trials=TRIALS))))
    assert found["status"].tolist() == ["works", "fails", "unknown", "unknown"]


def test_json_is_the_ranges() -> None:
    found = json.loads(formats.made("json", Told(trials=TRIALS)))
    assert found["scenarios"]["adapt::b"]["spans"] == {"fails": "2.6.5", "unknown": "2.7.4"}


def suites(trials: list[Trial], before: list[Trial] | None = None) -> list[tuple[str | None, str | None]]:
    diff = compare(Side(name="a", trials=before), Side(name="b", trials=trials)) if before is not None else None
    root = ElementTree.fromstring(formats.made("junit", Told(trials=trials, diff=diff)))  # noqa: S314 -- ours
    return [(suite.get("name"), suite.get("failures")) for suite in root]


def test_junit_has_a_suite_a_cell_in_the_order_of_the_table() -> None:
    assert suites(TRIALS[::-1]) == [("tf2.6.5-py3.9", "0"), ("tf2.7.4-py3.9", "0")]


def test_junit_fails_only_where_something_regressed() -> None:
    works = [trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::b"))]
    assert suites(TRIALS, works) == [("tf2.6.5-py3.9", "1"), ("tf2.7.4-py3.9", "0")]
    assert suites(works, TRIALS) == [("tf2.6.5-py3.9", "0")]


def test_the_summary_tells_what_changed() -> None:
    diff = compare(Side(name="yesterday", trials=TRIALS), Side(name="today", trials=TRIALS[:1]))
    assert "yesterday → today" in formats.made("summary", Told(trials=TRIALS, diff=diff)).decode()
    assert "→" not in formats.made("summary", Told(trials=TRIALS)).decode()

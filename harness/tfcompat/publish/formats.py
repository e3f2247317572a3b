"""The formats: every form of the report that is one file, each made from the one table."""

import json
from enum import StrEnum
from typing import assert_never

import pandas as pd

from tfcompat.compare.diff import Change, Diff
from tfcompat.escape import csv_text
from tfcompat.publish import junit, summary
from tfcompat.publish.markdown import markdown
from tfcompat.publish.picture import picture
from tfcompat.table.frame import Table
from tfcompat.table.support import support


class Form(StrEnum):
    """What a report can be written as."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SUMMARY = "summary"
    SVG = "svg"


def content(form: Form | str, table: Table, diff: Diff | None = None) -> bytes:
    """A report as the bytes of its file; ``diff`` is what changed against a baseline, for the forms that say so."""
    report = text_or_bytes(Form(form), table, diff)
    return report if isinstance(report, bytes) else report.encode()


def text_or_bytes(form: Form, table: Table, diff: Diff | None) -> str | bytes:
    match form:
        case Form.CSV:
            return csv(table.published)
        case Form.PARQUET:
            return bytes(table.published.to_parquet(index=False))
        case Form.JSON:
            return json.dumps(support(table), indent=1, ensure_ascii=False) + "\n"
        case Form.MARKDOWN:
            return markdown(table)
        case Form.JUNIT:
            return junit.document(table, regressed(diff))
        case Form.SUMMARY:
            return summary.markdown(table, diff)
        case Form.SVG:
            return picture(table)
        case _ as never:
            assert_never(never)


def csv(frame: pd.DataFrame) -> str:
    """A table as text, in which nothing is a formula for a spreadsheet."""
    texts = frame.select_dtypes(include=["object", "string", "category"]).columns
    safe = frame.assign(**{name: frame[name].map(csv_text, na_action="ignore") for name in texts})
    return str(safe.to_csv(index=False, lineterminator="\n"))


def regressed(diff: Diff | None) -> set[tuple[str, str]]:
    """Cell and scenario of each outcome that is worse than the baseline's."""
    rows = diff.changed if diff else ()
    return {(row.cell, row.scenario) for row in rows if row.change is Change.REGRESSED}

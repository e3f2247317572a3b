"""The schemas: what the reports write fits them, and what is none of ours does not."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.publish.site.made_site import made_trials
from tfcompat.publish import report
from tfcompat.table import schema

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    report.write(made_trials(), folder)
    return folder


def rows(folder: Path) -> list[dict[str, Any]]:
    with (folder / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        return [{**row, "seconds": float(row["seconds"])} for row in csv.DictReader(file)]


def test_the_schemas_are_schemas() -> None:
    for made in (schema.outcomes(), schema.support()):
        jsonschema.Draft202012Validator.check_schema(made)


def test_each_line_of_the_outcomes_fits(reports: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema.outcomes())
    found = rows(reports)
    assert len(found) > 50
    assert [list(validator.iter_errors(row)) for row in found if not validator.is_valid(row)] == []


def test_the_support_fits(reports: Path) -> None:
    text = (reports / "support.json").read_text(encoding="utf-8")
    assert list(jsonschema.Draft202012Validator(schema.support()).iter_errors(json.loads(text))) == []


@pytest.mark.parametrize(
    "change", [{"status": "broken"}, {"reason": "no lock"}, {"status": "unknown"}, {"more": ""}, {"seconds": "1"}]
)
def test_what_is_no_outcome_does_not_fit(reports: Path, change: dict[str, str]) -> None:
    works = next(row for row in rows(reports) if row["status"] == "works")
    assert not jsonschema.Draft202012Validator(schema.outcomes()).is_valid({**works, **change})

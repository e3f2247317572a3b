"""The schemas: what the reports write fits them, and what is not an outcome or a range does not."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.publish.site.made_site import made_trials
from tfcompat.publish import report
from tfcompat.publish.site import schema
from tfcompat.table.frame import COLUMNS, collect

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    report.write(collect(made_trials()), folder)
    return folder


def rows(folder: Path) -> list[dict[str, Any]]:
    with (folder / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        return [{**row, "seconds": float(row["seconds"])} for row in csv.DictReader(file)]


def test_the_schemas_are_schemas() -> None:
    for made in (schema.outcomes(), schema.support(), *schema.questions().values()):
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
    "change",
    [
        {"status": "broken"},
        {"reason": "no lock"},
        {"status": "unknown"},
        {"more": ""},
        {"seconds": "soon"},
        {"kind": "none"},
        {"oracle": "a guess"},
        {"harm": ""},
        {"documentation": "perhaps"},
    ],
)
def test_what_is_not_an_outcome_does_not_fit(reports: Path, change: dict[str, str]) -> None:
    works = next(row for row in rows(reports) if row["status"] == "works")
    assert not jsonschema.Draft202012Validator(schema.outcomes()).is_valid({**works, **change})


def test_a_line_has_the_columns_of_the_file() -> None:
    assert schema.OutcomeLine.__struct_fields__ == COLUMNS


def test_each_column_is_needed(reports: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema.outcomes())
    works = next(row for row in rows(reports) if row["status"] == "works")
    for column in COLUMNS:
        assert not validator.is_valid({name: value for name, value in works.items() if name != column}), column


@pytest.mark.parametrize(
    "change",
    [
        {"spans": {"works": 1}},
        {"observations": [["a"]]},
        {"observations": [["a", "b", "c"]]},
        {"title": 1},
        {"answers": {"fresh": "good"}},
        {"axes": ["weather"]},
        {"harms": [{"word": "works"}]},
    ],
)
def test_what_is_not_a_scenario_does_not_fit(reports: Path, change: dict[str, Any]) -> None:
    document = json.loads((reports / "support.json").read_text(encoding="utf-8"))
    document["scenarios"]["adapt::mean"] |= change
    assert not jsonschema.Draft202012Validator(schema.support()).is_valid(document)


@pytest.mark.parametrize(
    "change",
    [
        {"tested": []},
        {"status": "broken"},
        {"reason": "no such reason"},
        {"more": ""},
        {"first": None},
        {"harm": ""},
        {"whose": "mine"},
    ],
)
def test_what_is_not_a_range_does_not_fit(reports: Path, change: dict[str, Any]) -> None:
    document = json.loads((reports / "support.json").read_text(encoding="utf-8"))
    document["scenarios"]["adapt::mean"]["ranges"][0] |= change
    assert not jsonschema.Draft202012Validator(schema.support()).is_valid(document)


def test_the_support_has_one_version(reports: Path) -> None:
    document = json.loads((reports / "support.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema.support())
    assert not validator.is_valid({**document, "schema": 1})
    assert not validator.is_valid({key: value for key, value in document.items() if key != "tested_on"})

"""Tests of documents: a report as JSON, which fits its schema, and as SARIF, which names each line and how bad it is."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests import fakes
from tests.scan.made import CODE, RELEASES, door, project, report
from tfcompat import ask
from tfcompat.door.fill import in_memory
from tfcompat.scan import documents
from tfcompat.scan.report import Report, scan

jsonschema = pytest.importorskip("jsonschema")


def test_json_fits_its_published_schema(tmp_path: Path) -> None:
    found = report(tmp_path, '[project]\ndependencies = ["tensorflow>=2.6", "tensorflow==x"]')
    document = msgspec.json.decode(msgspec.json.encode(documents.document(found)))
    assert list(jsonschema.Draft202012Validator(ask.schema("scan")).iter_errors(document)) == []
    assert document["findings"][1]["verdict"] == "breaks"
    assert document["findings"][1]["releases"]["2.6.5"] == "breaks"
    assert (document["specifier"], len(document["notes"])) == ("", 1)


def sarif(found: Report) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(msgspec.json.encode(documents.sarif(found)))
    assert (made["version"], len(made["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = made["runs"][0]
    assert {one["ruleId"] for one in run["results"]} == {one["id"] for one in run["tool"]["driver"]["rules"]}
    return run


def test_sarif_names_the_line_and_is_an_error_only_where_releases_were_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = sarif(scan([project(tmp_path)], door(), "2.6"))
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [("one-column-default-axis", "error")]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "code.py"}, "region": {"startLine": 4, "startColumn": 1}}
    assert [one["level"] for one in sarif(scan([tmp_path], door()))["results"]] == ["warning", "warning"]


def test_sarif_names_the_cell_of_a_notebook(tmp_path: Path) -> None:
    cells = [{"cell_type": "markdown", "source": "x"}, {"cell_type": "code", "source": CODE}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    run = sarif(scan([tmp_path / "a.ipynb"], door()))
    assert "(cell 2, line 4)" in run["results"][1]["message"]["text"]
    assert run["results"][1]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_each_finding_is_in_the_document_with_its_place_and_what_each_release_does(tmp_path: Path) -> None:
    document = documents.document(report(tmp_path))
    assert (document.schema, document.asked, document.files) == (1, None, 1)
    assert [(one.line, one.column, one.rule) for one in document.findings] == [
        (2, 1, "import"),
        (4, 1, "one-column-default-axis"),
    ]
    trap = document.findings[1]
    assert (trap.verdict, trap.spans) == ("breaks", {"breaks": "2.5.3 – 2.21.0"})
    assert list(trap.releases) == RELEASES
    assert [(one.subject, one.keeps_out) for one in document.widen] == [
        ("one-dimensional data, and the default axis", RELEASES),
        ("tf.keras.layers.Normalization", RELEASES[:1]),
    ]
    asked = documents.document(scan([tmp_path], door(), "2.6"))
    assert asked.asked == ["2.6.5"]


@pytest.mark.parametrize(
    "of", [documents.Met, documents.Widening, documents.Requiring, documents.Unread, documents.Scanned]
)
def test_a_document_has_no_fields_that_nobody_knows(of: type) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"unheard": 1}, of)


def test_how_bad_a_finding_is_by_what_was_asked_and_what_is_known(tmp_path: Path) -> None:
    code = (
        "import tensorflow as tf\ntf.keras.layers.Normalization()\ntf.keras.layers.UnheardNormalization()\n"
        "if hasattr(tf, 'x'):\n    tf.keras.layers.RMSNormalization()\ntf.keras.layers.BatchNormalization()\n"
    )
    for wanted, first in ((None, "warning"), ("2.5", "error")):
        results = sarif(scan([project(tmp_path, "", code)], door(), wanted))["results"]
        texts = [one["message"]["text"] for one in results]
        assert [one["level"] for one in results] == [first, "note", "note"]
        assert texts[0] == "tf.keras.layers.Normalization: works 2.6.5 – 2.21.0; breaks 2.5.3"
        assert texts[1] == "tf.keras.layers.UnheardNormalization: not known 2.5.3 – 2.21.0"


def test_sarif_says_what_to_write_and_what_a_rule_is(tmp_path: Path) -> None:
    run = sarif(report(tmp_path, "", "import tensorflow as tf\ntf.keras.layers.Normalization(mean=1.0)\n"))
    assert run["results"][1]["message"]["text"] == (
        "a mean without a variance: breaks 2.5.3 – 2.21.0. Instead: give both"
    )
    words = {one["id"]: one["shortDescription"]["text"] for one in run["tool"]["driver"]["rules"]}
    assert words == {
        "import": "An import path of a normalization API",
        "mean-alone": "a mean without a variance",
        "argument": "An argument of a normalization layer",
    }


def test_sarif_says_whether_all_could_be_read(tmp_path: Path) -> None:
    assert sarif(report(tmp_path))["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    ((told),) = sarif(report(tmp_path, "", "import keras  # normalization\n("))["invocations"]
    assert told["executionSuccessful"] is False
    assert len(told["toolExecutionNotifications"]) == 1


def test_what_is_not_below_the_current_folder_has_its_whole_uri(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert documents.uri("code.py") == "code.py"
    assert documents.uri(str(tmp_path / "code.py")) == (tmp_path / "code.py").resolve().as_uri()


def test_what_no_cell_answers_is_said_in_sarif(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("import tensorflow as tf\ntf.keras.layers.Normalization()\n", encoding="utf-8")
    (result,) = sarif(scan([tmp_path], in_memory(fakes.table())))["results"]
    assert result["message"]["text"] == "tf.keras.layers.Normalization: not known: no scenario asks for it"

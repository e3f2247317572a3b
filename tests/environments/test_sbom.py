"""Tests of the bill of materials: all of a lock and nothing else, in the form that tools read, and the same each time."""

import uuid
from datetime import date

from tests import fakes
from tests.conftest import ROOT
from tfcompat.environments import built, locks, sbom

CELL = fakes.cell("2.9.3", "3.10")


def test_a_bill_has_what_the_lock_has() -> None:
    text = (ROOT / "images" / "locks" / "tf2.9.3-py3.10.txt").read_text()
    lock = locks.parse(text, "the lock")
    bill = sbom.document(CELL, lock)
    libraries = [part for part in bill["components"] if part["type"] == "library"]
    assert {part["name"]: part["version"] for part in libraries} == lock.pins
    hashes = [entry["content"] for part in libraries for entry in part["externalReferences"][0]["hashes"]]
    assert len(hashes) == text.count("--hash=sha256:")
    assert bill["components"][0] == {
        "type": "platform",
        "bom-ref": "python@3.10",
        "name": "CPython",
        "version": "3.10",
    }


def test_a_bill_says_of_which_cell_it_is() -> None:
    bill = sbom.document(CELL, fakes.lock(CELL, day=date(2022, 6, 16)))
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill["metadata"]["component"]["name"] == "tf2.9.3-py3.10"
    assert bill["metadata"]["timestamp"] == "2022-06-16T00:00:00Z"
    assert bill["dependencies"] == [
        {"ref": "tf2.9.3-py3.10", "dependsOn": ["python@3.10", "pkg:pypi/tensorflow-cpu@2.9.3"]}
    ]
    assert uuid.UUID(bill["serialNumber"].removeprefix("urn:uuid:")).version == 5


def test_what_is_built_from_its_source_says_that_its_tools_are_not_pinned() -> None:
    lock = locks.parse((ROOT / "images" / "locks" / "tf2.4.4-py3.8.txt").read_text(), "the lock")
    names = built.of_lock(built.load(ROOT / "images" / "built.toml"), lock, "3.8")
    bill = sbom.document(fakes.cell("2.4.4", "3.8"), lock, names)
    assert names == {"termcolor", "wrapt"}
    assert {part["name"] for part in bill["components"] if part.get("properties")} == names
    assert "the lock pins the source and not the tools" in sbom.text(fakes.cell("2.4.4", "3.8"), lock, names)


def test_the_same_lock_gives_the_same_bytes_and_another_another() -> None:
    first, again = (sbom.text(CELL, fakes.lock(CELL)) for _ in range(2))
    assert first == again
    assert sbom.text(CELL, fakes.lock(CELL, day=date(2020, 1, 1))) != first


def test_a_name_is_written_as_an_address_wants_it() -> None:
    part = sbom.component(("Flask_Login", "1.0+local", ["0" * 64]))
    assert part["purl"] == "pkg:pypi/flask-login@1.0%2Blocal"

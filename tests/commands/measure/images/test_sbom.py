"""tfcompat images sbom: a document for a cell, and one sentence where there is none."""

import json
from pathlib import Path

from tests.command import NEW, Call


def test_a_bill_is_printed_or_written(call: Call, tmp_path: Path) -> None:
    code, said, _ = call("images", "sbom", NEW)
    assert (code, json.loads(said)["metadata"]["component"]["name"]) == (0, NEW)
    path = tmp_path / "bill.json"
    assert call("images", "sbom", NEW, "--output", str(path))[:2] == (0, f"{path}\n")
    assert path.read_text() == said


def test_what_is_no_cell_is_one_sentence(call: Call) -> None:
    code, said, complained = call("images", "sbom", "tf2.16.*")
    assert (code, said) == (2, "")
    assert "is not a cell's id, such as tf2.16" in complained


def test_a_cell_without_a_lock_says_how_to_make_one(call: Call, project_folder: Path) -> None:
    (project_folder / "images" / "locks" / f"{NEW}.txt").unlink()
    code, _, complained = call("images", "sbom", NEW)
    assert (code, f"make one with tfcompat images lock --only {NEW}" in complained) == (2, True)

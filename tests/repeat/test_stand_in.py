"""Repeated runs of a stand-in, from end to end: each thing that a setting changes is seen in a cell, and nothing else is."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.stand_in_project import PYTHON, tfcompat
from tfcompat.commands.measure.repeat.settings import Name

CELL = f"tf9.0.0-py{PYTHON}"
#: As many as there are names: where the machine lacks a locale, the last is an order of another seed.
EVERY = len(Name)

pytestmark = [pytest.mark.local, pytest.mark.usefixtures("staged_bundle")]


@pytest.fixture
def seeing_project(stand_in_project: Path) -> Path:
    """The project of the stand-ins with a suite that sees its setting."""
    (stand_in_project / "scenarios" / "test_golden.py").unlink()
    shutil.copy(ROOT / "tests" / "repeat" / "suite.py", stand_in_project / "scenarios" / "test_settings.py")
    return stand_in_project


def repeated(project: Path, index: str, home: Path, *more: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the document and what was said of a repeated run of one release."""
    options = ("--engine", "local", "--tf", "9.0", "--json", *more)
    done = tfcompat(project, index, "run", *options, home=home)
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def test_each_row_differs_in_the_settings_that_change_what_it_sees(
    seeing_project: Path, index: str, tmp_path: Path
) -> None:
    code, document, said = repeated(seeing_project, index, tmp_path, "--repeat", str(EVERY), "--seed", "1")
    assert code == 1, said
    names = set(document["settings"])
    unlike = {row["scenario"]: set(row["unlike"]) for row in document["differences"]}
    assert unlike == {
        "repeat::order": {Name.TOGETHER, Name.ORDER} | {name for name in names if name.startswith("order of seed")},
        "repeat::locale": {Name.TOGETHER, Name.C} | (names & {Name.TURKISH}),
        "repeat::zone": {Name.TOGETHER, Name.TIME_ZONE},
        "repeat::folder": {Name.TOGETHER, Name.FOLDER},
        "repeat::processor": {Name.TOGETHER, Name.PROCESSOR},
        "repeat::hashes": names - {Name.USUAL},
    }
    together = {row["scenario"]: row["answered"][Name.TOGETHER] for row in document["differences"]}
    assert together["repeat::folder"] == "answered [false, false, false, false]"
    assert together["repeat::zone"] == 'answered ["+14", "+14"]'
    assert document["lacking"] == []
    assert document["compared"] == (EVERY - 1) * 8
    assert not (seeing_project / "reports").exists(), "nothing of it is kept"
    assert [path.name for path in (tmp_path / "cache").glob("partial")] == []


def test_a_marked_row_is_listed_and_changes_no_exit_code(seeing_project: Path, index: str, tmp_path: Path) -> None:
    statements = seeing_project / "statements"
    statements.mkdir()
    mark = '{ scenario = "repeat::hashes", why = "random numbers", sentence = "a hash has another seed in each run" }'
    (statements / "repeat.toml").write_text(f"marks = [{mark}]\n")
    only = ("-k", "repeat::hashes", "-k", "repeat::steady")
    code, document, said = repeated(seeing_project, index, tmp_path, "--repeat", "2", *only)
    assert code == 0, said
    (row,) = document["differences"]
    assert row["marked"] == {"why": "random numbers", "sentence": "a hash has another seed in each run"}
    assert row["cell"] == CELL
    assert f"order of seed {document['seed']}" in said

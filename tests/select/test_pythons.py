"""Tests of the relevant Pythons: the committed list, and what a row may say."""

from pathlib import Path

import pytest
from packaging.version import Version

from tests.conftest import ROOT
from tfcompat.errors import DataError
from tfcompat.select import pythons, releases
from tfcompat.select.cells import cells

COMMITTED = pythons.load(ROOT / "images" / "pythons.toml")


def test_each_committed_row_gives_a_release_a_cell_beside_its_newest_python() -> None:
    known = releases.select(releases.load(ROOT / "images" / "releases.toml"), None)
    for row in COMMITTED:
        admitted = [release for release in known if row.admits(release.version)]
        assert admitted
        assert all(row.python in release.pythons and row.python != release.default_python for release in admitted)
        assert row.why


def test_the_default_selection_has_one_cell_a_minor_and_relevant_adds_the_rows() -> None:
    known = releases.select(releases.load(ROOT / "images" / "releases.toml"), None)
    default, relevant = (cells(known, python=name, relevant=COMMITTED) for name in (None, "relevant"))
    assert len(default) == len({cell.release.minor for cell in default})
    assert {cell.id for cell in relevant} - {cell.id for cell in default} == {
        "tf2.16.2-py3.11",
        "tf2.17.1-py3.11",
        "tf2.18.1-py3.11",
        "tf2.19.1-py3.11",
        "tf2.20.0-py3.9",
        "tf2.20.0-py3.11",
        "tf2.21.0-py3.10",
    }


def test_a_release_outside_the_specifier_is_not_admitted() -> None:
    assert not COMMITTED[0].admits(Version("2.21.0"))


@pytest.mark.parametrize(
    "text",
    [
        "pythons = [",
        "cells = []",
        'pythons = [{ releases = "==2.20.*", python = "3.9" }]',
        'pythons = [{ releases = "2.20 or so", python = "3.9", why = "" }]',
        'pythons = [{ releases = "==2.20.*", python = "3.9", why = "", colour = "red" }]',
        'pythons = [{ releases = 2.20, python = "3.9", why = "" }]',
        'pythons = [{ releases = "==2.20.*", python = 3.9, why = "" }]',
        "pythons = []\ncells = []",
        'pythons = "3.9"',
    ],
)
def test_a_file_that_is_not_a_list_of_pythons_is_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "pythons.toml"
    path.write_text(text)
    with pytest.raises(DataError, match="is not a list of Pythons") as raised:
        pythons.load(path)
    assert "\n" not in str(raised.value)

"""The known vulnerabilities: read strictly, and none where nobody has asked."""

from pathlib import Path

import pytest

from tfcompat.errors import DataError
from tfcompat.questions import vulnerabilities


def test_the_names_are_by_version(tmp_path: Path) -> None:
    path = tmp_path / "vulnerabilities.toml"
    path.write_text('vulnerabilities = [{ version = "2.4.0", known = ["CVE-2021-1", "GHSA-a-b"] }]\n')
    assert vulnerabilities.load(path) == {"2.4.0": ("CVE-2021-1", "GHSA-a-b")}


@pytest.mark.parametrize(("letters", "fits"), [(60, True), (61, False)])
def test_a_name_is_bounded(letters: int, fits: bool, tmp_path: Path) -> None:
    path = tmp_path / "vulnerabilities.toml"
    path.write_text(f'vulnerabilities = [{{ version = "2.4.0", known = ["{"C" * letters}"] }}]\n')
    if fits:
        assert vulnerabilities.load(path) == {"2.4.0": ("C" * letters,)}
        return
    with pytest.raises(DataError, match="is not a list of vulnerabilities"):
        vulnerabilities.load(path)


def test_where_nobody_has_asked_nothing_is_known(tmp_path: Path) -> None:
    assert vulnerabilities.load(tmp_path / "vulnerabilities.toml") == {}


@pytest.mark.parametrize(
    "row",
    [
        '{ version = "new", known = [] }',
        '{ version = "2.4.0" }',
        '{ version = "2.4.0", known = ["<script>"] }',
        '{ version = "2.4.0", known = [], day = "today" }',
    ],
)
def test_what_is_no_such_list_is_one_sentence(row: str, tmp_path: Path) -> None:
    path = tmp_path / "vulnerabilities.toml"
    path.write_text(f"vulnerabilities = [{row}]\n")
    with pytest.raises(DataError, match=r"is not a list of vulnerabilities .*images/vulnerabilities\.py --force"):
        vulnerabilities.load(path)

"""What is built from its source: a list that is read strictly, and that fits the locks."""

from pathlib import Path

import pytest

from tests import fakes
from tests.conftest import ROOT
from tfcompat.environments import built, locks
from tfcompat.environments.built import Built
from tfcompat.errors import DataError

LOCKS = [locks.parse(path.read_text(), path.name) for path in sorted((ROOT / "images" / "locks").glob("*.txt"))]


def test_a_lock_builds_what_has_no_wheel_for_its_python() -> None:
    lock = fakes.lock(fakes.cell("2.9.3", "3.10"))
    (name, version), *_ = lock.pins.items()
    assert built.of_lock([Built(python="3.10", name=name, version=version)], lock, "3.10") == {name}
    assert built.of_lock([Built(python="3.9", name=name, version=version)], lock, "3.10") == set()
    assert built.of_lock([Built(python="3.10", name=name, version="0")], lock, "3.10") == set()


def test_each_committed_row_is_of_a_committed_lock() -> None:
    for row in built.load(ROOT / "images" / "built.toml"):
        assert any(f"-py{row.python}" in lock.cell and lock.pins.get(row.name) == row.version for lock in LOCKS), row


def test_a_file_that_is_no_such_list_is_one_sentence(tmp_path: Path) -> None:
    assert list(built.load(tmp_path / "built.toml")) == []
    (tmp_path / "built.toml").write_text('built = [{ name = "wrapt" }]\n')
    with pytest.raises(DataError, match=r"is not a list of distributions that are built .*images/built\.py --force"):
        built.load(tmp_path / "built.toml")

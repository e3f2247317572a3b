"""Installed files: which are not as the wheels of the lock have them, before the scenarios and after them."""

import base64
import hashlib
import os
import sys
from pathlib import Path

import pytest

from scenarios.runner.installed import HASHED, Installed

BOTH = {"one": "1.0", "two": "1.0"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two distributions, as an installer leaves them: they share a file, and one has a large one."""
    files = {
        "one": {"one.py": b"1\n", "shared.py": b"s\n", "one.so": b"x" * (HASHED + 1)},
        "two": {"shared.py": b"s\n"},
    }
    for name, contents in files.items():
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        rows = [
            f"{name}-1.0.dist-info/RECORD,,",
            "../../bin/one,sha256=x,1",
            "__pycache__/one.cpython-311.pyc,sha256=x,1",
        ]
        for path, content in contents.items():
            (tmp_path / path).write_bytes(content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append(f"{path},sha256={digest},{len(content)}")
        (info / "RECORD").write_text("\n".join(rows))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def unlike(path: str) -> str:
    return f"{path} is not as its wheel has it"


def test_files_that_are_as_their_wheels_have_them_are_not_named(folder: Path) -> None:
    installed = Installed({**BOTH, "gone": "1.0"})
    assert len(installed.rows) == 3
    assert list(installed.unlike_wheels()) == list(installed.unlike_wheels_since()) == []


@pytest.mark.parametrize(
    ("path", "content", "named"),
    [
        ("one.py", b"2\n", [unlike("one.py")]),
        ("one.py", b"1\n\n", [unlike("one.py")]),
        ("one.so", b"x" * HASHED, [unlike("one.so")]),
        ("shared.py", b"t\n", [unlike("shared.py")]),
        ("one.so", b"y" * (HASHED + 1), []),
    ],
)
def test_a_file_that_was_changed_before_is_named(path: str, content: bytes, named: list[str], folder: Path) -> None:
    """Of a large one only the size is compared."""
    (folder / path).write_bytes(content)
    installed = Installed(BOTH)
    assert list(installed.unlike_wheels()) == named
    assert list(installed.unlike_wheels_since()) == []  # it was named before; nothing has changed since


@pytest.mark.parametrize(
    ("path", "content", "named"),
    [
        ("one.py", b"2\n", [unlike("one.py")]),
        ("shared.py", b"t\n", [unlike("shared.py")]),
        ("one.so", b"y" * (HASHED + 1), [unlike("one.so")]),
        ("one.so", b"x" * (HASHED + 1), []),
    ],
)
def test_a_file_that_a_scenario_wrote_into_is_named(path: str, content: bytes, named: list[str], folder: Path) -> None:
    """Large ones too, by their hash; what was written may be what was there."""
    installed = Installed(BOTH)
    (folder / path).write_bytes(content)
    assert list(installed.unlike_wheels_since()) == named


def test_a_time_that_was_set_back_hides_nothing(folder: Path) -> None:
    installed = Installed(BOTH)
    status = (folder / "one.py").stat()
    (folder / "one.py").write_bytes(b"2\n")
    os.utime(folder / "one.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert list(installed.unlike_wheels_since()) == [unlike("one.py")]


def test_a_file_that_took_the_place_of_another_is_named(folder: Path) -> None:
    installed = Installed(BOTH)
    (folder / "other").write_bytes(b"2\n")
    (folder / "other").replace(folder / "one.py")
    assert list(installed.unlike_wheels_since()) == [unlike("one.py")]


def test_a_file_that_nobody_touched_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Installed(BOTH)
    monkeypatch.setattr("builtins.open", None)
    assert list(installed.unlike_wheels_since()) == []


def test_a_file_that_is_gone_is_named(folder: Path) -> None:
    installed = Installed({"one": "1.0"})
    (folder / "one.py").unlink()
    assert list(installed.unlike_wheels()) == list(installed.unlike_wheels_since()) == [unlike("one.py")]


def test_a_distribution_without_a_record_names_nothing(folder: Path) -> None:
    """An installation from a source tree has none."""
    (folder / "one-1.0.dist-info" / "RECORD").unlink()
    (folder / "one.py").unlink()
    assert list(Installed({"one": "1.0"}).unlike_wheels()) == []


def test_a_file_of_two_wheels_is_as_one_of_them_has_it(folder: Path) -> None:
    record = folder / "two-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text().replace("shared.py,sha256=", "shared.py,sha256=other"))
    assert list(Installed(BOTH).unlike_wheels()) == []
    assert list(Installed({"two": "1.0"}).unlike_wheels()) == [unlike("shared.py")]

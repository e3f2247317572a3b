"""Tests of what is copied of the user's files: enough, never more than the bounds, and nothing that is hidden."""

from pathlib import Path

import pytest

from tfcompat.errors import SelectionError
from tfcompat.foreign import copied


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x" * 100)


def names(files: copied.Copied) -> list[str]:
    return sorted(path.relative_to(files.root).as_posix() for path in files.files)


def test_a_script_has_its_folder_and_no_secrets(tmp_path: Path) -> None:
    make(
        tmp_path,
        "s.py",
        "helper/a.py",
        "data.csv",
        ".env",
        ".git/config",
        "__pycache__/s.pyc",
        "venv/pyvenv.cfg",
        "venv/x.py",
    )
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    found = copied.of_script(tmp_path / "s.py")
    assert names(found) == ["data.csv", "helper/a.py", "s.py"]
    assert (found.target, found.size, found.words) == ("s.py", 300, f"3 files, 1 kB of {tmp_path}")


def test_a_script_may_come_alone_or_with_what_is_named(tmp_path: Path) -> None:
    make(tmp_path, "s.py", "helper/a.py", "data.csv", "other.csv")
    assert names(copied.of_script(tmp_path / "s.py", alone=True)) == ["s.py"]
    assert names(copied.of_script(tmp_path / "s.py", ["helper", "d*.csv"])) == ["data.csv", "helper/a.py", "s.py"]


def test_tests_have_their_project(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml", "lib/a.py", "tests/unit/test_a.py", "tests/conftest.py")
    found = copied.of_tests(tmp_path / "tests" / "unit")
    assert (found.root, found.target) == (tmp_path, "tests/unit")
    assert names(found) == ["lib/a.py", "pyproject.toml", "tests/conftest.py", "tests/unit/test_a.py"]
    assert names(copied.of_tests(tmp_path / "tests" / "unit", ["lib/*"])) == ["lib/a.py", "tests/unit/test_a.py"]


def test_what_is_too_much_is_refused_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "s.py", "a.py", "b.py")
    monkeypatch.setattr(copied, "MOST_FILES", 2)
    with pytest.raises(SelectionError, match="has more than 2 files or 50 MB: say what is needed of it with --include"):
        copied.of_script(tmp_path / "s.py")
    monkeypatch.setattr(copied, "MOST_FILES", 9)
    monkeypatch.setattr(copied, "MOST_BYTES", 250)
    with pytest.raises(SelectionError, match="--include GLOB"):
        copied.of_script(tmp_path / "s.py")


@pytest.mark.parametrize("name", ["nothing.py", "."])
def test_what_is_no_script(name: str, tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="is not a file: name a Python script"):
        copied.of_script(tmp_path / name)


def test_tests_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="is not there: name a folder with pytest files"):
        copied.of_tests(tmp_path / "tests")

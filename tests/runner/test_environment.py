"""The environment of a cell: which versions are found, which files have changed, and whether they are those of the lock."""

import base64
import contextlib
import gc
import hashlib
import importlib.metadata
import os
import platform
import sys
import types
from pathlib import Path

import pytest

from scenarios.runner.environment import (
    HASHED,
    Installed,
    WrongEnvironment,
    check_versions,
    import_tensorflow,
    keras_version,
    versions,
)

BOTH = {"one": "1.0", "two": "1.0"}
PINS = {"tensorflow-cpu": "2.16.2", "keras": "3.3.3", "numpy": "1.26.4"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is installed, which is what is imported too; a test changes either."""
    installed = dict(PINS)

    def version(name: str) -> str:
        if name not in installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    for module, name in (("tensorflow", "tensorflow-cpu"), ("keras", "keras"), ("numpy", "numpy")):
        monkeypatch.setitem(sys.modules, module, types.SimpleNamespace(__version__=PINS[name]))
    return installed


@pytest.mark.usefixtures("environment")
def test_an_environment_that_has_what_its_lock_names_is_the_right_one() -> None:
    check_versions(PINS, "tensorflow-cpu")


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("pin", "imported"),
    [
        ("2.22.0.dev20261101", "2.22.0-dev20261101"),
        ("2.16.0rc0", "2.16.0-rc0"),
        ("2.15.0.post1", "2.15.0"),
        ("2.15.0.post1", "2.15.0.post1"),
    ],
)
def test_a_version_may_be_written_otherwise(pin: str, imported: str, environment: dict[str, str]) -> None:
    environment["tensorflow-cpu"] = pin
    sys.modules["tensorflow"].__version__ = imported  # type: ignore[attr-defined]
    check_versions({"tensorflow-cpu": pin}, "tensorflow-cpu")


@pytest.mark.parametrize(
    ("name", "version", "says"),
    [
        ("keras", None, "keras 3.3.3 is not installed"),
        ("keras", "2.10.0", "keras 2.10.0 is installed, the lock has 3.3.3"),
        ("tensorflow-cpu", "2.16.1", "tensorflow-cpu 2.16.1 is installed, the lock has 2.16.2"),
    ],
)
def test_what_is_installed_otherwise_is_named(
    name: str, version: str | None, says: str, environment: dict[str, str]
) -> None:
    del environment[name]
    environment |= {name: version} if version else {}
    with pytest.raises(WrongEnvironment, match=says):
        check_versions(PINS, "tensorflow-cpu")


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("module", ["tensorflow", "keras", "numpy"])
def test_what_is_imported_otherwise_is_named(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder earlier on the path, or an edited file, has another version than what was installed."""
    monkeypatch.setitem(sys.modules, module, types.SimpleNamespace(__version__="9.1.0"))
    with pytest.raises(WrongEnvironment, match=f"{module} 9.1.0 was imported, the lock has"):
        check_versions(PINS, "tensorflow-cpu")


@pytest.mark.usefixtures("environment")
def test_files_that_have_changed_are_named() -> None:
    with pytest.raises(WrongEnvironment, match=r"not the environment of the lock: a\.py is not as its wheel has it"):
        check_versions(PINS, "tensorflow-cpu", ["a.py is not as its wheel has it"])


@pytest.mark.parametrize(
    ("inside", "legacy", "beside", "version"),
    [
        ("3.3.3", None, "2.6.0", "3.3.3"),
        (None, "2.16.0", "3.3.3", "2.16.0"),
        (None, None, "2.6.0", "2.6.0"),
        (None, None, None, None),
        (3, None, None, None),
    ],
)
def test_the_version_of_keras_is_that_of_tensorflow_or_else_the_one_beside_it(
    inside: object, legacy: str | None, beside: str | None, version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensorflow = types.SimpleNamespace(keras=types.SimpleNamespace(__version__=inside))
    for name, own in (("keras", beside), ("tf_keras", legacy)):
        monkeypatch.setitem(sys.modules, name, types.SimpleNamespace(__version__=own))
    assert keras_version(tensorflow) == version


def test_what_is_not_imported_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tensorflow", "tf_keras", "keras", "numpy"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert versions() == {
        "python": platform.python_version(),
        "tensorflow": None,
        "keras": None,
        "numpy": None,
        "machine": platform.machine(),
    }


def test_the_versions_are_those_that_were_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", types.SimpleNamespace(__version__="2.16.2"))
    monkeypatch.setitem(sys.modules, "numpy", types.SimpleNamespace(__version__="1.26.4"))
    assert (versions()["tensorflow"], versions()["numpy"]) == ("2.16.2", "1.26.4")


@pytest.mark.parametrize("module", [types.SimpleNamespace(), None], ids=["without keras", "not there"])
def test_the_garbage_collector_is_on_again_after_the_import(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    with contextlib.suppress(ImportError):
        import_tensorflow()
    assert gc.isenabled()


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

"""Versions: which are found, and whether they are those of the lock."""

import contextlib
import gc
import importlib.metadata
import platform
import sys
import types

import pytest

from scenarios.runner.versions import (
    WrongEnvironment,
    check_versions,
    import_tensorflow,
    keras_version,
    versions,
)

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

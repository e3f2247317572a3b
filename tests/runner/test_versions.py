"""Versions: which are found, and which requirements they fulfil."""

import contextlib
import gc
import platform
import sys
import types

import pytest

from scenarios.runner.versions import holds, import_tensorflow, keras_version, versions


@pytest.mark.parametrize(
    ("requirement", "tensorflow", "keras", "fulfilled"),
    [
        ("", "2.6.5", "2.6.0", True),
        ("", None, None, True),
        (">=2.6,<2.16", "2.6.0", "2.6.0", True),
        (">=2.6,<2.16", "2.16.0", "2.16.0", False),
        (">=2.6", "2.10.1", None, True),
        (">=2.6", "2.22.0rc1", None, True),
        (">=2.6", None, "3.0.5", False),
        ("keras>=3", "2.16.2", "3.4.1", True),
        ("keras>=3", "2.16.2", "2.16.0", False),
        ("keras<3", "2.2.3", "2.3.0-tf", True),
        ("keras>=3", "2.16.2", None, False),
    ],
)
def test_a_promise_holds_for_what_is_there(
    requirement: str, tensorflow: str | None, keras: str | None, fulfilled: bool
) -> None:
    assert holds(requirement, {"tensorflow": tensorflow, "keras": keras}) is fulfilled


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

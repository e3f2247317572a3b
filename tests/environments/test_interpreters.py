"""Interpreters: in which order they are looked for, which of them count, and the message where there is none."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import fakes
from tfcompat.environments import interpreters
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
NONE = Completed(code=2, output="error: No interpreter found")


def knows_none(asked: list[str]) -> Completed:
    return NONE


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def fake_python(path: Path, version: str, implementation: str = "cpython") -> Path:
    """A program that answers as an interpreter of that version would."""
    return script(path, f"echo {implementation} {version}")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without interpreters: an empty PATH and an empty folder of pyenv."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


@pytest.mark.starts
def test_a_real_interpreter_runs_and_is_of_its_version_only() -> None:
    assert interpreters.runs(sys.executable, HERE)
    assert not interpreters.runs(sys.executable, "3.8")


@pytest.mark.starts
@pytest.mark.parametrize(
    "answer",
    ["echo pypy 3.8", "echo cpython 3.9", "echo cpython 3.8; exit 1", "exit 127", "echo shim: cpython 3.8"],
    ids=["another implementation", "another version", "fails", "a shim that does not run", "says something else"],
)
def test_what_does_not_answer_as_that_cpython_does_not_count(tmp_path: Path, answer: str) -> None:
    assert not interpreters.runs(str(script(tmp_path / "python", answer)), "3.8")


@pytest.mark.starts
def test_what_cannot_be_started_does_not_count(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    assert not interpreters.runs(str(plain), "3.8")
    assert not interpreters.runs(str(tmp_path / "nothing"), "3.8")


@pytest.mark.starts
@pytest.mark.parametrize(
    "output", ["{0}\n", "warning: a setting has no effect\n{0}", "{0}\nwarning: a setting has no effect"]
)
def test_what_uv_warns_of_is_no_path(machine: Path, output: str) -> None:
    known = fake_python(machine / "uv" / "python", "3.8")
    assert interpreters.here("3.8", fakes.FakeUv(lambda asked: Completed(code=0, output=output.format(known)))) == str(
        known
    )


@pytest.mark.starts
def test_the_one_that_uv_knows_comes_first(machine: Path) -> None:
    known = fake_python(machine / "uv" / "python", "3.8")
    fake_python(machine / "path" / "python3.8", "3.8")
    uv = fakes.FakeUv(lambda asked: Completed(code=0, output=f"{known}\n"))
    assert interpreters.here("3.8", uv) == str(known)
    assert uv.asked == [["python", "find", "--no-project", "--system", "3.8"]]


@pytest.mark.starts
def test_then_the_one_on_path(machine: Path) -> None:
    on_path = fake_python(machine / "path" / "python3.8", "3.8")
    fake_python(machine / "pyenv" / "versions" / "3.8.20" / "bin" / "python", "3.8")
    assert interpreters.here("3.8", fakes.FakeUv(knows_none)) == str(on_path)


@pytest.mark.starts
def test_a_shim_that_does_not_run_is_passed_over_for_the_newest_of_pyenv(machine: Path) -> None:
    script(machine / "path" / "python3.8", "exit 127")
    for name in ("3.8.9", "3.8.18", "3.8-dev", "3.80.1", "3.9.20"):
        fake_python(machine / "pyenv" / "versions" / name / "bin" / "python", name.rpartition(".")[0])
    path = interpreters.here("3.8", fakes.FakeUv(knows_none))
    assert path == str(machine / "pyenv" / "versions" / "3.8.18" / "bin" / "python")


@pytest.mark.starts
def test_pyenvs_folder_is_in_the_home_where_nothing_else_is_said(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYENV_ROOT")
    monkeypatch.setenv("HOME", str(machine))
    python = fake_python(machine / ".pyenv" / "versions" / "3.8.1" / "bin" / "python", "3.8")
    assert interpreters.here("3.8", fakes.FakeUv(knows_none)) == str(python)


def test_a_machine_without_any_has_none(machine: Path) -> None:
    assert interpreters.here("3.8", fakes.FakeUv(knows_none)) is None


@pytest.mark.starts
def test_an_interpreter_that_is_here_is_not_fetched(machine: Path) -> None:
    python = fake_python(machine / "path" / "python3.8", "3.8")
    uv = fakes.FakeUv(knows_none)
    assert interpreters.find("3.8", uv) == str(python)
    assert not [asked for asked in uv.asked if "install" in asked]


def fetcher(python: Path, installed: Completed) -> Callable[[list[str]], Completed]:
    """A uv that makes an interpreter when it is asked to install one, and then finds it."""

    def answer(asked: list[str]) -> Completed:
        if asked == ["python", "install", "3.8"]:
            fake_python(python, "3.8")
            return installed
        return Completed(code=0, output=str(python)) if python.exists() else NONE

    return answer


@pytest.mark.starts
def test_one_that_is_not_here_is_fetched_by_uv(machine: Path) -> None:
    python = machine / "uv" / "python"
    assert interpreters.find("3.8", fakes.FakeUv(fetcher(python, Completed(code=0, output="")))) == str(python)


@pytest.mark.starts
def test_a_fetched_one_that_does_not_run_is_none(machine: Path) -> None:
    broken = script(machine / "broken", "exit 1")
    with pytest.raises(NoAnswerError, match=r"there is no Python 3\.8 here"):
        interpreters.find("3.8", fakes.FakeUv(lambda asked: Completed(code=0, output=str(broken))))


@pytest.mark.fault(
    "There is no Python of a cell's version, and none can be fetched",
    group="engine",
    reads="what uv said, and what to install",
    code=3,
    reason="no interpreter",
    kept="earlier trials; the other cells go on",
)
def test_where_none_can_be_had_the_reason_says_what_uv_said_and_what_to_do(machine: Path) -> None:
    def answer(asked: list[str]) -> Completed:
        return Completed(code=1, output="error: the network is unreachable") if "install" in asked else NONE

    with pytest.raises(NoAnswerError, match=r"\(error: the network is unreachable\): .*pyenv install 3\.8") as raised:
        interpreters.find("3.8", fakes.FakeUv(answer))
    assert raised.value.reason is Reason.NO_INTERPRETER


@pytest.mark.parametrize(("version", "patch"), [("3.8.18", 18), ("3.13.0rc1", -1), ("3.8-dev", -1)])
def test_the_patch_of_a_version(version: str, patch: int) -> None:
    assert interpreters.patch_of(version) == patch

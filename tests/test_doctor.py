"""Tests of the doctor: what it finds on this machine, and what it advises."""

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

from harness import doctor
from harness.process import Completed
from harness.project import Project
from harness.releases import Cell
from tests.fakes import FakeUv, cell

HERE = ".".join(platform.python_version_tuple()[:2])
#: A Python that no machine has.
NOWHERE = "3.99"


def modest(cells: Sequence[Cell]) -> tuple[int, int]:
    """Bytes of download and of disk."""
    return 1_000_000 * len(cells), 2_000_000 * len(cells)


def boundless(cells: Sequence[Cell]) -> tuple[int, int]:
    return 10**9, 10**18


class AnsweringEngine:
    """A Docker engine that answers."""

    def ping(self) -> bool:
        return True

    def close(self) -> None:
        return


def silent(**options: object) -> None:
    raise DockerException("connection refused")


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "from_env", silent)


@pytest.fixture
def place(tmp_path: Path) -> Project:
    return Project(root=tmp_path, cache=tmp_path / "cache")


@pytest.mark.starts
@pytest.mark.usefixtures("no_docker")
def test_findings_are_uv_docker_each_python_once_and_the_disk(place: Project) -> None:
    cells = [cell("2.16.2", HERE), cell("2.17.1", HERE), cell("2.18.1", NOWHERE)]
    uv, engine, here, nowhere, disk = doctor.findings(cells, place, modest)
    assert (uv.good, engine.good, here.good, nowhere.good, disk.good) == (True, True, True, False, True)
    assert uv.what.startswith("uv is at ")
    assert here.what.startswith(f"Python {HERE} is at /")
    assert nowhere.what.startswith(f"there is no Python {NOWHERE}: ")
    assert disk.what.startswith("3 cells take about 6 MB of disk (")
    assert disk.what.endswith(f"free under {place.cache}) and 3 MB of download")


@pytest.mark.starts
@pytest.mark.usefixtures("no_docker")
def test_a_disk_that_is_too_small_is_said_with_what_to_do(place: Project) -> None:
    *_, disk = doctor.findings([cell("2.16.2", HERE)], place, boundless)
    assert not disk.good
    assert disk.what.endswith(": use --prune, or select fewer with --tf")


def test_without_uv_nothing_else_is_asked(place: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", "/nowhere")
    (only,) = doctor.findings([cell()], place, modest)
    assert only == doctor.Finding(good=False, what="uv is not there: install it with python -m pip install uv")


def test_a_docker_engine_that_answers_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "from_env", lambda **options: AnsweringEngine())
    assert doctor.docker_finding() == doctor.Finding(good=True, what="a Docker engine answers")


@pytest.mark.usefixtures("no_docker")
def test_a_docker_engine_that_does_not_answer_is_not_needed() -> None:
    finding = doctor.docker_finding()
    assert finding.good
    assert "connection refused" in finding.what
    assert finding.what.endswith("(not needed for local ones)")


def test_a_python_that_is_not_there_can_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    uv = FakeUv(lambda arguments: Completed(code=1, output="none"))
    finding = doctor.interpreter_finding("3.8", uv)
    assert not finding.good
    assert "pyenv install 3.8" in finding.what

"""Tests of the doctor: what it finds on this machine, and what it advises."""

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

from tests.fakes import FakeEngine, FakeSandbox, FakeUv, cell, lock
from tfcompat.environments import locks
from tfcompat.environments.engine import Engine
from tfcompat.process import Completed
from tfcompat.project import Project
from tfcompat.run import doctor
from tfcompat.run.console import size
from tfcompat.run.workshop import Workshop, needs
from tfcompat.select.releases import Cell

HERE = ".".join(platform.python_version_tuple()[:2])
#: A Python that no machine has.
NOWHERE = "3.99"


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


@dataclass(frozen=True, kw_only=True)
class WithEngine(Workshop):
    """A workshop on a machine whose engine is ``has``."""

    has: FakeEngine

    @property
    def engine(self) -> Engine:
        return self.has


def workshop(place: Project, cells: Sequence[Cell], free: int, made: Sequence[Cell] = ()) -> WithEngine:
    """One with the cells' locks, so much free disk, and the environments of some."""
    for one in cells:
        locks.save(lock(one), place.locks / f"{one.id}.txt")
    has = FakeEngine(made={one.id: FakeSandbox() for one in made}, free=free)
    return WithEngine(
        project=place, engine_name="docker", uv=FakeUv(lambda asked: Completed(code=1, output="")), has=has
    )


@pytest.mark.starts
@pytest.mark.usefixtures("no_docker")
def test_findings_are_uv_docker_each_python_once_and_the_disk(place: Project) -> None:
    cells = [cell("2.16.2", HERE), cell("2.17.1", HERE), cell("2.18.1", NOWHERE)]
    uv, cache, engine, here, nowhere, disk = doctor.findings(cells, place)
    assert (uv.good, cache.good, engine.good, here.good, nowhere.good) == (True, True, True, True, False)
    assert uv.what.startswith("uv is at ")
    assert cache.what == f"the cache is {place.cache}"
    assert "connection refused" in engine.what
    assert engine.what.endswith("(not needed for local ones)")
    assert here.what.startswith(f"Python {HERE} is at /")
    assert nowhere.what.startswith(f"there is no Python {NOWHERE}: ")
    assert disk.what.startswith("0 of 3 cells have their local environment; ")


@pytest.mark.starts
@pytest.mark.usefixtures("no_docker")
def test_a_cache_that_cannot_be_written_is_said_and_nothing_is_asked_of_it(place: Project) -> None:
    place.cache.touch()
    _, cache, *others = doctor.findings([cell("2.16.2", HERE)], place)
    assert not cache.good
    assert cache.what.startswith(f"the cache cannot be written: File exists ({place.cache})")
    assert len(others) == 2


def test_the_disk_is_asked_for_what_is_not_there_yet(place: Project) -> None:
    cells = [cell("2.16.2", HERE), cell("2.17.1", HERE), cell("2.18.1", HERE)]
    download, disk = needs(cells[1:])
    found = doctor.room(cells, workshop(place, cells, disk + 1, made=cells[:1]))
    assert found.good
    assert found.what == (
        f"1 of 3 cells have their fake environment; the others take about {size(disk)} of disk "
        f"({size(disk + 1)} free) and {size(download)} of download"
    )


def test_a_disk_that_is_too_small_is_said_with_what_to_do(place: Project) -> None:
    cells = [cell("2.16.2", HERE), cell("2.17.1", HERE)]
    found = doctor.room(cells, workshop(place, cells, needs(cells)[1]))
    assert not found.good
    assert found.what.endswith(": use --prune, or select fewer with --tf")


def test_where_all_is_there_a_full_disk_is_no_trouble(place: Project) -> None:
    cells = [cell("2.16.2", HERE)]
    found = doctor.room(cells, workshop(place, cells, 0, made=cells))
    assert found == doctor.Finding(good=True, what="1 of 1 cells have their fake environment")


def test_without_uv_nothing_else_is_asked(place: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", "/nowhere")
    (only,) = doctor.findings([cell()], place)
    assert only == doctor.Finding(good=False, what="uv is not there: install it with python -m pip install uv")


def test_a_docker_engine_that_answers_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "from_env", lambda **options: AnsweringEngine())
    assert doctor.docker_is_lacking() is None


def test_a_python_that_is_not_there_can_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    uv = FakeUv(lambda arguments: Completed(code=1, output="none"))
    finding = doctor.interpreter_finding("3.8", uv)
    assert not finding.good
    assert "pyenv install 3.8" in finding.what

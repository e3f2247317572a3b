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
from tfcompat.environments.engines.docker import bases, connection
from tfcompat.errors import ToolError
from tfcompat.process import Completed
from tfcompat.project import Project
from tfcompat.run import doctor
from tfcompat.run.console import size
from tfcompat.run.workshop import Workshop, needs
from tfcompat.select.cells import Cell

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
    for each in cells:
        locks.save(lock(each), place.locks / f"{each.id}.txt")
    has = FakeEngine(name="fake", made={each.id: FakeSandbox() for each in made}, free=free)
    return WithEngine(
        project=place, engine_name="docker", uv=FakeUv(lambda asked: Completed(code=1, output="")), has=has
    )


@pytest.mark.starts
@pytest.mark.usefixtures("no_docker")
def test_it_says_uv_docker_each_python_once_and_the_disk(place: Project) -> None:
    cells = [cell("2.16.2", HERE), cell("2.17.1", HERE), cell("2.18.1", NOWHERE)]
    uv, cache, engine, here, nowhere, disk = doctor.diagnoses(cells, place)
    assert (uv.good, cache.good, engine.good, here.good, nowhere.good) == (True, True, True, True, False)
    assert uv.sentence.startswith("uv is at ")
    assert cache.sentence == f"the cache is {place.cache}"
    assert "connection refused" in engine.sentence
    assert engine.sentence.endswith("(local environments need none)")
    assert here.sentence.startswith(f"Python {HERE} is at /")
    assert nowhere.sentence.startswith(f"there is no Python {NOWHERE}: ")
    assert disk.sentence.startswith("0 of 3 cells have their local environment; ")


@pytest.mark.starts
@pytest.mark.usefixtures("no_docker")
def test_a_cache_that_cannot_be_written_is_said_and_nothing_is_asked_of_it(place: Project) -> None:
    place.cache.touch()
    _, cache, *others = doctor.diagnoses([cell("2.16.2", HERE)], place)
    assert not cache.good
    assert cache.sentence.startswith(f"the cache cannot be written: File exists ({place.cache})")
    assert len(others) == 2


def test_the_disk_is_asked_for_what_is_not_there_yet(place: Project) -> None:
    cells = [cell("2.16.2", HERE), cell("2.17.1", HERE), cell("2.18.1", HERE)]
    download, disk = needs(cells[1:])
    diagnosis = doctor.of_disk(cells, workshop(place, cells, disk + 1, made=cells[:1]))
    assert diagnosis.good
    assert diagnosis.sentence == (
        f"1 of 3 cells have their fake environment; the others take about {size(disk)} of disk "
        f"({size(disk + 1)} free) and {size(download)} of download"
    )


def test_a_disk_that_is_too_small_is_said_with_what_to_do(place: Project) -> None:
    cells = [cell("2.16.2", HERE), cell("2.17.1", HERE)]
    diagnosis = doctor.of_disk(cells, workshop(place, cells, needs(cells)[1]))
    assert not diagnosis.good
    assert diagnosis.sentence.endswith(": use --prune, or select fewer with --tf")


def test_where_all_is_there_a_full_disk_is_no_trouble(place: Project) -> None:
    cells = [cell("2.16.2", HERE)]
    diagnosis = doctor.of_disk(cells, workshop(place, cells, 0, made=cells))
    assert diagnosis == doctor.Diagnosis(good=True, sentence="1 of 1 cells have their fake environment")


def test_without_uv_nothing_else_is_asked(place: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", "/nowhere")
    (only,) = doctor.diagnoses([cell()], place)
    assert only == doctor.Diagnosis(good=False, sentence="uv is not there: install it with python -m pip install uv")


def test_a_docker_engine_that_answers_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "from_env", lambda **options: AnsweringEngine())
    assert connection.why_unusable() is None


def trouble(pythons: Sequence[str]) -> None:
    raise ToolError("the base image is not here, and the registry does not give it (no such host): make stand-ins")


def test_base_images_that_are_here_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bases, "not_here", lambda pythons: [])
    assert doctor.of_bases(("3.8", "3.12")) == doctor.Diagnosis(
        good=True, sentence="the base images of Python 3.8, 3.12 are here"
    )


def test_base_images_that_can_be_pulled_are_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bases, "not_here", lambda pythons: ["3.12"])
    monkeypatch.setattr(bases, "require", lambda pythons: None)
    assert doctor.of_bases(("3.8", "3.12")) == doctor.Diagnosis(
        good=True, sentence="the base images of Python 3.12 are not here; the registry answers"
    )


def test_base_images_that_cannot_be_had_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bases, "not_here", lambda pythons: ["3.12"])
    monkeypatch.setattr(bases, "require", trouble)
    diagnosis = doctor.of_bases(("3.12",))
    assert not diagnosis.good
    assert diagnosis.sentence.startswith("the base image is not here")
    assert diagnosis.sentence.endswith("; --engine auto takes local environments as long as that is so")


@pytest.mark.starts
def test_a_docker_without_base_images_is_seen_and_the_local_engine_is_asked_for_the_disk(
    place: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "why_unusable", lambda: None)
    monkeypatch.setattr(bases, "not_here", lambda pythons: list(pythons))
    monkeypatch.setattr(bases, "require", trouble)
    _, _, engine, stands_on, _, disk = doctor.diagnoses([cell("2.16.2", HERE)], place)
    assert (engine.sentence, stands_on.good) == ("a Docker engine answers", False)
    assert disk.sentence.startswith("0 of 1 cells have their local environment; ")


def test_a_python_that_is_not_there_can_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    uv = FakeUv(lambda arguments: Completed(code=1, output="none"))
    diagnosis = doctor.of_interpreter("3.8", uv)
    assert not diagnosis.good
    assert "pyenv install 3.8" in diagnosis.sentence

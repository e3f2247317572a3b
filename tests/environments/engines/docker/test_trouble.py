"""An engine in trouble, by a socket between it and the harness: it is slow, falls silent, stops, and is of another version."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docker.models.images import Image

from tests import fakes
from tests.environments.engines.docker.between import Between
from tests.environments.engines.docker.conftest import LOCKED, own_containers, until
from tfcompat.environments.engine import Exit
from tfcompat.environments.engines.docker import connection, containers
from tfcompat.environments.engines.docker import sandbox as module
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.environments.engines.docker.sandbox import DockerSandbox
from tfcompat.errors import ToolError

pytestmark = pytest.mark.usefixtures("leaving_sockets")
WAITS = "import time; print('there', flush=True); time.sleep(30)"


@pytest.fixture
def between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    made = Between(tmp_path / "between")
    made.begin()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{made.path}")
    yield made
    made.stop()


@pytest.fixture
def distant(between: Between, project_folder: Path, tmp_path: Path) -> Iterator[DockerEngine]:
    """The engine, as it is seen through the socket between."""
    engine = DockerEngine(project_folder / "images", tmp_path / "cache")
    yield engine
    engine.containers.alive.close()
    engine.client.close()


@pytest.fixture
def run(distant: DockerEngine, base: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Exit]:
    """Runs some code in a container of the base image."""
    monkeypatch.setattr(module, "PYTHON", "/usr/local/bin/python3")
    suite = tmp_path / "suite"
    (suite / "runner").mkdir(parents=True)
    (tmp_path / "bundle").mkdir()

    def run(code: str, on_line: Callable[[str], None], *, limit: float = 60.0) -> Exit:
        (suite / "runner" / "cell.py").write_text(code)
        program = replace(fakes.program(), suite=suite, bundle=tmp_path / "bundle", limit=limit, cores=1.0)
        return distant.sandbox(LOCKED, base).run(program, on_line)

    return run


@pytest.mark.docker
@pytest.mark.fault(
    "The Docker engine is slow: each of its words comes a fifth of a second late",
    group="engine",
    reads="nothing",
    code=0,
    kept="all outcomes",
)
def test_a_slow_engine_changes_nothing(between: Between, run: Callable[..., Exit], engine: DockerEngine) -> None:
    between.delay = 0.2
    heard: list[str] = []
    assert run("print('a'); print('b')", heard.append) == Exit(code=0, output="")
    assert heard == ["a", "b"]


@pytest.mark.docker
@pytest.mark.fault(
    "The Docker engine is stopped while a cell runs, and started again",
    group="engine",
    reads="the Docker engine did not finish: …",
    code=3,
    reason="engine lost",
    kept="earlier trials and the outcomes that were there; the next cell runs, and the next run removes the container",
)
def test_an_engine_that_is_stopped_loses_the_cell_and_no_other(
    between: Between, run: Callable[..., Exit], distant: DockerEngine, engine: DockerEngine
) -> None:
    ending = run(WAITS, lambda line: between.stop())
    assert ending.lost
    assert ending.output.startswith("the Docker engine did not finish: ")
    between.begin()
    heard: list[str] = []
    assert run("print('next')", heard.append) == Exit(code=0, output="")
    assert heard == ["next"]
    distant.containers.alive.close()  # that run is over
    assert distant.containers.sweep() == 1
    assert own_containers(distant) == []


@pytest.mark.docker
@pytest.mark.fault(
    "The Docker engine falls silent while a cell runs",
    group="engine",
    reads="the Docker engine did not finish: it says nothing any more",
    code=3,
    reason="engine lost",
    kept="earlier trials and the outcomes that were there; the next run removes the container",
)
def test_an_engine_that_falls_silent_loses_the_cell_at_its_limit(
    between: Between, run: Callable[..., Exit], distant: DockerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "PATIENCE", 1)
    monkeypatch.setattr(module, "PATIENCE", 1)
    began = time.monotonic()
    ending = run(WAITS, lambda line: between.silent.set(), limit=3.0)
    assert ending == Exit(code=-1, output="the Docker engine did not finish: it says nothing any more", lost=True)
    assert time.monotonic() - began < 25  # it was to wait for half a minute, and nobody for that
    between.silent.clear()
    distant.containers.alive.close()
    assert distant.containers.sweep() == 1


@pytest.mark.docker
@pytest.mark.fault(
    "The Docker engine is of a version that is too old",
    group="engine",
    reads="no Docker engine answers (…): start one, or use --engine local",
    code=2,
    kept="everything",
)
def test_an_engine_of_long_ago_is_one_sentence(between: Between) -> None:
    between.words = (b'"ApiVersion":"1.41"', b'"ApiVersion":"1.12"')
    with pytest.raises(ToolError, match=r"no Docker engine answers \(.*1\.\d\d.*\): start one, or use --engine local"):
        connection.connect()


@pytest.mark.docker
@pytest.mark.fault(
    "The Docker engine is replaced by one of another version under a run",
    group="engine",
    reads="the Docker engine did not finish: … is too new. Maximum supported API version is …",
    code=3,
    reason="engine lost",
    kept="earlier trials; the next run speaks the new version",
)
def test_an_engine_that_became_another_is_lost(between: Between, run: Callable[..., Exit]) -> None:
    between.words = (b"/v1.41/", b"/v1.99/")
    ending = run("print('there')", print)
    assert ending.lost
    assert "the Docker engine did not finish: " in ending.output
    assert "1.99" in ending.output


@pytest.mark.docker
@pytest.mark.fault(
    "Somebody kills the container of a cell that runs",
    group="engine",
    reads="the runner ended with exit code 137 …",
    code=3,
    reason="engine lost",
    kept="earlier trials and the outcomes that were there; the other cells go on",
)
def test_a_container_that_is_killed_is_no_lack_of_memory(
    run: Callable[..., Exit], distant: DockerEngine, engine: DockerEngine
) -> None:
    def kill(line: str) -> None:
        for name in own_containers(distant):
            engine.client.containers.get(name).kill()

    assert run(WAITS, kill) == Exit(code=137, output="", out_of_memory=False)


@pytest.mark.docker
@pytest.mark.fault(
    "Somebody removes the image of a cell between its making and its run",
    group="engine",
    reads="the Docker engine did not finish: … No such image …",
    code=3,
    reason="engine lost",
    kept="earlier trials; the other cells go on, and the next run makes the image again",
)
def test_an_image_that_is_gone_is_said(distant: DockerEngine, base: Image, tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    (tmp_path / "image" / "Dockerfile").write_text(f"FROM {base.id}\nLABEL tfcompat.tests=gone\n")
    image, _ = distant.client.images.build(path=str(tmp_path / "image"), rm=True, forcerm=True)
    sandbox = DockerSandbox(image=image, locked=LOCKED, containers=distant.containers)
    distant.client.images.remove(str(image.id), force=True)
    for name in ("suite", "bundle"):
        (tmp_path / name).mkdir()
    program = replace(fakes.program(), suite=tmp_path / "suite", bundle=tmp_path / "bundle", cores=1.0)
    ending = sandbox.run(program, print)
    assert ending.lost
    assert "No such image" in ending.output
    until(lambda: own_containers(distant) == [])

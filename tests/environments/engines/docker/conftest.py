"""What the tests of the docker engine share: an engine, its base image, and a wait for what takes a moment."""

import gc
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker.models.images import Image

from tests import fakes
from tests.stand_in_project import PYTHON
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker.containers import OWNER
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.environments.engines.docker.images import BASE

CELL = fakes.cell("9.0.0", PYTHON)
LOCKED = LockedCell(cell=CELL, lock=fakes.lock(CELL))


@pytest.fixture
def engine(project_folder: Path, tmp_path: Path) -> Iterator[DockerEngine]:
    engine = DockerEngine(project_folder / "images", tmp_path)
    yield engine
    engine.containers.alive.close()
    engine.client.close()


@pytest.fixture
def base(engine: DockerEngine) -> Image:
    return engine.client.images.get(BASE.format(python=PYTHON))


@pytest.fixture
def leaving_sockets() -> Iterator[None]:
    """For tests in which a connection fails or output is streamed: the docker package leaves their sockets to the collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def own_containers(engine: DockerEngine) -> list[str]:
    """The names of the containers of this engine's run: other runs on the machine may have theirs."""
    label = f"{OWNER}={engine.containers.owner}"
    return [
        str(container.name)
        for container in engine.client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
    ]


def until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Wait for what takes a moment."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)

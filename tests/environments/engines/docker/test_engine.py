"""The docker engine as a whole: what it says when the engine behind it has gone."""

from pathlib import Path

import docker
import pytest

from tests.environments.engines.docker.conftest import LOCKED
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError, Reason

pytestmark = pytest.mark.docker


@pytest.mark.usefixtures("leaving_sockets")
def test_an_engine_that_dies_is_no_reason_not_to_go_on(
    engine: DockerEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = docker.DockerClient(base_url=f"unix://{tmp_path}/nothing.sock", version="1.41")
    for part in (engine, engine.images, engine.containers):
        monkeypatch.setattr(part, "client", dead)
    assert engine.remove(LOCKED) is False
    with pytest.raises(NoAnswerError) as raised:
        engine.find(LOCKED)
    assert raised.value.reason is Reason.ENGINE_LOST
    for action in (engine.environments, engine.free_disk, engine.containers.sweep, lambda: engine.prune(None)):
        with pytest.raises(ToolError, match="no Docker engine answers"):
            action()


def test_an_engine_knows_how_much_disk_is_free(engine: DockerEngine) -> None:
    assert engine.free_disk() > 0

"""The connection: an engine that is not there, does not answer or has no address is one sentence."""

import socket
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException
from requests.exceptions import ReadTimeout

from tfcompat.environments.engines.docker import connection
from tfcompat.errors import ToolError
from tfcompat.outcomes import Reason


@pytest.mark.fault(
    "The Docker engine takes connections and says nothing",
    group="engine",
    reads="no Docker engine answers (… timed out …): start one, or use --engine local",
    code=2,
    kept="everything",
)
@pytest.mark.docker
@pytest.mark.usefixtures("leaving_sockets")
def test_an_engine_that_says_nothing_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        mute.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/mute")
        monkeypatch.setattr(connection, "PING", 1)
        with pytest.raises(ToolError, match=r"no Docker engine answers \(.*timed out.*\): start one"):
            connection.connect()


@pytest.mark.fault(
    "DOCKER_HOST leads nowhere, or is malformed",
    group="engine",
    reads="no Docker engine answers (…): start one, or use --engine local",
    code=2,
    kept="everything",
)
@pytest.mark.docker
@pytest.mark.usefixtures("leaving_sockets")
@pytest.mark.parametrize("host", ["tcp://127.0.0.1:port", "http://[::1", "tcp://127.0.0.1:9", "nonsense"])
def test_an_engine_at_no_address_does_not_answer(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(ToolError, match="no Docker engine answers"):
        connection.connect()


class Client:
    """A client of an engine that answers."""

    def close(self) -> None:
        return


def test_an_engine_that_answers_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "from_env", lambda **options: Client())
    assert connection.why_unusable() is None


def test_why_an_engine_cannot_be_used_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: object) -> Client:
        raise DockerException("Error while fetching\n server API version: refused")

    monkeypatch.setattr(docker, "from_env", refuse)
    assert connection.why_unusable() == (
        "no Docker engine answers (Error while fetching server API version: refused): start one, or use --engine local"
    )


@pytest.mark.parametrize("error", [DockerException("no"), ReadTimeout("no"), ValueError("no")])
def test_what_the_docker_package_raises_is_one_error(error: Exception) -> None:
    with pytest.raises(ToolError, match=r"no Docker engine answers \(no\)") as raised, connection.answering():
        raise error
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    ("message", "reason"),
    [("connection refused", Reason.ENGINE_LOST), ("write: no space left on device", Reason.OUT_OF_DISK)],
)
def test_a_cell_whose_engine_stops_answering_has_a_reason(message: str, reason: Reason) -> None:
    error = connection.lost(DockerException(message))
    assert (error.reason, error.message) == (reason, f"the Docker engine does not answer: {message}")

"""The stand-ins for base images: whatever is lacking is one sentence and an exit code of the table."""

import shutil
import sys
from typing import Any

import docker
import pytest
from docker.errors import DockerException
from requests.exceptions import ReadTimeout

from images import offline_base
from tfcompat.errors import ExitCode, ToolError
from tfcompat.outcomes import NoAnswerError, Reason


class FakeImages:
    """An engine's images: it has some tags."""

    def __init__(self, *tags: str) -> None:
        self.tags = tags

    def list(self, name: str) -> list[str]:
        return [tag for tag in self.tags if tag == name]


class FakeClient:
    def __init__(self, *tags: str) -> None:
        self.images = FakeImages(*tags)


def exit_code(monkeypatch: pytest.MonkeyPatch, client: FakeClient | Exception) -> int:
    """The exit code of making the stand-in of one Python with an engine, or with one that raises."""

    def from_env(**options: Any) -> FakeClient:
        if isinstance(client, Exception):
            raise client
        return client

    monkeypatch.setattr(docker, "from_env", from_env)
    monkeypatch.setattr(sys, "argv", ["offline_base.py", "3.12"])
    return offline_base.main()


def test_what_is_there_is_left_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(monkeypatch, FakeClient("python:3.12-slim-bookworm")) == ExitCode.COMPLETE
    assert capsys.readouterr() == ("python:3.12-slim-bookworm is there\n", "")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ToolError("uv is not there: install it"), "uv is not there: install it"),
        (NoAnswerError(Reason.NO_INTERPRETER, "there is no Python 3.12 here"), "there is no Python 3.12 here"),
        (DockerException("no\n engine"), "no engine: see that docker info answers and that the disk has room,"),
        (OSError(28, "No space left on device"), "No space left on device: see that docker info answers"),
        (ReadTimeout("it took too long"), "it took too long: see that docker info answers"),
    ],
)
def test_what_is_lacking_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, says: str
) -> None:
    assert exit_code(monkeypatch, error) == ExitCode.USAGE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("offline_base: ")
    assert says in printed.err
    assert printed.err.count("\n") == 1


def test_without_debootstrap_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert exit_code(monkeypatch, FakeClient()) == ExitCode.USAGE
    assert capsys.readouterr().err == (
        "offline_base: debootstrap is not there: install it with apt-get install debootstrap\n"
    )

"""Tests of the base images: which are not here, and a registry that does not give them."""

from collections.abc import Collection
from dataclasses import dataclass

import docker
import pytest
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from tfcompat.environments.engines.docker import bases
from tfcompat.environments.engines.docker.images import BASE
from tfcompat.errors import ToolError

UNREACHABLE = APIError("500 Server Error", explanation="dial tcp: lookup registry-1.docker.io: no such host")


@dataclass
class FakeDocker:
    """Has the base images of some Pythons; the registry answers with ``answer``, or raises it."""

    here: Collection[str]
    answer: Exception | None = None
    closed: int = 0

    @property
    def images(self) -> "FakeDocker":
        return self

    def get(self, name: str) -> str:
        if name not in {BASE.format(python=python) for python in self.here}:
            raise ImageNotFound(name)
        return name

    def get_registry_data(self, name: str) -> str:
        if self.answer:
            raise self.answer
        return name

    def close(self) -> None:
        self.closed += 1


def use(monkeypatch: pytest.MonkeyPatch, fake: FakeDocker) -> FakeDocker:
    monkeypatch.setattr(docker, "from_env", lambda **options: fake)
    return fake


def test_what_is_here_is_asked_of_no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use(monkeypatch, FakeDocker({"3.12"}, answer=AssertionError("nobody may ask")))
    assert bases.not_here(["3.12", "3.12"]) == []
    bases.require(["3.12"])
    assert fake.closed == 2


def test_without_a_base_image_and_a_registry_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeDocker({"3.12"}, answer=UNREACHABLE))
    assert bases.not_here(["3.8", "3.12", "3.9"]) == ["3.8", "3.9"]
    with pytest.raises(ToolError) as raised:
        bases.require(["3.8", "3.12", "3.9"])
    assert str(raised.value) == (
        "the base image python:3.8-slim-bookworm is not here, and the registry does not give it"
        " (dial tcp: lookup registry-1.docker.io: no such host):"
        " make stand-ins with python images/offline_base.py 3.8 3.9, or use --engine local"
    )


@pytest.mark.parametrize("answer", [None, NotFound("manifest unknown")])
def test_a_registry_that_answers_is_enough(answer: Exception | None, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeDocker((), answer=answer))
    bases.require(["3.8"])


def test_an_engine_that_is_gone_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**options: object) -> None:
        raise DockerException("refused")

    monkeypatch.setattr(docker, "from_env", gone)
    with pytest.raises(ToolError, match="no Docker engine answers"):
        bases.not_here(["3.8"])

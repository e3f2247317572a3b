"""The base images: which of them the engine has, and whether the registry gives the others, asked before anything is built."""

from collections.abc import Iterable

import docker
from docker.errors import DockerException, ImageNotFound, NotFound
from requests.exceptions import RequestException

from tfcompat.environments.engines.docker.connection import PING, answering
from tfcompat.environments.engines.docker.images import BASE
from tfcompat.environments.uv import last_words
from tfcompat.errors import ToolError


def not_here(pythons: Iterable[str]) -> list[str]:
    """The Pythons whose base image the engine does not have. Raises ToolError where no engine answers."""
    with answering():
        client = docker.from_env(timeout=PING)
        try:
            return [python for python in dict.fromkeys(pythons) if not has(BASE.format(python=python), client)]
        finally:
            client.close()


def has(name: str, client: docker.DockerClient) -> bool:
    try:
        client.images.get(name)
    except ImageNotFound:
        return False
    return True


def require(pythons: Iterable[str]) -> None:
    """Raise ToolError where a base image is not here and the registry does not answer; it is asked for one of them.

    What an answering registry does not have is said when its cell is built.
    """
    missing = not_here(pythons)
    if missing and (message := why_not_given(BASE.format(python=missing[0]))):
        raise ToolError(
            f"the base image {BASE.format(python=missing[0])} is not here, and the registry does not give it ({message}):"
            f" make stand-ins with python images/offline_base.py {' '.join(missing)}, or use --engine local"
        )


def why_not_given(name: str) -> str:
    """Why the registry of an image does not answer; empty where it does."""
    client = docker.from_env(timeout=PING)
    try:
        client.images.get_registry_data(name)
    except NotFound:
        return ""
    except (DockerException, RequestException) as error:
        return last_words(getattr(error, "explanation", None) or str(error), 160)
    finally:
        client.close()
    return ""

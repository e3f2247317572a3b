"""The connection to the Docker engine that the environment names, and the messages for one that does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

from tfcompat.environments.uv import last_words, reason_of
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError, Reason

#: Seconds without a word from the engine after which it counts as lost; a build step installs gigabytes silently.
SILENCE = 1800
#: Seconds in which an engine that lives answers.
PING = 20


def connect() -> docker.DockerClient:
    """A client of the engine. Raises ToolError where none answers."""
    with answering():
        docker.from_env(timeout=PING).close()  # from_env asks the engine for its version
        return docker.from_env(timeout=SILENCE)


def why_unusable() -> str | None:
    """Why no engine can be used, or None where one answers."""
    try:
        connect().close()
    except ToolError as error:
        return str(error)
    return None


@contextmanager
def answering() -> Iterator[None]:
    """Turn what the docker package raises into one sentence, a ToolError. A malformed DOCKER_HOST is a ValueError to it."""
    try:
        yield
    except (DockerException, RequestException, ValueError) as error:
        message = last_words(str(error), 120)
        raise ToolError(f"no Docker engine answers ({message}): start one, or use --engine local") from error


def lost(error: Exception) -> NoAnswerError:
    """The error of a cell whose engine stopped answering."""
    message = last_words(str(error))
    return NoAnswerError(reason_of(message, Reason.ENGINE_LOST), f"the Docker engine does not answer: {message}")

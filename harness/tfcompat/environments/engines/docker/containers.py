"""The containers of a run: each is labelled with its owner and its time limit, and removed on every path."""

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException
from docker.models.containers import Container
from requests.exceptions import RequestException

from tfcompat import locking
from tfcompat.environments.engines.docker.connection import answering

#: Labels of a container: the run that owns it, and the second after which nobody does.
OWNER, EXPIRES = "tfcompat.owner", "tfcompat.expires"
#: Seconds that a container may be there beyond its time limit.
GRACE = 60
#: Seconds that an engine may take to remove a container.
PATIENCE = 60


class Containers:
    """The containers that one run owns; ``owners`` is the folder where runs that live each hold a lock file."""

    def __init__(self, owners: Path, client: docker.DockerClient, cancelled: threading.Event) -> None:
        self.owners = owners
        self.client = client
        self.cancelled = cancelled
        self.running: set[Container] = set()
        self.owner = f"{socket.gethostname()}-{uuid.uuid4().hex[:12]}"
        self.alive = ExitStack()
        owners.mkdir(parents=True, exist_ok=True)
        self.alive.enter_context(locking.holding(owners / self.owner))

    def labels(self, limit: float) -> dict[str, str]:
        """The labels of a container of this run that may be there for ``limit`` seconds."""
        return {OWNER: self.owner, EXPIRES: str(int(time.time() + limit + GRACE))}

    @contextmanager
    def create(self, options: dict[str, Any]) -> Iterator[Container]:
        """A container, not started yet, that is removed at the end."""
        container = self.client.containers.create(**options)
        self.running.add(container)
        try:
            yield container
        finally:
            self.running.discard(container)
            remove(container)

    def cancel(self) -> None:
        for container in list(self.running):
            remove(container)

    def sweep(self) -> int:
        """Remove the containers of runs that are gone, and their lock files; how many containers.

        A run is gone where its lock is free, or, on another machine, where its container has outlived its time limit.
        """
        with answering():
            containers = self.client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
        strays = [container for container in containers if self.is_stray(container)]
        for container in strays:
            remove(container)
        for path in self.owners.iterdir():
            remove_if_free(path)
        return len(strays)

    def is_stray(self, container: Container) -> bool:
        owner = self.owners / Path(container.labels.get(OWNER, "")).name
        if owner.is_file():
            return is_free(owner)
        return int(container.labels.get(EXPIRES, "0")) < time.time()


def is_free(owner: Path) -> bool:
    """Whether the run that owned a lock file is gone: then the system has released the lock."""
    with locking.holding(owner, wait=False) as free:
        return free


def remove_if_free(owner: Path) -> None:
    with locking.holding(owner, wait=False) as free:
        if free:
            owner.unlink(missing_ok=True)


def remove(container: Container) -> None:
    """Remove a container, running or not. One that is already gone, or an engine that is, is no reason to stop.

    By a connection of its own, for an engine that fell silent is not waited for as long as one that builds.
    """
    with suppress(DockerException, RequestException):
        client = docker.from_env(timeout=PATIENCE)
        try:
            client.api.remove_container(str(container.id), force=True, v=True)
        finally:
            client.close()

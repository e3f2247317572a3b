"""The docker engine itself: the images and the containers of a run, put together."""

import shutil
import threading
from collections.abc import Collection, Sequence
from pathlib import Path

from docker.models.images import Image

from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker.connection import answering, connect
from tfcompat.environments.engines.docker.containers import Containers
from tfcompat.environments.engines.docker.images import CELL, Images, trusted_certificates
from tfcompat.environments.engines.docker.sandbox import DockerSandbox
from tfcompat.files import hash_of
from tfcompat.outcomes import NoAnswerError


class DockerEngine:
    """Images named by the hash of what they are made from; each run owns the containers that it starts.

    Raises ToolError where no engine answers, or where the certificates for its builds are not there.
    """

    name = "docker"

    def __init__(self, images: Path, cache: Path) -> None:
        self.cancelled = threading.Event()
        certificates = trusted_certificates()
        self.client = connect()
        self.images = Images(images, certificates, self.client, self.cancelled)
        self.containers = Containers(cache / "owners", self.client, self.cancelled)
        self.containers.sweep()

    def recipe(self, locked: LockedCell) -> str:
        return hash_of(self.name, self.images.recipe(locked))

    def has(self, locked: LockedCell) -> bool:
        return self.images.find(locked) is not None

    def find(self, locked: LockedCell) -> DockerSandbox | None:
        image = self.images.find(locked)
        return self.sandbox(locked, image) if image else None

    def build(self, locked: LockedCell) -> DockerSandbox:
        return self.sandbox(locked, self.images.build(locked))

    def sandbox(self, locked: LockedCell, image: Image) -> DockerSandbox:
        return DockerSandbox(image=image, locked=locked, containers=self.containers)

    def remove(self, locked: LockedCell) -> bool:
        try:
            image = self.images.find(locked)
        except NoAnswerError:  # the engine has gone: the next cell says so
            return False
        return image is not None and self.images.remove(image)

    def environments(self) -> Sequence[tuple[str, str, int]]:
        with answering():
            images = self.images.kept()
        return [(tag, image.labels.get(CELL, "?"), image.attrs["Size"]) for image in images for tag in image.tags]

    def prune(self, cells: Collection[str] | None) -> int:
        return self.images.prune(cells)

    def free_disk(self) -> int:
        """Bytes free where the engine keeps its images; where that is on another machine, where this process is."""
        with answering():
            root = Path(self.client.info()["DockerRootDir"])
        return shutil.disk_usage(root if root.exists() else Path.cwd()).free

    def cancel(self) -> None:
        self.cancelled.set()
        self.images.cancel()
        self.containers.cancel()

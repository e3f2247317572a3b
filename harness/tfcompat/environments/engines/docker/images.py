"""The images of the docker engine, one a cell: named by the hash of what they are made from, built, found and removed."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound
from docker.models.images import Image
from requests import Response
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker.connection import SILENCE, answering, lost
from tfcompat.environments.uv import last_words, reason_of
from tfcompat.errors import ToolError
from tfcompat.files import hash_of
from tfcompat.outcomes import NoAnswerError, Reason, interrupted

REPOSITORY = "tfcompat"
#: Labels of an image: the id of its cell, and the hash of what it is made from.
CELL, RECIPE = "tfcompat.cell", "tfcompat.recipe"
#: The official image that a cell's image stands on, and the label of a substitute for it, which a cell's image inherits.
BASE, STAND_IN = "python:{python}-slim-bookworm", "tfcompat.standin"
#: The files of the project that every image is made from.
SOURCES = ("Dockerfile", "uv.txt")
#: Seconds between two looks at whether a run was cancelled while the engine pulls.
PAUSE = 0.1
#: Settings of the host that a build gets, under the same names.
BUILD_VARIABLES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "PIP_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INSECURE_HOST",
)


class Images:
    """The images of the cells; ``folder`` has their Dockerfile, and ``certificates`` are those that builds trust."""

    def __init__(
        self, folder: Path, certificates: bytes, client: docker.DockerClient, cancelled: threading.Event
    ) -> None:
        self.folder = folder
        self.certificates = certificates
        self.client = client
        self.cancelled = cancelled
        self.building: set[Response] = set()

    def find(self, locked: LockedCell) -> Image | None:
        """The image of a locked cell, if it has been built. Raises NoAnswerError where the engine does not answer."""
        try:
            base = self.client.images.get(BASE.format(python=locked.cell.python))
            return self.client.images.get(self.tag(locked, base))
        except ImageNotFound:
            return None
        except (DockerException, RequestException) as error:
            raise lost(error) from error

    def build(self, locked: LockedCell) -> Image:
        """Build the image of a locked cell. Raises NoAnswerError where that fails or is cancelled."""
        try:
            with self.interruptible() as client, tempfile.TemporaryDirectory() as context:
                base = self.unless_cancelled(lambda: base_image(locked.cell.python, client))
                self.fill_context(Path(context), locked)
                tag = self.tag(locked, base)
                image, _ = client.images.build(
                    path=context,
                    tag=tag,
                    rm=True,
                    forcerm=True,
                    buildargs=build_arguments(str(base.id)),
                    labels={CELL: locked.cell.id, RECIPE: tag.split(":")[1]},
                    network_mode=os.environ.get("TFCOMPAT_BUILD_NETWORK"),
                    timeout=SILENCE,
                )
                return image
        except BuildError as error:
            raise build_failed(locked, error) from error
        except (DockerException, RequestException, HTTPError) as error:
            raise lost(error) from error

    @contextmanager
    def interruptible(self) -> Iterator[docker.DockerClient]:
        """A client for one build: cancel() ends its connections, and an engine gives up a build that nobody waits for."""
        client = docker.from_env(timeout=SILENCE)
        responses: list[Response] = []

        def keep(response: Response, **_: object) -> None:
            responses.append(response)
            self.building.add(response)
            self.refuse_when_cancelled()

        client.api.hooks["response"].append(keep)
        try:
            self.refuse_when_cancelled()
            yield client
        finally:
            self.building.difference_update(responses)
            client.close()

    def unless_cancelled(self, work: Callable[[], Image]) -> Image:
        """What some work gives, which nobody waits for once the run is cancelled: of a registry that says nothing there is
        no response yet that could be ended. The connection ends with this process, and the engine then gives up the pull.
        """
        working: Future[Image] = Future()

        def hand_over() -> None:
            try:
                working.set_result(work())
            except BaseException as error:  # whatever it is, it is raised where it is waited for
                working.set_exception(error)

        threading.Thread(target=hand_over, daemon=True).start()
        while not working.done():
            self.refuse_when_cancelled()
            wait([working], timeout=PAUSE)
        return working.result()

    def refuse_when_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise interrupted()

    def cancel(self) -> None:
        """End the builds; the flag ``cancelled``, which is set before, keeps others from starting."""
        for response in list(self.building):
            with suppress(ValueError, RuntimeError):  # it has ended by itself
                response.raw.shutdown()

    def fill_context(self, folder: Path, locked: LockedCell) -> None:
        for name in SOURCES:
            shutil.copy(self.folder / name, folder / name)
        (folder / "ca.pem").write_bytes(self.certificates)
        (folder / "lock.txt").write_text(locked.lock.text)

    def tag(self, locked: LockedCell, base: Image) -> str:
        return f"{REPOSITORY}/{locked.cell.id.replace('+', '_')}:{hash_of(*self.sources(), str(base.id), locked.lock.text)}"

    def recipe(self, locked: LockedCell) -> str:
        """What the image is made from beside its lock. The base counts by its name: each machine may have another build of it."""
        return hash_of(*self.sources(), BASE.format(python=locked.cell.python))

    def sources(self) -> list[bytes]:
        return [(self.folder / name).read_bytes() for name in SOURCES]

    def kept(self) -> list[Image]:
        """All images of cells that the engine keeps, in the order of their tags."""
        return sorted(self.client.images.list(filters={"label": CELL}), key=lambda image: image.tags)

    def remove(self, image: Image) -> bool:
        """Remove an image; false where the engine keeps it, because a container of another run stands on it."""
        try:
            self.client.images.remove(str(image.id), force=True)
        except (DockerException, RequestException):
            return False
        return True

    def prune(self, cells: Collection[str] | None) -> int:
        """Remove the images of some cells by id, or of all; how many. Raises ToolError where the engine does not answer."""
        with answering():
            chosen = [image for image in self.kept() if cells is None or image.labels[CELL] in cells]
            count = sum(self.remove(image) for image in chosen)
            self.prune_dangling()
        return count

    def prune_dangling(self) -> None:
        """Remove what builds have left. An engine does that for one at a time: another one's does the same."""
        try:
            self.client.images.prune(filters={"dangling": True, "label": CELL})
        except APIError as error:
            if error.status_code != HTTPStatus.CONFLICT:
                raise


def base_image(python: str, client: docker.DockerClient) -> Image:
    """The base image of a Python: what the engine has, or else pulled. Raises NoAnswerError where it cannot be had."""
    name = BASE.format(python=python)
    with suppress(ImageNotFound):
        return client.images.get(name)
    try:
        return client.images.pull(name)
    except (APIError, ImageNotFound) as error:
        raise NoAnswerError(
            Reason.NO_IMAGE,
            f"the base image {name} is not here and cannot be pulled ({last_words(str(error), 120)}): "
            f"make a stand-in with python images/offline_base.py {python}",
        ) from error


def build_arguments(base: str) -> dict[str, str]:
    """The arguments of a build: its base image, and the host's settings for the network."""
    return {"BASE": base, **{name: os.environ[name] for name in BUILD_VARIABLES if name in os.environ}}


def build_failed(locked: LockedCell, error: BuildError) -> NoAnswerError:
    """The error of a cell whose build failed, with the end of what the build printed."""
    output = "".join(str(part.get("stream", "")) for part in error.build_log)
    reason = reason_of(output + str(error.msg), Reason.NO_IMAGE)
    return NoAnswerError(reason, f"building the image of {locked.cell.id} failed: {last_words(output)}")


def trusted_certificates() -> bytes:
    """The certificates that builds trust, of the file that the environment names. Raises ToolError where it is not there."""
    path = os.environ.get("TFCOMPAT_CA_CERTS") or os.environ.get("SSL_CERT_FILE")
    try:
        return Path(path).read_bytes() if path else b""
    except OSError as error:
        raise ToolError(
            f"the certificates of TFCOMPAT_CA_CERTS or SSL_CERT_FILE cannot be read ({path}: {error.strerror})"
        ) from error

"""The docker engine: an image a cell, built from one Dockerfile; containers that run as nobody, without a network."""

import os
import shutil
import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container
from docker.models.images import Image
from filelock import FileLock, Timeout
from requests import Response
from requests.exceptions import ConnectionError as ConnectionLostError
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from tfcompat import process
from tfcompat.environments.engine import Exit, Recipe
from tfcompat.environments.uv import last_words, reason_of
from tfcompat.errors import ToolError
from tfcompat.files import hash_of
from tfcompat.outcomes import NoAnswerError, Reason, interrupted
from tfcompat.suite.program import Program

REPOSITORY = "tfcompat"
#: Labels on what this makes, so that it can be listed, pruned and swept.
CELL, RECIPE, OWNER, EXPIRES = (f"tfcompat.{name}" for name in ("cell", "recipe", "owner", "expires"))
#: The official image that a cell's image stands on.
BASE = "python:{python}-slim-bookworm"
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
#: Seconds without a word from the engine after which it counts as lost; a build step installs gigabytes silently.
SILENCE = 1800
#: Seconds in which an engine that lives says so.
PING = 20
#: Limits of a container beside the program's own: bytes of memory for the cell, processes, bytes of its /tmp.
MEMORY, PROCESSES, SCRATCH = 4 << 30, 1024, "1g"
#: Seconds after which nobody sits at a shell any more.
SHELL_LIMIT = 24 * 3600.0
NOBODY = "65534:65534"
SUITE, BUNDLE, TMP = "/opt/tfcompat/scenarios", "/opt/tfcompat-bundle", "/tmp"  # noqa: S108 -- the container's own
STDERR_TAIL = 4000


@dataclass(frozen=True, kw_only=True)
class DockerSandbox:
    """An image, and how to run a container of it."""

    engine: "DockerEngine"
    image: Image
    recipe: Recipe

    @property
    def environment(self) -> str:
        return str(self.image.id)

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        try:
            with self.engine.container(self.options(program)) as container:
                return attend(container, program.limit, on_line, self.engine.cancelled)
        except (DockerException, RequestException, OSError) as error:
            return Exit(code=-1, output=f"the Docker engine did not finish: {last_words(str(error))}", lost=True)

    def shell(self, program: Program) -> int:
        """A shell in the same sandbox, by the docker command: it knows how to hand over a terminal."""
        client = shutil.which("docker")
        if client is None:
            raise ToolError("a shell in a container needs the docker command: install it, or use --engine local")
        options = self.options(replace(program, limit=SHELL_LIMIT))
        options |= {"command": ["/opt/cell/bin/python", "-q"], "tty": True, "stdin_open": True}
        with answering(), self.engine.container(options) as container:
            return process.interactive([client, "start", "--attach", "--interactive", str(container.id)])

    def options(self, program: Program) -> dict[str, Any]:
        """The container: nobody, no network, nothing writable but a bounded /tmp, no capability, bounded in all."""
        return {
            "image": self.image.id,
            "command": program.argv("/opt/cell/bin/python", SUITE, BUNDLE, TMP),
            "name": f"tfcompat-{uuid.uuid4().hex[:12]}",
            "labels": {
                CELL: self.recipe.cell.id,
                OWNER: self.engine.owner,
                EXPIRES: str(int(time.time() + program.limit + 60)),
            },
            "user": NOBODY,
            "network_mode": "none",
            "read_only": True,
            "tmpfs": {TMP: f"size={SCRATCH},mode=1777"},
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges"],
            "mem_limit": MEMORY,
            "memswap_limit": MEMORY,
            "pids_limit": PROCESSES,
            "nano_cpus": int(program.cores * 1e9),
            "environment": {**self.recipe.variables, "HOME": TMP},
            "volumes": {
                str(program.suite): {"bind": SUITE, "mode": "ro"},
                str(program.bundle): {"bind": BUNDLE, "mode": "ro"},
            },
            "log_config": {"type": "none"},
        }


class DockerEngine:
    """Images named by the hash of what they are made from; each run owns the containers that it starts.

    Raises ToolError where no engine answers, or where the certificates for its builds are not there.
    """

    name = "docker"

    def __init__(self, images: Path, cache: Path) -> None:
        self.images = images
        self.certificates = certificates()
        self.client = connect()
        self.cancelled = threading.Event()
        self.running: set[Container] = set()
        self.building: set[Response] = set()
        self.owners = cache / "owners"
        self.owners.mkdir(parents=True, exist_ok=True)
        self.owner = f"{socket.gethostname()}-{uuid.uuid4().hex[:12]}"
        self.alive = FileLock(self.owners / self.owner)
        self.alive.acquire()
        self.sweep()

    def find(self, recipe: Recipe) -> DockerSandbox | None:
        try:
            base = self.client.images.get(BASE.format(python=recipe.cell.python))
            image = self.client.images.get(self.tag(recipe, base))
        except ImageNotFound:
            return None
        except (DockerException, RequestException) as error:
            raise lost(error) from error
        return DockerSandbox(engine=self, image=image, recipe=recipe)

    def build(self, recipe: Recipe) -> DockerSandbox:
        try:
            with self.interruptible() as client, tempfile.TemporaryDirectory() as folder:
                base = self.base(recipe.cell.python, client)
                tag = self.tag(recipe, base)
                self.fill_context(Path(folder), recipe)
                image, _ = client.images.build(
                    path=folder,
                    tag=tag,
                    rm=True,
                    forcerm=True,
                    buildargs=build_arguments(str(base.id)),
                    labels={CELL: recipe.cell.id, RECIPE: tag.split(":")[1]},
                    network_mode=os.environ.get("TFCOMPAT_BUILD_NETWORK"),
                    timeout=SILENCE,
                )
        except BuildError as error:
            said = "".join(str(part.get("stream", "")) for part in error.build_log)
            reason = reason_of(said + str(error.msg), Reason.NO_IMAGE)
            raise NoAnswerError(reason, f"building the image of {recipe.cell.id} failed: {last_words(said)}") from error
        except (DockerException, RequestException, HTTPError) as error:
            raise lost(error) from error
        return DockerSandbox(engine=self, image=image, recipe=recipe)

    @contextmanager
    def interruptible(self) -> Iterator[docker.DockerClient]:
        """A client for one build: cancel() ends its connections, and an engine gives up what nobody waits for."""
        client = docker.from_env(timeout=SILENCE)
        answers: list[Response] = []

        def keep(response: Response, **_: object) -> None:
            answers.append(response)
            self.building.add(response)
            self.refuse_when_cancelled()

        client.api.hooks["response"].append(keep)
        try:
            self.refuse_when_cancelled()
            yield client
        finally:
            self.building.difference_update(answers)
            client.close()

    def refuse_when_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise interrupted()

    def base(self, python: str, client: docker.DockerClient) -> Image:
        """The base image of a Python: what the engine has, or else pulled."""
        name = BASE.format(python=python)
        try:
            return client.images.get(name)
        except ImageNotFound:
            pass
        try:
            return client.images.pull(name)
        except (APIError, ImageNotFound) as error:
            raise NoAnswerError(
                Reason.NO_IMAGE,
                f"the base image {name} is not here and cannot be pulled ({last_words(str(error), 120)}): "
                f"make a stand-in with python images/offline_base.py {python}",
            ) from error

    def fill_context(self, folder: Path, recipe: Recipe) -> None:
        for name in ("Dockerfile", "uv.txt"):
            shutil.copy(self.images / name, folder / name)
        (folder / "ca.pem").write_bytes(self.certificates)
        (folder / "lock.txt").write_text(recipe.lock.text)

    def tag(self, recipe: Recipe, base: Image) -> str:
        made_from = [(self.images / name).read_bytes() for name in ("Dockerfile", "uv.txt")]
        digest = hash_of(*made_from, str(base.id), recipe.lock.text)
        return f"{REPOSITORY}/{recipe.cell.id.replace('+', '_')}:{digest}"

    def remove(self, recipe: Recipe) -> bool:
        try:
            sandbox = self.find(recipe)
        except NoAnswerError:  # the engine has gone: the next cell says so
            return False
        return sandbox is not None and self.removed(sandbox.image)

    def removed(self, image: Image) -> bool:
        """Remove an image; false where the engine keeps it, for a container of another run stands on it."""
        try:
            self.client.images.remove(str(image.id), force=True)
        except (DockerException, RequestException):
            return False
        return True

    def environments(self) -> Sequence[tuple[str, str, int]]:
        with answering():
            images = self.own_images()
        return [(tag, image.labels.get(CELL, "?"), image.attrs["Size"]) for image in images for tag in image.tags]

    def prune(self, cells: Collection[str] | None) -> int:
        with answering():
            images = [image for image in self.own_images() if cells is None or image.labels[CELL] in cells]
            count = sum(self.removed(image) for image in images)
            self.client.images.prune(filters={"dangling": True, "label": CELL})
        return count

    def own_images(self) -> list[Image]:
        return sorted(self.client.images.list(filters={"label": CELL}), key=lambda image: image.tags)

    def free_disk(self) -> int:
        """Bytes free where the engine keeps its images; where that is on another machine, where this process is."""
        with answering():
            root = Path(self.client.info()["DockerRootDir"])
        return shutil.disk_usage(root if root.exists() else Path.cwd()).free

    @contextmanager
    def container(self, options: dict[str, Any]) -> Iterator[Container]:
        """A container that is removed on every path."""
        container = self.client.containers.create(**options)
        self.running.add(container)
        try:
            yield container
        finally:
            self.running.discard(container)
            remove(container)

    def cancel(self) -> None:
        self.cancelled.set()
        for response in list(self.building):
            with suppress(ValueError, RuntimeError):  # it has ended by itself
                response.raw.shutdown()
        for container in list(self.running):
            remove(container)

    def sweep(self) -> int:
        """Remove the containers of runs that are gone: their owner's lock is free, or they have outlived their limit."""
        with answering():
            there = self.client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
        strays = [one for one in there if self.is_stray(one)]
        for container in strays:
            remove(container)
        for path in self.owners.iterdir():
            if path.name != self.owner and self.is_free(path.name):
                path.unlink(missing_ok=True)
        return len(strays)

    def is_stray(self, container: Container) -> bool:
        owner = container.labels.get(OWNER, "")
        if owner == self.owner:
            return False
        if (self.owners / Path(owner).name).exists():
            return self.is_free(owner)
        return int(container.labels.get(EXPIRES, "0")) < time.time()

    def is_free(self, owner: str) -> bool:
        """Whether the run that owned a lock is gone: then the system has released it."""
        lock = FileLock(self.owners / Path(owner).name)
        try:
            with lock.acquire(timeout=0):
                return True
        except Timeout:
            return False


def connect() -> docker.DockerClient:
    """A client of the engine that the environment names. Raises ToolError where none answers."""
    with answering():
        docker.from_env(timeout=PING).close()
        return docker.from_env(timeout=SILENCE)


@contextmanager
def answering() -> Iterator[None]:
    """Turn what the docker package raises into one sentence, a ToolError. A malformed DOCKER_HOST is a ValueError to it."""
    try:
        yield
    except (DockerException, RequestException, ValueError) as error:
        raise ToolError(
            f"no Docker engine answers ({last_words(str(error), 120)}): start one, or use --engine local"
        ) from error


def certificates() -> bytes:
    """The certificates that a build is to trust, of the file that the environment names. Raises ToolError where it is not there."""
    path = os.environ.get("TFCOMPAT_CA_CERTS") or os.environ.get("SSL_CERT_FILE")
    try:
        return Path(path).read_bytes() if path else b""
    except OSError as error:
        raise ToolError(
            f"the certificates of TFCOMPAT_CA_CERTS or SSL_CERT_FILE cannot be read ({path}: {error.strerror})"
        ) from error


def answers() -> str | None:
    """Why no engine can be used, or None where one answers."""
    try:
        connect().close()
    except ToolError as error:
        return str(error)
    return None


def attend(container: Container, limit: float, on_line: Callable[[str], None], cancelled: threading.Event) -> Exit:
    """Start a container, hand over its lines, and end it at its limit."""
    if cancelled.is_set():  # cancel() removes the containers that it knows of: this one may have come after it
        return Exit(code=-9, output="", lost=True)
    output = container.attach(stdout=True, stderr=True, stream=True, logs=False, demux=True)
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        remove(container)

    timer = threading.Timer(limit, expire)
    timer.daemon = True
    container.start()
    timer.start()
    rest, tail = b"", b""
    try:
        for printed, complained in output:
            tail = (tail + (complained or b""))[-STDERR_TAIL:]
            *lines, rest = (rest + (printed or b"")).split(b"\n")
            for line in lines:
                on_line(line.decode("utf-8", "replace"))
            rest = rest[-process.LONGEST_LINE :]
    finally:
        timer.cancel()
    said = tail.decode("utf-8", "replace")
    if expired.is_set() or cancelled.is_set():
        return Exit(code=-9, output=said, timed_out=expired.is_set(), lost=not expired.is_set())
    return exit_of(container, said)


def exit_of(container: Container, said: str) -> Exit:
    """How a container ended. Where the engine no longer knows it, it was lost."""
    try:
        container.wait(timeout=60)
        container.reload()
    except NotFound:
        return Exit(code=-1, output="the container was removed by somebody else", lost=True)
    state = container.attrs["State"]
    return Exit(code=int(state["ExitCode"]), output=said, out_of_memory=bool(state["OOMKilled"]))


def remove(container: Container) -> None:
    """Remove a container, running or not. One that is already gone, or an engine that is, is no reason to stop."""
    try:
        container.remove(force=True, v=True)
    except (NotFound, APIError, ConnectionLostError, RequestException):
        return


def build_arguments(base: str) -> dict[str, str]:
    given = {name: os.environ[name] for name in BUILD_VARIABLES if name in os.environ}
    return {"BASE": base, **given}


def lost(error: Exception) -> NoAnswerError:
    said = last_words(str(error))
    return NoAnswerError(reason_of(said, Reason.ENGINE_LOST), f"the Docker engine does not answer: {said}")

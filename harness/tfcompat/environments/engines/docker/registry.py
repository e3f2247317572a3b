"""The registry: images of cells and their base images, pushed to it and pulled from it by their digests."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from docker.errors import DockerException, ImageNotFound
from docker.models.images import Image
from requests.exceptions import RequestException

from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker.images import BASE, RECIPE, REPOSITORY, Images
from tfcompat.environments.uv import last_words
from tfcompat.errors import DataError, ToolError
from tfcompat.files import write_text

#: What a registry calls an image that never changes.
Digest = Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
#: Words of a registry that wants a name and a password.
WANTS_LOGIN = re.compile(r"unauthorized|authentication required|no basic auth|denied|forbidden", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Registry:
    """A registry, or a part of one, such as ``registry.example.org/team``; ``images`` are those of the engine here.

    All images are in one repository of it, ``<name>/tfcompat``. A base image goes along with the images that stand on it,
    for they are found by its id. The methods raise ToolError where the registry or the engine refuses.
    """

    name: str
    images: Images

    @property
    def repository(self) -> str:
        return f"{self.name.rstrip('/')}/{REPOSITORY}"

    def push(self, locked: LockedCell) -> dict[str, str]:
        """Push the image of a cell and its base image: the digests that the registry gives them, by their names here."""
        image = self.images.find(locked)
        if image is None:
            raise ToolError(f"{locked.cell.id} has no image to push: tfcompat images build --engine docker makes it")
        name = BASE.format(python=locked.cell.python)
        base = self.images.client.images.get(name)
        return {
            self.images.tag(locked, base): self.push_as(image, image.labels[RECIPE]),
            name: self.push_as(base, f"base-{locked.cell.python}"),
        }

    def push_as(self, image: Image, tag: str) -> str:
        with self.agreeing():
            image.tag(self.repository, tag)
            try:
                return self.digest_of_push(tag)
            finally:
                self.images.client.images.remove(f"{self.repository}:{tag}")

    def digest_of_push(self, tag: str) -> str:
        digest = None
        for message in self.images.client.images.push(self.repository, tag=tag, stream=True, decode=True):
            if "error" in message:
                raise self.refusal(message["error"])
            digest = message.get("aux", {}).get("Digest", digest)
        if digest is None:
            raise self.refusal("it gave no digest")
        return str(digest)

    def pull(self, locked: LockedCell, digests: Mapping[str, str]) -> Image:
        """The image of a cell: what the engine has, or pulled by its digest and checked.

        Raises ToolError where there is no digest of it, or where it is not made from what the cell's image is made from.
        """
        base = self.base(locked.cell.python, digests)
        name = self.images.tag(locked, base)
        if (image := self.here(name)) is not None:
            return image
        image = self.pulled(name, digests)
        repository, recipe = name.split(":")
        if (has := image.labels.get(RECIPE)) != recipe:
            raise ToolError(
                f"{self.name} has an image under {name} that is made from something else ({has}): push it again"
            )
        image.tag(repository, recipe)
        return image

    def base(self, python: str, digests: Mapping[str, str]) -> Image:
        """The base image of a Python: what the engine has, or pulled by its digest."""
        name = BASE.format(python=python)
        if (image := self.here(name)) is not None:
            return image
        image = self.pulled(name, digests)
        image.tag(*name.split(":"))
        return image

    def here(self, name: str) -> Image | None:
        with self.agreeing(), suppress(ImageNotFound):
            return self.images.client.images.get(name)
        return None

    def pulled(self, name: str, digests: Mapping[str, str]) -> Image:
        """Pull the image that has a name here. Its digest alone says which: a tag in a registry can be moved."""
        if name not in digests:
            raise ToolError(f"no digest of {name} is known: push it from a machine that has it, or build it here")
        with self.agreeing():
            return self.images.client.images.pull(f"{self.repository}@{digests[name]}")

    @contextmanager
    def agreeing(self) -> Iterator[None]:
        """Turn what the engine or the registry refuses into one sentence."""
        try:
            yield
        except (DockerException, RequestException) as error:
            raise self.refusal(str(error)) from error

    def refusal(self, message: str) -> ToolError:
        words = last_words(message, 200)
        if WANTS_LOGIN.search(words):
            return ToolError(f"{self.name} does not let you in ({words}): docker login {self.name.split('/')[0]}")
        return ToolError(f"{self.name} refuses ({words}): check that it is a registry that this Docker engine reaches")


def load(path: Path) -> dict[str, str]:
    """The digests of a file; none where it is not there yet. Raises DataError where it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Digest])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise DataError(f"{path} is not a list of digests ({error}): remove it and push the images again") from error


def save(digests: Mapping[str, str], path: Path) -> None:
    """Add digests to those of a file, sorted, one a line."""
    whole = {**load(path), **digests}
    write_text(path, json.dumps(whole, indent=1, sort_keys=True) + "\n")

"""The registry: what is pushed is pulled by its digest alone, and every refusal is one sentence. The engine is the real one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.models.images import Image

from tests import fakes
from tests.environments.engines.docker import fake_registry
from tests.environments.engines.docker.fake_registry import Contents
from tests.stand_in_project import PYTHON
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker import registry
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.environments.engines.docker.images import BASE
from tfcompat.environments.engines.docker.registry import Registry
from tfcompat.errors import DataError, ToolError

CELL = fakes.cell("9.92.0", PYTHON)  # no other test has an image of it
LOCKED = LockedCell(cell=CELL, lock=fakes.lock(CELL))
#: A base image of a few bytes, under the name of one that nobody has: the real one is not pushed about.
SMALL = "9.99"
DIGEST = f"sha256:{'0' * 64}"


@pytest.fixture
def server() -> Iterator[tuple[str, Contents]]:
    with fake_registry.serving() as (address, contents):
        yield address, contents


@pytest.fixture
def locked(engine: DockerEngine, tmp_path: Path) -> Iterator[LockedCell]:
    """A cell on a small base image, with an image; both are gone at the end."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\nLABEL tfcompat.test=base\n")
    engine.client.images.build(path=str(folder), tag=BASE.format(python=SMALL), rm=True)
    cell = fakes.cell("9.92.0", SMALL)
    locked = LockedCell(cell=cell, lock=fakes.lock(cell))
    (engine.images.folder / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nCOPY lock.txt /\n")
    engine.build(locked)
    yield locked
    forget(engine, locked)


def forget(engine: DockerEngine, locked: LockedCell) -> None:
    """Remove what there is of a cell's image and of its base."""
    engine.prune({locked.cell.id})
    for image in engine.client.images.list(filters={"label": "tfcompat.test=base"}):
        engine.images.remove(image)


def image_of(engine: DockerEngine, locked: LockedCell) -> Image:
    image = engine.images.find(locked)
    assert image is not None
    return image


@pytest.mark.docker
def test_what_is_pushed_is_pulled_elsewhere(
    engine: DockerEngine, locked: LockedCell, server: tuple[str, Contents]
) -> None:
    """Elsewhere is this engine after it has forgotten both images: it finds the cell's by the base that came along."""
    address, contents = server
    images = Registry(name=f"{address}/team", images=engine.images)
    before = str(image_of(engine, locked).id)
    digests = images.push(locked)
    assert digests.keys() == {f"tfcompat/{locked.cell.id}:{recipe(engine, locked)}", BASE.format(python=SMALL)}
    assert set(digests.values()) == set(contents.manifests)
    assert set(contents.tags) == {recipe(engine, locked), f"base-{SMALL}"}
    assert not [tag for tag in image_of(engine, locked).tags if address in tag]
    forget(engine, locked)
    assert engine.find(locked) is None
    contents.tags.clear()  # nobody asks for a tag
    assert images.pull(locked, digests).id == before
    assert engine.find(locked) is not None
    contents.manifests.clear()  # what is there is not asked for again
    assert images.pull(locked, digests).id == before


def recipe(engine: DockerEngine, locked: LockedCell) -> str:
    return str(image_of(engine, locked).labels["tfcompat.recipe"])


@pytest.mark.docker
@pytest.mark.usefixtures("leaving_sockets")
def test_an_image_that_is_made_from_something_else_is_not_taken(
    engine: DockerEngine, locked: LockedCell, server: tuple[str, Contents]
) -> None:
    images = Registry(name=server[0], images=engine.images)
    digests = images.push(locked)
    name = next(name for name in digests if name.startswith("tfcompat/"))
    engine.client.images.remove(name)
    wrong = {**digests, name: digests[BASE.format(python=SMALL)]}
    with pytest.raises(ToolError, match=r"made from something else \(None\): push it again"):
        images.pull(locked, wrong)
    assert engine.find(locked) is None


@pytest.mark.docker
@pytest.mark.usefixtures("leaving_sockets")
def test_what_has_no_known_digest_is_not_pulled(
    engine: DockerEngine, locked: LockedCell, server: tuple[str, Contents]
) -> None:
    images = Registry(name=server[0], images=engine.images)
    name = f"tfcompat/{locked.cell.id}:{recipe(engine, locked)}"
    engine.client.images.remove(name)
    with pytest.raises(ToolError, match=f"no digest of {name} is known: push it"):
        images.pull(locked, {})
    with pytest.raises(ToolError, match=f"{server[0]} refuses .*manifest unknown"):
        images.pull(locked, {name: DIGEST})


@pytest.mark.docker
def test_a_cell_without_an_image_is_not_pushed(engine: DockerEngine, server: tuple[str, Contents]) -> None:
    with pytest.raises(ToolError, match=f"{CELL.id} has no image to push: tfcompat images build"):
        Registry(name=server[0], images=engine.images).push(LOCKED)


@pytest.mark.fault(
    "The registry of images is away, or wants a login",
    group="engine",
    reads="one sentence with what the registry said",
    code=2,
    kept="everything",
)
@pytest.mark.docker
@pytest.mark.usefixtures("leaving_sockets")
def test_a_registry_that_is_not_there_or_wants_a_login_is_one_sentence(
    engine: DockerEngine, locked: LockedCell, server: tuple[str, Contents]
) -> None:
    server[1].login = True
    with pytest.raises(ToolError, match=rf"{server[0]} does not let you in .*: docker login {server[0]}$"):
        Registry(name=server[0], images=engine.images).push(locked)
    assert not [tag for tag in image_of(engine, locked).tags if server[0] in tag]
    with pytest.raises(ToolError, match=r"127\.0\.0\.1:9 refuses .*: check that it is a registry"):
        Registry(name="127.0.0.1:9", images=engine.images).push(locked)
    with pytest.raises(ToolError, match="NOT A NAME refuses"):
        Registry(name="NOT A NAME", images=engine.images).push(locked)


def test_digests_are_kept_sorted_beside_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "digests.json"
    assert registry.load(path) == {}
    registry.save({"tfcompat/b:1": DIGEST}, path)
    registry.save({"tfcompat/a:1": DIGEST}, path)
    assert path.read_text() == json.dumps({"tfcompat/a:1": DIGEST, "tfcompat/b:1": DIGEST}, indent=1) + "\n"
    assert registry.load(path) == {"tfcompat/a:1": DIGEST, "tfcompat/b:1": DIGEST}


@pytest.mark.parametrize("text", ["", "[]", '{"a": "latest"}', '{"a": "sha256:0"}', f'{{"a": "{DIGEST}0"}}'])
def test_what_is_not_a_list_of_digests_is_refused(text: str, tmp_path: Path) -> None:
    """A tag in place of a digest would let a registry give another image."""
    path = tmp_path / "digests.json"
    path.write_text(text)
    with pytest.raises(DataError, match="is not a list of digests"):
        registry.load(path)

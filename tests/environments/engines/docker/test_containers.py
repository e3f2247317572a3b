"""The containers: removed on every path, and swept where their run is gone."""

import time
from pathlib import Path

import docker
import pytest
from docker.models.containers import Container
from docker.models.images import Image

from tests.environments.engines.docker.conftest import own_containers
from tfcompat import locking
from tfcompat.environments.engines.docker.containers import EXPIRES, OWNER, Containers, remove
from tfcompat.environments.engines.docker.engine import DockerEngine

FOREIGN = "another-machine-0123456789ab"


@pytest.mark.fault(
    "A run was killed and left containers",
    group="engine",
    reads="nothing: the next run removes them, and none of a run that lives",
    code=0,
    kept="everything",
)
@pytest.mark.docker
def test_containers_of_the_dead_are_swept_and_of_the_living_kept(project_folder: Path, tmp_path: Path) -> None:
    living = DockerEngine(project_folder / "images", tmp_path)
    dead = DockerEngine(project_folder / "images", tmp_path)
    names = [idle(living, "tfcompat-test-living"), idle(dead, "tfcompat-test-dead")]
    dead.containers.alive.close()
    try:
        third = DockerEngine(project_folder / "images", tmp_path)
        third.containers.alive.close()
        assert own_containers(living) == names[:1]
        assert own_containers(dead) == []
        assert [path.name for path in living.containers.owners.iterdir() if path.name == dead.containers.owner] == []
        assert (living.containers.owners / living.containers.owner).exists()
    finally:
        for name in [*own_containers(living), *own_containers(dead)]:
            living.client.containers.get(name).remove(force=True)
        living.containers.alive.close()
        for engine in (living, dead, third):
            engine.client.close()


def idle(engine: DockerEngine, name: str) -> str:
    """A container of an engine's that was made and not removed, as a kill leaves it."""
    image = engine.client.images.list(name="python")[0]
    labels = engine.containers.labels(limit=1e9)
    engine.client.containers.create(str(image.id), "true", name=name, labels=labels)
    return name


@pytest.mark.docker
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_container_is_removed_whatever_happens(engine: DockerEngine, base: Image, error: type[BaseException]) -> None:
    options = {"image": base.id, "command": ["sleep", "60"], "labels": engine.containers.labels(60)}
    with pytest.raises(error), engine.containers.create(options):
        raise error
    assert own_containers(engine) == []
    assert engine.containers.running == set()


@pytest.mark.docker
def test_a_cancel_removes_the_containers_that_run(engine: DockerEngine, base: Image) -> None:
    options = {"image": base.id, "command": ["sleep", "60"], "labels": engine.containers.labels(60)}
    with engine.containers.create(options) as container:
        container.start()
        engine.cancel()
        assert own_containers(engine) == []


# Whose a container is, without an engine


@pytest.fixture
def own(tmp_path: Path) -> Containers:
    """The containers of a run, of an engine that is never asked."""
    return Containers(tmp_path / "owners", None, None)  # type: ignore[arg-type]


def labelled(owner: str, *, expires_in: float = 3600) -> Container:
    """A container of a run, as an engine describes it."""
    labels = {OWNER: owner, EXPIRES: str(int(time.time() + expires_in))}
    return Container(attrs={"Config": {"Labels": labels}})


def test_a_container_of_this_run_is_not_a_stray(own: Containers) -> None:
    assert not own.is_stray(labelled(own.owner, expires_in=-3600))


def test_a_container_of_a_run_that_holds_its_lock_is_not_a_stray(own: Containers) -> None:
    with locking.holding(own.owners / "other"):
        assert not own.is_stray(labelled("other", expires_in=-3600))
    assert own.is_stray(labelled("other"))


def test_a_container_of_another_machine_is_a_stray_when_its_time_is_over(own: Containers) -> None:
    assert not own.is_stray(labelled(FOREIGN))
    assert own.is_stray(labelled(FOREIGN, expires_in=-5))
    assert not (own.owners / FOREIGN).exists(), "a lock file would make it a run of this machine"


@pytest.mark.parametrize("owner", ["", "..", "/", "../../etc"])
def test_a_label_that_is_not_a_name_leads_nowhere(own: Containers, owner: str) -> None:
    assert not own.is_stray(labelled(owner))


def test_a_containers_labels_say_whose_it_is_and_until_when(own: Containers) -> None:
    labels = own.labels(limit=100.0)
    assert labels[OWNER] == own.owner
    assert 100 < int(labels[EXPIRES]) - time.time() < 200


class Engine:
    """An engine without containers."""

    containers: "Engine"

    def list(self, **options: object) -> list[Container]:
        return []


def test_a_sweep_removes_the_lock_files_of_the_dead_only(tmp_path: Path) -> None:
    engine = Engine()
    engine.containers = engine
    own = Containers(tmp_path / "owners", engine, None)  # type: ignore[arg-type]
    (own.owners / "dead").touch()
    with locking.holding(own.owners / "living"):
        assert own.sweep() == 0
        assert sorted(path.name for path in own.owners.iterdir()) == sorted(["living", own.owner])


def test_an_owners_lock_ends_when_it_is_let_go(own: Containers) -> None:
    with locking.holding(own.owners / own.owner, wait=False) as free:
        assert not free
    own.alive.close()
    with locking.holding(own.owners / own.owner, wait=False) as free:
        assert free


@pytest.mark.docker
@pytest.mark.usefixtures("leaving_sockets")
def test_removing_a_container_of_an_engine_that_is_gone_does_not_stop_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    client = docker.DockerClient(base_url=f"unix://{tmp_path}/nothing.sock", version="1.41")
    remove(Container(attrs={"Id": "0"}, client=client))

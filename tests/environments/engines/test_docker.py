"""The docker engine, on a real Docker engine: what a container may and may not do, and what is swept."""

import gc
import socket
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import docker
import pytest
from docker.models.containers import Container

from tests import fakes
from tests.stand_in_project import containers, tfcompat
from tfcompat import process
from tfcompat.environments.engine import Recipe
from tfcompat.environments.engines.docker import (
    BASE,
    CELL,
    EXPIRES,
    MEMORY,
    OWNER,
    PROCESSES,
    DockerEngine,
    DockerSandbox,
    connect,
)
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.trials.store import Store

pytestmark = pytest.mark.docker

FACTS = '''
"""What the process of a scenario may do."""

import os
import socket

from scenarios.observe import raised_by, scenario


def status(name):
    with open("/proc/self/status") as file:
        return next(line.split()[1] for line in file if line.startswith(name + ":"))


@scenario("sandbox::facts", reference="docs/design.md")
def test_facts():
    """What the process of a scenario may do"""
    return {
        "user": os.getuid(),
        "network": raised_by(socket.create_connection, ("1.1.1.1", 53), 2),
        "interfaces": sorted(name for _, name in socket.if_nameindex()),
        "root": raised_by(open, "/written", "w"),
        "suite": raised_by(open, os.path.join(os.path.dirname(os.path.abspath(__file__)), "written"), "w"),
        "environment": raised_by(open, "/opt/cell/written", "w"),
        "capabilities": int(status("CapEff"), 16),
        "no_new_privileges": status("NoNewPrivs"),
        "own_folder": raised_by(open, "written", "w"),
        "shares_python_path": "PYTHONPATH" in os.environ,
    }
'''


@pytest.mark.usefixtures("staged_bundle")
def test_a_scenario_is_nobody_without_network_and_cannot_write(
    stand_in_project: Path, index: str, tmp_path: Path
) -> None:
    (stand_in_project / "scenarios" / "test_golden.py").write_text(FACTS)
    done = tfcompat(stand_in_project, index, "run", "--engine", "docker", "--tf", "9.0", home=tmp_path)
    assert done.returncode == 0, done.stderr
    (trial,) = Store(stand_in_project / "reports" / "trials").read()
    assert trial.subject.environment.startswith("sha256:")
    assert trial.outcomes[0].observed == {
        "user": 65534,
        "network": "OSError",
        "interfaces": ["lo"],
        "root": "OSError",
        "suite": "OSError",
        "environment": "OSError",
        "capabilities": 0,
        "no_new_privileges": "1",
        "own_folder": None,
        "shares_python_path": False,
    }


@pytest.mark.usefixtures("staged_bundle")
def test_a_dockerfile_that_fails_is_one_message_and_a_hole(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    dockerfile = stand_in_project / "images" / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "RUN echo the proxy said no >&2 && false\n")
    done = tfcompat(stand_in_project, index, "run", "--engine", "docker", "--tf", "9.0", home=tmp_path)
    assert done.returncode == 3
    assert "tf9.0.0-py3.11: no image (the doing of the distributions)" in done.stderr
    assert "the proxy said no" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_is_given_up_when_the_run_is_cancelled(project_folder: Path, tmp_path: Path) -> None:
    images = project_folder / "images"
    (images / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN python -c 'import time; time.sleep(300)'\n")
    engine = DockerEngine(images, tmp_path)
    with ThreadPoolExecutor(1) as executor:
        building = executor.submit(engine.build, recipe())
        until(lambda: sleepers(engine))
        engine.cancel()
        error = building.exception(timeout=20)
    assert isinstance(error, NoAnswerError)
    until(lambda: not sleepers(engine))
    engine.alive.release()


@pytest.fixture
def engine(project_folder: Path, tmp_path: Path) -> Iterator[DockerEngine]:
    made = DockerEngine(project_folder / "images", tmp_path)
    yield made
    made.alive.release()


@pytest.fixture
def leaving_sockets() -> Iterator[None]:
    """For tests in which no engine answers: the docker package leaves the socket of a failed connection to the collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def recipe() -> Recipe:
    return Recipe(cell=fakes.cell("9.0.0", "3.11"), lock=fakes.lock(fakes.cell("9.0.0", "3.11")))


def test_after_a_cancel_nothing_is_built_and_nothing_starts(engine: DockerEngine, tmp_path: Path) -> None:
    engine.cancel()
    with pytest.raises(NoAnswerError) as raised:
        engine.build(recipe())
    assert raised.value.reason is Reason.INTERRUPTED
    base = engine.client.images.get(BASE.format(python="3.11"))
    program = replace(fakes.program(), suite=tmp_path, bundle=tmp_path, cores=1.0)
    ending = DockerSandbox(engine=engine, image=base, recipe=recipe()).run(program, print)
    assert (ending.lost, ending.code) == (True, -9)
    assert containers() == []


@pytest.mark.usefixtures("leaving_sockets")
def test_an_engine_that_dies_is_no_reason_not_to_go_on(
    engine: DockerEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = docker.DockerClient(base_url=f"unix://{tmp_path}/nothing.sock", version="1.41")
    monkeypatch.setattr(engine, "client", dead)
    assert engine.remove(recipe()) is False
    with pytest.raises(NoAnswerError) as raised:
        engine.find(recipe())
    assert raised.value.reason is Reason.ENGINE_LOST
    for asked in (engine.environments, engine.free_disk, engine.sweep, lambda: engine.prune(None)):
        with pytest.raises(ToolError, match="no Docker engine answers"):
            asked()


def test_an_image_in_use_stays(engine: DockerEngine) -> None:
    base = engine.client.images.get(BASE.format(python="3.11"))
    with engine.container({"image": base.id, "command": ["sleep", "60"], "labels": {OWNER: engine.owner}}) as container:
        container.start()
        assert not engine.removed(base)
    assert engine.client.images.get(str(base.id)).tags == base.tags


@pytest.mark.usefixtures("leaving_sockets")
def test_an_engine_that_says_nothing_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        mute.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/mute")
        monkeypatch.setattr("tfcompat.environments.engines.docker.PING", 1)
        with pytest.raises(ToolError, match=r"no Docker engine answers \(.*timed out.*\): start one"):
            connect()


@pytest.mark.usefixtures("leaving_sockets")
@pytest.mark.parametrize("host", ["tcp://127.0.0.1:port", "http://[::1", "tcp://127.0.0.1:9", "nonsense"])
def test_an_engine_at_no_address_does_not_answer(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(ToolError, match="no Docker engine answers"):
        connect()


def test_certificates_that_are_not_there_are_said_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TFCOMPAT_CA_CERTS", "/etc/company.pem")
    with pytest.raises(ToolError, match=r"cannot be read \(/etc/company\.pem: No such file"):
        DockerEngine(tmp_path, tmp_path)


def test_a_shell_has_the_limits_of_a_cell(
    engine: DockerEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The container is looked at in the place of the terminal."""
    seen: list[Container] = []

    def look(argv: Sequence[str]) -> int:
        seen.append(engine.client.containers.get(argv[-1]))
        return 7

    monkeypatch.setattr(process, "interactive", look)
    base = engine.client.images.get(BASE.format(python="3.11"))
    sandbox = DockerSandbox(engine=engine, image=base, recipe=recipe())
    assert sandbox.shell(replace(fakes.program(), suite=tmp_path, bundle=tmp_path, cores=1.0)) == 7
    (container,) = seen
    host = container.attrs["HostConfig"]
    assert (host["Memory"], host["MemorySwap"], host["PidsLimit"]) == (MEMORY, MEMORY, PROCESSES)
    assert (host["NanoCpus"], host["NetworkMode"], host["ReadonlyRootfs"]) == (1_000_000_000, "none", True)
    assert (container.labels[CELL], container.labels[OWNER]) == ("tf9.0.0-py3.11", engine.owner)
    assert containers() == []


def sleepers(engine: DockerEngine) -> list[str]:
    """The containers in which a build step sleeps."""
    return [str(one.id) for one in engine.client.containers.list() if "sleep(300)" in str(one.attrs["Config"]["Cmd"])]


def until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Wait for what takes a moment."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def test_containers_of_the_dead_are_swept_and_of_the_living_kept(project_folder: Path, tmp_path: Path) -> None:
    living = DockerEngine(project_folder / "images", tmp_path)
    dead = DockerEngine(project_folder / "images", tmp_path)
    names = [idle(living, "tfcompat-test-living"), idle(dead, "tfcompat-test-dead")]
    dead.alive.release()
    try:
        DockerEngine(project_folder / "images", tmp_path).alive.release()
        assert containers() == names[:1]
    finally:
        for name in set(names) & set(containers()):
            living.client.containers.get(name).remove(force=True)
        living.alive.release()


def idle(engine: DockerEngine, name: str) -> str:
    """A container of an engine's that was made and not removed, as a kill leaves it."""
    image = engine.client.images.list(name="python")[0]
    labels = {CELL: "tf9.0.0-py3.11", OWNER: engine.owner, EXPIRES: "9999999999"}
    engine.client.containers.create(str(image.id), "true", name=name, labels=labels)
    return name

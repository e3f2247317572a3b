"""Ctrl-C at each stage: the command ends within two seconds, with the exit code of an interruption, and leaves nothing running."""

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import fakes, trial_files
from tests.environments.engines.docker.between import Between
from tests.stand_in_project import PYTHON, start
from tfcompat.environments import locks, staging
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker import registry
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.environments.engines.docker.images import BASE
from tfcompat.run import manifest

CELL = "tf2.9.3-py3.10"
#: Seconds in which a command ends after Ctrl-C on a machine that is not busy; on a busy one it gets its share of the cores.
SOON = 2.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
READS = "interrupted, and at a run what is kept and how to go on"


@pytest.fixture
def silent() -> Iterator[tuple[str, socket.socket]]:
    """An index that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple", server


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "what the test waits for did not happen"
        time.sleep(0.05)


def end_soon(process: subprocess.Popen[str]) -> None:
    """End a command by Ctrl-C: it says so, has the exit code of an interruption, and takes no longer than it may."""
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    seconds = time.monotonic() - began
    assert (process.returncode, "interrupted" in errors) == (130, True), errors
    assert seconds < SOON


def children(pid: int) -> list[str]:
    """The programs that a process started and that run."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [child for task in tasks for child in task.read_text().split()]


def waits_for_a_pipe(pid: int) -> bool:
    """Whether a process sleeps until somebody opens the other end of a pipe."""
    return Path(f"/proc/{pid}/wchan").read_text() in ("wait_for_partner", "fifo_open")


@pytest.mark.local
@pytest.mark.fault(
    "Ctrl-C while a lock is made, and the index says nothing",
    group="person",
    reads=READS,
    code=130,
    kept="everything; uv does not go on",
)
def test_while_locking(stand_in_project: Path, silent: tuple[str, socket.socket], tmp_path: Path) -> None:
    url, _ = silent
    with start(stand_in_project, url, "images", "lock", "--tf", "9.0", home=tmp_path) as process:
        wait_for(lambda: children(process.pid), process)
        started = children(process.pid)
        end_soon(process)
    assert not [child for child in started if Path(f"/proc/{child}").exists()]


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.fault(
    "Ctrl-C while an environment is made, and the index says nothing",
    group="person",
    reads=READS,
    code=130,
    kept="everything; no half of an environment",
)
def test_while_building(stand_in_project: Path, silent: tuple[str, socket.socket], tmp_path: Path) -> None:
    lock = stand_in_project / "images" / "locks" / f"tf9.10.0-py{PYTHON}.txt"
    assert lock.exists()
    url, _ = silent
    build = ("images", "build", "--engine", "local", "--tf", "9.10")
    with start(stand_in_project, url, *build, home=tmp_path) as process:
        wait_for(lambda: list((tmp_path / "cache" / "environments").glob("*.lock")) and children(process.pid), process)
        end_soon(process)
    assert not [path for path in (tmp_path / "cache" / "environments").iterdir() if path.is_dir()]


@pytest.mark.local
@pytest.mark.fault(
    "Ctrl-C in the middle of a merge",
    group="person",
    reads=READS,
    code=130,
    kept="the reports as they were",
)
def test_while_merging(stand_in_project: Path, tmp_path: Path) -> None:
    """The shard's trial is a pipe that nobody writes to: the merge waits while it reads it."""
    shard = tmp_path / "shard"
    suite = staging.suite_hash(staging.suite_files(stand_in_project / "scenarios"))
    manifest.write(fakes.manifest(CELL, suite=suite), shard / "runs")
    pipe = shard / "trials" / CELL / "20260102T030405Z-local.jsonl.gz"
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    arguments = ("merge", "--partial", str(shard))
    with start(stand_in_project, "", *arguments, home=tmp_path) as process:
        wait_for(lambda: waits_for_a_pipe(process.pid), process)
        end_soon(process)
    assert not (stand_in_project / "reports" / "trials").exists()


@pytest.mark.local
@pytest.mark.fault(
    "Ctrl-C while the reports are written",
    group="person",
    reads=READS,
    code=130,
    kept="every report whole, as it was or as it is",
)
def test_while_writing(stand_in_project: Path, tmp_path: Path) -> None:
    """One of the reports is a pipe that nobody reads: the writing of it waits."""
    reports = stand_in_project / "reports"
    trial_files.keep(reports / "trials", CELL, {"adapt::mean": 1})
    os.mkfifo(reports / "outcomes.csv")
    with start(stand_in_project, "", "report", home=tmp_path) as process:
        wait_for(lambda: waits_for_a_pipe(process.pid), process)
        end_soon(process)
    assert (reports / "table.csv").read_text().startswith("scenario,")


@pytest.mark.local
@pytest.mark.fault(
    "Ctrl-C while the page is written",
    group="person",
    reads=READS,
    code=130,
    kept="every file of the site whole, as it was or as it is",
)
def test_while_the_page_is_written(stand_in_project: Path, tmp_path: Path) -> None:
    """One of the files of the site is a pipe that nobody reads."""
    reports = stand_in_project / "reports"
    trial_files.keep(reports / "trials", CELL, {"adapt::mean": 1})
    (reports / "site" / "badges").mkdir(parents=True)
    os.mkfifo(reports / "site" / "badges" / "tfcompat.svg")
    with start(stand_in_project, "", "report", "--site", home=tmp_path) as process:
        wait_for(lambda: waits_for_a_pipe(process.pid), process)
        end_soon(process)
    assert (reports / "site" / "outcomes.csv.gz").exists()
    assert (reports / "outcomes.csv").read_text().startswith("cell,")


@pytest.mark.docker
@pytest.mark.fault(
    "Ctrl-C while an image is pulled, and the registry says nothing",
    group="person",
    reads=READS,
    code=130,
    kept="everything",
)
def test_while_pulling(stand_in_project: Path, tmp_path: Path) -> None:
    lock = locks.find(fakes.cell("9.10.0", PYTHON), locks.DEFAULT_PACKAGE, [stand_in_project / "images" / "locks"])
    assert lock is not None
    engine = DockerEngine(stand_in_project / "images", tmp_path / "owner")
    base = engine.client.images.get(BASE.format(python=PYTHON))
    name = engine.images.tag(LockedCell(cell=fakes.cell("9.10.0", PYTHON), lock=lock), base)
    engine.containers.alive.close()
    engine.client.close()
    digests = tmp_path / "digests.json"
    registry.save({name: f"sha256:{'0' * 64}"}, digests)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        arguments = ("images", "pull", address, "--tf", "9.10", "--digests", str(digests))
        with start(stand_in_project, "", *arguments, home=tmp_path) as process:
            wait_for(lambda: select.select([server], [], [], 0)[0], process)
            end_soon(process)


@pytest.mark.docker
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.fault(
    "Ctrl-C while a run pulls a base image, and the registry says nothing",
    group="person",
    reads="interrupted: N of M cells had finished, which are kept in FOLDER; the same command goes on with the rest",
    code=130,
    kept="every cell that had finished",
)
def test_while_a_run_pulls_a_base_image(
    stand_in_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine says that it has no base image, and then, asked to pull it, nothing."""
    between = Between(tmp_path / "between")
    between.words = (b"slim-bookworm/json", b"slim-nowhere/json")
    between.silenced_by = b"/images/create"
    between.begin()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{between.path}")
    arguments = ("run", "--engine", "docker", "--tf", "9.10")
    with start(stand_in_project, "", *arguments, home=tmp_path) as process:
        wait_for(between.silent.is_set, process)
        end_soon(process)
    between.stop()

"""The golden run: the whole tool, end to end, on stand-ins of known outcome, on both engines."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pandas as pd
import pytest

from tests import standins
from tests.conftest import ROOT

PYTHON = "3.11"
EXPECTED = ROOT / "tests" / "golden" / "outcomes.csv"
COLUMNS = ["cell", "scenario", "status", "observed", "reason"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    standins.write_index(folder)
    with standins.serving(folder) as url:
        yield url


@pytest.fixture
def stand_in_project(tmp_path: Path) -> Path:
    """A project whose releases are the stand-ins and whose suite is the golden one, with the real recorder."""
    project = tmp_path / "project"
    images, suite = project / "images", project / "scenarios"
    (images / "locks").mkdir(parents=True)
    suite.mkdir()
    for name in ("Dockerfile", "uv.txt", "bundle.txt"):
        shutil.copy(ROOT / "images" / name, images)
    for name in ("__init__", "cell", "observe", "recorder"):
        shutil.copy(ROOT / "scenarios" / f"{name}.py", suite)
    shutil.copy(ROOT / "tests" / "golden" / "suite.py", suite / "test_golden.py")
    (images / "releases.toml").write_text(standins.releases_toml(PYTHON))
    (images / "locks" / f"tf{standins.TAMPERED}-py{PYTHON}.txt").write_text(standins.tampered_lock(PYTHON))
    return project


def start(project: Path, index: str, *arguments: str, home: Path) -> subprocess.Popen[str]:
    """The command, in a process of its own, with the stand-ins' index as the only one for the cells."""
    environment = {
        **os.environ,
        "UV_DEFAULT_INDEX": index,
        "TFCOMPAT_BUILD_NETWORK": "host",
        "TFCOMPAT_CACHE": str(home / "cache"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "harness", "--project", str(project), *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tfcompat(project: Path, index: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    with start(project, index, *arguments, home=home) as process:
        output, errors = process.communicate(timeout=600)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@pytest.fixture
def staged_bundle(stand_in_project: Path, tmp_path: Path) -> None:
    """The runner bundle, put into the cache from the real index: the stand-ins' index has no pytest."""
    from harness.staging import stage_bundle
    from harness.uv import Uv

    stage_bundle(stand_in_project / "images", tmp_path / "cache", Uv())


@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    "engine", [pytest.param("local", marks=pytest.mark.local), pytest.param("docker", marks=pytest.mark.docker)]
)
def test_outcomes_are_the_known_ones(engine: str, stand_in_project: Path, index: str, tmp_path: Path) -> None:
    done = tfcompat(stand_in_project, index, "run", "--engine", engine, home=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "tf9.7.0-py3.11: canary failed" in done.stderr
    assert "tf9.9.0-py3.11: no lock" in done.stderr
    assert tfcompat(stand_in_project, index, "report", home=tmp_path).returncode == 0
    found = pd.read_csv(stand_in_project / "reports" / "outcomes.csv", keep_default_na=False)[COLUMNS]
    if os.environ.get("TFCOMPAT_ACCEPT") == engine:
        found.to_csv(EXPECTED, index=False, lineterminator="\n")
    expected = pd.read_csv(EXPECTED, keep_default_na=False)
    differences = found.compare(expected) if found.shape == expected.shape else found
    assert found.equals(expected), (
        f"{differences}\nto accept: TFCOMPAT_ACCEPT={engine} python -m pytest tests/test_golden.py -m {engine}"
    )
    if engine == "docker":
        assert containers() == []
        prune = ("images", "prune", "--engine", "docker", "--tf", "all")  # of this project's cells, not of others
        assert "environments were removed" in tfcompat(stand_in_project, index, *prune, home=tmp_path).stdout


@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    "engine", [pytest.param("local", marks=pytest.mark.local), pytest.param("docker", marks=pytest.mark.docker)]
)
def test_a_killed_run_leaves_nothing_behind(engine: str, stand_in_project: Path, index: str, tmp_path: Path) -> None:
    """Kill -9 in the middle of a hanging cell: what had finished is there, the next run sweeps and goes on."""
    suite = stand_in_project / "scenarios" / "test_golden.py"
    suite.write_text(suite.read_text().replace("limit=3", "limit=500"))
    arguments = ("run", "--engine", engine, "--jobs", "1", "--tf", "9.0,9.4")
    trials = stand_in_project / "reports" / "trials"
    with start(stand_in_project, index, *arguments, home=tmp_path) as process:
        wait_for(lambda: list(trials.glob("tf9.4*/*.partial")) and "golden" in partial_text(trials))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert len(list(trials.glob("tf9.0*/*.jsonl"))) == 1
    suite.write_text(suite.read_text().replace("limit=500", "limit=1"))
    again = tfcompat(stand_in_project, index, *arguments, home=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "was killed while it measured tf9.4.0-py3.11" in again.stderr
    assert not list(trials.rglob("*.partial"))
    assert len(list(trials.glob("tf9.0*/*.jsonl"))) == 2
    if engine == "docker":
        assert containers() == []
    wait_for(lambda: not cell_processes())


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_an_interruption_says_how_to_go_on(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    trials = stand_in_project / "reports" / "trials"
    arguments = ("run", "--engine", "local", "--jobs", "1", "--tf", "9.0,9.4")
    with start(stand_in_project, index, *arguments, home=tmp_path) as process:
        wait_for(lambda: list(trials.glob("tf9.4*/*.partial")))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume goes on with the rest" in errors
    assert not list(trials.rglob("*.partial"))
    resumed = tfcompat(stand_in_project, index, *arguments, "--resume", home=tmp_path)
    assert "1 of 2 cells are there already" in resumed.stderr
    assert resumed.returncode == 0


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_a_part_of_the_suite_never_speaks_for_a_cell(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    done = tfcompat(stand_in_project, index, "run", "--engine", "local", "--tf", "9.0", "-k", "steady", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "golden::steady" in done.stdout
    assert not (stand_in_project / "reports" / "trials").exists()


def wait_for(condition: object, limit: float = 120.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "what the test waits for did not happen"
        time.sleep(0.1)


def partial_text(trials: Path) -> str:
    return "".join(path.read_text() for path in trials.glob("tf9.4*/*.partial"))


def containers() -> list[str]:
    """The containers of tfcompat that there are, running or not."""
    client = docker.from_env()
    try:
        return [str(one.name) for one in client.containers.list(all=True, filters={"label": "tfcompat.owner"})]
    finally:
        client.close()


def cell_processes() -> list[str]:
    """The command lines of cells that still run on this machine from a stand-in's environment."""
    lines = [
        path.read_bytes().replace(b"\0", b" ").decode()
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if readable(path)
    ]
    return [line for line in lines if "cell.py" in line and "tf9.4.0" in line]


def readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True

"""A project of stand-ins: its folders, its index, and the command run on it as a person would."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests import standins

ROOT = Path(__file__).resolve().parent.parent
#: The Python of the stand-ins' cells: the one that runs the tests, which every machine that runs them has.
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


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
    for name in ("Dockerfile", "uv.txt", "bundle.txt", "variants.toml", "pythons.toml", "refresh.py"):
        shutil.copy(ROOT / "images" / name, images)
    for name in ("__init__", "marks", "observe"):
        shutil.copy(ROOT / "scenarios" / f"{name}.py", suite)
    shutil.copytree(ROOT / "scenarios" / "runner", suite / "runner")
    shutil.copy(ROOT / "tests" / "golden" / "suite.py", suite / "test_golden.py")
    (images / "releases.toml").write_text(standins.releases_toml(PYTHON))
    (images / "locks" / f"tf{standins.TAMPERED}-py{PYTHON}.txt").write_text(standins.tampered_lock(PYTHON))
    return project


@pytest.fixture
def staged_bundle(stand_in_project: Path, tmp_path: Path) -> None:
    """The runner bundle, put into the cache from the real index: the stand-ins' index has no pytest."""
    from tfcompat.environments.staging import stage_bundle
    from tfcompat.environments.uv import Uv

    stage_bundle(stand_in_project / "images", tmp_path / "cache", Uv())


def start(project: Path, index: str, *arguments: str, home: Path) -> subprocess.Popen[str]:
    """The command, in a process of its own, with the stand-ins' index as the only one for the cells."""
    environment = {
        **os.environ,
        "UV_DEFAULT_INDEX": index,
        "TFCOMPAT_BUILD_NETWORK": "host",
        "TFCOMPAT_CACHE": str(home / "cache"),
        "PATH": os.pathsep.join([str(folder_of_python(home)), os.environ["PATH"]]),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tfcompat", "--project", str(project), *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interruptions,
    )


def folder_of_python(home: Path) -> Path:
    """A folder in which the Python of the stand-ins has its usual name: an interpreter of pyenv is not on PATH by it."""
    folder = home / "python"
    folder.mkdir(exist_ok=True)
    program = folder / f"python{PYTHON}"
    if not program.exists():
        program.symlink_to(Path(sys.executable).resolve())
    return folder


def hear_interruptions() -> None:
    """What a shell started in the background ignores SIGINT, and so does all that it starts: not the command under test."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def tfcompat(project: Path, index: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    with start(project, index, *arguments, home=home) as process:
        output, errors = process.communicate(timeout=600)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def containers() -> list[str]:
    """The containers of the stand-ins' cells that there are, running or not: no real release has their versions."""
    client = docker.from_env()
    try:
        every = client.containers.list(all=True, filters={"label": "tfcompat.cell"}, ignore_removed=True)
        return [str(container.name) for container in every if container.labels["tfcompat.cell"].startswith("tf9.")]
    finally:
        client.close()

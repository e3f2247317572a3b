"""What all tests share: the guards that keep unit tests from the world, and small honest stand-ins."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from hypothesis import settings

from tests.stand_in_project import ROOT, index, staged_bundle, stand_in_project
from tfcompat import locking

__all__ = ["ROOT", "index", "staged_bundle", "stand_in_project"]

#: Examples that hypothesis draws for each test: CI takes fewer, which are others in each run.
EXAMPLES = int(os.environ.get("TFCOMPAT_EXAMPLES", "100"))
# How long an example takes is the machine's business, which may be busy.
settings.register_profile("tests", deadline=None, max_examples=EXAMPLES)
settings.load_profile("tests")

#: Whether all is asked of the tests that ask a part of it elsewhere, for it takes long: the night does.
ALL = os.environ.get("TFCOMPAT_FAULTS") == "all"
#: A folder whose files are in memory, so that a busy disk takes no part; None where the system has none.
MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108

#: The markers of tests that run only where a variable is set, and what sets it.
ONLY_WITH = {
    "docker": ("TFCOMPAT_REAL", "TFCOMPAT_REAL=1"),
    "tensorflow": ("TFCOMPAT_REAL", "TFCOMPAT_REAL=1"),
    "browser": ("TFCOMPAT_BROWSER", "tox run -e page"),
    "minutes": ("TFCOMPAT_FAULTS", "tox run -e repeat"),
}
#: The markers of tests that may start programs, and of those that may talk to a Docker engine.
MAY_START, MAY_DOCK = {"local", "docker", "tensorflow", "starts", "browser"}, {"docker"}

#: The markers of tests that take long.
SLOW = {"docker", "tensorflow", "local"}


def left_out() -> dict[str, str]:
    """The markers of tests that are left out now, and what runs them."""
    return {marker: runs for marker, (variable, runs) in ONLY_WITH.items() if not os.environ.get(variable)}


def pytest_report_header() -> list[str]:
    """Say what is left out and why: a test that is deselected has no line of its own in the summary, as a skipped one has."""
    return [f"left out: tests marked {marker}, which {runs} runs" for marker, runs in left_out().items()]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a Docker engine, gigabytes or a browser, unless a variable is set, as CI does."""
    without = set(left_out())
    kept = [item for item in items if not without & names_of(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = in_turn(kept, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def in_turn(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """What waits at the Docker engine begins the first worker's part, the other files that take long the second worker's.

    pytest-xdist cuts the list into as many parts as there are workers. Who has nothing left takes tests from the end of
    another's part: so those at the front of one start at once, and the small ones fill what is left.
    """
    waiting, slow = files_of(items, waits), files_of(items, lambda item: bool(SLOW & names_of(item)))
    first = [item for item in items if item.path in waiting]
    second = [item for item in items if item.path in slow - waiting]
    second.sort(key=lambda item: "docker" not in names_of(item))
    others = [item for item in items if item.path not in waiting | slow]
    rest = max(0, len(items) // workers - len(first))
    return [*first, *others[:rest], *second, *others[rest:]]


def files_of(items: list[pytest.Item], wanted: Callable[[pytest.Item], bool]) -> set[Path]:
    return {item.path for item in items if wanted(item)}


def names_of(item: pytest.Item) -> set[str]:
    return {mark.name for mark in item.iter_markers()}


def waits(item: pytest.Item) -> bool:
    """Whether a test has the engine to itself."""
    mark = item.get_closest_marker("docker")
    return mark is not None and mark.kwargs.get("alone", True)


@pytest.fixture(autouse=True)
def _guards(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make subprocesses and Docker raise, unless a test is marked as one that uses them."""
    marked = names_of(request.node)

    def forbidden(*arguments: object, **options: object) -> None:
        raise AssertionError(f"a unit test reached for the world: {arguments}")

    if not marked & MAY_START:
        monkeypatch.setattr(subprocess, "Popen", forbidden)
        monkeypatch.setattr(subprocess, "run", forbidden)
    if not marked & MAY_DOCK:
        monkeypatch.setattr(docker, "from_env", forbidden)


@pytest.fixture(autouse=True)
def _engine_to_itself(request: pytest.FixtureRequest) -> Iterator[None]:
    """One test at a time for the machine's one Docker engine: what one of them sweeps must not be another's.

    A test whose containers are not the harness's says ``alone=False``.

    A lock, and not xdist's groups: pytest 9.2 no longer reads them (with pytest-xdist 3.8).
    """
    if not waits(request.node):
        yield
        return
    with locking.holding(Path(tempfile.gettempdir()) / "tfcompat-tests-docker.lock"):
        yield


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The row of docs/reliability.md that this test makes: what it says there is what the test asks for."""
    mark = request.node.get_closest_marker("fault")
    assert mark is not None, "this test has no marker fault(...)"
    return dict(mark.kwargs)


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    """A copy of the images, scenarios and statements of the project, to write into."""
    for name in ("images", "scenarios", "statements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path

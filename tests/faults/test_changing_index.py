"""An index that changes between lock and environment: a yanked release, other wheels, a wrong hash; and one that is slow."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import fakes, standins
from tests.stand_in_project import PYTHON
from tfcompat.environments import locks
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.local import LocalEngine
from tfcompat.environments.locks import Lock
from tfcompat.environments.uv import Uv
from tfcompat.outcomes import NoAnswerError, Reason

CELL = fakes.cell("9.0.0", PYTHON)
OTHERS = "earlier trials; the other cells go on"


class Slow(standins.Quiet):
    """Waits before each answer."""

    def do_GET(self) -> None:  # noqa: N802 -- the name that the standard library wants
        time.sleep(2)
        super().do_GET()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with one release."""
    package = tmp_path / "index" / "simple" / standins.PACKAGE
    package.mkdir(parents=True)
    publish(package, "def value(): return 1.0")
    return package


def publish(package: Path, code: str) -> None:
    standins.write_page(package, [standins.write_wheel(package, "9.0.0", code)])


def yank(package: Path) -> None:
    page = package / "index.html"
    page.write_text(page.read_text().replace("<a ", '<a data-yanked="it is broken" '))


@pytest.fixture
def url(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with standins.serving(tmp_path / "index") as address:
        use(address, tmp_path, monkeypatch)
        yield address


def use(address: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", address)
    monkeypatch.setenv("UV_CACHE_DIR", str(home / "uv"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def lock() -> Lock:
    return locks.make(CELL, standins.PACKAGE, Uv())


def environment(made: Lock, home: Path) -> Path:
    return LocalEngine(home / "environments", Uv()).build(LockedCell(cell=CELL, lock=made)).folder


@pytest.mark.local
@pytest.mark.usefixtures("url")
@pytest.mark.fault(
    "A release is yanked between its lock and its environment",
    group="engine",
    reads="nothing: the lock names the file by its hash, and an index still has it",
    code=0,
    kept="all outcomes",
)
def test_a_yanked_release_is_still_what_the_lock_names(folder: Path, tmp_path: Path) -> None:
    made = lock()
    yank(folder)
    assert (environment(made, tmp_path) / "bin" / "python").exists()


@pytest.mark.local
@pytest.mark.usefixtures("url")
@pytest.mark.fault(
    "A release is yanked before its lock is made",
    group="engine",
    reads="nothing: a cell names its release exactly, and gets it",
    code=0,
    kept="all outcomes",
)
def test_a_yanked_release_can_be_locked(folder: Path) -> None:
    yank(folder)
    assert lock().pins[standins.PACKAGE] == "9.0.0"


@pytest.mark.local
@pytest.mark.usefixtures("url")
@pytest.mark.fault(
    "The wheel of a release is replaced between its lock and its environment",
    group="engine",
    reads="installing CELL failed: … Hash mismatch …",
    code=3,
    reason="no image",
    kept=OTHERS,
)
def test_another_wheel_of_the_same_name_is_not_installed(folder: Path, tmp_path: Path) -> None:
    made = lock()
    publish(folder, "def value(): return 2.0")
    with pytest.raises(NoAnswerError) as refused:
        environment(made, tmp_path)
    assert refused.value.reason is Reason.NO_IMAGE
    assert "Hash mismatch" in refused.value.message
    assert not [path for path in (tmp_path / "environments").iterdir() if path.is_dir()]


@pytest.mark.local
@pytest.mark.usefixtures("url")
@pytest.mark.fault(
    "The index says one hash of a wheel and has another",
    group="engine",
    reads="installing CELL failed: … Hash mismatch …",
    code=3,
    reason="no image",
    kept=OTHERS,
)
def test_a_wheel_that_is_not_what_the_index_says_is_not_installed(folder: Path, tmp_path: Path) -> None:
    page = (folder / "index.html").read_text()
    standins.write_wheel(folder, "9.0.0", "def value(): return 2.0")
    (folder / "index.html").write_text(page)
    made = lock()
    with pytest.raises(NoAnswerError) as refused:
        environment(made, tmp_path)
    assert refused.value.reason is Reason.NO_IMAGE
    assert "Hash mismatch" in refused.value.message


@pytest.mark.local
@pytest.mark.usefixtures("url")
@pytest.mark.fault(
    "The wheels of a locked release are gone from the index",
    group="engine",
    reads="installing CELL failed: … HTTP status client error (404 …) …",
    code=3,
    reason="no image",
    kept=OTHERS,
)
def test_a_release_that_is_gone_is_said(folder: Path, tmp_path: Path) -> None:
    made = lock()
    for wheel in folder.glob("*.whl"):
        wheel.unlink()
    standins.write_page(folder, [standins.write_wheel(folder, "9.1.0", "")])
    with pytest.raises(NoAnswerError) as refused:
        environment(made, tmp_path)
    assert refused.value.reason is Reason.NO_IMAGE
    assert "9.0.0" in refused.value.message


@pytest.mark.local
@pytest.mark.fault(
    "The index is slow: each answer takes two seconds",
    group="engine",
    reads="nothing",
    code=0,
    kept="all outcomes",
)
def test_a_slow_index_is_waited_for(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with standins.serving(folder.parents[1], Slow) as address:
        use(address, tmp_path, monkeypatch)
        assert (environment(lock(), tmp_path) / "bin" / "python").exists()

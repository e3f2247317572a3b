"""Locks between processes: who holds one, who waits, and what becomes of a lock file that is removed."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tfcompat import locking

#: A limit that no test reaches unless the code is wrong.
FAR = 30.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.lock"


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as threads:
        yield threads


def free(path: Path, *, shared: bool = False) -> bool:
    """Whether a lock can be had now."""
    with locking.holding(path, shared=shared, wait=False) as held:
        return held


def test_a_lock_that_nobody_holds_can_be_had_in_every_way(path: Path) -> None:
    for shared in (False, True):
        for wait in (False, True):
            with locking.holding(path, shared=shared, wait=wait) as held:
                assert held


def test_a_shared_lock_is_free_to_share_and_not_to_have_alone(path: Path) -> None:
    with locking.holding(path, shared=True):
        assert free(path, shared=True)
        assert not free(path)
    assert free(path)


def test_a_lock_that_one_holds_alone_is_not_free(path: Path) -> None:
    with locking.holding(path):
        assert not free(path)
        assert not free(path, shared=True)
    assert free(path)


def test_a_lock_ends_with_an_error(path: Path) -> None:
    with pytest.raises(ValueError, match="no"), locking.holding(path):
        raise ValueError("no")
    assert free(path)


@pytest.mark.parametrize("shared", [False, True])
def test_who_waits_has_the_lock_when_it_is_free(path: Path, executor: ThreadPoolExecutor, shared: bool) -> None:
    began = threading.Event()

    def wait() -> bool:
        began.set()
        with locking.holding(path, shared=shared) as held:
            return held

    with locking.holding(path):
        waiting = executor.submit(wait)
        assert began.wait(FAR)
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
    assert waiting.result(FAR)


@pytest.mark.starts
def test_a_lock_ends_with_its_process(path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tfcompat import locking\n"
        "with locking.holding(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert not free(path)
        process.send_signal(signal.SIGKILL)
        process.wait(FAR)
    assert free(path)


def test_the_file_of_a_lock_is_made_and_keeps_what_it_says(path: Path) -> None:
    assert free(path)
    path.write_text("words")
    assert free(path)
    assert path.read_text() == "words"


# A lock file that is removed


@pytest.mark.parametrize("wait", [False, True])
@pytest.mark.parametrize("shared", [False, True])
def test_a_file_that_is_removed_between_its_opening_and_its_locking_is_taken_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch, shared: bool, wait: bool
) -> None:
    """Else two processes hold "the" lock: one of the file that has no name any more, one of the new file."""
    flock, removals = fcntl.flock, iter([True, True, False])

    def removed_first(file: int, how: int) -> None:
        if how != fcntl.LOCK_UN and next(removals, False):
            path.unlink()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", removed_first)
    with locking.holding(path, shared=shared, wait=wait) as held:
        assert held
        assert path.exists()
        assert not free(path)


def test_who_waited_for_a_lock_whose_file_was_removed_holds_the_new_one(
    path: Path, executor: ThreadPoolExecutor
) -> None:
    held, over = threading.Event(), threading.Event()

    def share() -> None:
        with locking.holding(path, shared=True):
            held.set()
            over.wait(FAR)

    with locking.holding(path):
        waiting = executor.submit(share)
        assert not held.wait(0.2)
        path.unlink()
    assert held.wait(FAR)
    assert not free(path)
    over.set()
    waiting.result(FAR)


def test_a_removed_file_leaves_no_lock_and_no_open_file_behind(path: Path) -> None:
    with locking.holding(path):
        removed = path.stat()
        path.unlink()
    assert open_files(removed) == []


def test_a_lock_ends_although_a_program_being_started_has_a_copy_of_its_file(path: Path) -> None:
    with locking.holding(path, shared=True):
        copies = [os.dup(number) for number in open_files(path.stat())]
    assert copies
    assert free(path)
    for number in copies:
        os.close(number)


def open_files(status: os.stat_result) -> list[int]:
    """The numbers under which this process has a file open."""
    return [number for number in range(3, 1000) if is_open(number) and os.path.samestat(os.fstat(number), status)]


def is_open(number: int) -> bool:
    try:
        fcntl.fcntl(number, fcntl.F_GETFD)
    except OSError:
        return False
    return True


# An open file


def test_an_open_file_is_locked_until_it_is_closed(path: Path) -> None:
    with path.open("w") as file:
        assert locking.lock(file)
        assert not free(path)
    assert free(path)


def test_a_locked_file_cannot_be_locked_by_who_does_not_wait(path: Path) -> None:
    with locking.holding(path), path.open() as file:
        assert not locking.lock(file, wait=False)
        assert not locking.lock(file, shared=True, wait=False)

"""Attempts: what becomes of a child that answers, ends, hangs or dies, and what is left of it."""

import errno
import os
import signal
import time
import types
from pathlib import Path
from typing import Any

import pytest

from scenarios.observe import Missing
from scenarios.runner.answer import LARGEST_ANSWER, ask, described_failure, returned
from scenarios.runner.attempt import TAIL, Attempt, Ticks
from scenarios.runner.canaries import Canary
from scenarios.runner.rounds import attempts
from tfcompat.outcomes import Happened

#: An exit status as ``os.waitpid`` gives it.
EXITED = 0
ASKED = Canary("asked", "returned", lambda: None, 2.5)


def refuses(self: Attempt, pipe: int) -> int:
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


@pytest.fixture
def attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """An attempt whose child could not be started, and is not needed."""
    monkeypatch.setattr(Attempt, "fork", refuses)
    return Attempt(ASKED, {"scratch": str(tmp_path)})


def judged(attempt: Attempt, status: int, *, received: bytes = b"", printed: str = "") -> dict[str, Any]:
    attempt.received = received
    Path(attempt.printed).write_text(printed)
    answer: dict[str, Any] = attempt.judge_exit(status)
    return answer


def test_a_child_that_answered_is_believed(attempt: Attempt) -> None:
    attempt.token = "own"
    assert judged(attempt, EXITED, received=b'{"happened":"returned","observed":1,"token":"own"}') == {
        "happened": "returned",
        "observed": 1,
    }


@pytest.mark.parametrize("received", [b"", b"garbage", b'{"happened":"retur'])
def test_a_child_that_ended_without_an_answer_is_silent(attempt: Attempt, received: bytes) -> None:
    answer = judged(attempt, EXITED, received=received, printed="the last words")
    assert (answer["happened"], answer["traceback"]) == ("silent", "the last words")


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGFPE])
def test_a_child_that_a_signal_ended_crashed(attempt: Attempt, number: signal.Signals) -> None:
    answer = judged(attempt, int(number), received=b'{"happened":"returned"}', printed="Check failed")
    assert answer == {"happened": "signal", "message": number.name, "traceback": "Check failed"}


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (signal.SIGKILL, ""),
        (signal.SIGABRT, "terminate called after throwing an instance of 'std::bad_alloc'"),
        (signal.SIGABRT, "E tensorflow: Out of Memory"),
    ],
)
def test_a_child_that_lacked_memory_did_not_crash(attempt: Attempt, number: signal.Signals, printed: str) -> None:
    assert judged(attempt, int(number), printed=printed)["happened"] == "memory"


def test_a_child_that_was_killed_at_its_limit_hangs(attempt: Attempt) -> None:
    attempt.killed = True
    answer = judged(attempt, int(signal.SIGKILL), printed="waiting")
    assert answer == {"happened": "timeout", "message": "killed after 2.5 s", "traceback": "waiting"}


def test_of_what_a_child_printed_the_end_is_kept(attempt: Attempt) -> None:
    Path(attempt.printed).write_text("x" * 10_000 + "end")
    assert attempt.tail().endswith("xend")
    assert len(attempt.tail()) == TAIL


def test_a_child_that_printed_nothing_has_no_last_words(attempt: Attempt) -> None:
    assert attempt.tail() == ""


def test_of_what_a_child_sends_no_more_is_read_than_an_answer_may_have(attempt: Attempt) -> None:
    os.close(attempt.pipe)
    attempt.pipe, theirs = os.pipe()
    for _ in range(LARGEST_ANSWER >> 14):
        os.write(theirs, b"x" * (1 << 15))
        assert attempt.read()
    for end in (attempt.pipe, theirs):
        os.close(end)
    assert len(attempt.received) == LARGEST_ANSWER + 1


def test_an_attempt_leaves_no_folder(attempt: Attempt, tmp_path: Path) -> None:
    assert attempt.finish()["happened"] == "memory"
    assert list(tmp_path.iterdir()) == []


def test_every_ending_has_a_word_that_the_harness_knows(attempt: Attempt) -> None:
    full = OSError(errno.ENOSPC, "full")
    failures = [ask(lambda: int("x")), ask(lambda: {"x": float}["y"]), ask(lambda: 1j)]
    failures += map(described_failure, (Missing("x"), MemoryError(), full))
    endless: list[object] = []
    endless.append(endless)
    failures.append(ask(lambda: endless))
    endings = [judged(attempt, status) for status in (EXITED, int(signal.SIGABRT), int(signal.SIGKILL))]
    attempt.killed = True
    words = {answer["happened"] for answer in [returned(1), *failures, *endings, judged(attempt, EXITED)]}
    assert words == {str(happened) for happened in Happened}


def test_a_child_that_closes_its_pipe_and_goes_on_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a busy loop: what it does after that is not heard, but its time counts."""

    def closes(self: Attempt, pipe: int) -> int:
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            os.close(pipe)
            time.sleep(0.3)
            os._exit(0)
        return child

    monkeypatch.setattr(Attempt, "fork", closes)
    scenario = types.SimpleNamespace(id="a::b", limit=5.0, fresh=False)
    started = time.process_time()
    ((_, answer, _),) = attempts([scenario], {"scratch": str(tmp_path), "parallel": 1})  # type: ignore[type-var]
    assert answer["happened"] == "silent"
    assert answer["seconds"] >= 0.3
    assert time.process_time() - started < 0.2


class Clock:
    """A clock that stands where it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_time_in_which_the_recorder_stood_still_is_not_the_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = Ticks(100.0)
    for moment in (100.25, 100.5, 4000.0, 4000.5):
        ticks.pass_to(moment)
    assert ticks.passed == 0.25 + 0.25 + Ticks.STEP + 0.5


def test_a_child_that_returned_did_so_in_time_however_late_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recorder was stopped, or its container paused, for an hour."""
    clock = Clock()
    monkeypatch.setattr("scenarios.runner.attempt.time.monotonic", clock)
    monkeypatch.setattr(Attempt, "fork", lambda self, pipe: os.fork() or os._exit(0))
    attempt = Attempt(ASKED, {"scratch": str(tmp_path)})
    os.waitid(os.P_PID, attempt.pid, os.WEXITED | os.WNOWAIT)
    clock.now = 3600.0
    assert attempt.ended()
    assert attempt.answer["happened"] == "silent", "it is not said to hang"


def test_where_no_process_can_be_started_the_machine_is_short_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Attempt, "fork", refuses)
    attempt = Attempt(ASKED, {"scratch": str(tmp_path)})
    assert attempt.starved
    line = attempt.finish()
    assert (line["happened"], line["message"][:30]) == ("memory", "no process could be started: [")

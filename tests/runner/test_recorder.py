"""Tests of the recorder's parts: what becomes of an answer, an ending and a failure. Whole runs are in test_cell."""

import json
import os
import signal
import sys
import time
import types
from pathlib import Path
from typing import Any

import pytest

from scenarios.observe import LARGEST, Missing
from scenarios.runner.answer import (
    BOUNDS,
    LARGEST_ANSWER,
    ask,
    bounded,
    checked,
    described_failure,
    encoded,
    failure_of,
    own_frames,
    returned,
)
from scenarios.runner.answer import KEYS as ANSWER_KEYS
from scenarios.runner.attempt import CANARY, TAIL, Attempt, attempts, tensorflow_adds
from scenarios.runner.plugin import Recorder, header
from scenarios.runner.versions import holds, keras_version, versions
from tfcompat.outcomes import Happened
from tfcompat.trials.record import KEYS, parse_line

#: Exit statuses as ``os.waitpid`` gives them.
EXITED = 0


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    """An attempt whose child is not needed."""
    return Attempt(None, {"scratch": str(tmp_path)}, {"happened": "raised"})


def judged(attempt: Attempt, status: int, *, received: bytes = b"", printed: str = "") -> dict[str, Any]:
    attempt.received = received
    Path(attempt.printed).write_text(printed)
    answer: dict[str, Any] = attempt.judge_exit(status)
    return answer


def raised(action: Any) -> dict[str, Any]:
    """What is recorded of the error that an action raises."""
    answer: dict[str, Any] = ask(action)
    return answer


@pytest.mark.parametrize(
    "answer",
    [{"happened": "returned"}, {"happened": "raised", "type": "E", "message": "m", "traceback": "t", "observed": 1}],
)
def test_an_answer_is_taken(answer: dict[str, Any]) -> None:
    assert checked(encoded(answer)) == answer


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xfe",
        b'{"happened":"returned"',
        b'{"happened":"returned"}{"happened":"returned"}',
        b'["happened"]',
        b'"happened"',
        b"null",
        b'{"observed":1}',
        b'{"happened":"returned","kind":"verdict"}',
        b'{"happened":"succeeded"}',
        b'{"happened":["returned"]}',
        b'{"happened":"raised","message":1}',
        b'{"happened":"returned","observed":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"happened":"returned","observed":"' + b"x" * LARGEST_ANSWER + b'"}',
    ],
)
def test_what_is_no_answer_is_not_taken(data: bytes) -> None:
    assert checked(data) is None


@pytest.mark.parametrize(
    ("requirement", "tensorflow", "keras", "fulfilled"),
    [
        ("", "2.6.5", "2.6.0", True),
        ("", None, None, True),
        (">=2.6,<2.16", "2.6.0", "2.6.0", True),
        (">=2.6,<2.16", "2.16.0", "2.16.0", False),
        (">=2.6", "2.10.1", None, True),
        (">=2.6", "2.22.0rc1", None, True),
        (">=2.6", None, "3.0.5", False),
        ("keras>=3", "2.16.2", "3.4.1", True),
        ("keras>=3", "2.16.2", "2.16.0", False),
        ("keras<3", "2.2.3", "2.3.0-tf", True),
        ("keras>=3", "2.16.2", None, False),
    ],
)
def test_a_promise_holds_for_what_is_there(
    requirement: str, tensorflow: str | None, keras: str | None, fulfilled: bool
) -> None:
    assert holds(requirement, {"tensorflow": tensorflow, "keras": keras}) is fulfilled


@pytest.mark.parametrize("what", BOUNDS)
def test_a_text_within_its_bound_is_kept_whole(what: str) -> None:
    text = "x" * BOUNDS[what]
    assert bounded(text, what) == text


@pytest.mark.parametrize("what", BOUNDS)
def test_of_a_longer_text_beginning_and_end_are_kept(what: str) -> None:
    bound = BOUNDS[what]
    text = bounded("begins" + "x" * bound + "ends", what)
    assert text.startswith("begins")
    assert text.endswith("ends")
    assert len(text) == bound + len(" [...] ")


def test_what_is_returned_is_observed_as_json() -> None:
    assert returned((1, 0.5)) == {"happened": "returned", "observed": [1, 0.5]}


def test_nothing_returned_is_observed_as_none() -> None:
    assert returned(None) == {"happened": "returned", "observed": None}


def test_a_long_observation_is_a_bounded_text() -> None:
    observed = returned(list(range(100_000)))["observed"]
    assert isinstance(observed, str)
    assert observed.startswith("[0, 1, 2")
    assert len(observed) < LARGEST + 10


def test_an_observation_may_be_as_long_as_its_scenario_says() -> None:
    assert returned([0] * LARGEST, largest=4 * LARGEST)["observed"] == [0] * LARGEST


def test_a_failure_has_its_type_message_and_traceback() -> None:
    answer = raised(lambda: int("x"))
    assert (answer["happened"], answer["type"]) == ("raised", "ValueError")
    assert answer["message"] == "invalid literal for int() with base 10: 'x'"
    assert answer["traceback"].endswith("ValueError: invalid literal for int() with base 10: 'x'\n")


def test_a_missing_path_needs_no_traceback() -> None:
    assert described_failure(Missing("no x")) == {
        "happened": "missing",
        "type": "Missing",
        "message": "no x",
        "traceback": "",
    }


def test_a_lack_of_memory_is_told_apart() -> None:
    assert described_failure(MemoryError())["happened"] == "memory"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_what_is_no_exception_is_an_answer_too(error: BaseException) -> None:
    def leave() -> None:
        raise error

    assert raised(leave)["type"] == type(error).__name__


def test_long_words_of_a_failure_are_bounded() -> None:
    answer = described_failure(ValueError("x" * 10**6))
    assert len(answer["message"]) < BOUNDS["message"] + 10
    assert len(answer["traceback"]) < BOUNDS["traceback"] + 10


def test_a_traceback_begins_at_the_scenario() -> None:
    def scenario() -> None:
        raise ValueError("no")

    answer = raised(scenario)
    assert "in scenario" in answer["traceback"]
    assert "in ask" not in answer["traceback"]


def test_a_traceback_without_a_scenario_is_whole() -> None:
    source = compile("def f(): raise ValueError('no')", "elsewhere.py", "exec")
    module: dict[str, Any] = {}
    exec(source, module)  # noqa: S102 -- a function of another file
    try:
        module["f"]()
    except ValueError as error:
        frames = error.__traceback__
    assert isinstance(frames, types.TracebackType)
    trimmed = own_frames(frames.tb_next)
    assert trimmed is frames.tb_next


def test_nothing_raised_is_no_failure() -> None:
    assert failure_of(lambda: 1) is None
    failure = failure_of(lambda: int("x"))
    assert failure is not None
    assert failure["type"] == "ValueError"


def test_a_child_that_answered_is_believed(attempt: Attempt) -> None:
    assert judged(attempt, EXITED, received=b'{"happened":"returned","observed":1}') == {
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
def test_a_child_that_lacked_memory_is_no_crash(attempt: Attempt, number: signal.Signals, printed: str) -> None:
    assert judged(attempt, int(number), printed=printed)["happened"] == "memory"


def test_a_child_that_was_killed_at_its_limit_hangs(attempt: Attempt) -> None:
    attempt.killed, attempt.limit = True, 2.5
    answer = judged(attempt, int(signal.SIGKILL), printed="waiting")
    assert answer == {"happened": "timeout", "message": "killed after 2.5 s", "traceback": "waiting"}


def test_of_what_a_child_printed_the_end_is_kept(attempt: Attempt) -> None:
    Path(attempt.printed).write_text("x" * 10_000 + "end")
    assert attempt.tail().endswith("xend")
    assert len(attempt.tail()) == TAIL


def test_a_child_that_printed_nothing_has_no_last_words(attempt: Attempt) -> None:
    assert attempt.tail() == ""


def test_of_what_a_child_sends_no_more_is_read_than_an_answer_may_have(attempt: Attempt) -> None:
    attempt.pipe, theirs = os.pipe()
    for _ in range(LARGEST_ANSWER >> 14):
        os.write(theirs, b"x" * (1 << 15))
        assert attempt.read()
    for end in (attempt.pipe, theirs):
        os.close(end)
    assert len(attempt.received) == LARGEST_ANSWER + 1


def test_an_attempt_leaves_no_folder(attempt: Attempt, tmp_path: Path) -> None:
    line = attempt.finish()
    assert (line["kind"], line["scenario"], line["happened"]) == ("outcome", CANARY, "raised")
    assert list(tmp_path.iterdir()) == []


def test_every_ending_has_a_word_that_the_harness_knows(attempt: Attempt) -> None:
    failures = [raised(lambda: int("x")), described_failure(Missing("x")), described_failure(MemoryError())]
    endings = [judged(attempt, status) for status in (EXITED, int(signal.SIGABRT), int(signal.SIGKILL))]
    attempt.killed = True
    words = {answer["happened"] for answer in [returned(1), *failures, *endings, judged(attempt, EXITED)]}
    assert words == {str(happened) for happened in Happened}


def test_what_is_written_is_a_line_that_the_harness_reads(attempt: Attempt, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    plugin = Recorder(writing, {"scratch": str(tmp_path)})
    plugin.write({**attempt.finish(), **described_failure(ValueError("é\n\x00"))})
    plugin.write({"kind": "end", "outcomes": 1, "seconds": 0.5})
    os.close(writing)
    with os.fdopen(reading) as channel:
        lines = [parse_line(line) for line in channel.read().split("\n")[:-1]]
    assert [line["kind"] for line in lines] == ["outcome", "end"]
    assert lines[0]["message"] == "é\n\x00"


def test_the_header_is_one_that_the_harness_reads() -> None:
    line = header([], versions(), "0123456789abcdef")
    assert parse_line(json.dumps(line)) == line
    assert line["suite"] == "0123456789abcdef"


def test_answers_have_the_keys_that_the_harness_takes() -> None:
    required, optional = KEYS["outcome"]
    assert set(ANSWER_KEYS) <= required | optional
    assert checked(json.dumps({**dict.fromkeys(ANSWER_KEYS, "x"), "happened": "raised"}).encode()) is not None


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
    asked = types.SimpleNamespace(id="a::b", limit=5.0, fresh=False)
    started = time.process_time()
    (line,) = attempts([asked], {"scratch": str(tmp_path), "parallel": 1})  # type: ignore[list-item]
    assert line["happened"] == "silent"
    assert line["seconds"] >= 0.3
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    ("inside", "legacy", "beside", "found"),
    [
        ("3.3.3", None, "2.6.0", "3.3.3"),
        (None, "2.16.0", "3.3.3", "2.16.0"),
        (None, None, "2.6.0", "2.6.0"),
        (None, None, None, None),
        (3, None, None, None),
    ],
)
def test_the_version_of_keras_is_that_of_tensorflow_or_else_the_one_beside_it(
    inside: object, legacy: str | None, beside: str | None, found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensorflow = types.SimpleNamespace(keras=types.SimpleNamespace(__version__=inside))
    for name, version in (("keras", beside), ("tf_keras", legacy)):
        monkeypatch.setitem(sys.modules, name, types.SimpleNamespace(__version__=version))
    assert keras_version(tensorflow) == found


def test_a_tensorflow_that_cannot_add_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", types.SimpleNamespace(constant=lambda value: value + 1))
    with pytest.raises(ArithmeticError, match=r"1 \+ 1 gave 3\.0"):
        tensorflow_adds()


def test_a_tensorflow_that_adds_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", types.SimpleNamespace(constant=float))
    assert tensorflow_adds() == 2.0

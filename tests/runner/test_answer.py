"""Answers: what is recorded of a value or of a failure, within bounds, and what a child may not send."""

import errno
import json
import types
from typing import Any

import pytest

from scenarios.marks import LARGEST
from scenarios.observe import Missing
from scenarios.runner.answer import (
    BOUNDS,
    KEYS,
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
from tfcompat.record.lines import OutcomeLine


def raised(action: Any) -> dict[str, Any]:
    """What is recorded of the error that an action raises."""
    answer: dict[str, Any] = ask(action)
    return answer


@pytest.mark.parametrize(
    "answer",
    [{"happened": "returned"}, {"happened": "raised", "type": "E", "message": "m", "traceback": "t", "observed": 1}],
)
def test_an_answer_is_taken_as_it_is(answer: dict[str, Any]) -> None:
    assert checked(encoded(dict(answer, token="own")), "own") == answer


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
        b'{"observed":1,"token":"own"}',
        b'{"happened":"returned","token":"own","kind":"verdict"}',
        b'{"happened":"succeeded","token":"own"}',
        b'{"happened":["returned"],"token":"own"}',
        b'{"happened":"raised","token":"own","message":1}',
        b'{"happened":"returned","token":"own","observed":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"happened":"returned","token":"own","observed":"' + b"x" * LARGEST_ANSWER + b'"}',
    ],
)
def test_what_is_not_an_answer_is_not_taken(data: bytes) -> None:
    assert checked(data, "own") is None


@pytest.mark.parametrize("key", BOUNDS)
def test_a_text_within_its_bound_is_kept_whole(key: str) -> None:
    text = "x" * BOUNDS[key]
    assert bounded(text, key) == text


@pytest.mark.parametrize("key", BOUNDS)
def test_of_a_longer_text_beginning_and_end_are_kept(key: str) -> None:
    bound = BOUNDS[key]
    text = bounded("begins" + "x" * bound + "ends", key)
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


def test_what_is_missing_is_recorded_with_the_exception_that_showed_it() -> None:
    try:
        try:
            types.SimpleNamespace().x  # noqa: B018 -- it raises
        except AttributeError as error:
            raise Missing("tf has no x") from error
    except Missing as missing:
        answer = described_failure(missing)
    assert (answer["happened"], answer["type"]) == ("missing", "AttributeError")
    assert answer["classes"] == ["AttributeError", "Exception"]
    assert answer["message"] == "'types.SimpleNamespace' object has no attribute 'x'"
    assert answer["lacks"] == "tf has no x"
    assert "types.SimpleNamespace().x" in answer["traceback"]


def test_what_raises_missing_without_a_cause_is_its_own_cause() -> None:
    answer = described_failure(Missing("no x"))
    assert (answer["type"], answer["message"], answer["lacks"]) == ("Missing", "no x", "no x")


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (MemoryError(), "memory"),
        (OSError(errno.ENOSPC, "full"), "disk"),
        (OSError(errno.EDQUOT, "full"), "disk"),
        (OSError(errno.EAGAIN, "no process"), "memory"),
        (OSError(errno.ENOMEM, "no memory"), "memory"),
        (RuntimeError("can't start new thread"), "memory"),
        (OSError(errno.ENOENT, "no such file"), "raised"),
        (RuntimeError("disk"), "raised"),
    ],
)
def test_what_the_machine_is_short_of_is_told_from_what_the_release_does(error: Exception, word: str) -> None:
    assert described_failure(error)["happened"] == word


def test_of_a_long_line_of_classes_the_first_are_recorded() -> None:
    error: type[Exception] = Exception
    for number in range(20):
        error = type(f"E{number}", (error,), {})
    assert described_failure(error())["classes"] == [f"E{number}" for number in range(19, 11, -1)]


def test_a_lack_of_memory_is_told_apart() -> None:
    assert described_failure(MemoryError())["happened"] == "memory"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_what_is_not_an_exception_is_an_answer_too(error: BaseException) -> None:
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


def test_answers_have_the_keys_that_the_harness_takes() -> None:
    assert {*KEYS} - {"token"} <= set(OutcomeLine.__struct_fields__)
    assert checked(json.dumps({**dict.fromkeys(KEYS, "x"), "happened": "raised"}).encode(), "x") is not None


@pytest.mark.parametrize("data", [b'{"happened":"returned"}', b'{"happened":"returned","token":"of another"}'])
def test_an_answer_without_the_token_of_the_child_is_not_taken(data: bytes) -> None:
    assert checked(data, "own") is None

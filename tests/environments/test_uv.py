"""uv: how it is found, what its failures mean, and what is kept of its output."""

import shutil
import sys
import threading
from pathlib import Path

import pytest

from tfcompat.environments import uv
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed


def test_uv_is_the_one_that_came_with_the_package() -> None:
    assert Path(uv.find()).is_file()


def test_without_the_package_uv_is_the_one_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "uv"
    program.touch(mode=0o755)
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert uv.find() == str(program)


def test_without_any_uv_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="install it with python -m pip install uv"):
        uv.find()


@pytest.mark.starts
def test_uv_is_called_with_its_arguments() -> None:
    done = uv.Uv()(["--version"], 20.0)
    assert (done.code, done.output.split()[0]) == (0, "uv")


@pytest.mark.starts
def test_a_cancelled_uv_is_ended() -> None:
    runner = uv.Uv()
    runner.program = shutil.which("sleep") or "/bin/sleep"
    threading.Timer(0.1, runner.cancelled.set).start()
    done = runner(["20"], 15.0)
    assert (done.code, done.timed_out) == (-9, False)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("error: No space left on device (os error 28)", Reason.OUT_OF_DISK),
        ("write: Disk quota exceeded", Reason.OUT_OF_DISK),
        ("tensorflow-cpu has no wheels with a matching Python ABI tag", Reason.NO_WHEEL),
        ("error: No interpreter found for Python 3.8", Reason.NO_INTERPRETER),
        ("no wheels with a matching tag; then: no space left on device", Reason.OUT_OF_DISK),
        ("error: Failed to fetch\n cause: error sending request for url (https://x)", Reason.NO_NETWORK),
        ("Failed to establish a new connection: Temporary failure in name resolution", Reason.NO_NETWORK),
        ("error: hash mismatch", Reason.NO_IMAGE),
        ("", Reason.NO_IMAGE),
    ],
)
def test_the_reason_of_a_failure_is_in_what_was_printed(output: str, reason: Reason) -> None:
    assert uv.reason_of(output, Reason.NO_IMAGE) is reason


def test_check_lets_a_success_pass_whatever_it_said() -> None:
    uv.check(Completed(code=0, output="no space left on device"), "installing", Reason.NO_IMAGE)


def test_check_says_what_failed_why_and_with_which_words() -> None:
    with pytest.raises(NoAnswerError, match=r"^installing one failed: error: hash mismatch$") as raised:
        uv.check(Completed(code=2, output="error:\n  hash mismatch\n"), "installing one", Reason.NO_IMAGE)
    assert raised.value.reason is Reason.NO_IMAGE


def test_check_takes_the_reason_from_the_words() -> None:
    with pytest.raises(NoAnswerError) as raised:
        uv.check(Completed(code=2, output="No space left on device"), "installing", Reason.NO_IMAGE)
    assert raised.value.reason is Reason.OUT_OF_DISK


def test_check_says_that_a_limit_was_outrun() -> None:
    with pytest.raises(NoAnswerError, match="installing failed: it outran its time limit"):
        uv.check(Completed(code=-9, output="Resolving", timed_out=True), "installing", Reason.NO_IMAGE)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("\x1b[31m\x1b[1merror\x1b[0m:\n\n   it  broke\n", "error: it broke"),
        ("", "it said nothing"),
        (" \n", "it said nothing"),
        ("first " + "x" * 299, " " + "x" * 299),
    ],
)
def test_last_words(output: str, words: str) -> None:
    assert uv.last_words(output) == words


def test_last_words_are_as_many_as_asked_for() -> None:
    assert uv.last_words("one two", 3) == "two"

"""tfcompat nightly refresh: the releases first, then the locks of what a night measures."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.command import Call
from tfcompat import process
from tfcompat.environments import locks
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed


def refreshed(code: int, started: list[list[str]]) -> object:
    """A stand-in for the script that asks the index."""

    def run(argv: Sequence[str | Path], *, limit: float) -> Completed:
        started.append(list(map(str, argv)))
        return Completed(code=code, output="2 releases are new")

    return run


def test_a_release_without_a_lock_is_no_reason_to_stop(
    call: Call, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object) -> None:
        raise NoAnswerError(Reason.NO_NETWORK, "nothing answers")

    started: list[list[str]] = []
    monkeypatch.setattr(process, "run", refreshed(0, started))
    monkeypatch.setattr(locks, "make", refused)
    code, said, complained = call("nightly", "refresh", "--index", "http://mirror")
    assert code == 0
    script = str(project_folder / "images" / "refresh.py")
    assert started == [[sys.executable, script, "--force", "--index", "http://mirror"]]
    assert said.startswith("2 releases are new\n")
    assert "tfnightly-py3.13  failed: no network: nothing answers" in said
    assert [line for line in complained.splitlines() if line.startswith("$")] == [
        "$ tfcompat images lock --tf '>=0' --python relevant",
        "$ tfcompat images lock --tf pre --python relevant",
        "$ tfcompat images lock --tf nightly --python relevant --force",
    ]


def test_an_index_that_does_not_answer_ends_it(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "run", refreshed(1, []))
    code, _, complained = call("nightly", "refresh")
    assert (code, complained) == (2, "tfcompat: the releases could not be refreshed: see above\n")

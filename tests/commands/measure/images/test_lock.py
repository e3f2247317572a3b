"""tfcompat images lock: what is made, what stays, and what ends it."""

import pytest

from tests import fakes
from tests.command import NEW, Call
from tfcompat.commands.measure.images import lock as command
from tfcompat.environments import locks
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed


def test_locks_that_are_there_are_not_made_again(call: Call) -> None:
    assert call("images", "lock", "--tf", "2.16") == (0, f"{NEW}  is there\n", "")


def test_an_interruption_of_locking_ends_uv(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = fakes.FakeUv(lambda asked: Completed(code=0, output=""))

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "Uv", lambda: fake)
    monkeypatch.setattr(locks, "make", interrupted)
    assert call("images", "lock", "--tf", "2.16", "--force")[0] == 130
    assert fake.cancelled.is_set()


def test_a_lock_that_cannot_be_made_exits_with_three(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object) -> None:
        raise NoAnswerError(Reason.NO_NETWORK, "the index does not answer")

    monkeypatch.setattr(locks, "make", refused)
    assert call("images", "lock", "--tf", "2.16", "--force") == (
        3,
        f"{NEW}  failed: no network: the index does not answer\n",
        "",
    )

"""tfcompat images build: each environment by its name, or why it cannot be made."""

from tests.command import NEW, OLD, Call
from tests.fakes import FakeEngine
from tfcompat.outcomes import NoAnswerError, Reason


def test_each_environment_is_named(call: Call, engine: FakeEngine) -> None:
    code, said, complained = call("images", "build", "--tf", "2.9,2.16")
    assert (code, said) == (0, f"{OLD}  fake:0123456789abcdef\n{NEW}  fake:0123456789abcdef\n")
    assert complained.startswith("2 environments are to be made: ")
    assert sorted(engine.built) == sorted([OLD, NEW])


def test_an_environment_that_cannot_be_built_exits_with_three(call: Call, engine: FakeEngine) -> None:
    engine.trouble = {OLD: NoAnswerError(Reason.OUT_OF_DISK, "the disk is full")}
    code, said, complained = call("images", "build", "--tf", "2.9,2.16")
    assert (code, said) == (3, f"{NEW}  fake:0123456789abcdef\n")
    assert complained.endswith("tf2.9.3-py3.10: out of disk: the disk is full\n")

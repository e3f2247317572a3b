"""tfcompat shell: it exits as the shell did, and says what it lacks."""

from tests.command import NEW, Call
from tests.fakes import FakeEngine, FakeSandbox
from tfcompat.environments.engine import Exit
from tfcompat.outcomes import NoAnswerError, Reason


def test_a_shell_exits_as_the_shell_did(call: Call, engine: FakeEngine) -> None:
    engine.made[NEW] = FakeSandbox(ending=Exit(code=7, output=""))
    assert call("shell", NEW) == (7, "", "")
    assert engine.made[NEW].shells == 1


def test_a_shell_of_a_cell_that_there_is_not(call: Call) -> None:
    code, _, complained = call("shell", "tf1.15.0-py3.6")
    assert code == 2
    assert complained.startswith("tfcompat: there is no cell 'tf1.15.0-py3.6'")


def test_a_shell_without_an_environment_says_why(call: Call, engine: FakeEngine) -> None:
    engine.trouble = {NEW: NoAnswerError(Reason.NO_IMAGE, "no base image")}
    code, _, complained = call("shell", NEW)
    assert code == 2
    assert complained.splitlines()[0].startswith("1 environments are to be made: ")
    assert complained.splitlines()[1] == f"tfcompat: {NEW} has no environment: no base image"

"""tfcompat images prune: the selected environments go, or all where nothing is selected."""

from tests.command import NEW, Call
from tests.fakes import FakeEngine, FakeSandbox


def test_the_selected_go_or_else_all(call: Call, engine: FakeEngine) -> None:
    engine.made = {"tf2.9.3-py3.10": FakeSandbox(), NEW: FakeSandbox()}
    assert call("images", "prune", "--tf", "2.9") == (0, "1 environments were removed\n", "")
    assert list(engine.made) == [NEW]
    assert call("images", "prune") == (0, "1 environments were removed\n", "")
    assert engine.made == {}

"""tfcompat images list: what is kept, with its size, on whichever engine there is."""

from pathlib import Path

import pytest

from tests.command import NEW, Call, use
from tests.fakes import FakeEngine, FakeSandbox
from tfcompat.errors import ToolError


def test_each_environment_has_its_size_and_all_are_counted(call: Call, engine: FakeEngine) -> None:
    engine.made = {"tf2.9.3-py3.10": FakeSandbox(), NEW: FakeSandbox()}
    code, said, complained = call("images", "list")
    assert said.splitlines()[1] == f"{NEW:24}     1 MB  fake:{NEW}"
    assert (code, complained) == (0, "2 environments, 2 MB\n")


def test_without_an_engine_auto_falls_back_with_one_line(
    call: Call, monkeypatch: pytest.MonkeyPatch, project_folder: Path
) -> None:
    use(monkeypatch, ToolError("no Docker engine answers (refused): start one, or use --engine local"))
    code, said, complained = call("images", "list")
    assert (code, said) == (0, "")
    assert complained == "using local environments: no Docker engine answers (refused)\n0 environments, 0 MB\n"

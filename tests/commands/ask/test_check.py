"""tfcompat check: what scenarios lack, and the exit code that says so."""

import pytest

from tests import fakes
from tests.command import Call
from tests.fakes import FakeEngine
from tfcompat.suite import catalogue


def test_scenarios_that_lack_nothing_are_counted(call: Call, engine: FakeEngine) -> None:
    assert call("check", "scenarios") == (0, "1 scenarios in 1 groups\n", "")


def test_what_a_scenario_lacks_is_said(call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = fakes.scenario_facts(title="", reference=" ")
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [lacking])
    code, said, complained = call("check", "scenarios")
    assert (code, complained) == (2, "")
    assert said.splitlines() == [
        "adapt::mean (test_adapt.py:7) lacks a title: the first line of its docstring",
        "adapt::mean (test_adapt.py:7) lacks a reference",
    ]

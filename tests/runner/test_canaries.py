"""Canaries: in a working environment each is as it is meant to be, and a part that is broken is named."""

import sys
import types
from io import StringIO
from pathlib import Path
from typing import Any

import numpy
import pytest

from scenarios.runner import canaries
from scenarios.runner.answer import encoded
from scenarios.runner.canaries import COMPUTING, FATES, PARTS, Canary, WrongAnswer, expect
from tfcompat.outcomes import Happened
from tfcompat.record.lines import CanaryLine, parse_line

LOCKED = {"numpy": "1.0", "h5py": "3.0", "protobuf": "4.0", "keras": "3.0"}


def stand_in(**changes: Any) -> types.SimpleNamespace:
    """As much of TensorFlow as the canaries ask."""

    def layer(units: int, kernel_initializer: str, use_bias: bool) -> Any:
        return lambda rows: rows.sum(axis=1, keepdims=True)

    keras = types.SimpleNamespace(layers=types.SimpleNamespace(Dense=layer))
    return types.SimpleNamespace(**{"constant": float, "function": lambda python: python, "keras": keras, **changes})


def test_a_cell_has_a_canary_for_each_part_that_its_lock_has() -> None:
    every = {canary.id for canary in canaries.canaries({"pins": LOCKED, "package": "tensorflow-cpu"})}
    fewer = {canary.id for canary in canaries.canaries({"pins": {}, "package": "tensorflow-cpu"})}
    assert every == {canary.id for canary in FATES} | set(COMPUTING) | {"environment"}
    assert every - fewer == set(PARTS) | {"environment"}
    of_old = {canary.id for canary in canaries.canaries({"pins": {"keras-preprocessing": "1"}, "package": "x"})}
    assert "keras" in of_old


def test_at_the_end_the_environment_is_asked_for_what_changed_since(monkeypatch: pytest.MonkeyPatch) -> None:
    class Files:
        def __init__(self, pins: object) -> None:
            assert pins == LOCKED

        def unlike_wheels(self) -> list[str]:
            return ["a"]

        def unlike_wheels_since(self) -> list[str]:
            return ["b"]

    monkeypatch.setattr(canaries, "Installed", Files)
    monkeypatch.setattr(canaries, "check_versions", lambda pins, package, changed: [package, *changed])
    every = canaries.canaries({"pins": LOCKED, "package": "tensorflow-cpu"})
    (environment,) = (canary for canary in every if canary.id == "environment")
    assert environment.answer()["observed"] == ["tensorflow-cpu", "a"]
    assert environment.last.answer()["observed"] == ["tensorflow-cpu", "b"]
    assert all(canary.last is canary for canary in every if canary is not environment)


def test_each_thing_that_may_become_of_a_scenario_is_meant_of_one() -> None:
    meant = {canary.meant for canary in FATES}
    assert meant == {"returned", "missing", "raised", "signal", "timeout", "memory"}
    assert meant < {str(happened) for happened in Happened}


@pytest.mark.parametrize("name", ["numpy", "tensorflow", "function", "keras", "files"])
def test_a_part_that_works_is_as_it_is_meant(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "tensorflow", stand_in())
    assert Canary(name, "returned", COMPUTING[name]).answer()["happened"] == "returned"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("tensorflow", {"constant": lambda number: number + 1}),
        ("function", {"function": lambda python: lambda number: number}),
        (
            "keras",
            {"keras": types.SimpleNamespace(layers=types.SimpleNamespace(Dense=lambda *_, **__: numpy.zeros_like))},
        ),
    ],
)
def test_a_part_that_computes_something_else_is_found_out(
    name: str, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", stand_in(**changes))
    answer = Canary(name, "returned", COMPUTING[name]).answer()
    assert (answer["happened"], answer["type"]) == ("raised", "WrongAnswer")


def test_a_numpy_that_counts_otherwise_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Upwards:
        def __getattr__(self, name: str) -> Any:
            return (
                getattr(numpy, name)
                if name != "arange"
                else lambda count, dtype: numpy.arange(1, count + 1, dtype=dtype)
            )

    monkeypatch.setitem(sys.modules, "numpy", Upwards())
    with pytest.raises(WrongAnswer):
        COMPUTING["numpy"]()


def test_a_disk_that_keeps_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.open", lambda *_: StringIO())
    with pytest.raises(WrongAnswer, match="a file has not what was written into it"):
        COMPUTING["files"]()


@pytest.mark.parametrize("computed", [[1.0], [1.0, 2.00001], [1.0, float("nan")], [2.0, 1.0], []])
def test_a_number_counts_to_a_millionth(computed: list[float]) -> None:
    expect([1.0, 2.0], [1.0, 2.000001])
    with pytest.raises(WrongAnswer):
        expect([1.0, 2.0], computed)


def test_a_line_is_one_that_the_harness_reads_and_says_only_what_is_not_as_meant() -> None:
    canary = Canary("h5py", "returned", lambda: None)
    good = parse_line(encoded(canary.line("before", {"happened": "returned", "observed": 1, "seconds": 0.1})).decode())
    bad = parse_line(encoded(canary.line("after", {"happened": "raised", "type": "OSError", "message": "no"})).decode())
    assert good == CanaryLine(name="h5py", when="before", meant=Happened.RETURNED, happened=Happened.RETURNED)
    assert isinstance(bad, CanaryLine)
    assert (bad.failed, bad.failure) == (True, "h5py: OSError: no")

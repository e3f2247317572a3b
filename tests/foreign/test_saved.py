"""Tests of a script saved as a scenario: it does and returns what the script prints, and what is left to do is said."""

import sys
import types

import pytest

from tfcompat.errors import SelectionError
from tfcompat.foreign import saved
from tfcompat.foreign.saved import SavedScenario

SCRIPT = '''import contextlib, io, sys
TEXT = """two
lines"""

def doubled(values):
    return [value * FACTOR for value in values]

FACTOR = 2
if __name__ == "__main__":
    print(doubled([1, 2]))
    print(TEXT)
'''


def scenario(script: str = SCRIPT, identity: str = "own::doubled", **facts: list[str]) -> SavedScenario:
    given = {"arguments": [], "siblings": [], "beside": [], **facts}
    return saved.scenario(identity, script, "my script.py", **given)


def run(made: SavedScenario, monkeypatch: pytest.MonkeyPatch) -> object:
    """What the function of a scenario returns, with marks that do nothing."""
    marks = types.ModuleType("scenarios.marks")
    marks.data = lambda identity, **facts: lambda function: function  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "scenarios.marks", marks)
    names: dict[str, object] = {"__name__": "test_own"}
    exec(compile(made.text, made.file, "exec"), names)  # noqa: S102
    function = names[made.file.removesuffix(".py")]
    assert callable(function)
    return function()


def test_it_returns_what_the_script_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    made = scenario()
    assert made.file == "test_own_doubled.py"
    assert run(made, monkeypatch) == ["[2, 4]", "two", "lines"]
    assert '@data("own::doubled", reference="the script my-script.py, as tfcompat try ran it", limit=120)' in made.text


def test_arguments_are_the_scripts_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["before"])
    assert run(scenario("import sys\nprint(sys.argv[1:])\n", arguments=["--a", "b c"]), monkeypatch) == [
        "['--a', 'b c']"
    ]


def test_a_script_of_comments_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(scenario("# nothing\n"), monkeypatch) == []


def test_what_is_left_to_do_is_in_the_file() -> None:
    made = scenario("import helper, os\nmodel.predict(1)\n", siblings=["helper.py", "data.csv"], beside=["pandas"])
    for words in (
        "it imports helper, which",
        "none of the files beside it (data.csv)",
        "verbose=0",
        "pandas is not in every",
    ):
        assert any(words in line for line in made.to_do), words
        assert words in made.text


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("def f():\n    global x\n", "a global statement"),
        ("from os import *\n", r"an import of \*"),
        ("from __future__ import annotations\n", "an import of __future__"),
        ("def f(:\n", "invalid syntax"),
    ],
)
def test_what_would_be_another_thing_in_a_function_is_refused(script: str, says: str) -> None:
    with pytest.raises(SelectionError, match=f"my script.py cannot be saved as a scenario: .*{says}"):
        scenario(script)


@pytest.mark.parametrize("identity", ["own", "Own::x", "own:: x", "own::"])
def test_what_is_no_id_is_refused(identity: str) -> None:
    with pytest.raises(SelectionError, match="is not an id: write group::what_is_observed"):
        scenario(identity=identity)

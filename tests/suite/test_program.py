"""The program of a cell: its command, which the recorder reads, however long the list of scenarios is."""

import json
import subprocess
from dataclasses import replace
from typing import Any

import pytest

from tests import fakes
from tfcompat.suite.program import END_OF_SETTINGS, Program, in_arguments

#: Bytes that Linux takes of one argument.
LINUX = 131_072


def argv(program: Program, *, collect: bool = False) -> list[str]:
    return program.argv("python", "/suite", "/bundle", "/scratch", collect=collect)


def settings(program: Program, *, collect: bool = False) -> dict[str, Any]:
    """What the recorder reads from its arguments."""
    arguments = argv(program, collect=collect)
    start = arguments.index("/suite/runner/cell.py") + 1
    read: dict[str, Any] = json.loads("".join(arguments[start : arguments.index(END_OF_SETTINGS)]))
    return read


def test_the_command_is_an_isolated_interpreter_with_settings_and_arguments() -> None:
    arguments = argv(fakes.program("-k", "mean"))
    assert arguments[:4] == ["python", "-I", "-B", "/suite/runner/cell.py"]
    assert arguments[5:] == [END_OF_SETTINGS, "-k", "mean"]
    program = fakes.program()
    assert settings(program) == {
        "bundle": "/bundle",
        "suite": program.suite_hash,
        "parallel": program.parallel,
        "memory": program.memory,
        "scratch": "/scratch",
    }


@pytest.mark.parametrize("scenarios", [(), ("a::x",), ("a::x", "b::--")])
def test_the_scenarios_that_run_are_in_the_settings(scenarios: tuple[str, ...]) -> None:
    assert settings(replace(fakes.program(), scenarios=scenarios))["scenarios"] == list(scenarios)


def test_collecting_and_compiling_are_asked_for_by_the_settings() -> None:
    assert settings(fakes.program(), collect=True)["collect"] is True
    compiles = replace(fakes.program(), compiles=True, scenarios=("a::x",))
    assert settings(compiles) == {**settings(fakes.program()), "compile": True}
    assert "-S" in argv(compiles)
    assert "-S" not in argv(fakes.program())


@pytest.mark.starts
def test_a_long_list_of_scenarios_reaches_a_process_whole() -> None:
    scenarios = tuple(
        f"group::a scenario whose name is about as long as é that of most others {i}" for i in range(5000)
    )
    program = replace(fakes.program("-x"), scenarios=scenarios)
    assert len(json.dumps(scenarios)) > 2 * LINUX
    code = 'import sys; i = sys.argv.index("--"); print("".join(sys.argv[2:i])); print(sys.argv[i + 1 :])'
    arguments = argv(program)
    assert max(map(len, arguments)) < LINUX
    done = subprocess.run(["python3", "-c", code, *arguments[3:]], capture_output=True, text=True, check=True)
    read, rest = done.stdout.splitlines()
    assert json.loads(read)["scenarios"] == list(scenarios)
    assert rest == "['-x']"


def test_settings_of_any_length_are_cut_without_loss() -> None:
    for length in (0, 99_990, 100_000, 100_010, 300_000):
        parts = in_arguments({"suite": "x" * length})
        assert json.loads("".join(parts)) == {"suite": "x" * length}
        assert END_OF_SETTINGS not in parts


def test_a_program_shares_its_cores_and_keeps_one() -> None:
    program = replace(fakes.program(), cores=4.0)
    assert (program.shared(2).parallel, program.shared(8).parallel) == (2, 1)

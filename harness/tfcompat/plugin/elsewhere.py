"""The same tests elsewhere: what pytest was asked for, as the command that runs a folder of tests on releases."""

import shlex
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tfcompat import process
from tfcompat.errors import ExitCode
from tfcompat.plugin.notes import NAME, OPTIONS

#: Options of pytest that choose tests in a way that no cell can follow.
REFUSED = {
    "lf": "--lf",
    "stepwise": "--stepwise",
    "pyargs": "--pyargs",
    "deselect": "--deselect",
    "ignore": "--ignore",
    "ignore_glob": "--ignore-glob",
    "collectonly": "--collect-only",
}
#: What the exit code of the command is to pytest; any other is that something went wrong.
CODES = {
    ExitCode.COMPLETE: pytest.ExitCode.OK,
    ExitCode.CHANGED: pytest.ExitCode.TESTS_FAILED,
    ExitCode.USAGE: pytest.ExitCode.USAGE_ERROR,
    ExitCode.INTERRUPTED: pytest.ExitCode.INTERRUPTED,
}


def run(config: pytest.Config) -> int:
    """Run the tests on the releases that were asked for; pytest's exit code for what came of it.

    Raises UsageError where a cell cannot be given the same selection.
    """
    argv = [sys.executable, "-P", "-m", "tfcompat", *command(config)]
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        code = process.interactive(argv, cwd=config.invocation_params.dir)
    return CODES.get(code, pytest.ExitCode.INTERNAL_ERROR)  # type: ignore[call-overload, no-any-return]


def command(config: pytest.Config) -> list[str]:
    """The arguments of tfcompat for what pytest was asked for. Raises UsageError where there are none."""
    for name, option in REFUSED.items():
        if config.getoption(name, None):
            raise pytest.UsageError(f"{option} does not go with --{NAME}: choose tests with -k and -m")
    selection = list(pytest_arguments(config))
    return ["run", "--tests", tests(config), *run_options(config), *(["--", *selection] if selection else [])]


def tests(config: pytest.Config) -> str:
    """The one folder or file that is run."""
    if any("::" in argument for argument in config.args):
        raise pytest.UsageError(f"--{NAME} runs a folder or a file: choose tests in it with -k and -m")
    if len(config.args) != 1:
        raise pytest.UsageError(f"--{NAME} runs one folder or file: name one of {', '.join(config.args)}")
    return config.args[0]


def run_options(config: pytest.Config) -> Iterator[str]:
    """The options of the command, those that the user adds last."""
    yield from ("--tf", config.getoption(NAME))
    workers = getattr(config.known_args_namespace, "numprocesses", None)  # pytest-xdist makes a number of "auto" later
    if isinstance(workers, int) and workers:
        yield from ("--jobs", str(workers))
    if config.getoption("xmlpath", None):
        yield from ("--junit", str(config.getoption("xmlpath")))
    yield from shlex.split(config.getoption(OPTIONS) or "")


def pytest_arguments(config: pytest.Config) -> Iterator[str]:
    """What pytest gets in each cell: the same selection."""
    for option, name in (("-k", "keyword"), ("-m", "markexpr"), ("--maxfail", "maxfail")):
        if value := config.getoption(name, None):
            yield from (option, str(value))

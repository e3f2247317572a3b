"""Tests of the errors and their exit codes."""

import inspect

import pytest

from tfcompat import errors
from tfcompat.errors import ExitCode, TfcompatError

ERRORS = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, TfcompatError)]


def test_the_exit_codes_are_those_of_the_readme() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "COMPLETE": 0,
        "CHANGED": 1,
        "USAGE": 2,
        "UNKNOWN_CELLS": 3,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_a_usage_error_unless_it_is_an_interruption(error: type[TfcompatError]) -> None:
    interrupted = error is errors.InterruptedRunError
    assert error.exit_code is (ExitCode.INTERRUPTED if interrupted else ExitCode.USAGE)

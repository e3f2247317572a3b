"""Tests of the errors and their exit codes."""

import errno
import inspect

import pytest

from tfcompat import errors
from tfcompat.errors import DISK_FULL, ExitCode, TfcompatError, system_message

ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, TfcompatError)]


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


@pytest.mark.parametrize("number", DISK_FULL)
def test_a_full_disk_is_an_advice_that_names_the_file(number: int) -> None:
    advice = "free some space: tfcompat images prune removes environments"
    assert system_message(OSError(number, "no room", "/cache")) == f"the disk is full (/cache): {advice}"
    assert system_message(OSError(number, "no room", "/cache"), "/other") == f"the disk is full (/cache): {advice}"
    assert system_message(OSError(number, "no room"), "/other") == f"the disk is full (/other): {advice}"
    assert system_message(OSError(number, "no room")) == f"the disk is full: {advice}"


def test_another_error_of_the_system_is_said_in_its_own_words() -> None:
    assert system_message(OSError(errno.EACCES, "Permission denied", "/cache")) == "Permission denied (/cache)"
    assert system_message(OSError("broken")) == "broken"

"""The errors that reach a person: each says what to do, and has its exit code."""

import errno
from enum import IntEnum


class ExitCode(IntEnum):
    """What the command's exit code says; the README shows the same table."""

    COMPLETE = 0
    CHANGED = 1
    USAGE = 2
    UNKNOWN_CELLS = 3
    INTERRUPTED = 130


#: The error numbers of a disk that takes no more.
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def words_of(error: OSError, place: object = None) -> str:
    """What the system refused, and what to do where that is clear; ``place`` is the file where the error names none."""
    place = f" ({error.filename or place})" if error.filename or place else ""
    if error.errno in DISK_FULL:
        return f"the disk is full{place}: free some space, or use --prune"
    return f"{error.strerror or error}{place}"


class TfcompatError(Exception):
    """An error whose message is advice: one sentence, what is wrong and what to do."""

    exit_code = ExitCode.USAGE


class SelectionError(TfcompatError):
    """The selection names nothing, or something that is not there."""


class DataError(TfcompatError):
    """A file of the project is not what it should be."""


class ToolError(TfcompatError):
    """A tool that this needs is missing or does not answer."""


class InterruptedRunError(TfcompatError):
    """Somebody pressed Ctrl-C; what was recorded stays."""

    exit_code = ExitCode.INTERRUPTED

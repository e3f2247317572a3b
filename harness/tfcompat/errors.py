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


def system_message(error: OSError, path: object = None) -> str:
    """What the system refused, and what to do where that is clear; ``path`` is the file where the error names none."""
    path = error.filename or path
    where = f" ({path})" if path else ""
    if error.errno in DISK_FULL:
        return f"the disk is full{where}: free some space: tfcompat images prune removes environments"
    return f"{error.strerror or error}{where}"


class TfcompatError(Exception):
    """An error whose message is advice: one sentence, what is wrong and what to do."""

    exit_code = ExitCode.USAGE


class SelectionError(TfcompatError):
    """The selection names nothing, or something that does not exist."""


class DataError(TfcompatError):
    """A file of the project is not what it should be."""


class ToolError(TfcompatError):
    """A tool that is needed is missing or does not answer."""


class InterruptedRunError(TfcompatError):
    """Somebody pressed Ctrl-C; what was recorded is kept."""

    exit_code = ExitCode.INTERRUPTED

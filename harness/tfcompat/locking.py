"""Locks on files between processes: the system ends a lock together with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def holding(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold a lock file, which is created if need be; the value is false where others hold it and the caller does not ``wait``.

    Either many hold it ``shared``, or one holds it alone and may remove the file. A lock on a removed file protects
    nothing, because whoever comes next creates a new file: it is given up for a lock on the new one.
    """
    while True:
        with path.open("a") as file:
            try:
                held = lock(file, shared=shared, wait=wait)
                if held and not os.fstat(file.fileno()).st_nlink:
                    continue
                yield held
                return
            finally:  # closing is not enough: a program that another thread is starting has a copy of the file for a moment
                fcntl.flock(file, fcntl.LOCK_UN)


def lock(file: IO[Any], *, shared: bool = False, wait: bool = True) -> bool:
    """Lock an open file until it is closed; false where others hold it and the caller does not ``wait``."""
    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(file, how if wait else how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

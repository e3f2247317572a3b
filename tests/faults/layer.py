"""A layer under all that writes: it counts each write and change of state below a folder, and ends the process at one of them."""

import os
import sys
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

from tfcompat.trials import store

#: What changes a folder; Python tells of each before it happens.
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
#: The exit code of a process that is killed.
KILLED = 137


class Layer:
    """Counts points of a process, and ends it at point ``at`` as SIGKILL would: no block is left, and nothing is tidied up."""

    def __init__(self, root: Path, at: int | None = None) -> None:
        self.root = str(root)
        self.at = at
        self.count = 0

    def install(self) -> None:
        """For the rest of this process, which is a fork: an audit hook cannot be taken out."""
        sys.addaudithook(self.hear)
        for name in ("write_bytes", "write_text"):
            setattr(Path, name, self.torn(getattr(Path, name)))
        whole = store.write_all

        def write_all(file: FileIO, data: bytes) -> None:
            self.point(lambda: file.write(data[: len(data) // 2]))
            whole(file, data)

        store.write_all = write_all

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        opens = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & WRITING)
        path = arguments[0] if opens or event in CHANGES else None
        if isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self.root):
            self.point()

    def torn(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        """A write of which half is on the disk when the process ends."""

        def write(path: Path, data: Any, *arguments: Any, **options: Any) -> Any:
            if str(path).startswith(self.root):
                self.point(lambda: whole(path, data[: len(data) // 2], *arguments, **options))
            return whole(path, data, *arguments, **options)

        return write

    def point(self, half: Callable[[], object] = lambda: None) -> None:
        self.count += 1
        if self.count == self.at:
            self.at = None
            half()
            os._exit(KILLED)


def in_fork(work: Callable[[], int | None]) -> int:
    """Do something in a fork of this process, and give its exit code; an error is printed, and is 1."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = work() or 0
        except BaseException:  # a fork must not go on with the tests
            import traceback

            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def points_of(root: Path, work: Callable[[], object], note: Path) -> int:
    """How many points some work has."""

    def counted() -> None:
        layer = Layer(root)
        layer.install()
        work()
        os.write(descriptor, str(layer.count).encode())

    descriptor = os.open(note, os.O_WRONLY | os.O_CREAT)
    try:
        assert in_fork(lambda: counted()) == 0
    finally:
        os.close(descriptor)
    return int(note.read_text())


def killed_at(root: Path, work: Callable[[], object], at: int) -> int:
    """Do some work in a fork that ends at a point; its exit code."""

    def doomed() -> None:
        Layer(root, at).install()
        work()

    return in_fork(lambda: doomed())

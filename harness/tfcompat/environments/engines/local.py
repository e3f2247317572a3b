"""The local engine: an environment a cell, made by uv in the cache, run as an ordinary process."""

import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tfcompat import locking, process
from tfcompat.environments import interpreters
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.environments.uv import Uv, check
from tfcompat.errors import DISK_FULL
from tfcompat.files import fingerprint, hash_of, naming
from tfcompat.outcomes import NoAnswerError, Reason, interrupted
from tfcompat.suite.program import Program

#: Seconds that the installation of one environment may take; a slow network needs most of it.
INSTALL_LIMIT = 1800.0
#: Part of every environment's name: raise it where this file makes them otherwise than before.
GENERATION = "2"
#: Written last into an environment: without it, it is not whole.
COMPLETE = ".tfcompat-complete"
#: The suffix of an environment's lock file, beside it: runs share the lock, and who makes or removes the environment has it alone.
LOCK = ".lock"
#: Seconds between two looks at an environment that somebody else makes or removes.
PAUSE = 0.1
#: What a cell may find on PATH: nothing that a person installed.
CELL_PATH = "/usr/bin:/bin"


@dataclass(frozen=True, kw_only=True)
class LocalSandbox:
    """An environment in the cache. What a run of it writes goes below ``scratch``, by default where the system has such."""

    folder: Path
    locked: LockedCell
    cancelled: threading.Event
    scratch: Path | None = None

    @property
    def environment(self) -> str:
        return f"local:{self.folder.name}"

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        try:
            with self.in_use() as scratch:
                before = oom_kills()
                done = process.stream(
                    program.argv(str(self.python), str(program.suite), str(program.bundle), scratch),
                    on_line,
                    limit=program.limit,
                    env=self.variables(scratch),
                    cwd=Path(scratch),
                    cancelled=self.cancelled,
                )
        except NoAnswerError as error:
            return Exit(code=-1, output=error.message, lost=True)
        lost = self.cancelled.is_set()
        killed = done.code == -9 and not done.timed_out and not lost and oom_kills() > before
        return Exit(code=done.code, output=done.output, timed_out=done.timed_out, out_of_memory=killed, lost=lost)

    def shell(self, program: Program) -> int:
        with self.in_use() as scratch:
            return process.interactive([self.python, "-q"], env=self.variables(scratch), cwd=Path(scratch))

    @contextmanager
    def in_use(self) -> Iterator[str]:
        """Keep the environment from being removed; a folder to write into. Raises NoAnswerError where it cannot be used."""
        try:
            with (
                locking.holding(lock_file(self.folder), shared=True),
                tempfile.TemporaryDirectory(
                    prefix="tfcompat-", dir=self.scratch, ignore_cleanup_errors=True
                ) as scratch,
            ):
                if not is_whole(self.folder):
                    raise NoAnswerError(Reason.ENGINE_LOST, f"somebody removed {self.folder}: run the cell again")
                yield scratch
        except OSError as error:
            if error.errno in DISK_FULL:
                raise
            raise NoAnswerError(Reason.ENGINE_LOST, f"{self.folder} cannot be used: {error}") from error

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def variables(self, scratch: str) -> dict[str, str]:
        return {**self.locked.variables, "PATH": CELL_PATH, "HOME": scratch, "TMPDIR": scratch}


class LocalEngine:
    """Environments under ``folder``, one for each locked cell, found by the hash of what they are made from."""

    name = "local"

    def __init__(self, folder: Path, uv: Uv, scratch: Path | None = None) -> None:
        self.folder = folder
        self.uv = uv
        self.scratch = scratch

    def recipe(self, locked: LockedCell) -> str:
        return hash_of(self.name, GENERATION, locked.cell.python)

    def has(self, locked: LockedCell) -> bool:
        return is_whole(self.folder_of(locked))

    def find(self, locked: LockedCell) -> LocalSandbox | None:
        """The environment of a cell; one that a scenario has edited is removed, so that it is made again."""
        folder = self.folder_of(locked)
        if is_whole(folder) and not is_as_made(folder):
            discard(folder)
        return self.sandbox(locked) if is_whole(folder) else None

    def build(self, locked: LockedCell) -> LocalSandbox:
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = self.folder_of(locked)
        while True:
            with locking.holding(lock_file(folder), wait=False) as alone:
                if alone and not is_whole(folder):
                    self.make_or_clear(locked, folder)
            if alone or is_whole(folder):
                return self.sandbox(locked)
            if self.uv.cancelled.wait(PAUSE):
                raise interrupted()

    def make_or_clear(self, locked: LockedCell, folder: Path) -> None:
        try:
            with naming(folder):
                self.make(locked, folder)
        except BaseException:
            clear(folder)
            raise

    def make(self, locked: LockedCell, folder: Path) -> None:
        """Create an environment and install the lock in it, byte-code compiled."""
        wipe(folder)
        python = interpreters.find(locked.cell.python, self.uv)
        venv: list[str | Path] = ["venv", "--quiet", "--no-project", "--python", python, folder]
        self.install(venv, f"making an environment for {locked.cell.id}")
        lock = folder / "lock.txt"
        lock.write_text(locked.lock.text)
        install: list[str | Path] = [
            "pip",
            "install",
            "--quiet",
            "--python",
            folder / "bin" / "python",
            "--compile-bytecode",
            "--link-mode",
            "copy",  # else an edit in this environment would be one of uv's cache, and of the environments made from it
        ]
        install += ["--require-hashes", "--no-deps", "--requirement", lock]
        self.install(install, f"installing {locked.cell.id}")
        (folder / COMPLETE).write_text(fingerprint(folder / "lib"))

    def install(self, arguments: Sequence[str | Path], doing: str) -> None:
        check(self.uv(arguments, INSTALL_LIMIT), doing, Reason.NO_IMAGE)

    def remove(self, locked: LockedCell) -> bool:
        return discard(self.folder_of(locked))

    def environments(self) -> Sequence[tuple[str, str, int]]:
        folders = sorted(path.parent for path in self.folder.glob(f"*/{COMPLETE}"))
        return [(str(folder), cell_of(folder), size_of(folder)) for folder in folders]

    def prune(self, cells: Collection[str] | None) -> int:
        return sum(discard(folder) for folder in self.kept() if cells is None or cell_of(folder) in cells)

    def kept(self) -> set[Path]:
        """The environments, whole or not, and those of which a lock file is all that is left."""
        folders = {path for path in self.folder.glob("*") if path.is_dir()}
        return folders | {path.with_name(path.name.removesuffix(LOCK)) for path in self.folder.glob(f"*{LOCK}")}

    def free_disk(self) -> int:
        existing = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        return shutil.disk_usage(existing).free

    def cancel(self) -> None:
        self.uv.cancelled.set()

    def sandbox(self, locked: LockedCell) -> LocalSandbox:
        folder = self.folder_of(locked)
        return LocalSandbox(folder=folder, locked=locked, cancelled=self.uv.cancelled, scratch=self.scratch)

    def folder_of(self, locked: LockedCell) -> Path:
        return self.folder / f"{locked.cell.id}-{hash_of(GENERATION, locked.cell.python, locked.lock.text)}"


def cell_of(folder: Path) -> str:
    return folder.name.rsplit("-", 1)[0]


def is_whole(folder: Path) -> bool:
    """Whether an environment was made to its end, and its interpreter, which lies outside of it, is still there."""
    return (folder / COMPLETE).exists() and (folder / "bin" / "python").exists()


def is_as_made(folder: Path) -> bool:
    """Whether no file of an environment was changed since it was made."""
    return (folder / COMPLETE).read_text() == fingerprint(folder / "lib")


def oom_kills() -> int:
    """How many processes this machine ever killed for lack of memory; none where it does not say so."""
    with suppress(OSError):
        found = re.search(r"^oom_kill (\d+)", Path("/proc/vmstat").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def lock_file(folder: Path) -> Path:
    return folder.with_name(folder.name + LOCK)


def discard(folder: Path) -> bool:
    """Remove what there is of an environment, unless it is in use; whether there was one and it is gone."""
    if not folder.exists() and not lock_file(folder).exists():  # locking would make the lock file
        return False
    with locking.holding(lock_file(folder), wait=False) as alone:
        if not alone:
            return False
        existed = folder.exists()
        clear(folder)
        return existed and not folder.exists()


def clear(folder: Path) -> None:
    """Remove an environment and its lock file, for who has it alone."""
    wipe(folder)
    lock_file(folder).unlink(missing_ok=True)


def wipe(folder: Path) -> None:
    """Remove an environment; half removed, it is not whole."""
    with suppress(OSError):
        (folder / COMPLETE).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder; what is linked from uv's cache counts here too."""
    return sum(path.lstat().st_size for path in folder.rglob("*"))

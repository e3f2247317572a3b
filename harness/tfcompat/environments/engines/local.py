"""The local engine: an environment a cell, made by uv in the cache, run as an ordinary process."""

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tfcompat import process
from tfcompat.environments import interpreters
from tfcompat.environments.engine import Exit, Recipe
from tfcompat.environments.uv import Uv, check
from tfcompat.errors import DISK_FULL
from tfcompat.files import hash_of
from tfcompat.outcomes import NoAnswerError, Reason, interrupted
from tfcompat.suite.program import Program

#: Seconds that the installation of one environment may take; a slow network needs most of it.
INSTALL_LIMIT = 1800.0
#: Part of every environment's name: raise it where this file makes them otherwise than before.
GENERATION = "1"
#: Written last into an environment: without it, it is not whole.
COMPLETE = ".tfcompat-complete"
#: Where an environment's lock is, beside it: who runs in it shares the lock, and who makes or removes it has it alone.
LOCK = ".lock"
SHARED, ALONE = fcntl.LOCK_SH, fcntl.LOCK_EX | fcntl.LOCK_NB
#: Seconds between two looks at an environment that somebody else makes or removes.
PAUSE = 0.1
#: What a cell may find on PATH: nothing that a person installed.
CELL_PATH = "/usr/bin:/bin"


@dataclass(frozen=True, kw_only=True)
class LocalSandbox:
    """An environment in the cache."""

    folder: Path
    recipe: Recipe
    cancelled: threading.Event

    @property
    def environment(self) -> str:
        return f"local:{self.folder.name}"

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        try:
            with self.in_use() as scratch:
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
        killed = done.code == -9 and not done.timed_out and not lost
        return Exit(code=done.code, output=done.output, timed_out=done.timed_out, out_of_memory=killed, lost=lost)

    def shell(self, program: Program) -> int:
        with self.in_use() as scratch:
            return process.interactive([self.python, "-q"], env=self.variables(scratch), cwd=Path(scratch))

    @contextmanager
    def in_use(self) -> Iterator[str]:
        """Keep the environment from being removed; a folder to write into. Raises NoAnswerError where it cannot be used."""
        try:
            with (
                locked(self.folder, SHARED),
                tempfile.TemporaryDirectory(prefix="tfcompat-", ignore_cleanup_errors=True) as scratch,
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
        return {**self.recipe.variables, "PATH": CELL_PATH, "HOME": scratch, "TMPDIR": scratch}


class LocalEngine:
    """Environments under ``folder``, one for each recipe, found by the hash of what they are made from."""

    name = "local"

    def __init__(self, folder: Path, uv: Uv) -> None:
        self.folder = folder
        self.uv = uv

    def find(self, recipe: Recipe) -> LocalSandbox | None:
        return self.sandbox(recipe) if is_whole(self.place(recipe)) else None

    def build(self, recipe: Recipe) -> LocalSandbox:
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = self.place(recipe)
        while True:
            with locked(folder, ALONE) as alone:
                if alone and not is_whole(folder):
                    self.make_or_clear(recipe, folder)
            if alone or is_whole(folder):
                return self.sandbox(recipe)
            if self.uv.cancelled.wait(PAUSE):
                raise interrupted()

    def make_or_clear(self, recipe: Recipe, folder: Path) -> None:
        try:
            self.make(recipe, folder)
        except BaseException:
            clear(folder)
            raise

    def make(self, recipe: Recipe, folder: Path) -> None:
        """Create an environment and install the lock in it, byte-code compiled."""
        wipe(folder)
        python = interpreters.find(recipe.cell.python, self.uv)
        check(
            self.uv(["venv", "--quiet", "--no-project", "--python", python, folder], INSTALL_LIMIT),
            f"making an environment for {recipe.cell.id}",
            Reason.NO_IMAGE,
        )
        lock = folder / "lock.txt"
        lock.write_text(recipe.lock.text)
        check(
            self.uv(
                [
                    "pip",
                    "install",
                    "--quiet",
                    "--python",
                    folder / "bin" / "python",
                    "--require-hashes",
                    "--no-deps",
                    "--compile-bytecode",
                    "--requirement",
                    lock,
                ],
                INSTALL_LIMIT,
            ),
            f"installing {recipe.cell.id}",
            Reason.NO_IMAGE,
        )
        (folder / COMPLETE).touch()

    def remove(self, recipe: Recipe) -> bool:
        return discard(self.place(recipe))

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
        there = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        return shutil.disk_usage(there).free

    def cancel(self) -> None:
        self.uv.cancelled.set()

    def sandbox(self, recipe: Recipe) -> LocalSandbox:
        return LocalSandbox(folder=self.place(recipe), recipe=recipe, cancelled=self.uv.cancelled)

    def place(self, recipe: Recipe) -> Path:
        return self.folder / f"{recipe.cell.id}-{hash_of(GENERATION, recipe.cell.python, recipe.lock.text)}"


def cell_of(folder: Path) -> str:
    return folder.name.rsplit("-", 1)[0]


def is_whole(folder: Path) -> bool:
    """Whether an environment was made to its end, and its interpreter, which lies outside of it, is still there."""
    return (folder / COMPLETE).exists() and (folder / "bin" / "python").exists()


def lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + LOCK)


@contextmanager
def locked(folder: Path, how: int) -> Iterator[bool]:
    """Hold the lock of an environment; false where others hold it and ``how`` does not wait. It ends with its process.

    A lock file may be removed by who has it alone: one that has lost its name locks nothing, and is taken anew.
    """
    with lock_of(folder).open("a+") as file:
        try:
            if not taken(file.fileno(), how):
                yield False
            elif os.fstat(file.fileno()).st_nlink:
                yield True
            else:
                with locked(folder, how) as held:
                    yield held
        finally:  # closing is not enough: a program that another thread is starting has a copy of the file for a moment
            fcntl.flock(file, fcntl.LOCK_UN)


def taken(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True


def discard(folder: Path) -> bool:
    """Remove what there is of an environment, unless it is in use; whether there was one and it is gone."""
    if not folder.exists() and not lock_of(folder).exists():  # to lock it would make the file
        return False
    with locked(folder, ALONE) as alone:
        if not alone:
            return False
        there = folder.exists()
        clear(folder)
        return there and not folder.exists()


def clear(folder: Path) -> None:
    """Remove an environment and its lock file, for who has it alone."""
    wipe(folder)
    lock_of(folder).unlink(missing_ok=True)


def wipe(folder: Path) -> None:
    """Remove an environment; half removed, it is not whole."""
    with suppress(OSError):
        (folder / COMPLETE).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder; what is linked from uv's cache counts here too."""
    return sum(path.lstat().st_size for path in folder.rglob("*"))

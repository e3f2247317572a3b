"""The local engine: an environment a cell, made by uv in the cache, run as an ordinary process."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from harness import interpreters, process
from harness.engine import Exit, Program, Recipe
from harness.outcomes import Reason
from harness.uv import Uv, check, hash_of

#: Seconds that the installation of one environment may take; a slow network needs most of it.
INSTALL_LIMIT = 1800.0
#: Part of every environment's name: raise it where this file makes them otherwise than before.
GENERATION = "1"
#: Written last into an environment: without it, it is not whole.
COMPLETE = ".tfcompat-complete"
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
        with tempfile.TemporaryDirectory(prefix="tfcompat-", ignore_cleanup_errors=True) as scratch:
            argv = program.argv(str(self.python), str(program.suite), str(program.bundle), scratch)
            try:
                done = process.stream(
                    argv,
                    on_line,
                    limit=program.limit,
                    env=self.variables(scratch),
                    cwd=Path(scratch),
                    cancelled=self.cancelled,
                )
            except (FileNotFoundError, PermissionError) as error:
                return Exit(code=-1, output=f"{self.python} cannot be started: {error.strerror}", lost=True)
        lost = self.cancelled.is_set()
        killed = done.code == -9 and not done.timed_out and not lost
        return Exit(code=done.code, output=done.output, timed_out=done.timed_out, out_of_memory=killed, lost=lost)

    def shell(self, program: Program) -> int:
        with tempfile.TemporaryDirectory(prefix="tfcompat-", ignore_cleanup_errors=True) as scratch:
            return process.interactive([self.python, "-q"], env=self.variables(scratch), cwd=Path(scratch))

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
        folder = self.place(recipe)
        return self.sandbox(recipe) if (folder / COMPLETE).exists() else None

    def build(self, recipe: Recipe) -> LocalSandbox:
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = self.place(recipe)
        with FileLock(folder.with_name(folder.name + ".lock")):
            if not (folder / COMPLETE).exists():
                try:
                    self.make(recipe, folder)
                except BaseException:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise
        return self.sandbox(recipe)

    def make(self, recipe: Recipe, folder: Path) -> None:
        """Create an environment and install the lock in it, byte-code compiled."""
        shutil.rmtree(folder, ignore_errors=True)
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
        folder = self.place(recipe)
        there = folder.exists()
        discard(folder)
        return there

    def environments(self) -> Sequence[tuple[str, str, int]]:
        folders = sorted(path.parent for path in self.folder.glob(f"*/{COMPLETE}"))
        return [(str(folder), folder.name.rsplit("-", 1)[0], size_of(folder)) for folder in folders]

    def prune(self, cells: Collection[str] | None) -> int:
        chosen = [Path(name) for name, cell, _ in self.environments() if cells is None or cell in cells]
        for folder in chosen:
            discard(folder)
        return len(chosen)

    def free_disk(self) -> int:
        there = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        return shutil.disk_usage(there).free

    def cancel(self) -> None:
        self.uv.cancelled.set()

    def sandbox(self, recipe: Recipe) -> LocalSandbox:
        return LocalSandbox(folder=self.place(recipe), recipe=recipe, cancelled=self.uv.cancelled)

    def place(self, recipe: Recipe) -> Path:
        return self.folder / f"{recipe.cell.id}-{hash_of(GENERATION, recipe.cell.python, recipe.lock.text)}"


def discard(folder: Path) -> None:
    """Remove an environment and its lock file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_name(folder.name + ".lock").unlink(missing_ok=True)


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder; what is linked from uv's cache counts here too."""
    return sum(path.lstat().st_size for path in folder.rglob("*"))

"""The program that runs the user's code in a cell: staged beside the code as it is now, with its bounds."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tfcompat.environments import staging
from tfcompat.foreign.copied import Copied
from tfcompat.suite.program import END_OF_SETTINGS, Program, in_arguments

#: Where the programs are that run inside a cell, and the path of them there, so that they import one another by it.
INSIDE, WITHIN = Path(__file__).parent / "inside", "tfcompat/foreign/inside"
#: Bytes of memory of a cell, of the largest file that it may write, and of each output that is kept: its beginning, its end.
MEMORY, LARGEST_FILE, FIRST, LAST = 4 << 30, 1 << 30, 300_000, 100_000
#: Seconds that a sandbox has beyond the limit of the code in it: it is to say that the time is over.
GRACE = 30.0


class Runs(StrEnum):
    """What of the user's code runs: a script, or tests."""

    SCRIPT = "script"
    TESTS = "tests"


@dataclass(frozen=True, kw_only=True)
class ForeignProgram(Program):
    """What a sandbox runs of the user's code: ``target`` is its path in what was copied, and ``each`` the seconds of a test.

    ``suite`` is the staged folder, which has the programs that run inside a cell and the code. ``arguments`` are the script's,
    or pytest's.
    """

    runs: Runs
    target: str
    each: float = 0.0

    def argv(self, python: str, suite: str, bundle: str, scratch: str, *, collect: bool = False) -> list[str]:
        """The command, with the paths as the sandbox sees them. Nothing is collected outside of a cell."""
        settings = in_arguments(self.settings(bundle, scratch))
        return [python, "-I", "-B", f"{suite}/{WITHIN}/{self.runs}.py", *settings, END_OF_SETTINGS, *self.arguments]

    def settings(self, bundle: str, scratch: str) -> dict[str, Any]:
        return {
            "bundle": bundle,
            "scratch": scratch,
            "target": self.target,
            "limit": self.limit - GRACE,
            "each": self.each,
            "memory": self.memory,
            "largest_file": LARGEST_FILE,
            "first": FIRST,
            "last": LAST,
        }


@contextmanager
def staged(copied: Copied, cache: Path) -> Iterator[Path]:
    """A folder in the cache with the programs and a copy of the user's files, for everybody to read; it is removed at the end."""
    folder = cache / "foreign"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as name:
        staged = Path(name, "staged")
        inside = staged / WITHIN
        shutil.copytree(INSIDE, inside, ignore=shutil.ignore_patterns("__pycache__"))
        for package in (staged / "tfcompat", inside.parent):
            (package / "__init__.py").touch()
        (staged / "nothing").mkdir()
        for path in copied.files:
            copy = staged / "code" / path.relative_to(copied.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        (staged / "code").mkdir(exist_ok=True)
        destination = Path(name, "foreign")
        staging.publish(staged, destination)
        yield destination


def program(
    folder: Path, runs: Runs, target: str, *, arguments: tuple[str, ...], limit: float, each: float = 0.0, cores: float
) -> ForeignProgram:
    """The program of a staged folder; ``limit`` is in seconds, for the code in one cell. A script needs no runner bundle."""
    return ForeignProgram(
        runs=runs,
        target=target,
        each=each,
        suite=folder,
        suite_hash="",
        bundle=folder / "nothing",
        cores=cores,
        memory=MEMORY,
        limit=limit + GRACE,
        arguments=arguments,
    )

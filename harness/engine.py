"""What the harness needs of an engine: find or build a cell's environment, run the suite in it, and leave nothing behind."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from harness.locks import Lock
from harness.releases import Cell

#: What every cell's process sees of the environment variables, on every engine, beside its variant's; nothing of the host's own.
CELL_VARIABLES: Mapping[str, str] = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "LANG": "C.UTF-8",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What an environment is made from."""

    cell: Cell
    lock: Lock

    @property
    def variables(self) -> dict[str, str]:
        """What the cell's process sees of the environment variables."""
        return {**CELL_VARIABLES, **dict(self.cell.variant.variables)}


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a sandbox runs: the staged suite, the runner bundle and their bounds.

    ``memory`` is the bytes that one scenario may map, ``cores`` the CPUs and ``limit`` the seconds of the whole cell;
    ``arguments`` go to pytest.
    """

    suite: Path
    suite_hash: str
    bundle: Path
    cores: float
    memory: int
    limit: float
    arguments: tuple[str, ...] = field(default=())

    @property
    def parallel(self) -> int:
        """How many scenarios run at once: one a core."""
        return max(1, int(self.cores))

    def shared(self, among: int) -> "Program":
        """The program with its part of the cores, and one at least, where so many cells run at once."""
        return replace(self, cores=max(1.0, self.cores / among))

    def argv(self, python: str, suite: str, bundle: str, scratch: str, *, collect: bool = False) -> list[str]:
        """The command, with the places as the sandbox sees them. ``-I`` keeps the host's variables and folders out.

        With ``collect`` the scenarios are told and not run.
        """
        settings = json.dumps(self.settings(bundle, scratch) | ({"collect": True} if collect else {}))
        return [python, "-I", "-B", f"{suite}/cell.py", settings, *self.arguments]

    def settings(self, bundle: str, scratch: str) -> dict[str, Any]:
        """What the recorder is told."""
        return {
            "bundle": bundle,
            "suite": self.suite_hash,
            "parallel": self.parallel,
            "memory": self.memory,
            "scratch": scratch,
        }


@dataclass(frozen=True, kw_only=True)
class Exit:
    """How a sandbox ended: the exit code, the end of its standard error, and what the engine knows of why."""

    code: int
    output: str
    timed_out: bool = False
    out_of_memory: bool = False
    lost: bool = False


class Sandbox(Protocol):
    """A cell's environment, ready to run."""

    @property
    def environment(self) -> str:
        """What stands for the environment in the record: an image's digest, or the hash of a local one."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        """Run the program; each line of its standard output goes to ``on_line``."""

    def shell(self, program: Program) -> int:
        """Hand the terminal to a shell in the environment; its exit code."""


class Engine(Protocol):
    """Makes sandboxes. Raises NoAnswerError where a cell cannot have one."""

    @property
    def name(self) -> str:
        """``docker`` or ``local``; part of the record."""

    def find(self, recipe: Recipe) -> Sandbox | None:
        """The environment of a recipe, if it has been made."""

    def build(self, recipe: Recipe) -> Sandbox:
        """Make the environment of a recipe."""

    def remove(self, recipe: Recipe) -> bool:
        """Remove the environment of a recipe, unless somebody uses it; whether one was removed."""

    def environments(self) -> Sequence[tuple[str, str, int]]:
        """Name, cell id and bytes of each environment that this engine keeps."""

    def prune(self, cells: Collection[str] | None) -> int:
        """Remove the environments that this engine keeps and nobody uses, of some cells by id or of all; how many."""

    def free_disk(self) -> int:
        """Bytes that are free where environments are kept."""

    def cancel(self) -> None:
        """End all that runs, at once, from any thread; nothing new starts after it."""

"""The interface of an engine: it finds or builds a cell's environment, runs the suite in it, and leaves nothing behind."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tfcompat.environments.locks import Lock
from tfcompat.select.cells import Cell
from tfcompat.suite.program import Program

#: What every cell's process sees of the environment variables, on every engine, beside its variant's; nothing of the host's own.
CELL_VARIABLES: Mapping[str, str] = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "LANG": "C.UTF-8",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


@dataclass(frozen=True, kw_only=True)
class LockedCell:
    """A cell with its lock: what an environment is made from. ``variables_of_run`` are set beside those of every run."""

    cell: Cell
    lock: Lock
    variables_of_run: tuple[tuple[str, str], ...] = ()

    @property
    def variables(self) -> dict[str, str]:
        """What the cell's process sees of the environment variables."""
        return {**CELL_VARIABLES, **dict(self.cell.variant.variables), **dict(self.variables_of_run)}


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
        """What stands for the environment in the record: an image's digest with what its base was, or the hash of a local one."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        """Run the program; each line of its standard output goes to ``on_line``."""

    def shell(self, program: Program) -> int:
        """Hand the terminal to a shell in the environment; its exit code."""


class Engine(Protocol):
    """Makes sandboxes. Raises NoAnswerError where a cell cannot have one."""

    @property
    def name(self) -> str:
        """``docker`` or ``local``; part of the record."""

    def recipe(self, locked: LockedCell) -> str:
        """What stands for all that this engine makes an environment from, beside the lock: where it changes, outcomes may."""

    def has(self, locked: LockedCell) -> bool:
        """Whether the environment of a locked cell has been made; what became of it since, :meth:`find` sees."""

    def find(self, locked: LockedCell) -> Sandbox | None:
        """The environment of a locked cell, if it has been made."""

    def build(self, locked: LockedCell) -> Sandbox:
        """Make the environment of a locked cell."""

    def remove(self, locked: LockedCell) -> bool:
        """Remove the environment of a locked cell, unless it is in use; whether one was removed."""

    def environments(self) -> Sequence[tuple[str, str, int]]:
        """Name, cell id and bytes of each environment that this engine keeps."""

    def prune(self, cells: Collection[str] | None) -> int:
        """Remove the environments that this engine keeps and nobody uses, of some cells by id or of all; how many."""

    def free_disk(self) -> int:
        """Bytes that are free where environments are kept."""

    def cancel(self) -> None:
        """End all that runs, at once, from any thread; nothing new starts after it."""

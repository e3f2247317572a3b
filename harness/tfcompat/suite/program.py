"""The program that runs in a cell: the staged suite and runner bundle, with their bounds."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


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
        """The command, with the paths as the sandbox sees them. ``-I`` keeps the host's variables and folders out.

        With ``collect`` the scenarios are listed and not run.
        """
        settings = json.dumps(self.settings(bundle, scratch) | ({"collect": True} if collect else {}))
        return [python, "-I", "-B", f"{suite}/runner/cell.py", settings, *self.arguments]

    def settings(self, bundle: str, scratch: str) -> dict[str, Any]:
        """The settings of the recorder."""
        return {
            "bundle": bundle,
            "suite": self.suite_hash,
            "parallel": self.parallel,
            "memory": self.memory,
            "scratch": scratch,
        }

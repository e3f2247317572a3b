"""The program that runs in a cell: the staged suite and runner bundle, with their bounds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

#: Bytes of one argument of a command: Linux takes at most 131,072, with the byte that ends it.
LONGEST_ARGUMENT = 100_000
#: Stands between the settings, which may be several arguments, and what goes to pytest.
END_OF_SETTINGS = "--"


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a sandbox runs: the staged suite, the runner bundle and their bounds.

    ``memory`` is the bytes that one scenario may map, ``cores`` the CPUs and ``limit`` the seconds of the whole cell;
    ``arguments`` go to pytest. ``scenarios`` are the ids of those that run, of all that the arguments select; None is all.
    ``pins`` are the versions, by distribution, that the cell has to have, and ``package`` the one that has TensorFlow.
    With ``compiles`` nothing runs: the byte-code of the bundle is written, by an interpreter that sees no other package.
    """

    suite: Path
    suite_hash: str
    bundle: Path
    cores: float
    memory: int
    limit: float
    arguments: tuple[str, ...] = field(default=())
    scenarios: tuple[str, ...] | None = None
    pins: Mapping[str, str] = field(default_factory=dict)
    package: str = ""
    compiles: bool = False

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
        settings = self.settings(bundle, scratch) | ({"collect": True} if collect else {})
        program = [python, "-I", "-B", *(["-S"] if self.compiles else []), f"{suite}/runner/cell.py"]
        return [*program, *in_arguments(settings), END_OF_SETTINGS, *self.arguments]

    def settings(self, bundle: str, scratch: str) -> dict[str, Any]:
        """The settings of the recorder."""
        selected = {} if self.scenarios is None else {"scenarios": list(self.scenarios)}
        pinned = {"pins": dict(self.pins), "package": self.package} if self.pins else {}
        return {
            **({"compile": True} if self.compiles else {**selected, **pinned}),
            "bundle": bundle,
            "suite": self.suite_hash,
            "parallel": self.parallel,
            "memory": self.memory,
            "scratch": scratch,
        }


def in_arguments(settings: dict[str, Any]) -> list[str]:
    """The settings as JSON in ASCII, cut into as many arguments as they need."""
    text = json.dumps(settings, separators=(",", ":"))
    return [text[start : start + LONGEST_ARGUMENT] for start in range(0, len(text), LONGEST_ARGUMENT)]

"""A sandbox of this interpreter alone: what runs in a cell runs as a plain process here, with the runner bundle's place empty."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tfcompat import process
from tfcompat.environments.engine import Exit
from tfcompat.suite.program import Program


@dataclass(frozen=True, kw_only=True)
class PlainSandbox:
    """Runs a program with this interpreter; ``scratch`` is the folder that it may write into."""

    scratch: Path
    environment: str = "plain"

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        argv = program.argv(sys.executable, str(program.suite), str(program.bundle), str(self.scratch))
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.scratch), "TMPDIR": str(self.scratch)}
        done = process.stream(argv, on_line, limit=program.limit, env=env, cwd=self.scratch)
        return Exit(code=done.code, output=done.output, timed_out=done.timed_out)

    def shell(self, program: Program) -> int:
        raise AssertionError("nobody asks for a shell here")

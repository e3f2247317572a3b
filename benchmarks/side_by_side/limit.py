"""The contestant that is the limit: the functions called bare, in one process a cell, in environments that are there."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks import bare
from benchmarks.side_by_side import counts, material
from benchmarks.side_by_side.clock import Command
from benchmarks.side_by_side.contestant import Phase
from benchmarks.side_by_side.material import ROOT, Entry
from benchmarks.speed import THEMES
from tfcompat import project
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.local import LocalSandbox
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell


@dataclass(kw_only=True)
class Bare:
    """Neither pytest's run nor isolation nor a record. It takes tfcompat's local environments, and makes those that lack."""

    releases: str
    entries: Sequence[Entry]
    name: str = "bare"
    folder: Path = field(default=Path())
    allowed: Sequence[int] = (0,)
    phases: Sequence[Phase] = (Phase.WARM,)

    @property
    def cells(self) -> Sequence[str]:
        return [entry.cell for entry in self.entries]

    @cached_property
    def workshop(self) -> Workshop:
        return Workshop(project=project.find(str(ROOT), None), engine_name="local")

    def start(self, folder: Path, *, empty: bool) -> None:
        self.folder = folder
        material.lay_suite(folder, (*material.HELPERS, *THEMES))
        counts.lay(folder)
        calls = [f"{self.call(cell)} > counts/{cell.id} &" for cell in material.chosen(self.releases)]
        (folder / "bare.sh").write_text("\n".join([*calls, "wait", ""]))

    def call(self, cell: Cell) -> str:
        arguments = ("together", self.workshop.program.bundle, self.folder / "scenarios", *THEMES)
        return shlex.join(map(str, (self.python(cell), "-I", "-B", bare.__file__, *arguments)))

    def python(self, cell: Cell) -> Path:
        lock = self.workshop.lock(cell)
        if lock is None:
            raise SystemExit(f"{cell.id} has no lock: tfcompat images lock makes it")
        sandbox = self.workshop.engine.build(LockedCell(cell=cell, lock=lock))
        if not isinstance(sandbox, LocalSandbox):
            raise TypeError(f"the local engine made {sandbox}")
        return sandbox.python

    def command(self, phase: Phase) -> Command:
        return Command(argv=["sh", "bare.sh"], env=material.settings(self.folder), cwd=self.folder)

    def edit(self, number: int) -> None:
        material.edit(self.folder, number)

    def rows(self) -> int:
        texts = {entry.cell: (self.folder / "counts" / entry.cell).read_text() for entry in self.entries}
        return counts.same({cell: json.loads(text)["count"] if text else 0 for cell, text in texts.items()})

    def end(self) -> None:
        """The environments stay, for they are tfcompat's."""

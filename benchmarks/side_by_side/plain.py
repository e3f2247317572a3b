"""The contestants that make virtual environments: plain tox, tox with tox-uv, and nox with uv."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uv

from benchmarks.side_by_side import counts, material
from benchmarks.side_by_side.clock import Command
from benchmarks.side_by_side.contestant import Phase
from benchmarks.side_by_side.material import Entry
from benchmarks.speed import THEMES

#: The tools as they are compared.
TOX, TOX_UV, NOX = "tox==4.67.15", "tox-uv==1.37.1", "nox[uv]==2026.10.20"
#: The Python version is a factor of the environment's name, by which tox finds the interpreter.
TOX_INI = """\
[tox]
no_package = true
env_list = {names}

[testenv]
deps = -r requirements/{{env_name}}.txt
set_env =
    COUNT_FILE = {{tox_root}}/counts/{{env_name}}
    CUDA_VISIBLE_DEVICES = -1
    TF_CPP_MIN_LOG_LEVEL = 2
commands = pytest -q scenarios
"""
NOXFILE = """\
import nox

nox.options.default_venv_backend = "uv"


@nox.session
@nox.parametrize("python,cell", {pairs})
def scenarios(session, cell):
    session.install("--require-hashes", "-r", f"requirements/{{cell}}.txt")
    session.run("pytest", "-q", "scenarios", env={{"COUNT_FILE": f"counts/{{cell}}"}})
"""


@dataclass(kw_only=True)
class Plain:
    """A tool that is installed with pip and reads one file. ``tools`` are its requirements."""

    name: str
    tools: Sequence[str]
    entries: Sequence[Entry]
    folder: Path = field(default=Path())
    allowed: Sequence[int] = (0, 1)
    phases: Sequence[Phase] = tuple(Phase)

    @property
    def cells(self) -> Sequence[str]:
        return [entry.cell for entry in self.entries]

    def start(self, folder: Path, *, empty: bool) -> None:
        self.folder = folder
        lay(folder, self.entries)
        (folder / "tox.ini").write_text(tox_ini(self.entries))
        (folder / "noxfile.py").write_text(noxfile(self.entries))
        install(folder / "tool", self.tools)

    def command(self, phase: Phase) -> Command:
        program = self.folder / "tool" / "bin"
        if self.tools == (NOX,):
            argv: list[str | Path] = [program / "nox", *([] if phase is Phase.COLD else ["-R"])]
        else:
            argv = [program / "tox", "run-parallel", "--parallel-no-spinner"]
        return Command(argv=argv, env=material.settings(self.folder), cwd=self.folder)

    def edit(self, number: int) -> None:
        material.edit(self.folder, number)

    def rows(self) -> int:
        return counts.take(self.folder, self.entries)

    def end(self) -> None:
        """Everything is in the folder."""


def contestants(entries: Sequence[Entry]) -> list[Plain]:
    return [
        Plain(name="tox", tools=(TOX,), entries=entries),
        Plain(name="tox-uv", tools=(TOX, TOX_UV), entries=entries),
        Plain(name="nox", tools=(NOX,), entries=entries),
    ]


def lay(folder: Path, entries: Sequence[Entry]) -> None:
    """The files that every tool gets: the scenarios, what runs them as plain tests, and a requirements file a cell."""
    material.lay_suite(folder, (*material.HELPERS, *THEMES))
    for name in ("conftest.py", "limit.py"):
        shutil.copy(material.INSIDE / name, folder / name)
    (folder / "requirements").mkdir()
    for entry in entries:
        (folder / "requirements" / f"{entry.cell}.txt").write_text(entry.requirements)
    counts.lay(folder)


def tox_ini(entries: Sequence[Entry]) -> str:
    return TOX_INI.format(names=", ".join(entry.cell for entry in entries))


def noxfile(entries: Sequence[Entry]) -> str:
    return NOXFILE.format(pairs=[(entry.python, entry.cell) for entry in entries])


def install(folder: Path, tools: Sequence[str]) -> None:
    """Install a tool into an environment of its own, on this Python, outside of what is measured."""
    subprocess.run([uv.find_uv_bin(), "venv", "--quiet", "--python", sys.executable, folder], check=True)
    arguments = ["pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), *tools]
    subprocess.run([uv.find_uv_bin(), *arguments], check=True)

"""The contestant tfcompat: the four themes on the releases that are compared, or on the default matrix."""

import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.side_by_side import counts, material
from benchmarks.side_by_side.clock import Command
from benchmarks.side_by_side.contestant import Phase
from benchmarks.side_by_side.material import ROOT
from benchmarks.speed import THEMES
from tfcompat import project
from tfcompat.environments.engine import LockedCell
from tfcompat.project import Project
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell
from tfcompat.trials.current import newest
from tfcompat.trials.store import Store


@dataclass(kw_only=True)
class Tfcompat:
    """``tfcompat run`` in a project of its own. ``releases`` is for ``--tf``, None for the default; ``suite`` are its files."""

    name: str
    engine: str
    releases: str | None
    suite: Sequence[str]
    folder: Path = field(default=Path())
    empty: bool = True
    allowed: Sequence[int] = (0,)
    phases: Sequence[Phase] = tuple(Phase)

    @property
    def cells(self) -> Sequence[str]:
        return [cell.id for cell in self.chosen()]

    def start(self, folder: Path, *, empty: bool) -> None:
        self.folder, self.empty = folder, empty
        material.lay_suite(folder / "project", self.suite)
        material.lay_runner(folder / "project")
        shutil.copytree(ROOT / "images", folder / "project" / "images", ignore=shutil.ignore_patterns("__pycache__"))
        if empty:  # else the engine would find the images that are there, and the layers that they were built from
            with (folder / "project" / "images" / "uv.txt").open("a") as file:
                file.write(f"# {uuid.uuid4().hex}\n")

    def command(self, phase: Phase) -> Command:
        options = [*(["--tf", self.releases] if self.releases else [])]
        options += ["--fresh"] if phase is Phase.WARM and has_fresh() else []
        argv = [sys.executable, "-m", "tfcompat", "--project", str(self.folder / "project"), "run"]
        return Command(argv=[*argv, "--engine", self.engine, *options], env=self.settings(), cwd=self.folder)

    def settings(self) -> Mapping[str, str]:
        """The environment. Where nothing was to be empty, tfcompat and uv have the caches of every other run."""
        settings = dict(material.settings(self.folder))
        if not self.empty:
            settings |= {"TFCOMPAT_CACHE": str(project.default_cache())}
            del settings["UV_CACHE_DIR"]
        return settings

    def edit(self, number: int) -> None:
        material.edit(self.folder / "project", number)

    def rows(self) -> int:
        trials = newest(Store(self.project.trials).read(), self.engine)
        return counts.same({cell: len(trials[cell].outcomes) if cell in trials else 0 for cell in self.cells})

    def end(self) -> None:
        """Remove the images that were made for this measurement alone."""
        if self.engine == "docker" and self.empty:
            workshop = Workshop(project=self.project, engine_name=self.engine)
            for cell in self.chosen():
                if lock := workshop.lock(cell):
                    workshop.engine.remove(LockedCell(cell=cell, lock=lock))

    @property
    def project(self) -> Project:
        return project.find(str(self.folder / "project"), self.settings()["TFCOMPAT_CACHE"])

    def chosen(self) -> Sequence[Cell]:
        return material.chosen(self.releases)


def themes(releases: str) -> list[Tfcompat]:
    """The four themes on some releases, by both engines."""
    suite = (*material.HELPERS, *THEMES)
    return [
        Tfcompat(name="tfcompat", engine="local", releases=releases, suite=suite),
        Tfcompat(name="tfcompat-docker", engine="docker", releases=releases, suite=suite),
    ]


def matrix(engine: str) -> Tfcompat:
    """The four themes on the default matrix: what all is compared with, on every cell."""
    suite = (*material.HELPERS, *THEMES)
    return Tfcompat(name=f"matrix-{engine}", engine=engine, releases=None, suite=suite)


@cache
def has_fresh() -> bool:
    """Whether ``tfcompat run`` reuses outcomes unless it is told otherwise."""
    command = [sys.executable, "-m", "tfcompat", "run", "--help"]
    return "--fresh" in subprocess.run(command, check=True, capture_output=True, text=True).stdout

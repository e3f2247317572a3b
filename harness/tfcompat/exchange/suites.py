"""The two suites of the save/load grid, and the artefacts that pass from the first to the second."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from tfcompat.environments import staging
from tfcompat.environments.engine import LockedCell
from tfcompat.exchange.artefacts import Artefact, artefacts_of
from tfcompat.files import write_whole
from tfcompat.plan.digested import Digested
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue
from tfcompat.suite.program import Program
from tfcompat.trials.current import current_trials
from tfcompat.trials.store import Store

#: What both suites take from the project's own beside the runner: what it needs, and the model that is exchanged.
SHARED = ("__init__.py", "marks.py", "observe.py", "grid/__init__.py", "grid/artefact.py", "grid/model.py")
#: The scenarios of each suite.
WRITING, READING = "grid/write/test_write.py", "grid/read/test_read.py"
#: The file that tells a reading suite which artefacts it has.
INDEX = "grid/artefacts.json"


@dataclass(frozen=True, kw_only=True)
class GridWorkshop(Workshop):
    """A workshop for another suite than the project's own: ``files``, whose trials go to ``trials``."""

    files: Mapping[str, bytes]
    trials: Path

    @cached_property
    def program(self) -> Program:
        """What runs in each cell: as in any run, except for the suite."""
        suite = staging.stage_suite(self.files, self.project.cache)
        return replace(super().program, suite=suite, suite_hash=staging.suite_hash(self.files))

    @cached_property
    def suite(self) -> Digested:
        """The scenarios of the suite. None has a digest, for no outcome is reused alone: see ``keys_of``."""
        return Digested(scenarios=catalogue.load(self.program, self.project.cache).scenarios, digests={}, recorder="")

    @property
    def store(self) -> Store:
        return Store(self.trials)

    def keys_of(self, locked: LockedCell) -> Mapping[str, str]:
        """None: what a cell reads depends on what others wrote, so that a grid's outcomes are not reused one by one."""
        return {}


def reading(writing: GridWorkshop, artefacts: Iterable[Artefact]) -> GridWorkshop:
    """The workshop of the second stage, whose trials go beside those of the first."""
    files = reading_files(writing.project.suite, artefacts)
    return replace(writing, files=files, trials=writing.trials.with_name("read"))


def writing_files(suite: Path) -> dict[str, bytes]:
    """The suite that writes the artefacts, by file name."""
    return files_of(suite, WRITING)


def reading_files(suite: Path, artefacts: Iterable[Artefact]) -> dict[str, bytes]:
    """The suite that reads some artefacts, which lie beside it: other artefacts make another suite."""
    kept = sorted(artefacts, key=lambda artefact: (artefact.writer, artefact.form))
    index = [
        {"form": artefact.form, "writer": artefact.writer, "output": list(artefact.output), "sha256": artefact.digest}
        for artefact in kept
    ]
    return {
        **files_of(suite, READING),
        INDEX: json.dumps(index, indent=1).encode("ascii"),
        **{f"grid/{artefact.name}": artefact.content for artefact in kept},
    }


def files_of(suite: Path, test: str) -> dict[str, bytes]:
    """The runner, what both suites share, and the scenarios of one."""
    runner = {name: content for name, content in staging.suite_files(suite).items() if name.startswith("runner/")}
    return {**runner, **{name: (suite / name).read_bytes() for name in (*SHARED, test)}}


def written(store: Store) -> list[Artefact]:
    """The artefacts of the current trials of the writers."""
    return [artefact for trial in current_trials(store.read()) for artefact in artefacts_of(trial)]


def keep(artefacts: Iterable[Artefact], folder: Path) -> None:
    """Put artefacts into a folder under their hash, each whole or not at all; what is there already stays."""
    for artefact in artefacts:
        if not (folder / artefact.name).exists():
            write_whole(folder / artefact.name, partial(Path.write_bytes, data=artefact.content))

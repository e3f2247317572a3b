"""The exchange: the two suites of the save/load grid, and the artefacts that pass from the first to the second."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from tfcompat.environments import staging
from tfcompat.exchange.artefacts import Artefact, artefacts_of
from tfcompat.files import write_whole
from tfcompat.run.workshop import Workshop
from tfcompat.suite.program import Program
from tfcompat.trials.store import Store, speaking

#: What both suites take from the project's own beside the runner: what it needs, and the model that is exchanged.
SHARED = ("__init__.py", "observe.py", "grid/__init__.py", "grid/artefact.py", "grid/model.py")
#: The scenarios of each suite.
WRITING, READING = "grid/write/test_write.py", "grid/read/test_read.py"
#: The file that tells a reading suite what artefacts it has.
INDEX = "grid/artefacts.json"


@dataclass(frozen=True, kw_only=True)
class Stage(Workshop):
    """A workshop for another suite than the project's own: ``files``, whose trials go to ``trials``."""

    files: Mapping[str, bytes]
    trials: Path

    @cached_property
    def program(self) -> Program:
        """What runs in each cell: as in any run, but for the suite."""
        suite = staging.stage_suite(self.files, self.project.cache)
        return replace(super().program, suite=suite, suite_hash=staging.suite_hash(self.files))

    @property
    def store(self) -> Store:
        return Store(self.trials)


def writing_files(suite: Path) -> dict[str, bytes]:
    """The suite that writes the artefacts, by file name."""
    return files(suite, WRITING)


def reading_files(suite: Path, artefacts: Iterable[Artefact]) -> dict[str, bytes]:
    """The suite that reads some artefacts, which lie beside it: other artefacts make another suite."""
    kept = sorted(artefacts, key=lambda one: (one.writer, one.form))
    index = [{"form": one.form, "writer": one.writer, "output": list(one.output), "sha256": one.digest} for one in kept]
    return {
        **files(suite, READING),
        INDEX: json.dumps(index, indent=1).encode("ascii"),
        **{f"grid/{one.name}": one.content for one in kept},
    }


def files(suite: Path, test: str) -> dict[str, bytes]:
    runner = {name: content for name, content in staging.suite_files(suite).items() if name.startswith("runner/")}
    return {**runner, **{name: (suite / name).read_bytes() for name in (*SHARED, test)}}


def written(store: Store) -> list[Artefact]:
    """The artefacts of the trials that speak for their cells."""
    return [one for trial in speaking(store.read()) for one in artefacts_of(trial)]


def keep(artefacts: Iterable[Artefact], folder: Path) -> None:
    """Put artefacts into a folder under their hash, each whole or not at all; what is there already stays."""
    for one in artefacts:
        if not (folder / one.name).exists():
            write_whole(folder / one.name, partial(Path.write_bytes, data=one.content))

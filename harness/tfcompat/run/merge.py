"""The merge: the trials of a run's shards put beside those that a report has already, all of them or none."""

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfcompat.errors import DataError
from tfcompat.outcomes import Trial
from tfcompat.run import manifest
from tfcompat.run.manifest import Manifest
from tfcompat.trials.store import Store, read

#: What a folder of results has in it: the trials, and the manifests of the runs that made them.
TRIALS, RUNS = "trials", "runs"
#: How many names a sentence lists.
NAMED = 10


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one shard left in its folder."""

    folder: Path
    manifests: tuple[Manifest, ...]
    trials: tuple[Trial, ...]

    @property
    def planned(self) -> set[str]:
        """The cells that were its own."""
        return {cell for one in self.manifests for cell in one.cells}

    @property
    def measured(self) -> set[str]:
        return {trial.subject.cell for trial in self.trials}


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What a merge did: the cells that the shards measured, and the trials that were new."""

    cells: tuple[str, ...]
    added: int


def merge(folders: Sequence[Path], target: Path, suite: str) -> Merged:
    """Put the trials and manifests of shards that ran ``suite`` into a report's folder.

    Raises DataError, with nothing written, where a shard is not whole, or not of this run.
    """
    parts = [part(folder, suite) for folder in folders]
    check_apart(parts)
    check_complete(parts)
    added = place(folders, target)
    cells = sorted(set().union(*(one.measured for one in parts)))
    return Merged(cells=tuple(cells), added=sum(target / TRIALS in path.parents for path in added))


def contents(folder: Path) -> list[Path]:
    return [*manifest.files(folder / RUNS), *Store(folder / TRIALS).files()]


def part(folder: Path, suite: str) -> Part:
    """What a shard left. Raises DataError where it is not whole in itself."""
    manifests = tuple(manifest.read(path) for path in manifest.files(folder / RUNS))
    if not manifests:
        raise DataError(f"{folder} has no manifest in {RUNS}/: name a folder that tfcompat run --output made")
    store = Store(folder / TRIALS)
    if cut := store.unfinished():
        raise DataError(f"{folder} was cut short while it measured {cut[0].parent.name}: run that shard again")
    for one in manifests:
        if one.suite != suite:
            raise DataError(f"{folder} is of suite {one.suite}, this checkout has {suite}: run every shard from it")
    trials = tuple(checked(path, manifests) for path in store.files())
    made = Part(folder=folder, manifests=manifests, trials=trials)
    if lacking := made.planned - made.measured:
        raise DataError(f"{folder} has neither an answer nor a reason for {names(lacking)}: run that shard again")
    return made


def checked(path: Path, manifests: Sequence[Manifest]) -> Trial:
    """The trial of a file. Raises DataError where no manifest beside it plans such a one, or it has another's name."""
    trial = read(path)
    subject = trial.subject
    plans = [one for one in manifests if subject.cell in one.cells]
    if not plans or path.parent.name != subject.cell:
        raise DataError(
            f"{path} is of {subject.cell}, which its shard did not plan: remove it, or run that shard again"
        )
    if not any((one.suite, one.engine) == (subject.suite, subject.engine) for one in plans):
        raise DataError(
            f"{path} is of suite {subject.suite} by {subject.engine}, "
            f"its shard planned {plans[0].suite} by {plans[0].engine}: run that shard again"
        )
    return trial


def check_apart(parts: Sequence[Part]) -> None:
    """Raises DataError where two shards have one cell."""
    owner: dict[str, Path] = {}
    for one in parts:
        if twice := sorted(cell for cell in one.planned if cell in owner):
            raise DataError(
                f"{owner[twice[0]]} and {one.folder} both have {names(twice)}: run all shards of one n from one commit"
            )
        owner.update(dict.fromkeys(one.planned, one.folder))


def check_complete(parts: Sequence[Part]) -> None:
    """Raises DataError where a cell that the run planned is in none of its shards."""
    planned = {cell for one in parts for each in one.manifests for cell in each.planned}
    if lacking := planned - set().union(*(one.planned for one in parts)):
        raise DataError(f"no shard has {names(lacking)}, which the run planned: name the folders of all its shards")


def names(cells: Iterable[str]) -> str:
    listed = sorted(cells)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more


def place(folders: Sequence[Path], target: Path) -> list[Path]:
    """Copy the folders' trials and manifests into a report's folder, all or none; the places that are new.

    Raises DataError where something else is there under a name: a trial is never written over.
    """
    goals = {path: target / path.relative_to(folder) for folder in folders for path in contents(folder)}
    new = {path: goal for path, goal in goals.items() if not is_there(path, goal)}
    target.mkdir(parents=True, exist_ok=True)
    placed: list[Path] = []
    with tempfile.TemporaryDirectory(dir=target, prefix=".merge-") as scratch:
        copies = {shutil.copyfile(path, Path(scratch, str(number))): path for number, path in enumerate(new)}
        try:
            for copy, path in copies.items():
                new[path].parent.mkdir(parents=True, exist_ok=True)
                copy.rename(new[path])
                placed.append(new[path])
        except OSError as error:
            for goal in placed:
                goal.unlink(missing_ok=True)
            raise DataError(f"{target} cannot be written ({error.strerror}): nothing was merged") from error
    return placed


def is_there(path: Path, goal: Path) -> bool:
    """Whether a file is at its place already. Raises DataError where another one is."""
    if goal.exists() and goal.read_bytes() != path.read_bytes():
        raise DataError(f"{goal} is there already and is not {path}: a trial is never written over")
    return goal.exists()

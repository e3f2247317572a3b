"""The merge: the trials of a run's shards, put beside those that a report has already: all of them or none."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
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
        return {cell for plan in self.manifests for cell in plan.cells}

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
    parts = [part_of(folder, suite) for folder in folders]
    check_apart(parts)
    check_complete(parts)
    added = copy_new(folders, target)
    cells = sorted(set().union(*(part.measured for part in parts)))
    return Merged(cells=tuple(cells), added=sum(target / TRIALS in path.parents for path in added))


def contents(folder: Path) -> list[Path]:
    return [*manifest.files(folder / RUNS), *Store(folder / TRIALS).files()]


def part_of(folder: Path, suite: str) -> Part:
    """What a shard left. Raises DataError where it is not whole in itself."""
    manifests = tuple(manifest.read(path) for path in manifest.files(folder / RUNS))
    if not manifests:
        raise DataError(f"{folder} has no manifest in {RUNS}/: name a folder that tfcompat run --output made")
    store = Store(folder / TRIALS)
    if cut := store.unfinished():
        raise DataError(f"{folder} was cut short while it measured {cut[0].parent.name}: run that shard again")
    for plan in manifests:
        if plan.suite != suite:
            raise DataError(f"{folder} is of suite {plan.suite}, this checkout has {suite}: run every shard from it")
    trials = tuple(checked(path, manifests) for path in store.files())
    part = Part(folder=folder, manifests=manifests, trials=trials)
    if lacking := part.planned - part.measured:
        raise DataError(f"{folder} has neither an answer nor a reason for {names(lacking)}: run that shard again")
    return part


def checked(path: Path, manifests: Sequence[Manifest]) -> Trial:
    """The trial of a file. Raises DataError where no manifest beside it plans it, or it lies in the folder of another cell."""
    trial = read(path)
    subject = trial.subject
    plans = [plan for plan in manifests if subject.cell in plan.cells]
    if not plans or path.parent.name != subject.cell:
        raise DataError(
            f"{path} is of {subject.cell}, which its shard did not plan: remove it, or run that shard again"
        )
    if not any((plan.suite, plan.engine) == (subject.suite, subject.engine) for plan in plans):
        raise DataError(
            f"{path} is of suite {subject.suite} by {subject.engine}, "
            f"its shard planned {plans[0].suite} by {plans[0].engine}: run that shard again"
        )
    return trial


def check_apart(parts: Sequence[Part]) -> None:
    """Raises DataError where two shards have one cell."""
    owner: dict[str, Path] = {}
    for part in parts:
        if twice := sorted(cell for cell in part.planned if cell in owner):
            raise DataError(
                f"{owner[twice[0]]} and {part.folder} both have {names(twice)}: run all shards of one n from one commit"
            )
        owner.update(dict.fromkeys(part.planned, part.folder))


def check_complete(parts: Sequence[Part]) -> None:
    """Raises DataError where a cell that the run planned is in none of its shards."""
    planned = {cell for part in parts for plan in part.manifests for cell in plan.planned}
    if lacking := planned - set().union(*(part.planned for part in parts)):
        raise DataError(f"no shard has {names(lacking)}, which the run planned: name the folders of all its shards")


def names(cells: Iterable[str]) -> str:
    listed = sorted(cells)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more


def copy_new(folders: Sequence[Path], target: Path) -> list[Path]:
    """Copy the folders' trials and manifests into a report's folder, all or none; the paths of those that are new.

    Raises DataError where something else is there under a name: a trial is never written over.
    """
    goals = {path: target / path.relative_to(folder) for folder in folders for path in contents(folder)}
    new = {path: goal for path, goal in goals.items() if not is_there(path, goal)}
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".merge-") as scratch:
        copies = {
            shutil.copyfile(path, Path(scratch, str(number))): goal for number, (path, goal) in enumerate(new.items())
        }
        move_all(copies)
    return list(new.values())


def move_all(goals: Mapping[Path, Path]) -> None:
    """Move files to their goals. Raises DataError, with none of them moved, where one cannot be."""
    moved: list[Path] = []
    try:
        for path, goal in goals.items():
            goal.parent.mkdir(parents=True, exist_ok=True)
            path.rename(goal)
            moved.append(goal)
    except OSError as error:
        for new in moved:
            new.unlink(missing_ok=True)
        raise DataError(f"{goal} cannot be written ({error.strerror}): nothing was merged") from error


def is_there(path: Path, goal: Path) -> bool:
    """Whether a file is at its goal already. Raises DataError where another one is."""
    if goal.exists() and goal.read_bytes() != path.read_bytes():
        raise DataError(f"{goal} is there already and is not {path}: a trial is never written over")
    return goal.exists()

"""The merge: the trials of a run's shards, put beside those that a report has already: all of them, or what is whole."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfcompat.errors import DataError
from tfcompat.outcomes import Trial
from tfcompat.run import manifest
from tfcompat.run.manifest import Manifest
from tfcompat.select import shard
from tfcompat.select.shard import Shard
from tfcompat.trials import confirmed
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

#: What a folder of results has in it: the trials, and the manifests of the runs that made them.
TRIALS, RUNS = "trials", "runs"
#: How many names a sentence lists.
NAMED = 10


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one shard left in its folder; ``trials`` are those of its files and of its confirmations."""

    folder: Path
    manifests: tuple[Manifest, ...]
    trials: tuple[Trial, ...]

    @property
    def planned(self) -> set[str]:
        """The cells that it was to measure."""
        return {cell for plan in self.manifests for cell in plan.cells}

    @property
    def share(self) -> set[str]:
        """The cells that were its own, with those in which there was nothing to do."""
        return {cell for plan in self.manifests for cell in plan.share}

    @property
    def measured(self) -> set[str]:
        return {trial.subject.cell for trial in self.trials}


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What a merge did: when the first of its runs ``started`` (ISO 8601, in UTC), the ``cells`` that were measured, and how
    many trials were ``added``.

    Where only what is whole was merged: ``refused`` says of each other folder why, ``missing`` are the shards that are not
    there, and ``unmeasured`` the cells that the run planned and that have neither an answer nor a reason.
    """

    started: str
    cells: tuple[str, ...]
    added: int
    refused: tuple[str, ...] = ()
    missing: tuple[Shard, ...] = ()
    unmeasured: tuple[str, ...] = ()


def merge(folders: Sequence[Path], target: Path, suite: str) -> Merged:
    """Put the trials and manifests of shards that ran ``suite`` into a report's folder.

    Raises DataError, with nothing written, where a shard is not whole, or not of this run.
    """
    parts = [part_of(folder, target, suite) for folder in folders]
    for part in parts:
        check_ended(part)
    check_apart(parts)
    check_complete(parts)
    return merged(parts, copy_new(folders, target))


def merge_whole(folders: Sequence[Path], target: Path, suite: str) -> Merged:
    """As ``merge``, but what is whole is merged whatever the rest is like; of a shard that was cut short what it finished.

    Raises DataError, with nothing written, where no folder is whole.
    """
    parts: list[Part] = []
    added = 0
    refused: list[str] = []
    for folder in folders:
        try:
            part = part_of(folder, target, suite)
            check_apart([*parts, part])
            added += copy_new([folder], target)
            parts.append(part)
        except DataError as error:
            refused.append(str(error))
    if not parts:
        raise DataError(f"nothing was merged, for no shard left anything whole: {'; '.join(refused)}")
    return merged(parts, added, refused)


def merged(parts: Sequence[Part], added: int, refused: Sequence[str] = ()) -> Merged:
    plans = [plan for part in parts for plan in part.manifests]
    share, measured = (set().union(*cells) for cells in ((p.share for p in parts), (p.measured for p in parts)))
    planned = {cell for plan in plans for cell in plan.planned}
    nothing_to_do = share - {cell for part in parts for cell in part.planned}
    return Merged(
        started=min(plan.started for plan in plans),
        cells=tuple(sorted(measured)),
        added=added,
        refused=tuple(refused),
        missing=missing_shards(plans),
        unmeasured=tuple(sorted(planned - measured - nothing_to_do)),
    )


def missing_shards(plans: Iterable[Manifest]) -> tuple[Shard, ...]:
    """The shards that are not there, of as many as those that are there say."""
    there = {shard.parse(plan.shard) for plan in plans}
    every = {Shard(index=index, of=part.of) for part in there for index in range(1, part.of + 1)}
    return tuple(sorted(every - there, key=lambda part: (part.of, part.index)))


def part_of(folder: Path, target: Path, suite: str) -> Part:
    """What a shard left; ``target`` has the earlier trials that its own refer to.

    Raises DataError where something of it is damaged, or not of this run.
    """
    manifests = tuple(manifest.read(path) for path in manifest.files(folder / RUNS))
    if not manifests:
        raise DataError(f"{folder} has no manifest in {RUNS}/: name a folder that tfcompat run --output made")
    for plan in manifests:
        if plan.suite != suite:
            raise DataError(f"{folder} is of suite {plan.suite}, this checkout has {suite}: run every shard from it")
    store = Store(folder / TRIALS, [target / TRIALS])
    trials = [(path, store.trial(path)) for path in store.files()]
    for cell in store.cells():
        lines = confirmed.read(cell)
        trials.extend((cell / confirmed.NAME, store.repeated(cell.name, line)) for line in lines)
    for path, trial in trials:
        check_planned(path, trial, manifests)
    return Part(folder=folder, manifests=manifests, trials=tuple(trial for _, trial in trials))


def check_planned(path: Path, trial: Trial, manifests: Sequence[Manifest]) -> None:
    """Raises DataError where no manifest beside a trial plans it, or it lies in the folder of another cell."""
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


def check_ended(part: Part) -> None:
    """Raises DataError where a shard was cut short."""
    if cut := Store(part.folder / TRIALS).unfinished():
        raise DataError(f"{part.folder} was cut short while it measured {cut[0].parent.name}: run that shard again")
    if lacking := part.planned - part.measured:
        raise DataError(f"{part.folder} has neither an answer nor a reason for {names(lacking)}: run that shard again")


def check_apart(parts: Sequence[Part]) -> None:
    """Raises DataError where two shards have one cell."""
    owner: dict[str, Path] = {}
    for part in parts:
        if twice := sorted(cell for cell in part.share if cell in owner):
            raise DataError(
                f"{owner[twice[0]]} and {part.folder} both have {names(twice)}: run all shards of one n from one commit"
            )
        owner.update(dict.fromkeys(part.share, part.folder))


def check_complete(parts: Sequence[Part]) -> None:
    """Raises DataError where a cell that the run planned is in none of its shards."""
    planned = {cell for part in parts for plan in part.manifests for cell in plan.planned}
    if lacking := planned - set().union(*(part.share for part in parts)):
        raise DataError(f"no shard has {names(lacking)}, which the run planned: name the folders of all its shards")


def names(cells: Iterable[str]) -> str:
    listed = sorted(cells)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more


def copy_new(folders: Sequence[Path], target: Path) -> int:
    """Copy the folders' trials, confirmations and manifests into a report's folder, all or none; how many trials are new.

    Raises DataError where something else is there under a name: a trial is never written over.
    """
    goals = {path: target / path.relative_to(folder) for folder in folders for path in contents(folder)}
    new = {path: goal for path, goal in goals.items() if not is_there(path, goal)}
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".merge-") as scratch:
        copies = {
            shutil.copyfile(path, Path(scratch, str(number))): goal for number, (path, goal) in enumerate(new.items())
        }
        lines, added = copy_confirmations(folders, target, Path(scratch, "confirmed"))
        move_all({**copies, **lines}, Path(scratch, "before"))
    return added + sum(goal.name.endswith(SUFFIX) for goal in new.values())


def contents(folder: Path) -> list[Path]:
    """The files of a folder that nobody ever changes."""
    trials = Store(folder / TRIALS)
    return [*manifest.files(folder / RUNS), *trials.suite_files(), *trials.files()]


def copy_confirmations(folders: Sequence[Path], target: Path, scratch: Path) -> tuple[dict[Path, Path], int]:
    """The confirmations of each cell with those that the target has, in new files, where each is to go; how many are new."""
    goals: dict[Path, Path] = {}
    added = 0
    for cell in (cell for folder in folders for cell in Store(folder / TRIALS).cells()):
        known = confirmed.read(target / TRIALS / cell.name)
        new = [line for line in confirmed.read(cell) if line not in known]
        if new:
            confirmed.add(scratch / cell.name, [*known, *new])
            goals[scratch / cell.name / confirmed.NAME] = target / TRIALS / cell.name / confirmed.NAME
            added += len(new)
    return goals, added


def move_all(goals: Mapping[Path, Path], before: Path) -> None:
    """Move files to their goals; what was there is put into ``before``.

    Raises DataError, with none of them moved, where one cannot be.
    """
    moved: list[Path] = []
    aside: dict[Path, Path] = {}
    before.mkdir()
    try:
        for path, goal in goals.items():
            goal.parent.mkdir(parents=True, exist_ok=True)
            if goal.exists():
                aside[goal] = goal.replace(before / str(len(aside)))
            path.rename(goal)
            moved.append(goal)
    except OSError as error:
        for new in moved:
            new.unlink(missing_ok=True)
        for old, kept in aside.items():
            kept.replace(old)
        raise DataError(f"{goal} cannot be written ({error.strerror}): nothing was merged") from error


def is_there(path: Path, goal: Path) -> bool:
    """Whether a file is at its goal already. Raises DataError where another one is."""
    if goal.exists() and goal.read_bytes() != path.read_bytes():
        raise DataError(f"{goal} is there already and is not {path}: a trial is never written over")
    return goal.exists()

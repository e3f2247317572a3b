"""Crossed locks: a cell with the TensorFlow of one release and some versions of another, all others as they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tfcompat.environments import locks
from tfcompat.environments.locks import Lock
from tfcompat.files import hash_of
from tfcompat.foreign.crossing.axis import PYTHON, Base, Crossing, differing
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.run.matrix import Matrix
from tfcompat.select.cells import Cell

#: Distributions that are the release itself.
TENSORFLOW = re.compile(r"(tf-nightly|tensorflow)(-cpu|-gpu|-intel|-estimator|-io-gcs-filesystem)?|tf-estimator.*")


@dataclass(frozen=True, kw_only=True)
class CrossedPair:
    """Two cells with their locks: the older release and the newer one."""

    older: Cell
    newer: Cell
    older_lock: Lock
    newer_lock: Lock

    @property
    def differing(self) -> list[str]:
        """What the cells do not share beside TensorFlow, what is likely to decide first."""
        older, newer = ({**lock.pins} for lock in (self.older_lock, self.newer_lock))
        return differing(without_tensorflow(older), without_tensorflow(newer), (self.older.python, self.newer.python))

    def versions(self, name: str) -> tuple[str, str]:
        """The versions of a distribution, or of Python, on both sides."""
        if name == PYTHON:
            return self.older.python, self.newer.python
        return self.older_lock.pins[name], self.newer_lock.pins[name]

    def cell(self, crossing: Crossing) -> Cell:
        """The cell of a crossing. Raises NoAnswerError where its release has no wheel for the other Python."""
        base, other = (self.newer, self.older) if crossing.base is Base.NEWER else (self.older, self.newer)
        pins = (self.older_lock if other == self.older else self.newer_lock).pins
        python = other.python if PYTHON in crossing.swapped else base.python
        if python not in base.release.runnable:
            raise NoAnswerError(Reason.NO_WHEEL, f"TensorFlow {base.release.version} has no wheel for Python {python}")
        names = sorted(crossing.swapped - {PYTHON})
        if not names:
            return replace(base, python=python)
        overrides = tuple(f"{name}=={pins[name]}" for name in names)
        variant = replace(
            base.variant,
            name=f"crossed-{hash_of(*base.variant.requires, *overrides)[:12]}",
            title=f"With versions of TensorFlow {other.release.version}",
            overrides=(*base.variant.overrides, *overrides),
            pinned=True,
        )
        return Cell(release=base.release, python=python, variant=variant)


def without_tensorflow(pins: Mapping[str, str]) -> dict[str, str]:
    return {name: version for name, version in pins.items() if not TENSORFLOW.fullmatch(name)}


def make_lock(matrix: Matrix, cell: Cell, pair: CrossedPair) -> Lock:
    """The lock of a crossing, as of the later of the days at which the two locks stand, kept beside the others in the cache.

    Raises NoAnswerError where its versions cannot stand together.
    """
    lock = locks.find(cell, matrix.package, matrix.lock_folders)
    if lock is None:
        day = max(pair.older_lock.exclude_newer, pair.newer_lock.exclude_newer)
        lock = locks.make(cell, matrix.package, matrix.uv, matrix.lock_folders, as_of=day)
        locks.save(lock, matrix.lock_folders[-1] / locks.file_name(cell, matrix.package))
    return lock

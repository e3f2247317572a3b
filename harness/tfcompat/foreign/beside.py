"""Distributions beside a release: a cell with them, and its lock, of the release's own time as all locks are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tfcompat.environments import locks
from tfcompat.environments.locks import Lock
from tfcompat.errors import SelectionError
from tfcompat.files import hash_of
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.run.matrix import Matrix
from tfcompat.select.cells import Cell
from tfcompat.select.variants import BUNDLED, Variant

#: Distributions of which the release is one: they are chosen by --tf, --package and --variant.
TENSORFLOW = re.compile(r"(tf-nightly|tensorflow)(-cpu|-gpu)?")
#: What the name of a variant may have.
NOT_IN_NAMES = re.compile(r"[^a-z0-9.]+")


def requirements(texts: Sequence[str]) -> tuple[str, ...]:
    """Requirements as pip reads them, in one form. Raises SelectionError where one is none, or is not for here."""
    found: dict[str, str] = {}
    for text in texts:
        try:
            requirement = Requirement(text)
        except ValueError as error:
            raise SelectionError(
                f"--with {text!r} is not a distribution: write for example pandas or 'pandas<2'"
            ) from error
        if requirement.url:
            raise SelectionError(f"--with {text!r} is an address: name a distribution of the index, such as pandas")
        name = canonicalize_name(requirement.name)
        if TENSORFLOW.fullmatch(name):
            raise SelectionError(f"--with {text!r} is TensorFlow itself: choose it with --tf and --package")
        found[name] = str(requirement)
    return tuple(found[name] for name in sorted(found))


@dataclass(frozen=True, kw_only=True)
class Extras:
    """Distributions beside those of some cells; ``variants`` are those of the project, one of which may have just these."""

    required: tuple[str, ...]
    variants: Sequence[Variant] = ()

    def cell(self, cell: Cell) -> Cell:
        """A cell with the distributions beside its own."""
        return replace(cell, variant=self.variant(cell)) if self.required else cell

    def variant(self, cell: Cell) -> Variant:
        """A variant of the project that is the same, so that its lock and environment serve; else one of the same rules."""
        own = cell.variant
        for known in self.variants:
            plain = known.pinned and not (known.overrides or known.variables or known.of_today)
            if own == BUNDLED and plain and known.requires == self.required and known.admits(cell.release.version):
                return known
        names = "-".join(NOT_IN_NAMES.sub("-", canonicalize_name(Requirement(text).name)) for text in self.required)
        base = "" if own == BUNDLED else f"{own.name}-"
        return replace(
            own,
            name=f"{base}with-{names[:40].rstrip('-.')}-{hash_of(*self.required)[:8]}",
            title=f"With {', '.join(self.required)} beside it",
            requires=(*own.requires, *self.required),
            pinned=own == BUNDLED or own.pinned,
        )


def make_lock(matrix: Matrix, cell: Cell) -> Lock:
    """The lock of a cell: where what is beside it cannot stand with the versions that it has alone, it gets others.

    Raises NoAnswerError where there is none.
    """
    try:
        return matrix.lock(cell)
    except NoAnswerError as error:
        if error.reason is not Reason.NO_LOCK or not cell.variant.pinned or cell.variant == BUNDLED:
            raise
        free = replace(cell, variant=replace(cell.variant, pinned=False))
        lock = locks.make(free, matrix.package, matrix.uv, matrix.lock_folders)
        locks.save(lock, matrix.lock_folders[-1] / locks.file_name(cell, matrix.package))
        return lock


def changed(lock: Lock, alone: Lock | None) -> dict[str, tuple[str, str]]:
    """The distributions that a cell has in another version than it has alone, with both."""
    pins = alone.pins if alone else {}
    return {name: (pins[name], version) for name, version in lock.pins.items() if pins.get(name, version) != version}

"""Cells: a release on a Python in a variant, and how a selection of them is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tfcompat.errors import SelectionError
from tfcompat.select.pythons import RelevantPython
from tfcompat.select.releases import RUNNABLE_PYTHONS, Release, no_python
from tfcompat.select.variants import BUNDLED, Variant

#: How a reader sees which cells there are.
ALL_CELLS = "see tfcompat list --tf all --python all --variant all"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A release on a Python in a variant: one column of the table."""

    release: Release
    python: str
    variant: Variant = BUNDLED

    @property
    def id(self) -> str:
        """``tf2.16.2-py3.12`` or ``tfnightly-py3.13``, and ``+variant`` where it is not the bundled one."""
        suffix = "" if self.variant == BUNDLED else f"+{self.variant.name}"
        return f"tf{self.release.name}-py{self.python}{suffix}"


def cells(
    releases: Iterable[Release],
    *,
    python: str | None = None,
    relevant: Sequence[RelevantPython] = (),
    only: str | None = None,
    variants: Sequence[Variant] = (BUNDLED,),
) -> tuple[Cell, ...]:
    """The cells of some releases: each on its newest Python, on every one (``python='all'``), or on the named ones.

    With ``python='relevant'`` each is on its newest Python and on those of ``relevant`` that admit it. Each variant
    gives a cell to the releases that it is for. ``only`` is globs, separated by commas: cells whose id matches one of
    them are kept. A release without a supported Python has no cell; ``left_out`` names these. Raises SelectionError
    where no cell is left.
    """
    releases = tuple(releases)
    kept = crossed(releases, lambda release: pythons_of(release, python, relevant), variants, only)
    if kept:
        return kept
    if lacking := left_out(releases, python=python, only=only, variants=variants):
        raise no_python(lacking[0])
    names = ",".join(variant.name for variant in variants if variant != BUNDLED)
    options = {"python": python, "variant": names, "only": only}
    given = " ".join(f"--{option} {value}" for option, value in options.items() if value)
    raise SelectionError(f"no cell is selected by {given or 'this selection'}: {ALL_CELLS}")


def crossed(
    releases: Iterable[Release],
    pythons: Callable[[Release], Sequence[str]],
    variants: Sequence[Variant],
    only: str | None,
) -> tuple[Cell, ...]:
    """Each release on some Pythons in each variant that is for it, where the cell's id matches ``only``."""
    cells = (
        Cell(release=release, python=python, variant=variant)
        for release in releases
        for python in pythons(release)
        for variant in variants
        if variant.admits(release.version)
    )
    globs = ["*"] if only is None else [glob.strip() for glob in only.split(",")]
    return tuple(cell for cell in cells if any(fnmatchcase(cell.id, glob) for glob in globs))


def left_out(
    releases: Iterable[Release],
    *,
    python: str | None = None,
    only: str | None = None,
    variants: Sequence[Variant] = (BUNDLED,),
) -> tuple[Release, ...]:
    """The releases that a selection asks for and that have no cell, because they have no supported Python.

    A selection that names Pythons leaves no release out in this sense: its user knows what was asked for.
    """
    if python not in (None, "all", "relevant"):
        return ()
    lacking = [release for release in releases if not release.runnable]
    cells = crossed(lacking, lambda release: release.pythons, variants, only)
    return tuple(dict.fromkeys(cell.release for cell in cells))


def pythons_of(release: Release, wanted: str | None, relevant: Sequence[RelevantPython] = ()) -> Sequence[str]:
    """The supported Pythons of a release that ``--python`` names. Raises SelectionError where a name is not known."""
    runnable = release.runnable
    if wanted is None:
        return [release.default_python] if runnable else []
    if wanted == "all":
        return runnable
    if wanted == "relevant":
        added = {row.python for row in relevant if row.admits(release.version)}
        return [python for python in runnable if python in added or python == release.default_python]
    named = [text.strip() for text in wanted.split(",")]
    for text in named:
        if text not in RUNNABLE_PYTHONS:
            raise SelectionError(f"--python {text!r} is not one of {', '.join(RUNNABLE_PYTHONS)}, relevant, or all")
    return [python for python in runnable if python in named]


def cell_named(releases: Iterable[Release], variants: Sequence[Variant], name: str) -> Cell:
    """The cell with an id. Raises SelectionError where there is none."""
    for cell in cells(releases, python="all", variants=variants):
        if cell.id == name:
            return cell
    raise SelectionError(f"there is no cell {name!r}: {ALL_CELLS}")

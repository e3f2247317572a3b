"""Releases and cells: what there is to measure, and how a selection of it is written."""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from tfcompat.errors import DataError, SelectionError
from tfcompat.select.pythons import TellingPython
from tfcompat.select.variants import BUNDLED, Variant

#: The Pythons that the runner bundle works on; older ones that an early release also has wheels for are not cells.
RUNNABLE_PYTHONS = tuple(f"3.{minor}" for minor in range(8, 14))


class Channel(StrEnum):
    """How finished a release is. Only stable ones are ever the newest, the default or among all."""

    STABLE = "stable"
    PRE = "pre"
    NIGHTLY = "nightly"


def channel_of(version: Version) -> Channel:
    if version.is_devrelease:
        return Channel.NIGHTLY
    return Channel.PRE if version.is_prerelease else Channel.STABLE


@dataclass(frozen=True, kw_only=True)
class Release:
    """One TensorFlow version: the day of its upload, the Pythons it has wheels for, the size of a wheel in MB."""

    version: Version
    date: date
    pythons: tuple[str, ...]
    megabytes: int

    @property
    def minor(self) -> tuple[int, int]:
        return self.version.major, self.version.minor

    @property
    def channel(self) -> Channel:
        return channel_of(self.version)

    @property
    def name(self) -> str:
        """What it is called in a cell's id: its version; the nightly build is one column, whatever the night."""
        return str(self.channel if self.channel is Channel.NIGHTLY else self.version)

    @property
    def runnable(self) -> tuple[str, ...]:
        """The Pythons that it has wheels for and that the runner works on."""
        return tuple(python for python in self.pythons if python in RUNNABLE_PYTHONS)

    @property
    def default_python(self) -> str:
        """The newest of the runnable Pythons. Raises SelectionError where there is none."""
        if not self.runnable:
            raise no_python(self)
        return max(self.runnable, key=Version)


def no_python(release: Release) -> SelectionError:
    """What is wrong with a release that has no runnable Python."""
    return SelectionError(
        f"TensorFlow {release.version} has wheels for Python {', '.join(release.pythons)} only; "
        f"the runner works on {RUNNABLE_PYTHONS[0]} to {RUNNABLE_PYTHONS[-1]}"
    )


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


def load(path: Path) -> tuple[Release, ...]:
    """The releases of a ``releases.toml``, oldest first. Raises DataError where the file is not one."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["releases"]
        releases = [release_of(row) for row in rows]
    except FileNotFoundError as error:
        raise DataError(
            f"{path} is not there: run tfcompat in a checkout of the project, or name one with --project"
        ) from error
    except (tomllib.TOMLDecodeError, InvalidVersion, KeyError, TypeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} is not a list of releases ({error}): make it with python images/refresh.py --force"
        ) from error
    return tuple(sorted(releases, key=lambda release: release.version))


def release_of(row: dict[str, Any]) -> Release:
    """A release from its row. Raises what a wrong value raises."""
    for key, wanted in (("date", date), ("pythons", list), ("megabytes", int)):
        if type(row[key]) is not wanted or row[key] == []:
            raise TypeError(f"the {key} of {row['version']} is {row[key]!r}")
    pythons = tuple(str(Version(python)) for python in row["pythons"])
    return Release(**{**row, "version": Version(row["version"]), "pythons": pythons})


def select(releases: Sequence[Release], wanted: str | None) -> tuple[Release, ...]:
    """The releases that a selection names, oldest first.

    ``wanted`` is a comma-separated list; each part is ``latest``, ``all`` (every stable release), ``pre``, ``nightly``, an exact
    version, a minor (its last patch) or a PEP 440 specifier. Neighbouring specifiers apply together; of what they
    admit, the last patch of each minor is taken. None means the last patch of every minor. Raises SelectionError
    where a part is malformed or names nothing.
    """
    if wanted is None:
        return last_patches(stable(releases))
    chosen: set[Release] = set()
    for part in parts_of(wanted):
        found = matching(part, releases)
        if not found:
            raise SelectionError(f"--tf {part!r} names no release: {why_none(part, releases)}")
        chosen.update(found)
    return tuple(release for release in releases if release in chosen)


def parts_of(wanted: str) -> list[str]:
    """The parts of a selection; consecutive specifiers stay together, so that ``>=2.6,<2.9`` is one range."""
    parts: list[str] = []
    for text in (piece.strip() for piece in wanted.split(",")):
        if not text:
            raise SelectionError(f"--tf {wanted!r} has an empty part: write versions or specifiers between the commas")
        if parts and is_specifier(text) and is_specifier(parts[-1]):
            parts[-1] += "," + text
        else:
            parts.append(text)
    return parts


def is_specifier(text: str) -> bool:
    return text[0] in "<>=!~"


def matching(part: str, releases: Sequence[Release]) -> Sequence[Release]:
    """The releases that one part of a selection names."""
    match part:
        case "all":
            return stable(releases)
        case "latest":
            return stable(releases)[-1:]
        case "pre":
            return [release for release in releases if release.channel is Channel.PRE]
        case "nightly":
            return [release for release in releases if release.channel is Channel.NIGHTLY]
    if is_specifier(part):
        specifier = specifier_of(part)
        pre = bool(specifier.prereleases)  # only where the specifier itself names one
        finished = (one for one in releases if one.channel is not Channel.NIGHTLY)
        return last_patches(one for one in finished if specifier.contains(one.version, prereleases=pre))
    version = version_of(part)
    if re.fullmatch(r"\d+\.\d+", part):
        return last_patches(one for one in stable(releases) if one.minor == (version.major, version.minor))
    return [release for release in releases if release.version == version]


def specifier_of(text: str) -> SpecifierSet:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier as error:
        raise SelectionError(f"--tf {text!r} is not a PEP 440 specifier: write for example '>=2.6,<2.16'") from error


def version_of(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion as error:
        raise SelectionError(
            f"--tf {text!r} is neither a version, a specifier, nor one of latest, all, pre, nightly"
        ) from error


def stable(releases: Iterable[Release]) -> list[Release]:
    return [release for release in releases if release.channel is Channel.STABLE]


def last_patches(releases: Iterable[Release]) -> tuple[Release, ...]:
    """The last of the given releases in each minor; they come, and are given, oldest first."""
    return tuple({release.minor: release for release in releases}.values())


def why_none(part: str, releases: Sequence[Release]) -> str:
    """Why a part of a selection names nothing, and what there is."""
    if part == Channel.NIGHTLY:
        return "the index had no Linux wheel of tf-nightly-cpu; ask it again with python images/refresh.py --force"
    finished = [release.version for release in releases if release.channel is not Channel.NIGHTLY]
    return "the known ones are " + (f"{finished[0]} to {finished[-1]}" if finished else "none")


def cells(
    releases: Iterable[Release],
    *,
    python: str | None = None,
    telling: Sequence[TellingPython] = (),
    only: str | None = None,
    variants: Sequence[Variant] = (BUNDLED,),
) -> tuple[Cell, ...]:
    """The cells of some releases: each on its newest Python, on every one (``python='all'``), or on the named ones.

    ``python='telling'`` takes beside the newest those of ``telling`` that admit the release.
    Each variant gives a cell to the releases that it is for. ``only`` keeps the cells whose id matches one of the globs
    between its commas. A release without a runnable Python has no cell; ``left_out`` tells which these are. Raises
    SelectionError where nothing is left.
    """
    releases = tuple(releases)
    kept = crossed(releases, lambda release: pythons_of(release, python, telling), variants, only)
    if not kept:
        if lacking := left_out(releases, python=python, only=only, variants=variants):
            raise no_python(lacking[0])
        asked = {"python": python, "variant": ",".join(one.name for one in variants if one != BUNDLED), "only": only}
        chosen = " ".join(f"--{name} {value}" for name, value in asked.items() if value)
        raise SelectionError(
            f"no cell is selected by {chosen or 'this selection'}: see tfcompat list --tf all --python all --variant all"
        )
    return kept


def crossed(
    releases: Iterable[Release],
    pythons: Callable[[Release], Sequence[str]],
    variants: Sequence[Variant],
    only: str | None,
) -> tuple[Cell, ...]:
    """Each release on some Pythons in each variant that is for it, where the id of that cell matches ``only``."""
    every = (
        Cell(release=release, python=python, variant=variant)
        for release in releases
        for python in pythons(release)
        for variant in variants
        if variant.admits(release.version)
    )
    globs = ["*"] if only is None else [glob.strip() for glob in only.split(",")]
    return tuple(cell for cell in every if any(fnmatchcase(cell.id, glob) for glob in globs))


def left_out(
    releases: Iterable[Release],
    *,
    python: str | None = None,
    only: str | None = None,
    variants: Sequence[Variant] = (BUNDLED,),
) -> tuple[Release, ...]:
    """The releases that a selection asks for and that have no cell, for the runner works on none of their Pythons.

    Where the selection names Pythons, it is these names that leave a release out.
    """
    if python not in (None, "all", "telling"):
        return ()
    lacking = [release for release in releases if not release.runnable]
    return tuple(dict.fromkeys(cell.release for cell in crossed(lacking, lambda one: one.pythons, variants, only)))


def pythons_of(release: Release, wanted: str | None, telling: Sequence[TellingPython] = ()) -> Sequence[str]:
    runnable = release.runnable
    if wanted is None:
        return [release.default_python] if runnable else []
    if wanted == "all":
        return runnable
    if wanted == "telling":
        told = {one.python for one in telling if one.admits(release.version)}
        return [python for python in runnable if python in told or python == release.default_python]
    asked = [text.strip() for text in wanted.split(",")]
    for text in asked:
        if text not in RUNNABLE_PYTHONS:
            raise SelectionError(f"--python {text!r} is not one of {', '.join(RUNNABLE_PYTHONS)}, telling, or all")
    return [python for python in runnable if python in asked]


def cell_named(releases: Iterable[Release], variants: Sequence[Variant], name: str) -> Cell:
    """The cell with an id. Raises SelectionError where there is none."""
    for cell in cells(releases, python="all", variants=variants):
        if cell.id == name:
            return cell
    raise SelectionError(f"there is no cell {name!r}: see tfcompat list --tf all --python all --variant all")

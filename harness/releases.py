"""Releases, variants and cells: what there is to measure, and how a selection of it is written."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from harness.errors import DataError, SelectionError

#: The Pythons that the runner bundle works on; older ones that an early release also has wheels for are not cells.
RUNNABLE_PYTHONS = tuple(f"3.{minor}" for minor in range(8, 14))


class Variant(StrEnum):
    """What is put beside or under a release."""

    BUNDLED = "bundled"


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
    def default_python(self) -> str:
        """The newest Python that it has wheels for and that the runner works on."""
        runnable = [python for python in self.pythons if python in RUNNABLE_PYTHONS]
        if not runnable:
            raise SelectionError(
                f"TensorFlow {self.version} has wheels for Python {', '.join(self.pythons)} only; "
                f"the runner works on {RUNNABLE_PYTHONS[0]} to {RUNNABLE_PYTHONS[-1]}"
            )
        return max(runnable, key=Version)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A release on a Python in a variant: one column of the table."""

    release: Release
    python: str
    variant: Variant = Variant.BUNDLED

    @property
    def id(self) -> str:
        """``tf2.16.2-py3.12``, and ``+variant`` where it is not the bundled one."""
        suffix = "" if self.variant is Variant.BUNDLED else f"+{self.variant}"
        return f"tf{self.release.version}-py{self.python}{suffix}"


def load(path: Path) -> tuple[Release, ...]:
    """The releases of a ``releases.toml``, oldest first. Raises DataError where the file is not one."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["releases"]
        releases = [
            Release(**{**row, "version": Version(row["version"]), "pythons": tuple(row["pythons"])}) for row in rows
        ]
    except FileNotFoundError as error:
        raise DataError(
            f"{path} is not there: run tfcompat in a checkout of the project, or name one with --project"
        ) from error
    except (tomllib.TOMLDecodeError, InvalidVersion, KeyError, TypeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} is not a list of releases ({error}): make it with python images/refresh.py --force"
        ) from error
    return tuple(sorted(releases, key=lambda release: release.version))


def select(releases: Sequence[Release], wanted: str | None) -> tuple[Release, ...]:
    """The releases that a selection names, oldest first.

    ``wanted`` is a comma-separated list; each part is ``latest``, ``all`` (every stable release), ``pre``, an exact
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
            raise SelectionError(f"--tf {part!r} names no release: the known ones are {known(releases)}")
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
            return [release for release in releases if release.version.is_prerelease]
    if is_specifier(part):
        specifier = specifier_of(part)
        pre = bool(specifier.prereleases)  # only where the specifier itself names one
        return last_patches(one for one in releases if specifier.contains(one.version, prereleases=pre))
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
        raise SelectionError(f"--tf {text!r} is neither a version, a specifier, nor one of latest, all, pre") from error


def stable(releases: Iterable[Release]) -> list[Release]:
    return [release for release in releases if not release.version.is_prerelease]


def last_patches(releases: Iterable[Release]) -> tuple[Release, ...]:
    """The last of the given releases in each minor; they come, and are given, oldest first."""
    return tuple({release.minor: release for release in releases}.values())


def known(releases: Sequence[Release]) -> str:
    return f"{releases[0].version} to {releases[-1].version}" if releases else "none"


def cells(releases: Iterable[Release], *, python: str | None = None, only: str | None = None) -> tuple[Cell, ...]:
    """The cells of some releases: each on its newest Python, on every one (``python='all'``), or on the named ones.

    ``only`` keeps the cells whose id matches a glob. Raises SelectionError where nothing is left.
    """
    made = [Cell(release=release, python=chosen) for release in releases for chosen in pythons_of(release, python)]
    kept = tuple(cell for cell in made if only is None or fnmatchcase(cell.id, only))
    if not kept:
        chosen = " ".join(f"--{name} {value}" for name, value in (("python", python), ("only", only)) if value)
        raise SelectionError(
            f"no cell is selected by {chosen or 'this selection'}: see tfcompat list --tf all --python all"
        )
    return kept


def pythons_of(release: Release, wanted: str | None) -> Sequence[str]:
    runnable = [python for python in release.pythons if python in RUNNABLE_PYTHONS]
    if wanted is None:
        return [release.default_python]
    if wanted == "all":
        return runnable
    asked = [text.strip() for text in wanted.split(",")]
    for text in asked:
        if text not in RUNNABLE_PYTHONS:
            raise SelectionError(f"--python {text!r} is not one of {', '.join(RUNNABLE_PYTHONS)}, or all")
    return [python for python in runnable if python in asked]


def cell_named(releases: Iterable[Release], name: str) -> Cell:
    """The cell with an id. Raises SelectionError where there is none."""
    for release in releases:
        for python in pythons_of(release, "all"):
            cell = Cell(release=release, python=python)
            if cell.id == name:
                return cell
    raise SelectionError(f"there is no cell {name!r}: see tfcompat list --tf all --python all")

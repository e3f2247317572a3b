"""Releases: what there is to measure, from ``images/releases.toml``, and how a selection of it is written."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tfcompat.errors import DataError, SelectionError
from tfcompat.escape import printable
from tfcompat.select import toml_list
from tfcompat.select.places import Bounds

#: Two versions as people write a range of them, each end among it; either may be left out.
RANGE = re.compile(r"([^.]\S*?)?\s*\.\.\s*(\S*[^.])?")
#: A minor version, such as 2.15.
MINOR = re.compile(r"\d+\.\d+")
#: The Pythons that the runner bundle supports; older ones, for which early releases have wheels too, are not measured.
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


class Numbered(Protocol):
    """What a selection chooses among: anything that has a version."""

    @property
    def version(self) -> Version: ...


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A release of which no more is known than that it was measured."""

    version: Version


Chosen = TypeVar("Chosen", bound=Numbered)


def numbered(texts: Iterable[str]) -> list[Measured]:
    """Releases of which only the version is known, oldest first, each once."""
    return [Measured(version=version) for version in sorted(set(map(Version, texts)))]


class Release(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One TensorFlow version: the day of its upload, the Pythons it has wheels for, the size of a wheel in MB."""

    version: Version
    date: date
    pythons: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    megabytes: int

    def __post_init__(self) -> None:
        for python in self.pythons:
            Version(python)

    @property
    def minor(self) -> tuple[int, int]:
        return self.version.major, self.version.minor

    @property
    def channel(self) -> Channel:
        return channel_of(self.version)

    @property
    def name(self) -> str:
        """Its name in a cell's id: its version; all nightly builds have one name, for they are one column."""
        return str(self.channel if self.channel is Channel.NIGHTLY else self.version)

    @property
    def runnable(self) -> tuple[str, ...]:
        """The Pythons that it has wheels for and that the runner supports."""
        return tuple(python for python in self.pythons if python in RUNNABLE_PYTHONS)

    @property
    def default_python(self) -> str:
        """The newest of the runnable Pythons. Raises SelectionError where there is none."""
        if not self.runnable:
            raise no_python(self)
        return max(self.runnable, key=Version)


def no_python(release: Release) -> SelectionError:
    """The error of a release that has no supported Python."""
    return SelectionError(
        f"TensorFlow {release.version} has wheels for Python {', '.join(release.pythons)} only; "
        f"the runner supports {RUNNABLE_PYTHONS[0]} to {RUNNABLE_PYTHONS[-1]}"
    )


def load(path: Path) -> tuple[Release, ...]:
    """The releases of a ``releases.toml``, oldest first. Raises DataError where the file is not one."""
    if not path.exists():
        raise DataError(f"{path} is not there: run tfcompat in a checkout of the project, or name one with --project")
    releases = toml_list.read(path, "releases", Release, "releases", "make it with python images/refresh.py --force")
    return tuple(sorted(releases, key=lambda release: release.version))


def runnable_pythons(path: Path) -> dict[str, Sequence[str]]:
    """The stable releases of a ``releases.toml`` with the Pythons on which each can be measured; none where it is not there."""
    known = load(path) if path.exists() else ()
    return {str(release.version): release.runnable for release in known if release.channel is Channel.STABLE}


def select(releases: Sequence[Chosen], wanted: str | None, *, patches: bool = False) -> tuple[Chosen, ...]:
    """The releases that a selection names, oldest first, as they are given.

    ``wanted`` is a comma-separated list; each part is ``latest``, ``all`` (every stable release), ``pre``, ``nightly``,
    an exact version, a minor (its last patch), a range (``2.15..2.16``, with both ends) or a PEP 440 specifier.
    Neighbouring specifiers apply together; of the releases that a range or they admit, the last patch of each minor is
    taken, or with ``patches`` every one. None means the last patch of every minor. Raises SelectionError where a part is
    malformed or names nothing.
    """
    if wanted is None:
        return last_patches(stable(releases))
    chosen: set[Version] = set()
    for part in parts_of(wanted):
        named = matching(part, releases, patches=patches)
        if not named:
            raise SelectionError(f"--tf {part!r} names no release: {why_none(part, releases)}")
        chosen.update(release.version for release in named)
    return tuple(release for release in releases if release.version in chosen)


def named(releases: Sequence[Chosen], wanted: str, *, patches: bool = False) -> tuple[Chosen, ...]:
    """What ``select`` chooses, where the text is not that of an option: an error names none."""
    try:
        return select(releases, wanted, patches=patches)
    except SelectionError as error:
        raise SelectionError(str(error).removeprefix("--tf ")) from error


def single(releases: Sequence[Chosen], wanted: str) -> Chosen:
    """The one release that a text names; of a minor its last patch. Raises SelectionError where it names none, or several."""
    found = named(releases, wanted)
    if len(found) != 1:
        raise SelectionError(f"{wanted!r} names {len(found)} releases: write one, for example 2.15 or 2.15.1")
    return found[0]


def said(releases: Sequence[Numbered], wanted: str | None, *, patches: bool = False) -> Iterator[str]:
    """What of a selection is not in its own words: which patch a minor is, and that a range has one of each minor."""
    for part in dict.fromkeys(parts_of(wanted)) if wanted else ():
        named = matching(part, releases)
        if MINOR.fullmatch(part) and named:
            yield f"{part} is {named[0].version}, its last patch"
        elif RANGE.fullmatch(part) and not patches:
            yield f"{part} is {', '.join(str(release.version) for release in named)}: the last patch of each minor"


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


def matching(part: str, releases: Sequence[Chosen], *, patches: bool = False) -> Sequence[Chosen]:
    """The releases that one part of a selection names."""
    match part:
        case "all":
            return stable(releases)
        case "latest":
            return stable(releases)[-1:]
        case "pre" | "nightly":
            return [release for release in releases if channel_of(release.version) == part]
    if is_specifier(part):
        return kept(specified(specifier_of(part), releases), patches=patches)
    if (bounds := RANGE.fullmatch(part)) and any(bounds.groups()):
        return kept(between(bounds[1], bounds[2], releases), patches=patches)
    version = version_of(part)
    if MINOR.fullmatch(part):
        return last_patches(release for release in stable(releases) if minor_of(release) == version.release)
    return [release for release in releases if release.version == version]


def specified(specifier: SpecifierSet, releases: Sequence[Chosen]) -> Iterator[Chosen]:
    """The releases that a specifier admits; an unfinished one only where the specifier itself names one."""
    pre = bool(specifier.prereleases)
    finished = (release for release in releases if channel_of(release.version) is not Channel.NIGHTLY)
    return (release for release in finished if specifier.contains(release.version, prereleases=pre))


def between(first: str | None, last: str | None, releases: Sequence[Chosen]) -> Iterator[Chosen]:
    """The stable releases of a range with both ends: of a minor all patches are among it. None is an open end."""
    for text in filter(None, (first, last)):
        version_of(text)
    bounds = Bounds(first=first or "", last=last or "")
    return (release for release in stable(releases) if bounds.reaches(release.version))


def kept(releases: Iterable[Chosen], *, patches: bool) -> tuple[Chosen, ...]:
    return tuple(releases) if patches else last_patches(releases)


def specifier_of(text: str) -> SpecifierSet:
    """A specifier. Raises SelectionError where it is none, or has a number of more digits than Python reads."""
    try:
        specifier = SpecifierSet(text)
        for part in specifier:
            part.contains("0", prereleases=True)  # its version is read where it is first compared
    except ValueError as error:
        raise SelectionError(
            f"--tf {printable(text)!r} is not a PEP 440 specifier: write for example '>=2.6,<2.16'"
        ) from error
    return specifier


def version_of(text: str) -> Version:
    try:
        return Version(text)
    except ValueError as error:
        raise SelectionError(
            f"--tf {printable(text)!r} is neither a version, a specifier, nor one of latest, all, pre, nightly"
        ) from error


def stable(releases: Iterable[Chosen]) -> list[Chosen]:
    return [release for release in releases if channel_of(release.version) is Channel.STABLE]


def minor_of(release: Numbered) -> tuple[int, int]:
    return release.version.major, release.version.minor


def last_patches(releases: Iterable[Chosen]) -> tuple[Chosen, ...]:
    """The last of the given releases in each minor; they come, and are given, oldest first."""
    return tuple({minor_of(release): release for release in releases}.values())


def why_none(part: str, releases: Sequence[Numbered]) -> str:
    """Why a part of a selection names nothing, and which releases there are."""
    if part == Channel.NIGHTLY:
        return "the index had no Linux wheel of tf-nightly-cpu; ask it again with python images/refresh.py --force"
    if (bounds := RANGE.fullmatch(part)) and all(bounds.groups()) and version_of(bounds[1]) > version_of(bounds[2]):
        return f"it goes from the newer to the older: write {bounds[2]}..{bounds[1]}"
    finished = [release.version for release in releases if channel_of(release.version) is not Channel.NIGHTLY]
    return "the known ones are " + (f"{finished[0]} to {finished[-1]}" if finished else "none")


def runs(names: Collection[str], every: Iterable[str]) -> list[list[str]]:
    """Some names as the runs that they are of neighbours among all, in the order of these."""
    found: list[list[str]] = [[]]
    for name in every:
        if name in names:
            found[-1].append(name)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def spanned(names: Collection[str], every: Iterable[str]) -> str:
    """Some of all releases in words: ``2.2 – 2.5, 2.16``."""
    some = runs(names, every)
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} – {run[-1]}" for run in some)

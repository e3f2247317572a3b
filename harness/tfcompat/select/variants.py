"""Variants: what is put beside or under a release, read from ``images/variants.toml``."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from tfcompat.errors import DataError, SelectionError


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to make a cell of a release.

    ``releases`` says which releases it is for. ``requires`` are the distributions beside TensorFlow, ``overrides`` those
    that it gets whatever it asks for itself; in both, ``{minor}`` stands for the release's minor. ``variables`` are set in
    the cell. ``of_today`` resolves as of the day on which the lock is made instead of the release's own time, and ``pinned``
    holds every other distribution where the bundled lock has it, so that a change is put down to the variant alone.
    """

    name: str
    title: str
    releases: SpecifierSet
    requires: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = field(default=())
    of_today: bool = False
    pinned: bool = False

    def admits(self, release: Version) -> bool:
        return self.releases.contains(release, prereleases=True)

    def requirements(self, release: Version) -> list[str]:
        """What a release gets beside it, as pip reads it."""
        return [text.format(minor=minor_of(release)) for text in self.requires]

    def overriding(self, release: Version) -> list[str]:
        return [text.format(minor=minor_of(release)) for text in self.overrides]


#: As pip installs a release: the default.
BUNDLED = Variant(name="bundled", title="As pip installs it", releases=SpecifierSet())


def minor_of(release: Version) -> str:
    return f"{release.major}.{release.minor}"


def load(path: Path) -> tuple[Variant, ...]:
    """The variants of a ``variants.toml``, the bundled one before them. Raises DataError where the file is not one."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["variants"]
        found = (BUNDLED, *(made(row) for row in rows))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidSpecifier, InvalidRequirement) as error:
        why = " ".join(str(error).split())
        raise DataError(f"{path} is not a list of variants ({why}): restore it with git checkout") from error
    names = [variant.name for variant in found]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{path} has two variants {', '.join(repeated)}: give one of them another name")
    return found


def made(row: dict[str, Any]) -> Variant:
    """A variant from its row. Raises what a wrong value raises."""
    requires, overrides = (tuple(row.pop(key, ())) for key in ("requires", "overrides"))
    for text in (*requires, *overrides):
        Requirement(text.format(minor="2.0"))
    if not re.fullmatch(r"[a-z][a-z0-9.-]*", row["name"]):
        raise ValueError(f"{row['name']!r} is no name: write small letters, digits, dots and hyphens")
    releases = SpecifierSet(row.pop("releases"))
    variables = tuple(sorted(row.pop("variables", {}).items()))
    return Variant(releases=releases, requires=requires, overrides=overrides, variables=variables, **row)


def select(variants: Sequence[Variant], wanted: str | None) -> tuple[Variant, ...]:
    """The variants that a selection names: globs by commas, ``all``, or None for the bundled one.

    Raises SelectionError where a part names none.
    """
    if wanted is None:
        return (BUNDLED,)
    chosen: set[Variant] = set()
    for part in (text.strip() for text in wanted.split(",")):
        found = [variant for variant in variants if part == "all" or fnmatchcase(variant.name, part)]
        if not found:
            names = ", ".join(variant.name for variant in variants)
            raise SelectionError(f"--variant {part!r} names no variant: there are {names}, and all")
        chosen.update(found)
    return tuple(variant for variant in variants if variant in chosen)

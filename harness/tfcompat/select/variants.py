"""Variants: what is put beside or under a release, read from ``images/variants.toml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import msgspec
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tfcompat.errors import DataError, SelectionError
from tfcompat.select import toml_list


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to make a cell of a release.

    ``releases`` are the releases that it is for. ``requires`` are distributions beside TensorFlow, ``overrides`` those
    that are installed whatever TensorFlow itself requires; in both, ``{minor}`` stands for the release's minor.
    ``variables`` are set in the cell. With ``of_today`` the lock is resolved as of the day on which it is made, not of
    the release's own time. With ``pinned`` all other distributions have the versions of the bundled lock, so that a
    change of an outcome comes from the variant alone.
    """

    name: str
    title: str
    releases: SpecifierSet
    requires: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    of_today: bool = False
    pinned: bool = False

    def admits(self, release: Version) -> bool:
        return self.releases.contains(release, prereleases=True)

    def requirements(self, release: Version) -> list[str]:
        """The distributions beside a release, as pip reads them."""
        return [text.format(minor=minor_of(release)) for text in self.requires]

    def overriding(self, release: Version) -> list[str]:
        return [text.format(minor=minor_of(release)) for text in self.overrides]


#: As pip installs a release: the default.
BUNDLED = Variant(name="bundled", title="As pip installs it", releases=SpecifierSet())


class VariantRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variant as its row of the file has it."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9.-]*\Z")]
    title: str
    releases: SpecifierSet
    requires: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    variables: dict[str, str] = {}
    of_today: bool = False
    pinned: bool = False

    def __post_init__(self) -> None:
        for text in (*self.requires, *self.overrides):
            try:
                Requirement(text.format(minor="2.0"))
            except (LookupError, AttributeError) as error:
                raise ValueError(f"{text!r} has a placeholder other than {{minor}}") from error

    @property
    def variant(self) -> Variant:
        return Variant(**{**msgspec.structs.asdict(self), "variables": tuple(sorted(self.variables.items()))})


def minor_of(release: Version) -> str:
    return f"{release.major}.{release.minor}"


def load(path: Path) -> tuple[Variant, ...]:
    """The variants of a ``variants.toml``, the bundled one before them. Raises DataError where the file is not one."""
    rows = toml_list.read(path, "variants", VariantRow, "variants")
    variants = (BUNDLED, *(row.variant for row in rows))
    names = [variant.name for variant in variants]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{path} has two variants {', '.join(repeated)}: give one of them another name")
    return variants


def select(variants: Sequence[Variant], wanted: str | None) -> tuple[Variant, ...]:
    """The variants that a selection names: globs by commas, ``all``, or None for the bundled one.

    Raises SelectionError where a part names none.
    """
    if wanted is None:
        return (BUNDLED,)
    chosen: set[Variant] = set()
    for part in (text.strip() for text in wanted.split(",")):
        named = [variant for variant in variants if part == "all" or fnmatchcase(variant.name, part)]
        if not named:
            names = ", ".join(variant.name for variant in variants)
            raise SelectionError(f"--variant {part!r} names no variant: there are {names}, and all")
        chosen.update(named)
    return tuple(variant for variant in variants if variant in chosen)

"""Telling Pythons: those beside a release's newest on which an outcome is known to depend, from ``images/pythons.toml``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from tfcompat.errors import DataError


@dataclass(frozen=True, kw_only=True)
class TellingPython:
    """A Python that tells something of some releases, and why."""

    releases: SpecifierSet
    python: str
    why: str

    def admits(self, release: Version) -> bool:
        return self.releases.contains(release, prereleases=True)


def load(path: Path) -> tuple[TellingPython, ...]:
    """The telling Pythons of a ``pythons.toml``. Raises DataError where the file is not one."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["pythons"]
        return tuple(TellingPython(**{**row, "releases": SpecifierSet(row["releases"])}) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidSpecifier) as error:
        why = " ".join(str(error).split())
        raise DataError(f"{path} is not a list of Pythons ({why}): restore it with git checkout") from error

"""Relevant Pythons: older ones on which some outcomes are known to differ, from ``images/pythons.toml``."""

from pathlib import Path

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tfcompat.select import toml_list


class RelevantPython(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Python that changes an outcome of some releases, and why."""

    releases: SpecifierSet
    python: str
    why: str

    def admits(self, release: Version) -> bool:
        return self.releases.contains(release, prereleases=True)


def load(path: Path) -> tuple[RelevantPython, ...]:
    """The relevant Pythons of a ``pythons.toml``. Raises DataError where the file is not one."""
    return tuple(toml_list.read(path, "pythons", RelevantPython, "Pythons"))

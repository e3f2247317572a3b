"""The known vulnerabilities of releases, from ``images/vulnerabilities.toml``: a fact about a release, and no outcome."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from packaging.version import Version

from tfcompat.select import toml_list

#: The name of a vulnerability: ``CVE-2022-23590``.
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*\Z", max_length=60)]


class Vulnerable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was known of a release when it was asked for last."""

    version: Version
    known: tuple[Name, ...]


def load(path: Path) -> Mapping[str, Sequence[str]]:
    """The names by version; none where nobody has asked. Raises DataError where the file is not such a list."""
    if not path.exists():
        return {}
    advice = "make it with python images/vulnerabilities.py --force"
    rows = toml_list.read(path, "vulnerabilities", Vulnerable, "vulnerabilities", advice)
    return {str(row.version): row.known for row in rows}

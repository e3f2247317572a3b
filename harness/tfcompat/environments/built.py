"""The distributions of the locks that are built from their source, from ``images/built.toml``: they have no wheel."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from tfcompat.environments.locks import Lock
from tfcompat.select import toml_list

ADVICE = "make it with python images/built.py --force"


class Built(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A distribution that has no wheel for a Python."""

    python: str
    name: str
    version: str


def load(path: Path) -> Collection[Built]:
    """None where the file is not there. Raises DataError where it is not such a list."""
    return toml_list.read(path, "built", Built, "distributions that are built", ADVICE) if path.exists() else []


def of_lock(built: Collection[Built], lock: Lock, python: str) -> set[str]:
    """The names of the distributions that an environment of a lock builds."""
    return {row.name for row in built if row.python == python and lock.pins.get(row.name) == row.version}

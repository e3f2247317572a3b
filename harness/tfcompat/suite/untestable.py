"""What cannot be asked in any cell, and why: read from ``statements/untestable.toml``."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tfcompat.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Untestable:
    """One question without a scenario: its id is ``group::name`` as a scenario's is, and ``reason`` says what is lacking."""

    id: str
    title: str
    reason: str
    reference: str

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"{field.name} of {self.id!r} is {value!r}, no text")
        if not re.fullmatch(r"[a-z][a-z-]*::\S+", self.id):
            raise ValueError(f"{self.id!r} is no id of the form group::name")

    @property
    def group(self) -> str:
        return self.id.split("::")[0]


def load(path: Path) -> tuple[Untestable, ...]:
    """The questions of an ``untestable.toml``, sorted by id. Raises DataError where the file is not one."""
    try:
        found = sorted((Untestable(**row) for row in rows(path)), key=lambda one: one.id)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is not a list of untestable questions ({error}): restore it with git checkout"
        ) from error
    ids = [one.id for one in found]
    if repeated := sorted({one for one in ids if ids.count(one) > 1}):
        raise DataError(f"{path} has {', '.join(repeated)} twice: give one of them another id")
    return tuple(found)


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of the file. Raises ValueError where it holds anything beside them."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    if set(document) != {"untestable"}:
        raise ValueError(f"it holds {', '.join(document) or 'nothing'}, not one list named untestable")
    found: list[dict[str, Any]] = document["untestable"]
    return found

"""A list in a TOML file, read strictly: one list of rows of one type, and nothing beside it."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tfcompat.errors import DataError

Row = TypeVar("Row", bound=msgspec.Struct)
#: What to do with a committed file that is wrong.
ADVICE = "restore it with git checkout"


def read(path: Path, name: str, row: type[Row], what: str, advice: str = ADVICE) -> list[Row]:
    """The rows of the list called ``name``; ``what`` is a word for them.

    Raises DataError, one sentence that ends with ``advice``, where the file cannot be read or anything in it is wrong.
    """
    try:
        return rows(tomllib.loads(path.read_text(encoding="utf-8")), name, row)
    except (OSError, ValueError, RecursionError, msgspec.ValidationError) as error:
        message = " ".join(str(error).split())
        raise DataError(f"{path} is not a list of {what} ({message}): {advice}") from error


def rows(document: dict[str, Any], name: str, row: type[Row]) -> list[Row]:
    if set(document) != {name}:
        raise ValueError(f"it holds {', '.join(document) or 'nothing'}, not one list named {name}")
    return msgspec.convert(document[name], list[row], dec_hook=from_text, builtin_types=(date,))  # type: ignore[valid-type]


def from_text(kind: type, value: object) -> object:
    """A version or a specifier, which TOML writes as text. Raises TypeError or ValueError where it is not one."""
    if kind not in (Version, SpecifierSet):
        raise NotImplementedError(f"rows have no {kind.__name__}")
    if not isinstance(value, str):
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return kind(value)

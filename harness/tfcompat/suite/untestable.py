"""The questions that cannot be asked in any cell, and why: read from ``statements/untestable.toml``."""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from tfcompat.errors import DataError
from tfcompat.select import toml_list

Text = Annotated[str, Meta(pattern=r"\S")]


class Untestable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question without a scenario: its id is ``group::name`` as a scenario's is; ``reason`` is what is missing."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z-]*::\S+\Z")]
    title: Text
    reason: Text
    reference: Text

    @property
    def group(self) -> str:
        return self.id.split("::")[0]


def load(path: Path) -> tuple[Untestable, ...]:
    """The questions of an ``untestable.toml``, sorted by id. Raises DataError where the file is not one."""
    rows = toml_list.read(path, "untestable", Untestable, "untestable questions")
    ids = [question.id for question in rows]
    if repeated := sorted({name for name in ids if ids.count(name) > 1}):
        raise DataError(f"{path} has {', '.join(repeated)} twice: give one of them another id")
    return tuple(sorted(rows, key=lambda question: question.id))

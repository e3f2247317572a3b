"""The durations of environments: the seconds that each took to make on this machine, kept in the cache."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median

import msgspec

from tfcompat.errors import TfcompatError
from tfcompat.files import write_text
from tfcompat.select.cells import Cell

#: Seconds for each megabyte of TensorFlow's wheel where no environment was ever made here, and megabytes where they are
#: not known.
UNKNOWN, MEGABYTES = 0.25, 200


def path_of(cache: Path, engine: str) -> Path:
    return cache / "durations" / f"{engine}.json"


def load(cache: Path, engine: str) -> dict[str, float]:
    """The seconds of the environments that an engine has made, by cell; none where they are not known."""
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(path_of(cache, engine).read_bytes(), type=dict[str, float])
    return {}


def keep(cache: Path, engine: str, built: Mapping[str, float]) -> None:
    """Add what was made to what is known; what cannot be written is not kept, for it is only an estimate's."""
    if built:
        known = {**load(cache, engine), **{cell: round(seconds, 1) for cell, seconds in built.items()}}
        with suppress(OSError, TfcompatError):
            write_text(
                path_of(cache, engine), msgspec.json.format(msgspec.json.encode(known), indent=1).decode() + "\n"
            )


def expected(cell: Cell, known: Mapping[str, float]) -> float:
    """The seconds that an environment may take to make: as the last time, or by the size of its wheel."""
    if cell.id in known:
        return known[cell.id]
    usual = median(known.values()) / MEGABYTES if known else UNKNOWN
    return usual * (cell.release.megabytes or MEGABYTES)

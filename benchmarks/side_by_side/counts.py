"""How many scenarios ran in each cell, as the runs themselves wrote it down."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.side_by_side.material import Entry


def lay(folder: Path) -> None:
    (folder / "counts").mkdir()


def take(folder: Path, entries: Sequence[Entry]) -> int:
    """The number that all cells have, and a clean slate. Raises SystemExit where one has none, or another one."""
    numbers = {entry.cell: number(folder / "counts" / entry.cell) for entry in entries}
    shutil.rmtree(folder / "counts")
    lay(folder)
    return same(numbers)


def number(path: Path) -> int:
    return int(path.read_text()) if path.exists() else 0


def same(numbers: dict[str, int]) -> int:
    """The number that all have. Raises SystemExit where they differ, or it is 0."""
    if len(set(numbers.values())) != 1 or not all(numbers.values()):
        raise SystemExit(f"not every cell ran the same scenarios: {numbers}")
    return next(iter(numbers.values()))

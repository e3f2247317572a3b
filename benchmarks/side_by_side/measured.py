"""What was measured, kept in a file, so that a part of it can be measured anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.side_by_side.contestant import Phase


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One contestant in one phase: the medians of the seconds over ``repeats``, and what was run.

    ``rows`` is the number of scenarios in each of the ``cells``; ``cores`` are those of the machine, and
    ``load`` is its load before the first command: what else it did.
    """

    name: str
    phase: Phase
    wall: float
    cpu: float
    repeats: int
    rows: int
    cells: tuple[str, ...]
    cores: int
    load: float
    when: str


def load(path: Path) -> Sequence[Measurement]:
    return msgspec.json.decode(path.read_bytes(), type=tuple[Measurement, ...]) if path.exists() else ()


def save(path: Path, measurements: Sequence[Measurement]) -> None:
    """Write a measurement a line, so that what changed can be read."""
    lines = ",\n".join(msgspec.json.encode(measurement).decode() for measurement in measurements)
    path.write_text(f"[\n{lines}\n]\n")


def merged(old: Iterable[Measurement], new: Sequence[Measurement]) -> Sequence[Measurement]:
    """Old and new, sorted; a new one takes the place of what it repeats, and of what its row had on other cells."""
    done = {(one.name, one.phase) for one in new}
    cells = {one.name: one.cells for one in new}
    kept = [one for one in old if (one.name, one.phase) not in done and cells.get(one.name, one.cells) == one.cells]
    return sorted([*kept, *new], key=lambda one: (one.name, list(Phase).index(one.phase)))

"""What a search runs in cells: a scenario of the suite, or a script of the user."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import msgspec
from msgspec import Struct

from tfcompat.advise.matrix import is_known, matrix
from tfcompat.commands.measure import session
from tfcompat.commands.own.code import OwnProgram, matrix_of
from tfcompat.commands.own.search import Versions, answered, say_what_runs
from tfcompat.door.door import Row
from tfcompat.door.kept import rules
from tfcompat.environments.engine import LockedCell
from tfcompat.files import hash_of, write_bytes
from tfcompat.foreign.crossing.axis import LIKELY
from tfcompat.foreign.groups import Compared, Did, did
from tfcompat.foreign.visits import Visit
from tfcompat.outcomes import Reason, Trial
from tfcompat.plan.work import Work
from tfcompat.run.matrix import Matrix
from tfcompat.run.workshop import Workshop
from tfcompat.select.cells import Cell


class KeptRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a search found in a cell, as the cache keeps it: the row, and what was imported there."""

    row: dict[str, Any]
    versions: dict[str, str | None]


@dataclass(kw_only=True)
class ScenarioSubject:
    """A scenario of the suite: it alone is run, and what an earlier search found in the same environment is not run again."""

    name: str
    facts: Row
    workshop: Workshop
    found: dict[str, KeptRow] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    @cached_property
    def part(self) -> Workshop:
        """The workshop that asks the scenario alone; what it measures never becomes current."""
        return replace(self.workshop, scenarios=(self.name,))

    def matrix(self) -> Matrix:
        return self.part.matrix()

    def run(self, cells: Sequence[Cell]) -> Sequence[Row]:
        self.found |= {cell.id: kept for cell in cells if (kept := self.kept(cell))}
        new = [cell for cell in cells if cell.id not in self.found]
        self.ran += [cell.id for cell in new]
        if new:
            say_what_runs(new)
            session.announce(self.part, new)
        works = [Work(cell=cell, scenarios=(self.name,), alone=True) for cell in new]
        trials = session.measure(self.part, works, go_on="the same command") if works else []
        measured = {trial.subject.cell: trial for trial in trials}
        return [self.found[cell.id].row if cell.id in self.found else self.row(cell, measured) for cell in cells]

    def row(self, cell: Cell, measured: Mapping[str, Trial]) -> Row:
        """What the scenario did in a cell, as evidence has it; an answer is kept."""
        trial = measured.get(cell.id)
        row = row_of(trial, self.name) if trial is not None and trial.outcomes else None
        if trial is None or row is None:
            return answered(cell, "", str(trial.reason if trial and trial.reason else Reason.NOT_RUN))
        self.found[cell.id] = KeptRow(row=dict(row), versions=dict(trial.versions))
        if is_known(row) and (path := self.path(cell)):
            write_bytes(path, msgspec.json.encode(self.found[cell.id]))
        return row

    def kept(self, cell: Cell) -> KeptRow | None:
        """What an earlier search found, if it is there and whole."""
        path = self.path(cell)
        if path is None:
            return None
        try:
            return msgspec.json.decode(path.read_bytes(), type=KeptRow)
        except (OSError, msgspec.DecodeError):
            return None

    def path(self, cell: Cell) -> Path | None:
        """Where what is found in a cell is kept: by all that it depends on. None where the cell has no lock yet."""
        lock = self.part.lock(cell)
        if lock is None:
            return None
        engine = self.part.engine
        made_from = engine.recipe(LockedCell(cell=cell, lock=lock))
        parts = (self.name, cell.id, engine.name, made_from, lock.digest, self.part.program.suite_hash, rules())
        return self.part.project.cache / "searches" / f"{hash_of(*parts)}.json"

    def versions(self) -> Mapping[str, Versions]:
        return {cell: found.versions for cell, found in self.found.items()}


def row_of(trial: Trial, name: str) -> Row | None:
    """The row of a scenario in a trial, judged by the same rules as all evidence; None where it was not asked."""
    from tfcompat.door import fill  # they need pandas
    from tfcompat.table.frame import collect

    subject = replace(trial.subject, variant="bundled")  # a crossed cell is looked at as one of its release
    door = fill.in_memory(collect([replace(trial, subject=subject)]))
    rows = matrix(door, [name], ()).rows[name]
    return dict(rows[0]) if rows else None


@dataclass(kw_only=True)
class ScriptSubject:
    """A script of the user: releases do the same where it ends alike and prints the same, by the rules of ``try``."""

    name: str
    program: OwnProgram
    compared: Compared
    digits: int | None = None
    facts: Row = field(default_factory=dict)
    labels: dict[tuple[str, ...], str] = field(default_factory=dict)
    first: dict[str, Did] = field(default_factory=dict)
    visited: dict[str, Visit] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def matrix(self) -> Matrix:
        return matrix_of(self.program.own, self.program.program)

    def run(self, cells: Sequence[Cell]) -> Sequence[Row]:
        say_what_runs(cells)
        self.ran += [cell.id for cell in cells]
        session.announce(self.program.own.workshop, cells)
        visits = {visit.cell.id: visit for visit in self.program.visits(cells)}
        self.visited |= visits
        return [self.row(cell, visits[cell.id]) for cell in cells if cell.id in visits]

    def row(self, cell: Cell, visit: Visit) -> Row:
        found = did(visit)
        if found is None:
            return answered(cell, "", str(visit.error.reason if visit.error else Reason.NOT_RUN))
        key = found.key(self.compared, self.digits)
        label = self.labels.setdefault(key, f"{found.ending}, output {letter(len(self.labels))}")
        self.first.setdefault(label, found)
        return answered(cell, json.dumps(label))

    def versions(self) -> Mapping[str, Versions]:
        """The versions that are likely to matter: a lock has many more, and the axis looks at all of them."""
        return {
            name: {"python": visit.cell.python, **{key: pin for key, pin in visit.pins.items() if key in LIKELY}}
            for name, visit in self.visited.items()
        }


def letter(number: int) -> str:
    """A, B, … Z, and numbers after that."""
    return ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1)

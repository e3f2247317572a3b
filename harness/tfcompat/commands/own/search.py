"""A search: the cells that a binary search needs are run one after another, until each change lies between neighbours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import click
from msgspec import Struct
from packaging.version import Version

from tfcompat.advise import matrix as evidence
from tfcompat.advise.bisect import Bisection, bisect
from tfcompat.advise.matrix import bundled, is_known
from tfcompat.door.door import Row
from tfcompat.run.matrix import Matrix
from tfcompat.select.cells import Cell

#: The versions that a cell imported, or has in its lock, by distribution.
Versions = Mapping[str, str | None]


class AxisReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What decides at a turn: the ``verdict``, the distributions that it is about with their versions, and what was crossed.

    ``crossings`` are the cells that were run for it, each with what it did, or why it has no answer.
    """

    before: str
    after: str
    verdict: str
    names: dict[str, tuple[str, str]]
    crossings: dict[str, str]


class SearchReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a search found: the turns, the cells that it ran, the axis of each turn, and what a script printed by group."""

    schema: int
    bisection: Bisection
    ran: list[str]
    axes: list[AxisReport]
    outputs: dict[str, dict[str, str]]


class Subject(Protocol):
    """What is searched: a scenario or a script, in cells."""

    @property
    def name(self) -> str:
        """Its id, or the name of its file."""

    @property
    def facts(self) -> Row:
        """What it says of itself."""

    @property
    def ran(self) -> Sequence[str]:
        """The cells in which it ran, in order; what was known of others from an earlier search is no run."""

    def matrix(self) -> Matrix:
        """What makes its environments and locks."""

    def run(self, cells: Sequence[Cell]) -> Sequence[Row]:
        """Run it in some cells: a row of each, unknown where there is no answer."""

    def versions(self) -> Mapping[str, Versions]:
        """The versions of the cells in which it ran."""


@dataclass(kw_only=True)
class Searching:
    """A search over the releases with the Pythons on which each can be measured; ``rows`` are what is known.

    ``choose`` gives the cell of an id such as ``tf2.6.0-py3.9``.
    """

    subject: Subject
    pythons: Mapping[str, Sequence[str]]
    choose: Callable[[str], Cell]
    rows: dict[str, Row] = field(default_factory=dict)
    known_versions: dict[str, Versions] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def search(self, good: str | None, bad: str | None, *, ends: Sequence[str] = ()) -> Bisection:
        """Run what is needed until no turn has a hole that can be measured, from ``good`` to ``bad`` or over all releases.

        ``ends`` are releases that have to be known first. Raises SelectionError as ``bisect`` does.
        """
        self.run([cell for release in ends if (cell := self.end(release))])
        while True:
            found = self.bisection(good, bad)
            wanted = [turn.next.cell for turn in found.turns if turn.next]
            if not wanted:
                return found
            self.run(wanted)

    def bisection(self, good: str | None, bad: str | None) -> Bisection:
        """What is known now. A release that was run without an answer is not asked again."""
        rows = sorted(self.rows.values(), key=lambda row: (Version(row["tensorflow"]), Version(row["python"])))
        tried = {row["tensorflow"] for row in rows if row["cell"] in self.asked and not is_known(row)}
        return bisect(
            evidence.Matrix(
                rows={self.subject.name: rows},
                known=sorted({*self.pythons, *(row["tensorflow"] for row in rows)}, key=Version),
                facts={self.subject.name: self.subject.facts},
            ),
            self.subject.name,
            good=good,
            bad=bad,
            pythons={release: pythons for release, pythons in self.pythons.items() if release not in tried},
            versions=self.known_versions,
        )

    def end(self, release: str) -> str | None:
        """The cell that makes a release known, on its newest Python; None where it is known, or cannot be measured."""
        known = any(row["tensorflow"] == release and is_known(row) for row in bundled(self.rows.values()))
        pythons = self.pythons.get(release)
        return None if known or not pythons else f"tf{release}-py{max(pythons, key=Version)}"

    def run(self, names: Sequence[str]) -> None:
        """Run some cells, and keep what they did; a row that says nothing is no reason to forget one that does."""
        if not names:
            return
        self.asked += names
        for row in self.subject.run([self.choose(name) for name in dict.fromkeys(names)]):
            self.rows[row["cell"]] = row
        self.known_versions |= self.subject.versions()


def say_what_runs(cells: Sequence[Cell]) -> None:
    click.echo(f"running {', '.join(cell.id for cell in cells)}", err=True)


def answered(cell: Cell, word: Any, reason: str = "") -> dict[str, Any]:
    """A row of a cell with what was seen there as JSON text, or without an answer for a reason."""
    return {
        "cell": cell.id,
        "tensorflow": str(cell.release.version),
        "python": cell.python,
        "keras": "",
        "variant": "bundled",
        "set": "",
        "status": "unknown" if reason else "answered",
        "harm": "none",
        "observed": "" if reason else word,
        "reason": reason,
        "whose": "",
        "type": "",
        "message": "",
        "expected": "",
        "documented": "",
        "documentation": "",
    }

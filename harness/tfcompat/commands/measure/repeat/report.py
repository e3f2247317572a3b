"""What a repeated run found: for a person, a line a setting and a block a difference, and for a program."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tfcompat.commands.measure.ending import amount
from tfcompat.commands.measure.repeat.repeats import Difference, Repeats, by_setting
from tfcompat.commands.measure.repeat.settings import Name
from tfcompat.escape import printable

#: Characters of an id and of an answer in a line.
LONGEST = 200
#: What each run changes, whether asked to or not: an isolated interpreter takes no PYTHONHASHSEED, and draws a seed.
HASHES = "each run draws another seed for Python's hashes"


@dataclass(frozen=True, kw_only=True)
class RepeatReport:
    """The repeats, of which suite by which engine, and the first seed of the orders."""

    repeats: Repeats
    suite: str
    engine: str
    seed: int

    @property
    def counts(self) -> str:
        """What was compared, in a line."""
        different, marked = self.repeats.differences, len(self.repeats.differences) - len(self.repeats.unmarked)
        return (
            f"{amount(len(self.repeats.cells), 'cell')} in {amount(len(self.repeats.runs), 'setting')}, seed {self.seed}: "
            f"{amount(self.repeats.compared, 'outcome')} held against the first, "
            f"{amount(len(different), 'difference')}, {marked} of them marked"
        )

    def lines(self) -> Iterator[str]:
        yield self.counts
        for row in self.repeats.differences:
            yield from block(row)
        for lacking in self.repeats.lacking:
            yield (
                f"{lacking.cell}, {lacking.setting}: "
                f"{amount(lacking.scenarios, 'scenario')} without an answer: {lacking.reason}"
            )
        for name, number in by_setting(self.repeats.unmarked):
            yield f"{amount(number, 'difference')} not marked in: {name}"
        if any(Name.TOGETHER in row.unlike for row in self.repeats.unmarked) and len(self.repeats.runs) < len(Name):
            yield f"next: the same with --repeat {len(Name)}, and -k SCENARIO, changes one thing at a time"

    def document(self) -> dict[str, Any]:
        return {
            "schema": 1,
            "suite": self.suite,
            "engine": self.engine,
            "seed": self.seed,
            "hashes": HASHES,
            "settings": {run.setting.name: run.setting.words for run in self.repeats.runs},
            "cells": self.repeats.cells,
            "compared": self.repeats.compared,
            "differences": [of_difference(row) for row in self.repeats.differences],
            "lacking": [
                {"setting": row.setting, "cell": row.cell, "reason": str(row.reason), "scenarios": row.scenarios}
                for row in self.repeats.lacking
            ],
        }


def block(row: Difference) -> Iterator[str]:
    """A difference: the row, what is known of it, and what it answered in each setting."""
    known = f" (marked: {row.mark.why}: {row.mark.sentence})" if row.mark else ""
    yield f"{row.cell}  {printable(row.scenario, LONGEST)}{known}"
    for setting, answer in row.answered.items():
        yield f"  {'≠' if setting in row.unlike else ' '} {setting}: {printable(answer, LONGEST)}"


def of_difference(row: Difference) -> dict[str, Any]:
    return {
        "cell": row.cell,
        "scenario": row.scenario,
        "answered": dict(row.answered),
        "unlike": list(row.unlike),
        "marked": {"why": str(row.mark.why), "sentence": row.mark.sentence} if row.mark else None,
    }

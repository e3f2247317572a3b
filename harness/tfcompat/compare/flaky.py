"""Flaky outcomes: a change is run again before it is believed, and what does not repeat is kept, with all that was seen."""

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tfcompat.compare.diff import OF_BEHAVIOUR, Diff, Row, tell_the_same
from tfcompat.errors import DataError
from tfcompat.files import write_whole
from tfcompat.outcomes import Outcome, Status, Subject
from tfcompat.table.frame import as_text

#: How often a changed outcome is run again before it is believed.
TIMES = 2
FILE = "flaky.json"


class Verdict(StrEnum):
    """What running a changed outcome again has shown."""

    REPEATS = "repeats"
    FLAKY = "flaky"
    UNANSWERED = "no answer"


def suspects(diff: Diff) -> tuple[Row, ...]:
    """The rows to run again: those whose behaviour changed. What has no answer, or is new, contradicts nothing."""
    return tuple(row for row in diff.rows if row.change in OF_BEHAVIOUR)


def verdict(row: Row, again: Sequence[Outcome | None]) -> Verdict:
    """Whether a changed outcome repeats: each time it was run again it has to be what it had become."""
    seen = [one for one in again if one is not None and one.status is not Status.UNKNOWN]
    if row.after is None or any(not tell_the_same(row.after, one) for one in seen):
        return Verdict.FLAKY
    return Verdict.REPEATS if len(seen) == len(again) >= TIMES else Verdict.UNANSWERED


def expression(rows: Iterable[Row], suite: Mapping[str, str]) -> str:
    """What to give to pytest's ``-k`` so that it runs these rows, and few others; ``suite`` is the text of each file."""
    names = {test_named(row.after.source, suite) for row in rows if row.after is not None}
    return " or ".join(sorted(names))


def test_named(source: str, suite: Mapping[str, str]) -> str:
    """The test function at ``file.py:line``; the whole file where no function stands there."""
    name, _, line = source.partition(":")
    for node in ast.walk(ast.parse(suite.get(name, ""))):
        if isinstance(node, ast.FunctionDef) and line.isdigit():
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first <= int(line) <= (node.end_lineno or first):
                return node.name
    return name.removesuffix(".py")


@dataclass(frozen=True, kw_only=True)
class Flaky:
    """An outcome that did not repeat: of which trial, what the baseline has, and what was seen in turn."""

    cell: str
    scenario: str
    engine: str
    suite: str
    started: str
    baseline: str
    seen: tuple[str, ...]


def flaky(subject: Subject, row: Row, again: Sequence[Outcome | None]) -> Flaky:
    return Flaky(
        cell=subject.cell,
        scenario=row.scenario,
        engine=subject.engine,
        suite=subject.suite,
        started=subject.started,
        baseline=described(row.before),
        seen=tuple(described(one) for one in (row.after, *again)),
    )


def described(outcome: Outcome | None) -> str:
    """An outcome in a line: its status, and what was observed or raised."""
    if outcome is None:
        return "not asked"
    more = as_text(outcome.observed) or str(outcome.reason or outcome.type)
    return f"{outcome.status} {more}".strip()[:500]


def read_flaky(folder: Path) -> frozenset[tuple[str, str, str]]:
    """The outcomes of a report folder that are known not to repeat: cell, scenario, and when their trial started."""
    return frozenset((one.cell, one.scenario, one.started) for one in load(folder / FILE))


def load(path: Path) -> list[Flaky]:
    """What is kept in a file; nothing where there is none. Raises DataError where it is damaged."""
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        return [Flaky(**{**row, "seen": tuple(row["seen"])}) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{path} is no list of flaky outcomes ({error}): restore it with git checkout") from error


def keep(found: Iterable[Flaky], folder: Path) -> Path:
    """Add to what a report folder keeps, a line each; the path."""
    path = folder / FILE
    kept = sorted({*load(path), *found}, key=lambda one: (one.cell, one.scenario, one.started))
    lines = ",\n".join(json.dumps(vars(one), ensure_ascii=True) for one in kept)
    return write_whole(path, lambda made: made.write_text(f"[\n{lines}\n]\n", encoding="utf-8"))

"""Flaky outcomes: a change is run again before it is believed, and what does not repeat is kept, with all that was seen."""

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from tfcompat.compare.causes import OutcomeRow
from tfcompat.compare.diff import OF_BEHAVIOUR, ChangedOutcome, Diff, KnownFlaky
from tfcompat.errors import DataError
from tfcompat.files import write_whole
from tfcompat.outcomes import Status
from tfcompat.table.agreement import same_answer

#: How often a changed outcome is run again before it is believed.
TIMES = 2
FILE = "flaky.json"


class Repetition(StrEnum):
    """What running a changed outcome again has shown."""

    REPEATS = "repeats"
    FLAKY = "flaky"
    UNANSWERED = "no answer"


class Flaky(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outcome that did not repeat: of which trial, what the baseline has, and what was seen in turn."""

    cell: str
    scenario: str
    engine: str
    suite: str
    started: str
    baseline: str
    seen: tuple[str, ...]


def suspects(diff: Diff) -> tuple[ChangedOutcome, ...]:
    """The outcomes to run again: those whose behaviour changed. What has no answer, or is new, contradicts nothing."""
    return tuple(row for row in diff.rows if row.change in OF_BEHAVIOUR)


def repetition(row: ChangedOutcome, again: Sequence[OutcomeRow | None]) -> Repetition:
    """Whether a changed outcome repeats: each time it was run again it has to be what it had become."""
    answers = [outcome for outcome in again if outcome is not None and outcome["status"] != Status.UNKNOWN]
    if row.after is None or any(not same_answer(row.after, answer) for answer in answers):
        return Repetition.FLAKY
    return Repetition.REPEATS if len(answers) == len(again) >= TIMES else Repetition.UNANSWERED


def expression(rows: Iterable[ChangedOutcome], suite: Mapping[str, str]) -> str:
    """What to give to pytest's ``-k`` so that it runs these rows, and few others; ``suite`` is the text of each file."""
    names = {test_named(row.after["source"], suite) for row in rows if row.after is not None}
    return " or ".join(sorted(names))


def test_named(source: str, suite: Mapping[str, str]) -> str:
    """The test function at ``file.py:line``; the whole file where no function stands there."""
    name, _, line = source.partition(":")
    for node in ast.walk(ast.parse(suite.get(name, ""))):
        if isinstance(node, ast.FunctionDef) and line.isdigit():
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first <= int(line) <= (node.end_lineno or first):
                return node.name
    return name.removesuffix(".py")


def flaky(row: ChangedOutcome, again: Sequence[OutcomeRow | None]) -> Flaky:
    """What is kept of a changed outcome that did not repeat. Raises ValueError where its cell was not run."""
    trial = row.pair.after
    if trial is None:
        raise ValueError(f"{row.cell} was not run, so nothing of {row.scenario} is flaky")
    return Flaky(
        cell=trial["cell"],
        scenario=row.scenario,
        engine=trial["engine"],
        suite=trial["suite"],
        started=trial["started"],
        baseline=described(row.before),
        seen=tuple(map(described, (row.after, *again))),
    )


def described(outcome: OutcomeRow | None) -> str:
    """An outcome in a line: its status, and what was observed or raised."""
    if outcome is None:
        return "not asked"
    more = outcome["observed"] or outcome["reason"] or outcome["type"]
    return f"{outcome['status']} {more}".strip()[:500]


def read_flaky(folder: Path) -> KnownFlaky:
    """The outcomes of a report folder that are known not to repeat."""
    return frozenset((kept.cell, kept.scenario, kept.started) for kept in load(folder / FILE))


def load(path: Path) -> list[Flaky]:
    """What is kept in a file; nothing where there is none. Raises DataError where it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Flaky]) if path.is_file() else []
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a list of flaky outcomes ({error}): restore it with git checkout") from error


def keep(outcomes: Iterable[Flaky], folder: Path) -> Path:
    """Add to what a report folder keeps, a line each; the path."""
    path = folder / FILE
    kept = sorted({*load(path), *outcomes}, key=lambda outcome: (outcome.cell, outcome.scenario, outcome.started))
    lines = ",\n".join(json.dumps(msgspec.structs.asdict(outcome), ensure_ascii=True) for outcome in kept)
    return write_whole(path, lambda written: written.write_text(f"[\n{lines}\n]\n", encoding="utf-8"))

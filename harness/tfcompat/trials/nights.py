"""The nights: which of them took place, and when each cell was measured before them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from tfcompat.errors import DataError
from tfcompat.files import write_text
from tfcompat.outcomes import Status, Trial
from tfcompat.record.lines import MOMENT_PATTERN
from tfcompat.select.rotation import Turn
from tfcompat.trials.current import newest

#: The file of a report's folder that has a line for each night.
NAME = "nights.jsonl"


class Night(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A night whose results were merged: when its first run ``started`` (ISO 8601, in UTC), how many ``cells`` have new
    trials, and which shards are ``missing``.
    """

    started: Annotated[str, Meta(pattern=MOMENT_PATTERN)]
    cells: int
    missing: tuple[str, ...] = ()


DECODER = msgspec.json.Decoder(Night)


def load(folder: Path) -> list[Night]:
    """The nights of a report's folder, oldest first; none where it has none. Raises DataError where the file is damaged."""
    path = folder / NAME
    try:
        nights = [DECODER.decode(line) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is damaged ({error}): restore it with git checkout, or remove the line") from error
    return sorted(nights, key=lambda night: night.started)


def add(night: Night, folder: Path) -> None:
    """Add a night to a report's folder; where one that started then is there already, it takes its place."""
    others = [known for known in load(folder) if known.started != night.started]
    nights = sorted([*others, night], key=lambda known: known.started)
    write_text(folder / NAME, "".join(msgspec.json.encode(known).decode() + "\n" for known in nights))


def measured(trials: Iterable[Trial]) -> dict[str, str]:
    """When the outcomes of each cell were measured, as the oldest of the trial whose oldest is the newest: ISO 8601.

    A cell that never had an outcome has no entry. Which engine measured does not matter.
    """
    moments: dict[str, str] = {}
    for trial in trials:
        oldest = min((outcome.measured for outcome in trial.outcomes if outcome.measured), default="")
        if oldest > moments.get(trial.subject.cell, ""):
            moments[trial.subject.cell] = oldest
    return moments


def passed(since: str, nights: Sequence[Night], until: str = "~") -> int:
    """How many nights started after a moment, and not after ``until``: all, where that is left out."""
    return sum(since < night.started <= until for night in nights)


def turns(trials: Sequence[Trial], nights: Sequence[Night]) -> dict[str, Turn]:
    """The place of each cell in the rotation, from its recent trials, oldest first."""
    since = measured(trials)
    return {
        cell: Turn(measured=since.get(cell, ""), passed=passed(since.get(cell, ""), nights), hole=is_hole(trial))
        for cell, trial in newest(trials).items()
    }


def is_hole(trial: Trial) -> bool:
    """Whether a trial has no answer at all: where some outcomes are there, the next run adds the others."""
    return all(outcome.status is Status.UNKNOWN for outcome in trial.outcomes)

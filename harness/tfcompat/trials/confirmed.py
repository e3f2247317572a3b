"""Confirmations: whole runs that said what a trial said before, kept as one line each and not as a file."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from tfcompat import locking
from tfcompat.errors import DataError
from tfcompat.files import write_whole
from tfcompat.outcomes import Outcome, Subject, Trial
from tfcompat.record.judge import RAISED
from tfcompat.record.lines import FILE_NAME, MOMENT_PATTERN, SCHEMA, Schema
from tfcompat.record.verdict import same

#: The file of a cell's confirmations, beside its trials, and the one that who changes it holds.
NAME, LOCK = "confirmed.jsonl", ".confirmed.lock"


class ConfirmedLine(
    msgspec.Struct, tag_field="kind", tag="confirmed", frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """One confirmation: the file's name without the suffix, its SHA-256, and what of the later run's subject is its own."""

    schema: Schema
    trial: Annotated[str, Meta(pattern=FILE_NAME)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    started: Annotated[str, Meta(pattern=MOMENT_PATTERN)]
    environment: str
    tfcompat: str
    seconds: float

    @property
    def engine(self) -> str:
        """The engine of both runs, as the file's name has it."""
        return self.trial.rpartition("-")[2]

    def trial_of(self, confirmed: Trial) -> Trial:
        """The later run as a trial: the outcomes of the file that it confirms, measured again."""
        subject = replace(confirmed.subject, started=self.started, environment=self.environment, tfcompat=self.tfcompat)
        outcomes = tuple(
            replace(outcome, measured=self.started) if outcome.measured else outcome for outcome in confirmed.outcomes
        )
        return replace(confirmed, subject=subject, outcomes=outcomes, seconds=self.seconds, confirmed=True)


DECODER = msgspec.json.Decoder(ConfirmedLine)


def says_the_same(trial: Trial, before: Trial) -> bool:
    """Whether a whole run repeats a trial: the suite, lock and versions, and each answer within the tolerance."""
    if trial.reason is not None or before.reason is not None:
        return False
    if identity(trial.subject) != identity(before.subject) or trial.versions != before.versions:
        return False
    pairs = zip(trial.outcomes, before.outcomes, strict=False)
    return len(trial.outcomes) == len(before.outcomes) and all(same_outcome(*pair) for pair in pairs)


def identity(subject: Subject) -> Subject:
    """A subject without what differs from run to run."""
    return replace(subject, started="", environment="", tfcompat="")


def same_outcome(outcome: Outcome, before: Outcome) -> bool:
    """Whether two outcomes of one scenario are alike; the words of an error may name folders and addresses, and differ."""
    if (outcome.scenario, outcome.key, outcome.status, outcome.reason) != (
        before.scenario,
        before.key,
        before.status,
        before.reason,
    ):
        return False
    if outcome.status in RAISED and outcome.type != before.type:
        return False
    return same(outcome.observed, before.observed)


def read(folder: Path) -> list[ConfirmedLine]:
    """The confirmations of a cell's folder, oldest first. Raises DataError where the file is damaged."""
    path = folder / NAME
    try:
        lines = [DECODER.decode(line) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except (msgspec.MsgspecError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error}): restore it with git checkout, or remove the line") from error
    return sorted(lines, key=lambda line: (line.started, line.trial))


def add(folder: Path, lines: Iterable[ConfirmedLine]) -> None:
    """Add confirmations to those of a cell's folder, whole or not at all; what is there already stays once."""
    folder.mkdir(parents=True, exist_ok=True)
    with locking.holding(folder / LOCK):
        known = read(folder)
        if new := {*lines} - {*known}:
            merged = sorted([*known, *new], key=lambda line: (line.started, line.trial))
            text = b"".join(msgspec.json.encode(line) + b"\n" for line in merged)
            write_whole(folder / NAME, lambda path: path.write_bytes(text))
        (folder / LOCK).unlink(missing_ok=True)


def line_of(trial: Trial, confirmed: Path, suffix: str) -> ConfirmedLine:
    """The line that says that a run repeated the trial of a file."""
    return ConfirmedLine(
        schema=SCHEMA,
        trial=confirmed.name.removesuffix(suffix),
        sha256=hashlib.sha256(confirmed.read_bytes()).hexdigest(),
        started=trial.subject.started,
        environment=trial.subject.environment,
        tfcompat=trial.subject.tfcompat,
        seconds=trial.seconds,
    )

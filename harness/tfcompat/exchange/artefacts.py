"""An artefact: a model as one cell saved it, named by the hash of its bytes; nothing here looks into it."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Any

from tfcompat.errors import DataError
from tfcompat.outcomes import Outcome, Status, Trial

#: The group of the scenarios that write, and of those that read: ``write::FORM`` and ``grid::FORM::WRITER``.
WRITE, READ = "write", "grid"


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """What a cell wrote in one form, and what its model predicted before: one number a row of the sample."""

    form: str
    writer: str
    output: tuple[float, ...]
    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """What its file is called, wherever it is kept."""
        return f"{self.digest}.zip"


def artefacts_of(trial: Trial) -> tuple[Artefact, ...]:
    """What a trial of the writing suite wrote. Raises DataError where an answer is not an artefact."""
    cell = trial.subject.cell
    return tuple(artefact(outcome, cell) for outcome in trial.outcomes if outcome.status is Status.WORKS)


def artefact(outcome: Outcome, cell: str) -> Artefact:
    """The artefact that an outcome holds, checked: it came out of a cell, and goes into others."""
    form = outcome.scenario.removeprefix(f"{WRITE}::")
    try:
        output, text = outcome.observed["output"], outcome.observed["artefact"]
        content = base64.b64decode(text, validate=True)
    except (TypeError, KeyError, ValueError, binascii.Error) as error:
        raise not_an_artefact(outcome, cell) from error
    if set(outcome.observed) != {"output", "artefact"} or not form.isidentifier() or not is_numbers(output):
        raise not_an_artefact(outcome, cell)
    return Artefact(form=form, writer=cell, output=tuple(output), content=content)


def is_numbers(output: Any) -> bool:
    return isinstance(output, list) and all(type(number) in (int, float) for number in output)


def not_an_artefact(outcome: Outcome, cell: str) -> DataError:
    return DataError(
        f"what {cell} answered to {outcome.scenario} is not an artefact: remove its newest trial under "
        "reports/grid/trials and run tfcompat grid run again"
    )

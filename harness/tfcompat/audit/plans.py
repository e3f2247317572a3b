"""The plans: whether each cell that a run planned has a trial of that run, or was there already."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tfcompat.errors import DataError
from tfcompat.outcomes import Subject, Trial
from tfcompat.run import manifest
from tfcompat.run.manifest import Manifest


def holes(folder: Path, trials: Sequence[Trial]) -> Iterator[str]:
    """A sentence for each planned cell without a trial, and for each plan of a folder of manifests that is damaged."""
    subjects = [trial.subject for trial in trials]
    for path in manifest.files(folder):
        try:
            yield from of_plan(path, manifest.read(path), subjects)
        except DataError as error:
            yield str(error)


def of_plan(path: Path, plan: Manifest, subjects: Sequence[Subject]) -> Iterator[str]:
    """What the run of a plan did not leave."""
    if path.name != plan.name:
        yield f"{path} was edited, for its content has the name {plan.name}: restore it with git checkout"
    for cell in plan.cells:
        if not any(is_of(subject, plan, cell) and subject.started >= plan.started for subject in subjects):
            yield f"{cell} was planned by {path.name}, and no trial of it came after: run the cell again"
    for cell in plan.reused:
        if not any(is_of(subject, plan, cell) for subject in subjects):
            yield f"{cell} was there already, says {path.name}, and has no trial of its suite: run the cell again"


def is_of(subject: Subject, plan: Manifest, cell: str) -> bool:
    return (subject.cell, subject.engine, subject.suite) == (cell, plan.engine, plan.suite)

"""The closing lines of a run: the cells without an answer, what was reused, which trials are shown, and what to do next."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from tfcompat.commands.measure.ending import joined
from tfcompat.escape import printable
from tfcompat.outcomes import Reason, Trial, fault
from tfcompat.run.workshop import Workshop
from tfcompat.trials.current import current_trials

#: Characters of a message, and cells that a line names.
MESSAGE, NAMED = 400, 6


def lines(
    workshop: Workshop, trials: Sequence[Trial], known: Collection[str], before: Mapping[str, Trial], *, measured: bool
) -> Iterator[str]:
    """What a run says below its table; in the cells that are ``known`` there was nothing to do, and it ``measured`` others.

    ``before`` are the newest trials that were there before.
    """
    yield from unanswered(trials)
    if trials and not workshop.partial:
        yield reused(trials, known, before)
    if measured and not workshop.partial and (over := outranked(workshop, trials)):
        yield (
            f"reports show what a container found in {joined(over, NAMED)}, with the same suite and packages:"
            " tfcompat report --engine local shows what was found here"
        )
    if measured:
        yield f"the trials are in {workshop.store.folder}"
    if measured and workshop.partial:
        yield "next: these are not kept as results; the same command without -k, and without what follows --, does that"
    elif measured:
        yield "next: tfcompat report derives the reports from all of them anew"


def unanswered(trials: Sequence[Trial]) -> Iterator[str]:
    """The cells without an answer, those of one reason and message together, and what causes it."""
    found: dict[tuple[Reason, str], list[str]] = {}
    for trial in trials:
        if trial.reason is not None:
            found.setdefault((trial.reason, trial.message), []).append(trial.subject.cell)
    for (reason, message), cells in found.items():
        yield f"{joined(cells, NAMED)}: {reason} (cause: {fault(reason)}): {printable(message, MESSAGE)}"


def reused(trials: Sequence[Trial], known: Collection[str], before: Mapping[str, Trial]) -> str:
    """How many outcomes of the table were not measured by this run: ``8,440 of 8,440 outcomes reused``."""
    outcomes = [(trial.subject, outcome) for trial in trials for outcome in trial.outcomes]
    newest = {cell: trial.subject.started for cell, trial in before.items()}
    count = sum(
        subject.cell in known or "" < outcome.measured <= newest.get(subject.cell, "") for subject, outcome in outcomes
    )
    again = "; --fresh runs them again" if count else ""
    return f"{count:,} of {len(outcomes):,} outcomes reused{again}"


def outranked(workshop: Workshop, trials: Sequence[Trial]) -> list[str]:
    """The cells whose trial by the local engine is not the one that reports show, for a container ran the same."""
    if workshop.engine.name != "local":
        return []
    store = workshop.measured
    others = {trial.subject.cell: store.newest(trial.subject.cell, "docker") for trial in trials}
    return [trial.subject.cell for trial in trials if is_outranked(trial, others[trial.subject.cell])]


def is_outranked(trial: Trial, other: Trial | None) -> bool:
    if other is None:
        return False
    both = sorted([trial, other], key=lambda one: one.subject.started)
    return current_trials(both) == [other]

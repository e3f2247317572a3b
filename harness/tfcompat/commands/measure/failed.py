"""What failed in a run of a part of the suite: in which cells, with which message, and the file of the evidence."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tfcompat.commands.measure.ending import joined
from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Outcome, Status, Trial
from tfcompat.publish.statuses import MARKS
from tfcompat.publish.terminal import observation, rank
from tfcompat.trials.store import Store

#: Characters of a message, and of an id.
MESSAGE, NAME = 300, 200


def failed(trials: Sequence[Trial], store: Store) -> list[list[str]]:
    """A block for each scenario and message: the cells, what was said, and where that stands. The worst come first."""
    found: dict[tuple[str, str], list[tuple[Trial, Outcome]]] = {}
    for trial in trials:
        for outcome in trial.outcomes:
            if has_failed(outcome):
                found.setdefault((outcome.scenario, said(outcome)), []).append((trial, outcome))
    ordered = sorted(found.items(), key=lambda item: -rank(item[1][0][1].harm))
    return [list(block(scenario, message, some, store)) for (scenario, message), some in ordered]


def has_failed(outcome: Outcome) -> bool:
    """Whether somebody who asks for one scenario should know more of it: it does harm, or has no answer."""
    return outcome.harm is not Harm.NONE or outcome.status is Status.UNKNOWN


def said(outcome: Outcome) -> str:
    """What a failure says: the exception, what was given and expected, or why there is no answer."""
    if outcome.status is Status.UNKNOWN:
        return printable(f"no answer: {outcome.reason}: {outcome.message}".rstrip(": "), MESSAGE)
    if outcome.status in (Status.WRONG, Status.ANSWERED) or outcome.raised:
        return printable(observation(outcome), MESSAGE)
    return printable(f"{outcome.status}: {outcome.message}".rstrip(": "), MESSAGE)


def block(scenario: str, message: str, some: Sequence[tuple[Trial, Outcome]], store: Store) -> Iterator[str]:
    outcome = some[0][1]
    mark = MARKS[outcome.harm] + outcome.status.symbol
    yield f"{mark} {printable(scenario, NAME)}  on {joined(trial.subject.cell for trial, _ in some)}"
    yield f"    {message}"
    files = [path for trial, _ in some if (path := store.path(trial.subject)).exists()]
    if files:
        more = f" (and {len(files) - 1} more in {short(store.folder)})" if len(files) > 1 else ""
        yield f"    evidence: {short(files[0])}{more}"


def short(path: Path) -> str:
    """A path as a shell takes it, without what it begins with at home."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)

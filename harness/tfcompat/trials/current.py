"""The current trial of each cell: the one that is shown, of all that were ever kept."""

from collections.abc import Iterable, Mapping, Sequence

from tfcompat.outcomes import Fault, Reason, Trial, fault


def newest(trials: Iterable[Trial], engine: str | None = None) -> dict[str, Trial]:
    """The newest trial of each cell, of one engine or of any."""
    return {trial.subject.cell: trial for trial in trials if engine in (None, trial.subject.engine)}


def current_trials(trials: Iterable[Trial], engine: str | None = None) -> list[Trial]:
    """The trial that is shown for each cell: its newest, or of one suite and lock the better of the two engines.

    With ``engine`` the newest of that engine. ``trials`` come oldest first; a mishap counts only where a cell has
    nothing else, and what says neither kinds nor oracles (schema 1) is history: no cell is shown by it.
    """
    judged = [trial for trial in trials if trial.schema > 1]
    trials = without_mishaps([trial for trial in judged if engine in (None, trial.subject.engine)])
    if engine is not None:
        return list(newest(trials).values())
    engines = [newest(trials, name) for name in ("docker", "local")]
    chosen = []
    for cell, trial in newest(trials).items():
        measured = (trial.subject.suite, trial.subject.lock)
        others = [of_engine[cell] for of_engine in engines if cell in of_engine]
        alike = [other for other in others if (other.subject.suite, other.subject.lock) == measured]
        chosen.append(max([trial, *alike], key=worth))
    return chosen


def worth(trial: Trial) -> int:
    """Which of two engines' trials is shown: one without an answer last, the container's, which is better isolated, first."""
    if trial.reason is not None:
        return 0
    return 2 if trial.subject.engine == "docker" else 1


def without_mishaps(trials: Sequence[Trial]) -> list[Trial]:
    """The trials that say something of their cells; of a cell that has only mishaps, all. They come oldest first."""
    ended_well = {owner(trial): trial for trial in trials if trial.reason is None}
    told = {trial.subject.cell for trial in trials if not is_mishap(trial, ended_well)}
    return [trial for trial in trials if trial.subject.cell not in told or not is_mishap(trial, ended_well)]


def is_mishap(trial: Trial, ended_well: Mapping[tuple[str, str], Trial]) -> bool:
    """Whether a trial tells of its machine and not of its cell, as if the cell had not been run.

    It ended early for a reason of the machine, or its canary failed with the same packages with which that engine's
    newest whole trial of the cell had answers.
    """
    if trial.reason is not Reason.CANARY_FAILED:
        return trial.reason is not None and fault(trial.reason) is Fault.MACHINE
    before = ended_well.get(owner(trial))
    return before is not None and before.subject.lock == trial.subject.lock


def owner(trial: Trial) -> tuple[str, str]:
    return trial.subject.cell, trial.subject.engine

"""The current trial of each cell: the one that is shown, of all that were ever kept."""

from collections.abc import Iterable

from tfcompat.outcomes import Trial


def newest(trials: Iterable[Trial], engine: str | None = None) -> dict[str, Trial]:
    """The newest trial of each cell, of one engine or of any."""
    return {trial.subject.cell: trial for trial in trials if engine in (None, trial.subject.engine)}


def current_trials(trials: Iterable[Trial], engine: str | None = None) -> list[Trial]:
    """The trial that is shown for each cell: its newest, or of one suite and lock the better of the two engines.

    With ``engine`` the newest of that engine. ``trials`` come oldest first.
    """
    trials = list(trials)
    if engine is not None:
        return list(newest(trials, engine).values())
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

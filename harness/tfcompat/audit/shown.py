"""What is shown: whether each cell of the table is what the trial says that is current for it."""

from collections.abc import Iterator, Mapping, Sequence

from tfcompat.index.shape import as_text
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.table.frame import Table
from tfcompat.trials.current import current_trials

#: What is compared of an outcome: the columns of the table.
COMPARED = ("status", "harm", "observed", "reason", "kind", "oracle")
#: How many scenarios of one cell are named.
NAMED = 3


def holes(table: Table, trials: Sequence[Trial]) -> Iterator[str]:
    """A sentence for each cell of the table that is not what its current trial says, or that one of them lacks."""
    current = {trial.subject.cell: trial for trial in current_trials(trials)}
    rows = rows_of(table)
    yield from (f"{cell} has trials, and is not in the table" for cell in sorted(current.keys() - rows.keys()))
    yield from (f"{cell} is in the table, and has no trial" for cell in sorted(rows.keys() - current.keys()))
    for cell in sorted(current.keys() & rows.keys()):
        wrong = list(differing(rows[cell], current[cell]))
        if wrong:
            more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
            names = ", ".join(wrong[:NAMED])
            yield f"the table has {names}{more} of {cell} otherwise than {current[cell].file}"


def rows_of(table: Table) -> dict[str, dict[str, tuple[str, ...]]]:
    """What the table shows, by cell and scenario."""
    frame = table.frame[["cell", "scenario", *COMPARED]].astype(str)
    shown: dict[str, dict[str, tuple[str, ...]]] = {}
    for cell, scenario, *texts in frame.itertuples(index=False, name=None):
        shown.setdefault(cell, {})[scenario] = tuple(texts)
    return shown


def differing(row: Mapping[str, tuple[str, ...]], trial: Trial) -> list[str]:
    """The scenarios that the table shows otherwise than a trial; what it was not asked is unknown in the table."""
    told = {outcome.scenario: texts(outcome) for outcome in trial.outcomes}
    wrong = [name for name, said in told.items() if row.get(name) != said]
    unasked = [name for name in row.keys() - told.keys() if not is_hole(row[name], trial)]
    return sorted([*wrong, *unasked])


def is_hole(shown: tuple[str, ...], trial: Trial) -> bool:
    """Whether the table says of a scenario that was not asked that it is unknown, for the reason of the trial."""
    facts = dict(zip(COMPARED, shown, strict=True))
    return (facts["status"], facts["reason"]) == (str(Status.UNKNOWN), str(trial.reason or Reason.NOT_RUN))


def texts(outcome: Outcome) -> tuple[str, ...]:
    """An outcome as the table has it."""
    return (
        str(outcome.status),
        str(outcome.harm),
        as_text(outcome.observed),
        str(outcome.reason or ""),
        str(outcome.kind or ""),
        str(outcome.oracle or ""),
    )

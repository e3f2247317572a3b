"""The index of a project: what is there of it, made to fit the trials, of which only those are read that it lacks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from tfcompat.errors import DataError
from tfcompat.files import hash_of
from tfcompat.index import parallel, parts
from tfcompat.index.columns import Columns, Rows, chosen, joined
from tfcompat.index.listing import DIGITS, Listing, listing, rules
from tfcompat.index.shape import TRIALS
from tfcompat.project import Project
from tfcompat.trials import confirmed
from tfcompat.trials.confirmed import ConfirmedLine
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

#: What a trial of the index is known by: its file, when it started, and the hash of what it was read from.
Identity = tuple[str, str, str]
#: What may be wrong with an index.
MISSING, OUTDATED, DAMAGED = "is missing", "was made by other rules", "is damaged"
#: Trial files that take long enough to be read to say so where there is no index yet: about a third of a second.
NOTICED = 50


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a folder has of an index: the trials of each month, and what is wrong with the rest, in a word or two."""

    months: Mapping[str, Columns]
    fault: str = ""


def columns(project: Project, say: Callable[[str], object]) -> Columns:
    """All trials of a project as columns; what its index lacks is read, and the index written where that can be done.

    ``say`` is told where the index is old or damaged, and where one is missing that is not made in passing. Raises
    DataError where a file is not a whole trial.
    """
    files = listing(project)
    kept = read(folder_of(project), rules(), files.suites)
    trials = {name: digest for name, digest in files.files.items() if name.endswith(SUFFIX)}
    if kept.fault and len(trials) >= (NOTICED if kept.fault == MISSING else 1):
        say(f"the index in {folder_of(project)} {kept.fault}: it is made again from {len(trials)} trial files")
    stale = lacking(kept, trials)
    fresh = parallel.read(project.trials, sorted((name, trials[name]) for name in stale))
    return updated(project, kept, fresh, files)


def folder_of(project: Project) -> Path:
    """Where the index of a project is."""
    return project.reports / "index"


def read(folder: Path, by: str, suites: Mapping[str, str]) -> Kept:
    """What a folder has of the index that is ``by`` the rules of today, and of the suites as they are now."""
    months: dict[str, Columns] = {}
    fault = "" if parts.months(folder) else MISSING
    for month in parts.months(folder):
        try:
            months[month] = parts.read(folder, month, by, suites)
        except parts.OutdatedError:
            fault = fault or OUTDATED
        except parts.DAMAGE:
            fault = DAMAGED
    return Kept(months=months, fault=fault)


def lacking(kept: Kept, trials: Mapping[str, str]) -> set[str]:
    """The files that must be read: new ones, and all of a cell in which one changed or is gone, for others may refer to it."""
    known = {
        file: digest
        for part in kept.months.values()
        for file, digest, is_line in rows(part.trials, "file", "digest", "confirmed")
        if not is_line
    }
    changed = {cell_of(file) for file, digest in known.items() if trials.get(file) != digest}
    return {file for file in trials if file not in known or cell_of(file) in changed}


def updated(project: Project, kept: Kept, fresh: Columns, files: Listing) -> Columns:
    """The index that fits the files, and is written where it is not what was kept."""
    known = joined([fresh, *kept.months.values()])
    numbers = whole_trials(known.trials, files)
    lines = pa.Table.from_pylist(list(confirmations(project, known.trials, numbers, files)), schema=TRIALS)
    every = replace(known, trials=pa.concat_tables([known.trials, lines]).combine_chunks())
    shown = [*numbers.values(), *range(known.trials.num_rows, every.trials.num_rows)]
    made = {
        month: fitting(kept.months.get(month), every, of_month)
        for month, of_month in sorted(months_of(every.trials, shown).items())
    }
    if made.keys() == kept.months.keys() and all(part is kept.months[month] for month, part in made.items()):
        return known
    keep(folder_of(project), kept, made, files.suites)
    return joined(list(made.values()))


def fitting(before: Columns | None, every: Columns, numbers: Rows) -> Columns:
    """Some of the trials as a part: the one from before, where it has the same."""
    if before is not None and identities(before.trials) == identities(every.trials.take(pa.array(numbers))):
        return before
    return chosen(every, numbers)


def keep(folder: Path, kept: Kept, made: Mapping[str, Columns], suites: Mapping[str, str]) -> None:
    """Write the months that are not as they were, and remove those that are no more; a folder may refuse it."""
    by = rules()
    try:
        for month, part in made.items():
            if part is not kept.months.get(month):
                parts.write(folder, month, part, by, suites)
    except OSError:
        return
    for month in set(parts.months(folder)) - set(made):
        parts.remove(folder, month)


def whole_trials(trials: pa.Table, files: Listing) -> dict[str, int]:
    """By file the row of the trial that was read from it as it is now; rows of confirmations are none."""
    numbers: dict[str, int] = {}
    for number, (file, digest, is_line) in enumerate(rows(trials, "file", "digest", "confirmed")):
        if not is_line and files.files.get(file) == digest:
            numbers.setdefault(file, number)
    return numbers


def confirmations(
    project: Project, trials: pa.Table, numbers: Mapping[str, int], files: Listing
) -> Iterator[dict[str, object]]:
    """The rows of all lines that confirm a file. Raises DataError where that file is not the one that they confirm."""
    for cell in sorted(cell_of(name) for name in files.files if name.endswith(f"/{confirmed.NAME}")):
        for line in confirmed.read(project.trials / cell):
            yield row_of(project, cell, line, trials, numbers, files)


def row_of(
    project: Project,
    cell: str,
    line: ConfirmedLine,
    trials: pa.Table,
    numbers: Mapping[str, int],
    files: Listing,
) -> dict[str, object]:
    """The row of a confirmation: that of the file, with what of the later run is its own."""
    file = f"{cell}/{line.trial}{SUFFIX}"
    if file not in numbers or files.files[file] != line.sha256[:DIGITS]:
        Store(project.trials).repeated(cell, line)
        raise DataError(f"{project.trials / file} changes while it is read: end the run that writes it, and try again")
    (row,) = trials.slice(numbers[file], 1).to_pylist()
    return {
        **row,
        "confirmed": True,
        "digest": hash_of(repr(line)),
        "started": line.started,
        "environment": line.environment,
        "tfcompat": line.tfcompat,
        "seconds": line.seconds,
        "rows": -1,
    }


def months_of(trials: pa.Table, numbers: Iterable[int]) -> dict[str, Rows]:
    """Some row numbers of trials by month, in the order in which the month has them."""
    facts = rows(trials, "started", "confirmed", "file")

    def place(number: int) -> tuple[str, ...]:
        started, is_line, file = facts[number]
        return started[:10], is_line, file, started

    months: dict[str, list[int]] = {}
    for number in sorted(numbers, key=place):
        months.setdefault(facts[number][0][:7], []).append(number)
    return {month: np.array(of_month, dtype=np.int64) for month, of_month in months.items()}


def identities(trials: pa.Table) -> list[Sequence[str]]:
    return list(rows(trials, "file", "started", "digest"))


def rows(trials: pa.Table, *names: str) -> list[tuple[str, ...]]:
    """Some columns of the trials, row by row."""
    return list(zip(*(trials[name].to_pylist() for name in names), strict=True))


def cell_of(file: str) -> str:
    """The folder of a file."""
    return file.partition("/")[0]

"""The index as it lies in a project: whether it has each trial file, and each outcome as the trial itself says it."""

from collections.abc import Iterator, Sequence
from typing import Any

from tfcompat.index import refresh
from tfcompat.index.builder import Builder
from tfcompat.index.columns import Columns, joined
from tfcompat.index.listing import listing, rules
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.trials.file import SUFFIX

#: What makes an index anew.
AGAIN = "tfcompat report makes it again"


def holes(project: Project, trials: Sequence[Trial], *, fast: bool) -> Iterator[str]:
    """A sentence for each file that an index lacks or has otherwise; where it is not to be ``fast``, for each outcome."""
    folder = refresh.folder_of(project)
    listed = listing(project)
    kept = refresh.read(folder, rules(), listed.suites)
    if kept.fault:
        yield f"the index in {folder} {kept.fault}: {AGAIN}"
        return
    files = {name: digest for name, digest in listed.files.items() if name.endswith(SUFFIX)}
    index = joined(list(kept.months.values()))
    known = set(index.trials["file"].to_pylist())
    yield from (f"the index lacks {file}, as it is now: {AGAIN}" for file in sorted(refresh.lacking(kept, files)))
    yield from (f"the index has {file}, which is not there: {AGAIN}" for file in sorted(known - files.keys()))
    if not fast:
        yield from of_outcomes(index, trials)


def of_outcomes(index: Columns, trials: Sequence[Trial]) -> Iterator[str]:
    """A sentence for each trial file of which an outcome is not what the file says."""
    by_file = {trial.file: trial for trial in trials if not trial.confirmed}
    files = index.trials["file"].to_pylist()
    lines = index.trials["confirmed"].to_pylist()
    order = [file for file, is_line in zip(files, lines, strict=True) if not is_line and file in by_file]
    builder = Builder()
    for file in order:
        builder.add_trial(by_file[file])
    there, told = frames(index), frames(builder.columns())
    for file in order:
        has, says = there.get(file), told.get(file)
        if (has is None) != (says is None) or (has is not None and not has.equals(says)):
            yield f"the index has {first(has, says)} of {file} otherwise than the file: {AGAIN}"


def frames(columns: Columns) -> dict[str, Any]:
    """The outcomes of each file that has some, as texts."""
    rows = columns.outcomes.to_pandas().astype(str)
    return {str(file): part.reset_index(drop=True) for file, part in rows.groupby("file")}


def first(has: Any, says: Any) -> str:
    """The first scenario that two frames of one file have otherwise."""
    if has is None or says is None or list(has["scenario"]) != list(says["scenario"]):
        return "the scenarios"
    return str(says["scenario"][(has != says).any(axis=1)].iloc[0])

"""A baseline: a side of a diff as a person names it, which is a report folder, a folder of trials, or a git revision."""

import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from packaging.version import Version

from tfcompat import process
from tfcompat.compare.causes import Pins
from tfcompat.compare.diff import Side
from tfcompat.compare.flaky import read_flaky
from tfcompat.errors import DataError, ToolError
from tfcompat.outcomes import Reason, Status
from tfcompat.project import Project
from tfcompat.select.releases import channel_of
from tfcompat.table import names
from tfcompat.table.columns import with_sets
from tfcompat.table.frame import OF_OUTCOME, OF_SCENARIO, TRIAL, Table, collect
from tfcompat.trials.store import Store

#: Seconds that git may take.
GIT_LIMIT = 120.0
#: What a side is made from, below a project's folder.
REPORTS, LOCKS = Path("reports"), Path("images", "locks")
#: The columns that an outcomes.csv has to have: of a cell, and of an outcome.
OF_CELL = ("cell", "tensorflow", "python", "keras", "variant", "engine")
NEEDED = (*OF_CELL, "scenario", "status", "observed", "reason", "message")
#: The type of the error that leads a message, as the table writes it.
TYPE = r"^([A-Za-z_][\w.]*): "


def side(name: str, project: Project) -> Side:
    """The side that a name stands for: a folder where there is one of that name, else a git revision of the project.

    Raises DataError where it is neither, or has no trials; ToolError where git cannot be asked.
    """
    path = Path(name)
    if path.exists():
        return of_folder(path, name, [project.locks, project.cache / "locks"])
    with tempfile.TemporaryDirectory() as folder:
        extract(name, project.root, Path(folder))
        locks = [Path(folder) / LOCKS, project.locks, project.cache / "locks"]
        return of_folder(Path(folder) / REPORTS, name, locks)


def of_folder(folder: Path, name: str, lock_folders: Iterable[Path]) -> Side:
    """The side that a folder holds. Raises DataError where it has no trials in any form."""
    table = table_in(folder)
    if table.trials.empty:
        raise DataError(f"{name} has no trials and no outcomes.csv: name a folder like reports/, or a git revision")
    return Side(name=name, table=table, locks=locks_in(lock_folders), flaky=read_flaky(folder))


def table_in(folder: Path) -> Table:
    """The table of a folder: of the trials in ``trials/``, else its ``outcomes.csv``, else of the trials in itself.

    The trials come first, for they are the evidence: both sides are then judged by the same rules.
    """
    if trials := Store(folder / "trials").read():
        return collect(trials)
    path = folder / "outcomes.csv"
    return read_outcomes(path) if path.is_file() else collect(Store(folder).read())


def locks_in(folders: Iterable[Path]) -> dict[str, Pins]:
    """The distributions of each lock in some folders, by the lock's digest."""
    texts = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.txt"))]
    return {hashlib.sha256(text).hexdigest(): pins(text.decode("utf-8", "replace")) for text in texts}


def pins(text: str) -> Pins:
    """The distributions of a lock's text: name to version."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, flags=re.MULTILINE))


def read_outcomes(path: Path) -> Table:
    """The table that an ``outcomes.csv`` was written from; it knows no suite, no lock and no words of a scenario.

    Raises DataError where it is not one.
    """
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, engine="python", encoding="utf-8")
        check_fields(rows)
        check_outcomes(rows)
        return table_of(rows)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not a table of outcomes ({error}): make it with tfcompat report") from error


def check_fields(rows: pd.DataFrame) -> None:
    """Raise ValueError where rows lack columns, or fields of them."""
    if lacking := sorted(set(NEEDED) - set(rows.columns)):
        raise ValueError(f"it lacks {', '.join(lacking)}")
    if not isinstance(rows.index, pd.RangeIndex) or rows[list(NEEDED)].isna().any(axis=None):
        raise ValueError("a row has more or fewer fields than the header")


def check_outcomes(rows: pd.DataFrame) -> None:
    """Raise ValueError where a row is not an outcome: only an unknown one has a reason, and a cell has one of a scenario."""
    for column, words in (("status", Status), ("reason", ("", *Reason))):
        strange = rows.loc[~rows[column].isin([str(word) for word in words]), column]
        if not strange.empty:
            raise ValueError(f"{strange.iloc[0]!r} is not a {column}")
    mismatched = rows[(rows["status"] == str(Status.UNKNOWN)) == (rows["reason"] == "")]
    if not mismatched.empty:
        row = mismatched.iloc[0]
        raise ValueError(f"{row['scenario']} of {row['cell']} is {row['status']} with the reason {row['reason']!r}")
    repeated = rows[rows.duplicated(["cell", "scenario"])]
    if not repeated.empty:
        raise ValueError(f"{repeated.iloc[0]['cell']} has two outcomes of {repeated.iloc[0]['scenario']}")
    for observed in rows.loc[rows["observed"] != "", "observed"].unique():
        json.loads(observed)


def table_of(rows: pd.DataFrame) -> Table:
    """The table of checked rows: a trial a cell, with what the rows say of it."""
    cells = rows.drop_duplicates("cell", ignore_index=True)
    outcomes = rows.reindex(columns=list(OF_OUTCOME), fill_value="").assign(
        trial=rows["cell"].map({cell: number for number, cell in enumerate(cells["cell"])}),
        type=rows["message"].str.extract(TYPE, expand=False).fillna(""),
        documented="",
        seconds=0.0,
    )
    trials = (
        cells[list(OF_CELL)]
        .reindex(columns=list(TRIAL), fill_value="")
        .assign(
            channel=cells["tensorflow"].map(lambda release: str(channel_of(Version(release)))),
            versions=cells["keras"].map(lambda version: {"keras": version or None}),
            seconds=0.0,
            current=True,
        )
    )
    scenarios = pd.DataFrame("", index=pd.Index(rows["scenario"].unique(), name="scenario"), columns=list(OF_SCENARIO))
    return Table(
        trials=with_sets(trials, outcomes),
        outcomes=outcomes,
        scenarios=scenarios.assign(group=scenarios.index.str.split("::").str[0]),
        names=names.frame(()),
    )


def extract(revision: str, root: Path, folder: Path) -> None:
    """Put the reports and locks of a revision of the project under a folder. Raises DataError where there is none."""
    parsed = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if parsed.code != 0:
        why = f" ({parsed.output.strip()})" if parsed.output.strip() else ""
        raise DataError(f"{revision!r} is neither a folder nor a git revision of {root}{why}: see git log reports")
    commit = parsed.output.split()[-1]
    paths = git(root, "ls-tree", "--name-only", commit, "--", str(REPORTS), str(LOCKS)).output.split()
    if str(REPORTS) not in paths:
        raise DataError(f"the revision {revision!r} of {root} has no reports/: see git log reports")
    archive = folder / "archive.zip"
    done = git(root, "archive", "--format=zip", "-0", "--output", str(archive), commit, "--", *paths)
    if done.code != 0:
        raise ToolError(f"git archive of {revision!r} failed: {done.output[-300:]}")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)


def git(root: Path, *arguments: str) -> process.Completed:
    try:
        return process.run(["git", "-C", root, *arguments], limit=GIT_LIMIT)
    except FileNotFoundError as error:
        raise ToolError("git is not on PATH: install it, or name folders instead of revisions") from error

"""A baseline: a side of a diff as a person names it, which is a report folder, a folder of trials, or a git revision."""

import csv
import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tfcompat import process
from tfcompat.compare.diff import Side
from tfcompat.compare.flaky import read_flaky
from tfcompat.errors import DataError, ToolError
from tfcompat.outcomes import Outcome, Reason, Status, Subject, Trial
from tfcompat.project import Project
from tfcompat.trials.store import Store, speaking

#: Seconds that git may take.
GIT_LIMIT = 120.0
#: What a side is made from, below a project's folder.
REPORTS, LOCKS = Path("reports"), Path("images", "locks")
#: The columns that an outcomes.csv has to have.
NEEDED = (
    "cell",
    "tensorflow",
    "python",
    "keras",
    "variant",
    "engine",
    "scenario",
    "status",
    "observed",
    "reason",
    "message",
)


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
    chosen = trials_in(folder)
    if not chosen:
        raise DataError(f"{name} has no trials and no outcomes.csv: name a folder like reports/, or a git revision")
    return Side(name=name, trials=chosen, locks=locks_in(lock_folders), flaky=read_flaky(folder))


def trials_in(folder: Path) -> list[Trial]:
    """The trials that speak in a folder: those in ``trials/``, else what its ``outcomes.csv`` tells, else those in itself.

    The trials come first, for they are the evidence: both sides are then judged by the same rules.
    """
    if trials := Store(folder / "trials").read():
        return speaking(trials)
    table = folder / "outcomes.csv"
    return read_outcomes(table) if table.is_file() else speaking(Store(folder).read())


def locks_in(folders: Iterable[Path]) -> dict[str, Mapping[str, str]]:
    """The distributions of each lock in some folders, by the lock's digest."""
    texts = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.txt"))]
    return {hashlib.sha256(text).hexdigest(): pins(text.decode("utf-8", "replace")) for text in texts}


def pins(text: str) -> Mapping[str, str]:
    """The distributions of a lock's text: name to version."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, flags=re.MULTILINE))


def read_outcomes(path: Path) -> list[Trial]:
    """The trials that an ``outcomes.csv`` tells of; it knows no suite and no lock. Raises DataError where it is none."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if lacking := sorted(set(NEEDED) - set(reader.fieldnames or ())):
                raise ValueError(f"it lacks {', '.join(lacking)}")
            cells: dict[str, list[dict[str, str]]] = {}
            for row in reader:
                cells.setdefault(row["cell"], []).append(row)
        return [trial_of(rows) for rows in cells.values()]
    except (csv.Error, ValueError, TypeError, RecursionError) as error:
        raise DataError(f"{path} is no table of outcomes ({error}): make it with tfcompat report") from error


def trial_of(rows: list[dict[str, str]]) -> Trial:
    """The trial of one cell's rows."""
    first = rows[0]
    told = {key: first[key] for key in ("cell", "tensorflow", "python", "variant", "engine")}
    untold = dict.fromkeys(("package", "environment", "lock", "suite", "started", "tfcompat"), "")
    return Trial(
        subject=Subject(**told, **untold),
        versions={"keras": first["keras"] or None},
        outcomes=tuple(map(outcome_of, rows)),
    )


def outcome_of(row: Mapping[str, str]) -> Outcome:
    return Outcome(
        scenario=row["scenario"],
        status=Status(row["status"]),
        observed=observation(row["observed"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        type=type_of(row["message"]),
        message=row["message"],
    )


def observation(text: str) -> Any:
    return json.loads(text) if text else None


def type_of(message: str) -> str:
    """The type of the error that leads a message, as the table writes it."""
    found = re.match(r"([A-Za-z_][\w.]*): ", message)
    return found[1] if found else ""


def extract(revision: str, root: Path, folder: Path) -> None:
    """Put the reports and locks of a revision of the project under a folder. Raises DataError where there is none."""
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.code != 0:
        said = f" ({found.output.strip()})" if found.output.strip() else ""
        raise DataError(f"{revision!r} is neither a folder nor a git revision of {root}{said}: see git log reports")
    commit = found.output.split()[-1]
    there = git(root, "ls-tree", "--name-only", commit, "--", str(REPORTS), str(LOCKS)).output.split()
    if str(REPORTS) not in there:
        raise DataError(f"the revision {revision!r} of {root} has no reports/: see git log reports")
    archive = folder / "archive.zip"
    done = git(root, "archive", "--format=zip", "-0", "--output", str(archive), commit, "--", *there)
    if done.code != 0:
        raise ToolError(f"git archive of {revision!r} failed: {done.output[-300:]}")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)


def git(root: Path, *arguments: str) -> process.Completed:
    try:
        return process.run(["git", "-C", root, *arguments], limit=GIT_LIMIT)
    except FileNotFoundError as error:
        raise ToolError("git is not on PATH: install it, or name folders instead of revisions") from error

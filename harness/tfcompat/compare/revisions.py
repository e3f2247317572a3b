"""Revisions: the trials and locks of a git revision of the project, known by git's own names of their content."""

import hashlib
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from tfcompat import process
from tfcompat.compare.causes import pins
from tfcompat.compare.flaky import FILE, read_flaky
from tfcompat.door import evidence as evidences
from tfcompat.door.evidence import Evidence
from tfcompat.errors import DataError, ToolError
from tfcompat.escape import printable
from tfcompat.files import hash_of
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.door.fill import Beside
    from tfcompat.table.frame import Table

#: Seconds that git may take.
GIT_LIMIT = 120.0
#: What a side is made from, below a project's folder.
REPORTS, LOCKS = "reports", "images/locks"
#: What of the reports a side is made from; the others are derived.
TRIALS, TABLE, FLAKY = f"{REPORTS}/trials", f"{REPORTS}/outcomes.csv", f"{REPORTS}/{FILE}"


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A revision of a repository: its name, its commit, and git's names of what a side is made from, by path."""

    name: str
    root: Path
    commit: str
    objects: Mapping[str, str]

    @cached_property
    def content(self) -> "tuple[Table, Beside]":
        """Its trials, and what it has beside them. Raises DataError where it has no trials; ToolError where git fails."""
        from tfcompat.door.fill import Beside  # pandas, for who has no door yet

        with tempfile.TemporaryDirectory() as folder:
            extract(self, Path(folder))
            reports = Path(folder, REPORTS)
            texts = [path.read_bytes() for path in sorted(Path(folder, LOCKS).glob("*.txt"))]
            locks = {hashlib.sha256(text).hexdigest(): pins(text.decode("utf-8", "replace")) for text in texts}
            project = Project(root=Path(folder), cache=Path(folder, "cache"))
            evidence = evidences.of_project(project, say=lambda _: None) or evidences.of_folder(reports, self.name)
            return evidence.read(), Beside(locks=locks, flaky=read_flaky(reports))


def evidence(name: str, root: Path) -> Evidence:
    """The evidence of a revision of a repository. Raises DataError where there is none; ToolError where git cannot be asked."""
    revision = find(name, root)
    return Evidence(
        key=hash_of(*(part for item in sorted(revision.objects.items()) for part in item)),
        read=lambda: revision.content[0],
        beside=lambda: revision.content[1],
        notice=f"the trials of {name} are read once: the next question about them is answered at once",
    )


def is_release(name: str) -> bool:
    try:
        return bool(Version(name))
    except InvalidVersion:
        return False


def find(name: str, root: Path) -> Revision:
    """The revision of a name."""
    parsed = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if parsed.code != 0:
        why = f" ({parsed.output.strip()})" if parsed.output.strip() else ""
        releases = "; tfcompat upgrade compares two releases" if is_release(name) else ""
        raise DataError(
            f"{name!r} is neither a folder nor a git revision of {root}{why}: see git log reports{releases}"
        )
    commit = parsed.output.split()[-1]
    objects = objects_of(git(root, "ls-tree", commit, "--", f"{REPORTS}/", LOCKS).output.splitlines())
    if not any(path.startswith(REPORTS) for path in objects):
        raise DataError(f"the revision {name!r} of {root} has no reports/: see git log reports")
    wanted = (TRIALS, TABLE, FLAKY, LOCKS) if TRIALS in objects else tuple(objects)
    return Revision(
        name=name, root=root, commit=commit, objects={path: objects[path] for path in wanted if path in objects}
    )


def objects_of(lines: Sequence[str]) -> dict[str, str]:
    """The name of the content of each path, from the lines of ``git ls-tree``."""
    parts = [line.partition("\t") for line in lines]
    return {path: facts.split()[-1] for facts, _, path in parts}


def extract(revision: Revision, folder: Path) -> None:
    """Put what a side is made from under a folder."""
    archive = folder / "archive.zip"
    arguments = ("--format=zip", "-0", "--output", str(archive), revision.commit, "--", *revision.objects)
    done = git(revision.root, "archive", *arguments)
    if done.code != 0:
        raise ToolError(f"git archive of {revision.name!r} failed: {printable(done.output)}")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)


def git(root: Path, *arguments: str) -> process.Completed:
    try:
        return process.run(["git", "-C", root, *arguments], limit=GIT_LIMIT)
    except FileNotFoundError as error:
        raise ToolError("git is not on PATH: install it, or name folders instead of revisions") from error

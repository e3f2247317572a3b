"""Locks: the exact, hashed distributions of a cell, of the time of its release."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from harness.errors import DataError
from harness.outcomes import NoAnswerError, Reason
from harness.process import Completed
from harness.releases import Cell
from harness.uv import last_words, reason_of

#: The TensorFlow that is installed unless another is asked for: the same Python code, a third of the size.
DEFAULT_PACKAGE = "tensorflow-cpu"
#: Days after the release's upload whose distributions it may meet: a month, and wider where a dependency of that
#: time cannot be resolved yet.
WINDOWS = (31, 92, 183, 365)
#: Seconds that one resolution may take; a slow network needs most of it.
RESOLVE_LIMIT = 600.0

#: Runs uv with arguments and a limit in seconds.
RunUv = Callable[[Sequence[str | Path], float], Completed]


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock file: the cell and package that it is for, the day it stands at, and its text."""

    cell: str
    package: str
    exclude_newer: date
    text: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def parse(text: str, source: str) -> Lock:
    """The lock that a file's text is. Raises DataError where it is none, or has a distribution that is not pinned by hash."""
    found = re.match(r"# tfcompat lock of (\S+) with (\S+)\n# exclude-newer: (\d{4}-\d\d-\d\d)\n(?=\S)", text)
    if not found:
        raise DataError(f"{source} is not a lock of tfcompat: make it anew with tfcompat images lock --force")
    for requirement in re.split(r"\n(?=\S)", text[found.end() :]):
        if "==" not in requirement or "--hash=sha256:" not in requirement:
            name = requirement.split()[0]
            raise DataError(f"{source} has {name} without a hash: make it anew with tfcompat images lock --force")
    cell, package, day = found.groups()
    try:
        return Lock(cell=cell, package=package, exclude_newer=date.fromisoformat(day), text=text)
    except ValueError as error:
        raise DataError(
            f"{source} stands at no day ({error}): make it anew with tfcompat images lock --force"
        ) from error


def file_name(cell: Cell, package: str) -> str:
    suffix = "" if package == DEFAULT_PACKAGE else f".{package}"
    return f"{cell.id}{suffix}.txt"


def find(cell: Cell, package: str, folders: Sequence[Path]) -> Lock | None:
    """The lock of a cell in the first of the folders that has one. Raises DataError where that file is damaged."""
    for folder in folders:
        path = folder / file_name(cell, package)
        if path.exists():
            lock = parse(path.read_text(encoding="utf-8", errors="replace"), str(path))
            if (lock.cell, lock.package) != (cell.id, package):
                raise DataError(
                    f"{path} is the lock of {lock.cell} with {lock.package}: "
                    "make it anew with tfcompat images lock --force"
                )
            return lock
    return None


def save(lock: Lock, path: Path) -> None:
    """Write a lock file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(lock.text)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def make(cell: Cell, package: str, uv: RunUv) -> Lock:
    """Resolve a cell's lock. Raises NoAnswerError with what the resolver said where no window of time has one."""
    for days in WINDOWS:
        day = cell.release.date + timedelta(days=days)
        done = resolve(cell, package, day, uv)
        if done.code == 0:
            header = f"# tfcompat lock of {cell.id} with {package}\n# exclude-newer: {day}\n"
            return parse(header + done.output, cell.id)
        if days == WINDOWS[-1] or not can_widen(done.output):
            break
    reason = reason_of(done.output, Reason.NO_LOCK)
    raise NoAnswerError(reason, f"uv could not lock {cell.id}: {last_words(done.output)}")


def resolve(cell: Cell, package: str, day: date, uv: RunUv) -> Completed:
    """Ask uv for the lock's text as of a day; on success ``output`` is that text."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, locked = Path(folder, "requirements.in"), Path(folder, "locked.txt")
        wanted.write_text(f"{package}=={cell.release.version}\n")
        done = uv(
            [
                "pip",
                "compile",
                wanted,
                "--output-file",
                locked,
                "--quiet",
                "--generate-hashes",
                "--no-header",
                "--no-annotate",
                "--exclude-newer",
                instant(day),
                "--python-version",
                cell.python,
                "--python-platform",
                "x86_64-unknown-linux-gnu",
            ],
            RESOLVE_LIMIT,
        )
        return Completed(code=0, output=locked.read_text()) if done.code == 0 else done


def instant(day: date) -> str:
    """A day as uv's ``--exclude-newer`` wants it, the same in every time zone."""
    return f"{day}T00:00:00Z"


def can_widen(output: str) -> bool:
    """Whether a later day may help: a resolution that failed, and not a network or a disk that did."""
    return "No solution found" in output or "Failed to build" in output

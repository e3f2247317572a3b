"""The locks: for each cell the exact, hashed distributions that it gets, of the time of its release."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from packaging.requirements import Requirement

from tfcompat.environments.uv import last_words, reason_of
from tfcompat.errors import DataError
from tfcompat.files import write_whole
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed
from tfcompat.select.cells import Cell
from tfcompat.select.releases import Channel
from tfcompat.select.variants import BUNDLED

#: The TensorFlow that is installed unless another is asked for: the same Python code, a third of the size.
DEFAULT_PACKAGE = "tensorflow-cpu"
#: Days after the release's upload whose distributions it may meet: a month, and wider where a dependency of that
#: time cannot be resolved yet.
WINDOWS = (31, 92, 183, 365)
#: Seconds that one resolution may take; a slow network needs most of it.
RESOLVE_LIMIT = 600.0

#: Where the nightly builds of a distribution of TensorFlow are.
NIGHTLY = {"tensorflow-cpu": "tf-nightly-cpu", "tensorflow": "tf-nightly"}

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

    @property
    def pins(self) -> dict[str, str]:
        """The version of each distribution."""
        return dict(re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", self.text, re.MULTILINE))


def parse(text: str, source: str) -> Lock:
    """The lock in a file's text. Raises DataError where it is not one, or has a distribution that is not pinned by hash."""
    header = re.match(r"# tfcompat lock of (\S+) with (\S+)\n# exclude-newer: (\d{4}-\d\d-\d\d)\n(?=\S)", text)
    if not header:
        raise DataError(f"{source} is not a lock of tfcompat: make it anew with tfcompat images lock --force")
    for requirement in re.split(r"\n(?=\S)", text[header.end() :]):
        if "==" not in requirement or "--hash=sha256:" not in requirement:
            name = requirement.split()[0]
            raise DataError(f"{source} has {name} without a hash: make it anew with tfcompat images lock --force")
    cell, package, day = header.groups()
    try:
        return Lock(cell=cell, package=package, exclude_newer=date.fromisoformat(day), text=text)
    except ValueError as error:
        raise DataError(
            f"{source} does not stand at a day ({error}): make it anew with tfcompat images lock --force"
        ) from error


def distribution(cell: Cell, package: str) -> str:
    """The distribution that a cell gets where ``package`` is asked for: of the nightly build it has another name."""
    return NIGHTLY.get(package, package) if cell.release.channel is Channel.NIGHTLY else package


def requirement(cell: Cell, package: str) -> str:
    """A cell's TensorFlow, as pip reads it. Of the nightly build it is the newest when the lock is made."""
    relation = ">=" if cell.release.channel is Channel.NIGHTLY else "=="
    return f"{distribution(cell, package)}{relation}{cell.release.version}"


def version_in(lock: Lock | None, cell: Cell, package: str) -> str:
    """The version of TensorFlow that a cell's lock has; without one, that of its release."""
    pin = rf"^{re.escape(distribution(cell, package))}==([^\s;\\]+)"
    pinned = re.search(pin, lock.text, re.MULTILINE) if lock else None
    return pinned[1] if pinned else str(cell.release.version)


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
    """Write a lock file whole or not at all, for everybody to read."""

    def write(file: Path) -> None:
        file.write_text(lock.text, encoding="utf-8")
        file.chmod(0o644)

    write_whole(path, write)


def make(cell: Cell, package: str, uv: RunUv, folders: Sequence[Path] = (), as_of: date | None = None) -> Lock:
    """Resolve a cell's lock. A variant that keeps the bundled cell's distributions finds their lock in ``folders``.

    ``as_of`` is the day that the lock stands at, if not one after its release. Raises NoAnswerError with the resolver's
    message where no day has a lock.
    """
    constraints = pins_of_bundled(cell, package, uv, folders) if cell.variant.pinned else []
    for day in [as_of] if as_of else days_of(cell):
        done = resolve(cell, package, day, constraints, uv)
        if done.code == 0:
            header = f"# tfcompat lock of {cell.id} with {package}\n# exclude-newer: {day}\n"
            return parse(header + done.output, cell.id)
        if not can_widen(done.output):
            break
    reason = reason_of(done.output, Reason.NO_LOCK)
    raise NoAnswerError(reason, f"uv could not lock {cell.id}: {last_words(done.output)}")


def days_of(cell: Cell) -> list[date]:
    """The days that a cell's lock may stand at, the best first."""
    return [today()] if of_today(cell) else [cell.release.date + timedelta(days=days) for days in WINDOWS]


def pins_of_bundled(cell: Cell, package: str, uv: RunUv, folders: Sequence[Path]) -> list[str]:
    """The pins in the lock of the same cell without its variant, except those that the variant itself names."""
    bundled = replace(cell, variant=BUNDLED)
    lock = find(bundled, package, folders) or make(bundled, package, uv)
    own = {Requirement(text).name for text in cell.variant.overriding(cell.release.version)}
    return [pin for pin in re.findall(r"^\S+==\S+", lock.text, re.MULTILINE) if pin.split("==")[0] not in own]


def of_today(cell: Cell) -> bool:
    """Whether a lock stands at the day on which it is made."""
    return cell.variant.of_today or cell.release.channel is Channel.NIGHTLY


def today() -> date:
    """The day, in the time zone of the index."""
    return datetime.now(UTC).date()


def resolve(cell: Cell, package: str, day: date, constraints: Sequence[str], uv: RunUv) -> Completed:
    """Ask uv for the lock's text as of a day; on success ``output`` is that text."""
    variant, version = cell.variant, cell.release.version
    overrides = [text for text in variant.overriding(version) if Requirement(text).name != package]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = [requirement(cell, package), *variant.requirements(version)]
        locked = folder / "locked.txt"
        arguments: list[str | Path] = ["pip", "compile", write_list(folder / "requirements.in", wanted)]
        arguments += ["--output-file", locked]
        arguments += ["--constraint", write_list(folder / "constraints.txt", constraints)]
        arguments += ["--override", write_list(folder / "overrides.txt", overrides)]
        arguments += ["--quiet", "--generate-hashes", "--no-header", "--no-annotate", "--exclude-newer", instant(day)]
        arguments += ["--python-version", cell.python, "--python-platform", "x86_64-unknown-linux-gnu"]
        done = uv(arguments, RESOLVE_LIMIT)
        return Completed(code=0, output=locked.read_text()) if done.code == 0 else done


def write_list(path: Path, requirements: Sequence[str]) -> Path:
    """Write requirements to a file, one a line; its path."""
    path.write_text("\n".join([*requirements, ""]))
    return path


def instant(day: date) -> str:
    """A day as uv's ``--exclude-newer`` wants it, the same in every time zone."""
    return f"{day}T00:00:00Z"


def can_widen(output: str) -> bool:
    """Whether a later day may help: a resolution that failed, and not a network, an index or a disk that did."""
    failed = "No solution found" in output or "Failed to build" in output
    return failed and reason_of(output, Reason.NO_LOCK) in (Reason.NO_LOCK, Reason.NO_WHEEL)

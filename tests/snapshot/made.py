"""Snapshots made for tests: of a few trials, in a folder, and published by a server on the loopback address."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests import fakes
from tests.answering import answering
from tests.standins import Quiet
from tfcompat.index.builder import Builder
from tfcompat.index.columns import Columns
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.snapshot import kept
from tfcompat.snapshot.contents import Contents
from tfcompat.snapshot.tables import pack

CELL = "tf2.6.5-py3.9"
DAYS = ("2026-01-02", "2026-01-03", "2026-01-04")


def trial(day: str = DAYS[0], observed: object = 1.0, of: str = CELL) -> Trial:
    """A trial of one scenario."""
    started = f"{day}T03:04:05Z"
    return fakes.trial(fakes.subject(of, started=started), fakes.outcome(observed=observed), file=f"{of}/{started}")


def columns(*trials: Trial) -> Columns:
    builder = Builder()
    for one in trials:
        builder.add_trial(one, f"digest of {one.file}")
    return builder.columns()


def write(folder: Path, *trials: Trial) -> Contents:
    """Write the snapshot of some trials into a folder."""
    contents, files = pack(columns(*(trials or (trial(),))))
    kept.write(folder, contents, files)
    return contents


def carried(tmp_path: Path, *trials: Trial) -> Project:
    """What a package carries that was built from some trials, and no clone."""
    root = tmp_path / "carried"
    write(root / "reports" / "snapshot", *trials)
    return Project(root=root, cache=tmp_path / "cache", output=tmp_path / "tfcompat-reports")


@contextmanager
def serving(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """The address of a site that is a folder."""
    with answering(partial(handler, directory=str(folder))) as port:
        yield f"http://127.0.0.1:{port}"

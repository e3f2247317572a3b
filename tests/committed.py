"""What is committed under ``reports/``, read once for all tests of a process."""

import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from packaging.version import Version

from tests.stand_in_project import ROOT
from tfcompat.index import refresh
from tfcompat.outcomes import Trial
from tfcompat.project import Project
from tfcompat.table.frame import Table, table_of
from tfcompat.trials.store import Store

TRIALS = ROOT / "reports" / "trials"


@cache
def table() -> Table:
    """The table of the committed trials: of their index what fits the files, else the files themselves.

    That the index is what they say is ``tfcompat audit``'s to find out, which derives it again.
    """
    with tempfile.TemporaryDirectory(prefix="tfcompat-tests-") as folder:
        project = Project(root=Path(folder), cache=Path(folder, "cache"))
        project.reports.mkdir()
        project.trials.symlink_to(TRIALS)
        shutil.copytree(TRIALS.with_name("index"), project.reports / "index")
        return table_of(refresh.columns(project, print))


def trials_of(cell: str) -> list[Trial]:
    """The committed trials of a cell, as the store reads them."""
    return Store(TRIALS).of_cell(cell)


def cell_of(release: str) -> str:
    """The cell of the last patch of a minor, with the TensorFlow as it comes and the Python of the default matrix; of
    ``latest`` the newest.
    """
    return max(cells_of(release), key=lambda row: Version(row[1]))[0]


def cells_of(release: str) -> Iterator[tuple[str, str]]:
    """The cells of the columns of a release that stand for its minor, with their version."""
    current = table().current
    for cell, version, variant, stands in zip(
        current["cell"], current["tensorflow"], current["variant"], current["stands_for_minor"], strict=True
    ):
        if variant == "bundled" and stands and (release == "latest" or version.startswith(f"{release}.")):
            yield cell, version

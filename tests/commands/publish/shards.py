"""Folders of shards, as a run would leave them."""

from pathlib import Path

from tests import fakes
from tests.command import NEW, OLD
from tests.trial_files import keep
from tfcompat.run import manifest


def shard(folder: Path, suite: str, *cells: str, planned: tuple[str, ...] = (OLD, NEW)) -> str:
    """A shard's folder as a run of that suite would leave it."""
    manifest.write(fakes.manifest(*cells, planned=planned, suite=suite), folder / "runs")
    for cell in cells:
        keep(folder / "trials", fakes.subject(cell, suite=suite), {"adapt::mean": 1.0})
    return str(folder)

"""A project for tests of the sides of a diff; a file may have another one of its own."""

from pathlib import Path

import pytest

from tests.compare.tables import CELL, NAME
from tests.trial_files import keep
from tfcompat.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A folder with one trial."""
    keep(tmp_path / "reports" / "trials", CELL, {NAME: [0.5]}, versions={"keras": "3.3.3"})
    return Project(root=tmp_path, cache=tmp_path / "cache")

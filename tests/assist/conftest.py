"""A project whose evidence the tools are asked for."""

from pathlib import Path

import pytest

from tests.commands.ask.questions import three_releases
from tests.test_ask import CODE, GRID
from tfcompat.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three releases, a save/load grid, and code of the user."""
    made = three_releases(tmp_path)
    (tmp_path / "reports" / "grid.csv").write_text(GRID + '"""the statistics are lost""",,,a\n', encoding="utf-8")
    (tmp_path / "code.py").write_text(CODE, encoding="utf-8")
    return made

"""The session of pytest that the tests of the plugin run, and the evidence that it has."""

from pathlib import Path

import pytest

from tests.plugin.session import Session, write_project
from tfcompat.commands.door import door_of
from tfcompat.project import Project


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was asked before, with its cache."""
    folder = tmp_path_factory.mktemp("measured")
    write_project(folder)
    door_of(Project(root=folder, cache=folder / "cache"))
    return folder


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, measured: Path) -> Session:
    return Session(pytester, monkeypatch, measured)

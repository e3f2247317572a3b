"""The staged program: suite, bundle, and the bounds of a cell."""

import os
from pathlib import Path

import pytest

from tests.fakes import FakeUv
from tfcompat.environments import staging
from tfcompat.errors import ToolError
from tfcompat.plan import staged
from tfcompat.process import Completed
from tfcompat.project import Project


def installs(asked: list[str]) -> Completed:
    """What uv does when it installs into a folder."""
    Path(asked[asked.index("--target") + 1]).mkdir()
    return Completed(code=0, output="")


def fails(asked: list[str]) -> Completed:
    return Completed(code=2, output="error: the network is unreachable")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a suite and a bundle."""
    project = Project(root=tmp_path / "project", cache=tmp_path / "cache")
    project.suite.mkdir(parents=True)
    project.images.mkdir()
    (project.suite / "test_adapt.py").write_text("def test(): ...\n")
    (project.images / "bundle.txt").write_text("pytest==8.3.5\n")
    return project


def test_the_program_is_the_suite_and_the_bundle_staged(project: Project) -> None:
    program = staged.program(project, FakeUv(installs))
    files = staging.suite_files(project.suite)
    assert program.suite_hash == staging.suite_hash(files)
    assert {path.name: path.read_bytes() for path in program.suite.iterdir()} == files
    assert program.bundle.parent == project.cache / "bundles"
    assert program.limit == staged.CELL_LIMIT
    assert program.memory == staged.SCENARIO_MEMORY
    assert program.arguments == ()


def test_pytest_gets_what_was_asked(project: Project) -> None:
    assert staged.program(project, FakeUv(installs), ("-k", "mean")).arguments == ("-k", "mean")


@pytest.mark.parametrize(("processors", "cores"), [(8, 8.0), (None, 1.0)])
def test_the_program_has_the_whole_machine_to_share(
    processors: int | None, cores: float, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert staged.program(project, FakeUv(installs)).cores == cores


def test_a_bundle_that_cannot_be_made_is_a_tools_error(project: Project) -> None:
    with pytest.raises(ToolError, match=r"the runner cannot be made: .* the network is unreachable"):
        staged.program(project, FakeUv(fails))

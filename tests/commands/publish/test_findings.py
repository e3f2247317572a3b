"""tfcompat findings: the page is written where it is asked for, from the trials that are there."""

import pytest

from tests.statements import said, stated_project
from tfcompat.commands.publish.findings import findings
from tfcompat.project import Project

__all__ = ["stated_project"]


@pytest.fixture
def project(stated_project: Project) -> Project:
    """A project with one thing that was found."""
    folder = stated_project.root / "docs" / "findings"
    folder.mkdir(parents=True)
    (folder / "findings.toml").write_text(
        '[[findings]]\nname = "lost"\ntitle = "It is lost"\nrelease = "2.6.5"\nwhat = "What."\ncause = "Because."\n'
        'instead = "Keep it."\nprints = "[0.0]"\nscenarios = [{ id = "adapt::mean", wrong = "1" }]\n'
        'places = [{ release = "2.6.5", path = "x.py", line = 7, text = "x = 1" }]\n'
    )
    (folder / "sources.toml").write_text("causes = []\n")
    (folder / "lost.py").write_text("print([0.0])\n")
    return stated_project


def test_the_page_is_written_where_it_is_asked_for(project: Project) -> None:
    path = project.root / "page.md"
    assert said(project, findings, "--output", str(path)) == f"{path}\n"
    assert "It is lost" in path.read_text(encoding="utf-8")
    assert not (project.root / "docs" / "findings.md").exists()


def test_without_output_it_is_the_page_of_the_clone(project: Project) -> None:
    assert said(project, findings) == f"{project.root / 'docs' / 'findings.md'}\n"

"""Completion: ids from the files of a project, and none where they cannot be read."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT
from tfcompat.cli import cli
from tfcompat.commands.completion import Complete, complete_cell, complete_claim, complete_scenario


def completed(complete: Complete, project: Path, incomplete: str) -> list[str]:
    context = click.Context(cli)
    context.params = {"root": str(project), "cache": None}
    argument = click.Argument(["name"])
    return [item.value for item in complete(click.Context(cli, parent=context), argument, incomplete)]


def test_cells_are_those_of_the_releases_and_those_with_a_lock(project_folder: Path) -> None:
    (project_folder / "images" / "locks" / "tf2.16.9-py3.12.txt").touch()
    cells = completed(complete_cell, project_folder, "tf2.16.")
    assert {"tf2.16.1-py3.10", "tf2.16.2-py3.12+legacy", "tf2.16.9-py3.12"} <= set(cells)
    assert all(cell.startswith("tf2.16.") for cell in cells)
    assert cells == sorted(cells)


def test_scenarios_are_those_of_the_reports(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    names = dict.fromkeys(("adapt::mean", "adapt::axis", "map::twice"), 0)
    (tmp_path / "reports" / "support.json").write_text(json.dumps({"scenarios": names}))
    assert completed(complete_scenario, tmp_path, "adapt") == ["adapt::axis", "adapt::mean"]


def test_claims_are_those_of_the_documents(project_folder: Path) -> None:
    assert completed(complete_claim, project_folder, "C00")[:2] == ["C001", "C002"]


@pytest.mark.parametrize("complete", [complete_cell, complete_scenario, complete_claim])
def test_where_there_are_no_files_nothing_is_offered(complete: Complete, tmp_path: Path) -> None:
    assert completed(complete, tmp_path, "") == []


@pytest.mark.parametrize("complete", [complete_scenario, complete_claim])
def test_damaged_files_are_not_an_error_while_somebody_types(complete: Complete, tmp_path: Path) -> None:
    for folder, name in (("reports", "support.json"), ("statements", "claims.toml")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("[1")
    assert completed(complete, tmp_path, "") == []


@pytest.mark.starts
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("shell tf2.5.3-py3.9", "tf2.5.3-py3.9"),
        ("history tf2.5.3-py3.9", "tf2.5.3-py3.9"),
        ("diff --cell tf2.5.3-py3.9", "tf2.5.3-py3.9"),
        ("claims C001", "C001"),
        ("hist", "history"),
    ],
)
def test_a_shell_gets_them(words: str, offered: str, project_folder: Path) -> None:
    line = f"tfcompat --project {project_folder} {words}"
    settings = {"_TFCOMPAT_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    code = "import sys; sys.argv = ['tfcompat']; from tfcompat.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )
    assert f"plain,{offered}" in done.stdout.splitlines(), done.stderr


@pytest.mark.starts
def test_ids_are_read_without_pandas() -> None:
    code = "import sys, tfcompat.commands.completion; print(sorted({'pandas', 'docker'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

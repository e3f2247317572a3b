"""The command that measures a cell again: it chooses that cell and scenario, and is safe to paste."""

import shlex
from dataclasses import asdict

import pytest

from tests.conftest import ROOT
from tests.fakes import subject
from tfcompat.commands.measure.run import run
from tfcompat.commands.options import Selection
from tfcompat.project import Project
from tfcompat.questions.explain.reproduce import command


@pytest.mark.parametrize(
    ("cell", "changes"),
    [
        ("tf2.21.0-py3.13", {}),
        ("tf2.6.3-py3.8", {}),
        ("tf2.16.2-py3.12+legacy", {}),
        ("tf2.16.2-py3.12", {"package": "tensorflow"}),
    ],
)
def test_the_command_chooses_the_cell(cell: str, changes: dict[str, str]) -> None:
    words = shlex.split(command(asdict(subject(cell, **changes)), "adapt::mean", "docker"))
    assert words[:2] == ["tfcompat", "run"]
    given = run.make_context("run", words[2:]).params
    chosen = Selection(tf=given["tf"], python=given["python"], variant=given["variant"], only=given["only"])
    assert [selected.id for selected in chosen.cells(Project(root=ROOT, cache=ROOT))] == [cell]
    assert given["scenarios"] == ("adapt::mean",)
    assert given["package"] == changes.get("package", "tensorflow-cpu")


def test_a_command_is_safe_to_paste() -> None:
    assert shlex.split(command(asdict(subject(variant="a; rm -rf ~ #"))))[-1] == "a; rm -rf ~ #"

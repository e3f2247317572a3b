"""The door of a project as commands have it: where evidence is carried, standard error says of which day."""

from pathlib import Path

import pytest

from tests.snapshot.made import carried, trial
from tests.trial_files import keep
from tfcompat.commands.door import door_of, evidence_of, say_day
from tfcompat.project import Project

CELL = "tf2.6.5-py3.9"


@pytest.mark.parametrize("asked", [door_of, say_day, evidence_of])
def test_of_carried_evidence_the_day_is_said_once(
    asked: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(asked)
    asked(carried(tmp_path, trial()))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("evidence of ") == 1


@pytest.mark.parametrize("asked", [door_of, say_day])
def test_of_a_projects_own_trials_nothing_is_said(
    asked: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(asked)
    keep(tmp_path / "reports" / "trials", CELL, {"adapt::mean": 1})
    asked(Project(root=tmp_path, cache=tmp_path / "cache"))
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_where_nothing_is_there_no_day_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say_day(Project(root=tmp_path, cache=tmp_path / "cache"))
    assert capsys.readouterr().err == ""

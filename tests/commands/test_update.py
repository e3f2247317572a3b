"""tfcompat update, as a person calls it without a clone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.snapshot.made import DAYS, carried, serving, trial, write
from tfcompat.commands.ask.where import where
from tfcompat.commands.update import update_command
from tfcompat.errors import SelectionError
from tfcompat.project import Project

NAME = "adapt::mean"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_questions_are_answered_from_what_was_fetched(tmp_path: Path) -> None:
    project = carried(tmp_path, trial(DAYS[0]))
    write(tmp_path / "site" / "snapshot", trial(DAYS[0]), trial(DAYS[1], observed=2.0))
    before = CliRunner().invoke(where, [NAME], obj=project, catch_exceptions=False)
    with serving(tmp_path / "site") as site:
        fetched = CliRunner().invoke(update_command, ["--site", site], obj=project, catch_exceptions=False)
        again = CliRunner().invoke(update_command, ["--json"], obj=project, env={"TFCOMPAT_SITE": site})
    after = CliRunner().invoke(where, [NAME], obj=project, catch_exceptions=False)
    assert fetched.output.startswith("fetched evidence of 2026-01-03: 1 cells, 2 trials, ")
    assert json.loads(again.stdout).items() >= {"day": DAYS[1], "fetched": False, "trials": 2}.items()
    assert before.stderr.startswith("evidence of 2026-01-02, as tfcompat")
    assert after.stderr == "evidence of 2026-01-03, fetched by tfcompat update\n"
    assert [(": 2.0" in done.stdout) for done in (before, after)] == [False, True]


def test_a_clone_answers_from_its_own_trials(tmp_path: Path) -> None:
    project = Project(root=tmp_path, cache=tmp_path / "cache")
    with pytest.raises(
        SelectionError, match="is a clone, which answers from its own trials: git pull brings newer ones"
    ):
        CliRunner().invoke(update_command, ["--site", "http://127.0.0.1"], obj=project, catch_exceptions=False)

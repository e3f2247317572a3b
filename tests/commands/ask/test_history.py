"""tfcompat history: every trial of a cell, what changed, and for programs."""

import json
from pathlib import Path

import pytest

from tests import fakes
from tests.commands.ask.questions import DAY, NAME, PATH, call, three_releases
from tests.trial_files import keep
from tfcompat.commands.ask.history import history
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.outcomes import Harm, Kind
from tfcompat.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return three_releases(tmp_path)


def test_the_history_of_a_scenario_is_every_trial_of_it(project: Project) -> None:
    assert call(history, project, "tf2.6.5-py3.9", "mean").stdout.splitlines() == [
        "2026-01-01T00:00:00Z  local  suite 0123456789ab  ✓ works [1.0]",
        "2026-01-02T00:00:00Z  docker  suite ssssssssssss  ✓ works [2.0]",
        "2026-01-03T00:00:00Z  local  suite 0123456789ab  ? unknown: engine lost",
        "2026-01-04T00:00:00Z  local  suite 0123456789ab  ✓ works [2.0]",
    ]


def test_the_history_of_a_cell_is_its_trials_and_what_ever_changed(project: Project) -> None:
    said = call(history, project, "tf2.6.5-py3.9").stdout.splitlines()
    assert [line.split("  ")[-1] for line in said[:4]] == [
        "2 works, 1 fails",
        "3 works",
        "unknown: engine lost",
        "3 works",
    ]
    days = [DAY.format(day) for day in range(1, 5)]
    assert [line for line in said if line.startswith("  ")][1] == (
        f"  imports::{PATH}: fails ({days[0]}) → works ({days[1]}) → unknown: engine lost ({days[2]}) → works ({days[3]})"
    )
    assert call(history, project, "tf2.5.3-py3.9").stdout.splitlines()[1:] == ["no outcome has changed"]


def test_the_history_of_an_id_of_before_is_that_of_the_row_and_says_harm_and_error(tmp_path: Path) -> None:
    trials = tmp_path / "reports" / "trials"
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(1)), {"a::old": ValueError("no shape")})
    answers = {"fresh": Harm.NONE, "stale": Harm.SILENT}
    facts = fakes.scenario_facts("a::new", kind=Kind.QUESTION, answers=answers, aliases=["a::old"])
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(2)), {"a::new": "stale"}, facts=[facts])
    project = Project(root=tmp_path, cache=tmp_path / "cache")
    for asked in ("a::old", "a::new"):
        assert [
            line.split("  ")[-1] for line in call(history, project, "tf2.6.5-py3.9", asked).stdout.splitlines()
        ] == [
            "✗ fails ValueError: no shape",
            "• stale (silent harm)",
        ]


def test_history_for_programs(project: Project) -> None:
    found = json.loads(call(history, project, "tf2.6.5-py3.9", "--json").stdout)
    assert found["cell"] == "tf2.6.5-py3.9"
    assert [moment["status"] for moment in found["scenarios"][NAME]] == ["works", "works", "unknown", "works"]
    assert list(json.loads(call(history, project, "tf2.6.5-py3.9", "mean", "--json").stdout)["scenarios"]) == [NAME]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("tf9",), "there is no trial of 'tf9': tfcompat list names the cells"),
        (("tf2.6.5-py3.9", "zzz"), "no scenario is called 'zzz'"),
    ],
)
def test_what_is_not_there_is_one_sentence(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError, match=says):
        call(history, project, *arguments)


def test_without_trials_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match=r"there are no trials in .*: make some with tfcompat run"):
        call(history, Project(root=tmp_path, cache=tmp_path), "a")


def test_hostile_text_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    hostile = "adapt::\x1b[2J\n\u202e"
    keep(tmp_path / "reports" / "trials", "tf2.6.5-py3.9", {hostile: "\x1b[31m\x9b\n"})
    said = call(history, Project(root=tmp_path, cache=tmp_path), "tf2.6.5-py3.9", "adapt").stdout
    assert all(character.isprintable() for line in said.splitlines() for character in line)

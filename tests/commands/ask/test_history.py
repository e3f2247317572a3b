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


def test_the_history_of_a_scenario_is_what_changed_in_it(project: Project) -> None:
    said = [line.split("  ") for line in call(history, project, "tf2.6.5-py3.9", "mean").stdout.splitlines()]
    assert [(started, engine, answer) for started, engine, _, answer in said] == [
        ("2026-01-01T00:00:00Z", "local", "✓ works [1.0]"),
        ("2026-01-02T00:00:00Z", "docker", "✓ works [2.0]"),
        ("2026-01-03T00:00:00Z", "local", "? unknown: engine lost"),
        ("2026-01-04T00:00:00Z", "local", "✓ works [2.0]"),
    ]
    assert all(suite.startswith("suite ") for _, _, suite, _ in said)


def test_the_history_of_a_cell_is_what_changed_trial_by_trial(project: Project) -> None:
    days = [DAY.format(day) for day in range(1, 5)]
    said = call(history, project, "tf2.6.5-py3.9").stdout.splitlines()
    assert [line.split("  (another ")[0] for line in said] == [
        f"{days[1]}  docker",
        f"  {NAME}: works [1.0] → works [2.0]",
        f"  imports::{PATH}: fails (obscure harm) → works",
        f"{days[2]}  local",
        f"  {NAME}: works → unknown: engine lost",
        f"  imports::{PATH}: works → unknown: engine lost",
        "  adapt::same: works → unknown: engine lost",
        f"{days[3]}  local",
        f"  {NAME}: unknown: engine lost → works",
        f"  imports::{PATH}: unknown: engine lost → works",
        "  adapt::same: unknown: engine lost → works",
        f"3 outcomes changed in 4 trials of tf2.6.5-py3.9, {days[0]} to {days[3]}",
    ]
    assert said[0].startswith(f"{days[1]}  docker  (another engine")
    (only,) = call(history, project, "tf2.5.3-py3.9").stdout.splitlines()
    assert only.startswith("no outcome has changed in 1 trials of tf2.5.3-py3.9, ")


def test_every_trial_is_listed_where_that_is_asked_for(project: Project) -> None:
    said = call(history, project, "tf2.6.5-py3.9", "--all").stdout.splitlines()
    assert [line.split("  ")[-1] for line in said[:4]] == [
        "2 works, 1 fails",
        "3 works",
        "unknown: engine lost",
        "3 works",
    ]
    assert said[4].startswith(DAY.format(2))


def test_what_stayed_the_same_is_counted(tmp_path: Path) -> None:
    for day, value in enumerate((1, 1, 1, 2, 2), 1):
        keep(tmp_path / "reports" / "trials", fakes.subject("tf2.6.5-py3.9", started=DAY.format(day)), {NAME: value})
    project = Project(root=tmp_path, cache=tmp_path / "cache")
    assert [line.split("  ")[-1] for line in call(history, project, "tf2.6.5-py3.9", NAME).stdout.splitlines()] == [
        "✓ works 1",
        f"the same in 2 more trials, until {DAY.format(3)}",
        "✓ works 2",
        f"the same in 1 more trial, until {DAY.format(5)}",
    ]
    assert len(call(history, project, "tf2.6.5-py3.9", NAME, "--all").stdout.splitlines()) == 5


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
    assert [trial["counts"] for trial in found["trials"]][1:3] == [{"works": 3}, {}]
    assert [moment["started"] for moment in found["scenarios"][f"imports::{PATH}"]] == [
        DAY.format(day) for day in range(1, 5)
    ]
    of_scenario = json.loads(call(history, project, "tf2.6.5-py3.9", "mean", "--json").stdout)["scenarios"]
    assert list(of_scenario) == [NAME]
    assert [moment["status"] for moment in of_scenario[NAME]] == ["works", "works", "unknown", "works"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("tf9",), "there is no trial of 'tf9': tfcompat list names the cells"),
        (("6.5",), "there is no trial of '6.5': did you mean tf2.6.5-py3.9"),
        (("TF2.6.5-py3.9",), "there is no trial of 'TF2.6.5-py3.9': did you mean tf2.6.5-py3.9"),
        ((NAME,), f"there is no trial of '{NAME}': name a cell before the scenario, such as tfcompat history tf"),
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

"""tfcompat where, imports and history: what they print, and for programs."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests import fakes
from tests.trial_files import keep
from tfcompat.commands.ask import history, imports, where
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.outcomes import Reason
from tfcompat.project import Project

NAME, PATH = "adapt::mean", "tf.keras.layers.Normalization"
DAY = "2026-01-0{}T00:00:00Z"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three releases; the middle one was measured three times."""
    trials = tmp_path / "reports" / "trials"
    missing = {NAME: [1.0], f"imports::{PATH}": AttributeError("no"), "adapt::same": 1}
    there = {NAME: [2.0], f"imports::{PATH}": "class", "adapt::same": 1}
    keep(trials, "tf2.5.3-py3.9", missing)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(1)), missing)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(2), engine="docker", suite="s" * 16), there)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(3)), {}, reason=Reason.ENGINE_LOST)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(4)), there, documented={NAME: [2.0]})
    keep(trials, "tf2.7.4-py3.9", {}, reason=Reason.NO_LOCK)
    return Project(root=tmp_path, cache=tmp_path / "cache")


def call(command: click.Command, project: Project, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments, obj=project, catch_exceptions=False)
    assert result.exit_code == 0
    return result


def test_where_says_what_a_scenario_does_on_which_release(project: Project) -> None:
    assert call(where, project, "mean").stdout.splitlines() == [
        "adapt::mean",
        "  Title of adapt::mean",
        "  documented: [2.0]",
        "  reference: https://example.org",
        "  source: test_adapt.py:7",
        "releases:",
        "  works  2.5.3 – 2.6.5",
        "  unknown  2.7.4",
        "  observed on 2.5.3: [1.0]",
        "  observed on 2.6.5: [2.0]",
        "  tested on 3 cells: tf2.5.3-py3.9, tf2.6.5-py3.9, tf2.7.4-py3.9",
    ]


def test_where_for_programs(project: Project) -> None:
    found = json.loads(call(where, project, NAME, "--json").stdout)
    assert (found["scenario"], found["documented"]) == (NAME, "[2.0]")
    assert found["variants"]["releases"]["spans"] == {"works": "2.5.3 – 2.6.5", "unknown": "2.7.4"}


def test_imports_says_where_each_path_works(project: Project) -> None:
    result = call(imports, project, "Normalization")
    assert result.stdout.splitlines() == [PATH, "  fails  2.5.3", "  works  2.6.5", "  unknown  2.7.4"]
    assert result.stderr.startswith("tested on 3 cells")


def test_imports_for_programs(project: Project) -> None:
    result = call(imports, project, "Normalization", "--json")
    (found,) = json.loads(result.stdout)
    assert (found["path"], found["how"], found["spans"]["works"]) == (PATH, "imported", "2.6.5")
    assert result.stderr == ""


def test_the_history_of_a_scenario_is_every_trial_of_it(project: Project) -> None:
    assert call(history, project, "tf2.6.5-py3.9", "mean").stdout.splitlines() == [
        "2026-01-01T00:00:00Z  local  suite 0123456789ab  ✓ works [1.0]",
        "2026-01-02T00:00:00Z  docker  suite ssssssssssss  ✓ works [2.0]",
        "2026-01-03T00:00:00Z  local  suite 0123456789ab  ? unknown (engine lost)",
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
        f"  imports::{PATH}: fails ({days[0]}) → works ({days[1]}) → unknown ({days[2]}) → works ({days[3]})"
    )
    assert call(history, project, "tf2.5.3-py3.9").stdout.splitlines()[1:] == ["no scenario ever said anything else"]


def test_history_for_programs(project: Project) -> None:
    found = json.loads(call(history, project, "tf2.6.5-py3.9", "--json").stdout)
    assert found["cell"] == "tf2.6.5-py3.9"
    assert [one["status"] for one in found["scenarios"][NAME]] == ["works", "works", "unknown", "works"]
    assert list(json.loads(call(history, project, "tf2.6.5-py3.9", "mean", "--json").stdout)["scenarios"]) == [NAME]


@pytest.mark.parametrize(
    ("command", "arguments", "says"),
    [
        (where, ("nothing",), "no scenario is called 'nothing'"),
        (where, ("a",), "3 scenarios have 'a' in their id: did you mean"),
        (imports, ("Nothing",), "no path that was tried ends in 'Nothing'"),
        (history, ("tf9",), "there is no trial of 'tf9': tfcompat list names the cells"),
        (history, ("tf2.6.5-py3.9", "zzz"), "no scenario is called 'zzz'"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    command: click.Command, arguments: tuple[str, ...], says: str, project: Project
) -> None:
    with pytest.raises(SelectionError, match=says):
        call(command, project, *arguments)


@pytest.mark.parametrize(("command", "arguments"), [(where, ("a",)), (imports, ("a",)), (history, ("a",))])
def test_without_trials_it_is_said_what_to_do(
    command: click.Command, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(TfcompatError, match=r"there are no trials in .*: make some with tfcompat run"):
        call(command, Project(root=tmp_path, cache=tmp_path), *arguments)


@pytest.mark.parametrize("command", [where, history])
def test_hostile_text_does_nothing_to_a_terminal(command: click.Command, tmp_path: Path) -> None:
    hostile = "adapt::\x1b[2J\n\u202e"
    keep(tmp_path / "reports" / "trials", "tf2.6.5-py3.9", {hostile: "\x1b[31m\x9b\n"})
    arguments = ("tf2.6.5-py3.9", "adapt") if command is history else ("adapt",)
    said = call(command, Project(root=tmp_path, cache=tmp_path), *arguments).stdout
    assert all(character.isprintable() for line in said.splitlines() for character in line)

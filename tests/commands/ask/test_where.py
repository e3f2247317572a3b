"""tfcompat where: what it prints, and for programs."""

import json
from pathlib import Path

import pytest

from tests import fakes
from tests.commands.ask.questions import NAME, call, three_releases
from tests.trial_files import keep
from tfcompat.commands.ask.where import where
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.outcomes import Harm, Kind
from tfcompat.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return three_releases(tmp_path)


def test_where_says_what_a_scenario_does_on_which_release(project: Project) -> None:
    assert call(where, project, "mean").stdout.splitlines() == [
        "adapt::mean",
        "  Title of adapt::mean",
        "releases:",
        "  works  2.5.3 – 2.6.5",
        "  unknown: no lock  2.7.4",
        "  observed on 2.5.3: [1.0]",
        "  observed on 2.6.5: [2.0]",
        "  documented on 2.6.5: [2.0], and it is so",
        "  tested on 3 cells: tf2.5.3-py3.9, tf2.6.5-py3.9, tf2.7.4-py3.9",
        "about it:",
        "  promise: does what users rely on hold? Held against what the documentation of the release says",
        "  documented: [2.0]",
        "  reference: https://example.org",
        "  source: test_adapt.py:7",
    ]


def test_where_says_answers_with_their_harm_and_what_was_raised_by_an_id_of_before(tmp_path: Path) -> None:
    trials = tmp_path / "reports" / "trials"
    answers = {"fresh": Harm.NONE, "stale": Harm.SILENT}
    facts = fakes.scenario_facts(
        "a::new", kind=Kind.QUESTION, answers=answers, aliases=["a::old"], promises={">=2.6": "stale"}
    )
    versions = {"python": "3.9.1", "tensorflow": "2.6.5", "keras": "2.6.0"}
    keep(
        trials, "tf2.5.3-py3.9", {"a::new": KeyError("x")}, facts=[facts], versions={**versions, "tensorflow": "2.5.3"}
    )
    keep(trials, "tf2.6.5-py3.9", {"a::new": "fresh"}, facts=[facts], versions=versions)
    newer = {**versions, "python": "3.10.1"}
    keep(trials, "tf2.6.5-py3.10", {"a::new": "stale"}, facts=[facts], versions=newer)
    project = Project(root=tmp_path, cache=tmp_path / "cache")
    assert call(where, project, "a::old").stdout.splitlines()[2:] == [
        "releases, which differ by Python:",
        "  ◇ fails  2.5.3  (obscure harm)",
        "      raised: KeyError: 'x'",
        "  fresh  2.6.5 on Python ≤ 3.9",
        '      documented: "stale", but it is not so',
        "  ▲ stale  2.6.5 on Python ≥ 3.10  (silent harm)",
        '      documented: "stale", and it is so',
        "  tested on 3 cells: tf2.5.3-py3.9, tf2.6.5-py3.9, tf2.6.5-py3.10",
        "about it:",
        "  question: which of several behaviours is it?",
        "  answers: fresh, stale (silent harm)",
        '  documented: {">=2.6": "stale"}',
        "  reference: https://example.org",
        "  source: test_adapt.py:7",
        "  before: a::old",
    ]


def test_of_many_cells_the_first_and_the_last_are_named(tmp_path: Path) -> None:
    for minor in (2, 9, 10, 11, 3, 4, 5):
        keep(tmp_path / "reports" / "trials", f"tf2.{minor}.0-py3.9", {NAME: 1})
    said = call(where, Project(root=tmp_path, cache=tmp_path / "cache"), NAME).stdout
    assert "  tested on 7 cells from tf2.2.0-py3.9 to tf2.11.0-py3.9\n" in said


def test_where_for_programs(project: Project) -> None:
    (found,) = json.loads(call(where, project, NAME, "--json").stdout)["scenarios"]
    assert (found["scenario"], found["documented"]) == (NAME, "[2.0]")
    assert found["variants"]["releases"]["spans"] == {"works": "2.5.3 – 2.6.5", "unknown: no lock": "2.7.4"}


@pytest.mark.parametrize("asked", [("adapt::*",), ("adapt same", NAME)])
def test_several_scenarios_are_said_one_after_another(asked: tuple[str, ...], project: Project) -> None:
    said = call(where, project, *asked).stdout
    assert [text.split("\n")[0] for text in said.split("\n\n")] == [NAME, "adapt::same"]
    found = json.loads(call(where, project, *asked, "--json").stdout)["scenarios"]
    assert [facts["scenario"] for facts in found] == [NAME, "adapt::same"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing",), "no scenario is called 'nothing'"),
        ((NAME, "adapt::meen"), "no scenario is called 'adapt::meen': did you mean adapt::mean"),
        (("map::*",), "no scenario is called 'map::"),
    ],
)
def test_what_is_not_there_is_one_sentence(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError, match=says):
        call(where, project, *arguments)


def test_without_trials_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match=r"there are no trials in .*: make some with tfcompat run"):
        call(where, Project(root=tmp_path, cache=tmp_path), "a")


def test_hostile_text_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    hostile = "adapt::\x1b[2J\n\u202e"
    keep(tmp_path / "reports" / "trials", "tf2.6.5-py3.9", {hostile: "\x1b[31m\x9b\n"})
    said = call(where, Project(root=tmp_path, cache=tmp_path), "adapt").stdout
    assert all(character.isprintable() for line in said.splitlines() for character in line)

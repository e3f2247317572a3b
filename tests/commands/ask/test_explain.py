"""tfcompat explain: one screen of all that is known of an outcome, for people and for programs."""

import json
import shlex
from pathlib import Path

import pytest

from tests import fakes
from tests.commands.ask.questions import NAME, PATH, call, three_releases
from tests.trial_files import keep
from tfcompat.commands.ask.explain import explain, frame
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.outcomes import Harm, Kind
from tfcompat.project import Project
from tfcompat.screen import LINES

CELL = "tf2.6.5-py3.9"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return three_releases(tmp_path)


def test_a_promise_is_explained_on_a_screen(project: Project) -> None:
    said = call(explain, project, CELL, "mean").stdout.splitlines()
    assert len(said) < LINES
    assert said[:3] == [
        f"{NAME} in {CELL}: works",
        f"  Title of {NAME}",
        "  promise: does what users rely on hold? Held against what the documentation of the release says",
    ]
    assert [
        line for line in said if line.startswith(("  observed", "  documented", "  the same", "  before", "  after"))
    ] == [
        "  observed: [2.0]",
        "  documented: [2.0], and it is so",
        "  the same on 2.6.5",
        "  before: 2.5.3 works",
    ]
    assert "  not known on 2.7.4" in said
    trial, ran, file, *_, again = said[-5:]
    assert trial.startswith("  trial: 2026-01-04T00:00:00Z by local, suite ")
    assert ran.startswith("  with python 3.9")
    assert file == f"  file: reports/trials/{CELL}/20260104T000000Z-local.jsonl.gz"
    assert shlex.split(again)[:3] == ["again:", "tfcompat", "run"]


def test_an_error_is_shown_as_it_was_raised_and_which_cell_a_release_is(project: Project) -> None:
    result = call(explain, project, "2.5", f"imports::{PATH}")
    assert "  raised: AttributeError: no" in result.stdout.splitlines()
    assert result.stdout.splitlines()[0].endswith(
        "in tf2.5.3-py3.9: fails (obscure harm: an error that hides its cause, a crash, or no end)"
    )
    assert result.stderr.splitlines()[-2:] == [
        "2.5 is 2.5.3, its last patch",
        "2.5.3 is tf2.5.3-py3.9, as pip installs it",
    ]


def test_a_line_of_a_traceback_stands_in_as_far_as_it_did() -> None:
    assert frame('  File "x.py",  line 1', 40) == '  File "x.py", line 1'
    assert frame("    \x1b[31mcall()", 40) == "    \N{REPLACEMENT CHARACTER}[31mcall()"


def test_a_question_has_its_answers_and_the_other_cells_of_its_release(tmp_path: Path) -> None:
    facts = fakes.scenario_facts("a::b", kind=Kind.QUESTION, answers={"fresh": Harm.NONE, "stale": Harm.SILENT})
    versions = {"python": "3.9.1", "tensorflow": "2.6.5", "keras": "2.6.0"}
    trials = tmp_path / "reports" / "trials"
    keep(trials, CELL, {"a::b": "stale"}, facts=[facts], versions=versions)
    keep(trials, "tf2.6.5-py3.8", {"a::b": "fresh"}, facts=[facts], versions={**versions, "python": "3.8.1"})
    said = call(explain, Project(root=tmp_path, cache=tmp_path / "cache"), CELL, "a::b").stdout
    assert said.startswith(f"a::b in {CELL}: stale (silent harm: wrong, stale, lost or ignored, without a word)\n")
    assert "  answers: fresh, stale (silent harm)\n" in said
    assert "  otherwise in the same release: tf2.6.5-py3.8 fresh\n" in said


def test_for_programs(project: Project) -> None:
    found = json.loads(call(explain, project, CELL, "mean", "--json").stdout)
    assert (found["scenario"], found["cell"], found["word"], found["ran"]["here"]) == (NAME, CELL, "works", True)
    assert found["around"]["older"]["release"] == "2.5.3"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((CELL, "zzz"), "no scenario is called 'zzz'"),
        ((CELL, "adapt::*"), "'adapt::\\*' names 2 scenarios"),
        (("tf9", NAME), "there is no trial of 'tf9'"),
    ],
)
def test_what_is_not_there_is_one_sentence(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError, match=says):
        call(explain, project, *arguments)


def test_without_trials_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match=r"there are no trials in .*: make some with tfcompat run"):
        call(explain, Project(root=tmp_path, cache=tmp_path), CELL, NAME)


@pytest.mark.parametrize("options", [(), ("--all",)])
def test_hostile_text_does_nothing_to_a_terminal(options: tuple[str, ...], tmp_path: Path) -> None:
    hostile = "adapt::\x1b[2J\n\u202e"
    keep(tmp_path / "reports" / "trials", CELL, {hostile: ValueError("\x1b[31m\x9b\n" * 500)})
    said = call(explain, Project(root=tmp_path, cache=tmp_path), CELL, "adapt", *options).stdout
    assert all(character.isprintable() for line in said.split("\n") for character in line)

"""tfcompat ask: what it prints of a pasted text, and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.commands.ask.questions import PATH, call, three_releases
from tests.trial_files import keep
from tfcompat.commands.ask.ask import ask
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.project import Project

ERROR = "AttributeError: module 'tensorflow.keras.layers' has no attribute 'Normalization'"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return three_releases(tmp_path)


def test_an_error_is_answered_with_what_to_write(project: Project) -> None:
    result = call(ask, project, ERROR, "--on", "2.6")
    assert result.stdout.splitlines()[:6] == [
        f"1. On TensorFlow 2.6.5, Normalization is at {PATH}.",
        f"   {PATH}: fails 2.5.3; works 2.6.5; unknown: no lock 2.7.4",
        "   write:",
        "     # Normalization on TensorFlow 2.6.5 (1 measured cell): one import path on all of them",
        "     import tensorflow as tf",
        f"     Normalization = {PATH}  # 2.6.5",
    ]
    assert result.stdout.splitlines()[6] == f"   reports/site/api/{PATH}/index.html"
    assert result.stderr.splitlines()[-1] == "TensorFlow 2.6 is 2.6.5, its last patch"


def test_words_need_no_quotes_and_a_text_may_come_from_a_pipe(project: Project) -> None:
    assert call(ask, project, "title", "of", "mean").stdout.startswith("1. Title of adapt::mean")
    piped = CliRunner().invoke(ask, ["-"], obj=project, input=f"Traceback\n{ERROR}\n", catch_exceptions=False)
    assert piped.stdout.startswith(f"1. On TensorFlow 2.6.5, Normalization is at {PATH}.")


def test_for_programs(project: Project) -> None:
    call(ask, project, ERROR)  # the first question may say that it reads the trials
    result = call(ask, project, ERROR, "--json")
    first = json.loads(result.stdout)["answers"][0]
    assert set(first) == {"says", "where", "more", "instead", "harm", "scenarios", "page"}
    assert (first["where"], first["scenarios"][0], result.stderr) == ("2.6.5", f"imports::{PATH}", "")
    assert json.loads(call(ask, project, "zzzz", "--json").stdout)["answers"] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing is asked"),
        ((" ",), "nothing is asked"),
        (("zzzz",), "nothing that was measured has any of these words"),
        ((ERROR, "--on", "2.9"), "'2.9' names no release: the known ones are 2.5.3 to 2.7.4"),
        ((ERROR, "--on", "new"), "'new' is neither a version"),
    ],
)
def test_what_has_no_answer_is_one_sentence(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError, match=says):
        call(ask, project, *arguments)


def test_hostile_text_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    hostile = "adapt::\x1b[2J\n\u202e"
    keep(tmp_path / "reports" / "trials", "tf2.6.5-py3.9", {hostile: ValueError("\x1b[31m\x9b\n adapt")})
    said = call(ask, Project(root=tmp_path, cache=tmp_path), "\x1b[31madapt").stdout
    assert all(character.isprintable() for line in said.splitlines() for character in line)


def test_without_trials_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match=r"there are no trials in .*: make some with tfcompat run"):
        call(ask, Project(root=tmp_path, cache=tmp_path), "a")

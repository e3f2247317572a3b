"""tfcompat imports: what it prints, and for programs."""

import json
from pathlib import Path

import pytest

from tests.commands.ask.questions import PATH, call, three_releases
from tfcompat.commands.ask.imports import imports
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return three_releases(tmp_path)


def test_imports_says_where_each_path_works(project: Project) -> None:
    result = call(imports, project, "Normalization")
    assert result.stdout.splitlines() == [
        PATH,
        "  works  2.6.5",
        "  fails  2.5.3: AttributeError: no",
        "  unknown: no lock  2.7.4",
    ]
    assert result.stderr.splitlines()[-1].startswith("tested on 3 cells")


def test_imports_for_programs(project: Project) -> None:
    call(imports, project, "Normalization")  # the first question may say that it reads the trials
    result = call(imports, project, "Normalization", "--json")
    (found,) = json.loads(result.stdout)["paths"]
    assert (found["path"], found["how"], found["spans"]["works"]) == (PATH, "imported", "2.6.5")
    assert result.stderr == ""


def test_imports_on_a_range_is_code_to_paste(project: Project) -> None:
    call(imports, project, "Normalization")  # the first question may say that it reads the trials
    result = call(imports, project, "Normalization", "--tf", ">=2.5,<2.8")
    assert result.stdout.splitlines() == [
        "# Normalization on TensorFlow 2.5.3 – 2.7.4 (3 measured cells): one import path",
        "import tensorflow as tf",
        f"Normalization = {PATH}  # 2.6.5",
        "# no path that was tried works on 2.5.3",
        "# not measured on 2.7.4",
    ]
    compile(result.stdout, "printed", "exec")
    assert result.stderr == ""


def test_which_patch_was_asked_for_is_said(project: Project) -> None:
    result = call(imports, project, "Normalization", "--tf", "2.6")
    assert result.stderr.splitlines()[-1] == "TensorFlow 2.6 is 2.6.5, its last patch"
    assert result.stdout.splitlines()[0].endswith("TensorFlow 2.6.5 (1 measured cell): one import path on all of them")


@pytest.mark.parametrize("path", [PATH, "from tensorflow.keras.layers import Normalization"])
def test_of_a_whole_path_its_last_name_is_asked_and_that_is_said(path: str, project: Project) -> None:
    result = call(imports, project, path)
    assert result.stdout.splitlines()[0] == PATH
    assert f"{path}: all paths that end in Normalization" in result.stderr.splitlines()


def test_imports_on_a_range_for_programs(project: Project) -> None:
    found = json.loads(call(imports, project, "Normalization", "--tf", "2.6..", "--json").stdout)
    (branch,) = found["chain"]["branches"]
    assert (branch["path"], branch["where"], found["chain"]["unknown"]) == (PATH, "2.6.5", "2.7.4")
    assert found["code"].startswith("# Normalization on")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("Normalization", "--tf", "3.0"), "--tf '3.0' names no release: the known ones are 2.5.3 to 2.7.4"),
        (("Nothing",), "no path that was tried ends in 'Nothing'"),
    ],
)
def test_what_is_not_there_is_one_sentence(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError, match=says):
        call(imports, project, *arguments)


def test_without_trials_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match=r"there are no trials in .*: make some with tfcompat run"):
        call(imports, Project(root=tmp_path, cache=tmp_path), "a")

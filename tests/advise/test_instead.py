"""Tests of what to write instead: read from the project's own files, by the ids of today, and nothing where there is none."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.advise import instead
from tfcompat.advise.instead import Release
from tfcompat.errors import DataError

FINDINGS, QUESTIONS, RECIPES = "docs/findings/findings.toml", "statements/answers.toml", "scenarios/test_recipes.py"


def read(root: Path, *scenarios: str, **renamed: str) -> instead.Advice:
    return instead.read(
        root / FINDINGS, root / QUESTIONS, root / RECIPES, scenarios, lambda name: renamed.get(name, name)
    )


def test_the_projects_own_files_speak_of_their_rows() -> None:
    advice = read(ROOT)
    everything = Release(
        working={f"recipes::{recipe.scenario.split('::')[1]}" for some in advice.recipes.values() for recipe in some},
        seen={},
    )
    silent = advice.of("save::h5_functional", everything, silent=True)
    assert {one.source for one in silent} == {"finding", "recipe"}
    assert "finding" not in {one.source for one in advice.of("save::h5_functional", everything, silent=False)}
    assert all(one.text and (one.code or one.source == "finding") for one in silent)


def test_a_recipe_that_does_not_work_there_is_not_offered() -> None:
    assert read(ROOT).of("save::h5_functional", Release(working=(), seen={}), silent=False) == []


def test_files_that_are_not_there_say_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "adapt::mean").of("adapt::mean", Release(working=(), seen={}), silent=True) == []


def test_ids_of_before_are_those_of_today(tmp_path: Path) -> None:
    (tmp_path / FINDINGS).parent.mkdir(parents=True)
    (tmp_path / FINDINGS).write_text(
        '[[findings]]\nname = "n"\ninstead = "do"\nscenarios = [{ id = "old" }]\n', encoding="utf-8"
    )
    assert [one.name for one in read(tmp_path, old="a::new").findings["a::new"]] == ["n"]


@pytest.mark.parametrize(
    ("text", "says"), [("[", "is not a list of questions"), ("[[questions]]\n", "answers.toml lacks points: add it")]
)
def test_a_damaged_file_is_named(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / QUESTIONS).parent.mkdir(parents=True)
    (tmp_path / QUESTIONS).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        read(tmp_path)


def test_the_paths_of_an_import_are_those_of_its_own_name() -> None:
    names = [f"imports::{path}" for path in ("tf.a.Norm", "tf.b.Norm", "from tf.c import Norm", "tf.b.Other")]
    advice = read(Path("nowhere"), *names, "imports::is_a_question", "adapt::mean")
    offered = advice.of(names[0], Release(working=set(names), seen={}), silent=False)
    assert [one.code for one in offered] == ["tf.b.Norm", "from tf.c import Norm"]


def test_a_recipe_is_offered_for_a_path_to_what_it_imports_alone() -> None:
    advice, working = read(ROOT), Release(working=("recipes::import_normalization",), seen={})
    offered = {
        path: [one.name for one in advice.of(f"imports::tf.keras.layers.experimental.{path}", working, silent=False)]
        for path in ("preprocessing.Normalization", "SyncBatchNormalization")
    }
    assert offered == {"preprocessing.Normalization": ["import_normalization"], "SyncBatchNormalization": []}

"""Tests of the recipes: functions of the suite as programs that a reader can copy."""

import ast
import builtins
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.errors import DataError
from tfcompat.suite import recipes

SOURCE = '''
import numpy as np
import tensorflow as tf
import math as m
from scenarios.marks import NUMPY, promise, question
from scenarios.observe import compared

def helper():
    return 1

@promise("adapt::mean", documented=1, reference="a page")
def test_mean():
    """No recipe"""
    return 1

@question("recipes::which", answers={"a": "none"}, reference="a page")
def test_which():
    """Is a question a recipe?"""
    return "a"

@promise("recipes::scale", documented=[1], reference="a page")
def test_scale():
    """Scaling works

    More of it.
    """
    # Begin with the data.
    data = np.array([
        1.0,
    ])

    def twice(value):
        return value * 2

    return twice(
        m.sqrt(data),
    )  # twice

@promise("recipes::held", oracle=NUMPY, reference="a page")
def test_held():
    """It is held against NumPy"""
    ä = tf.constant([4.0])
    return compared(
        tf.sqrt(
            ä
        ),
        np.sqrt([4.0]),
    )

@promise("recipes::nothing", documented=None, reference="a page")
def test_nothing():
    """It only does"""
    for _ in range(2):
        tf.print("x")
'''


def test_a_recipe_is_the_body_with_the_imports_that_it_needs() -> None:
    scale = recipes.read(SOURCE)["scale"]
    assert (scale.scenario, scale.title) == ("recipes::scale", "Scaling works")
    assert scale.code == (
        "import numpy as np\nimport math as m\n\n"
        "# Begin with the data.\ndata = np.array([\n    1.0,\n])\n\n"
        "def twice(value):\n    return value * 2\n\n"
        "print(twice(\n    m.sqrt(data),\n))"
    )


def test_a_recipe_prints_what_was_observed_and_not_what_it_is_held_against() -> None:
    assert recipes.read(SOURCE)["held"].code == (
        "import tensorflow as tf\n\nä = tf.constant([4.0])\nprint(tf.sqrt(\n    ä\n))"
    )


def test_a_recipe_that_returns_nothing_prints_nothing() -> None:
    assert recipes.read(SOURCE)["nothing"].code == ('import tensorflow as tf\n\nfor _ in range(2):\n    tf.print("x")')


def test_only_promises_of_the_group_are_recipes() -> None:
    assert list(recipes.read(SOURCE)) == ["scale", "held", "nothing"]


@pytest.mark.parametrize("text", ["def (", None])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, text: str | None) -> None:
    if text:
        (tmp_path / "test_recipes.py").write_text(text)
    with pytest.raises(DataError, match="cannot be read as Python"):
        recipes.load(tmp_path / "test_recipes.py")


def test_the_recipes_of_this_project_are_whole_programs() -> None:
    """They parse, and use no name of the file that is not imported in them."""
    programs = recipes.load(ROOT / "scenarios" / "test_recipes.py")
    assert programs
    for recipe in programs.values():
        assert "compared" not in recipe.code
        assert recipe.code.count("\nprint(") == 1
        tree = ast.parse(recipe.code, feature_version=(3, 8))
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)} | set(dir(builtins))
        bound |= {
            alias.asname or alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        assert {node.id for node in names} - bound == set(), recipe.scenario

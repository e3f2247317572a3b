"""Tests of the recipes: functions of the suite as programs that a reader can copy."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.errors import DataError
from tfcompat.suite import recipes

SOURCE = '''
import numpy as np
import tensorflow as tf
import math as m
from scenarios.observe import scenario

def helper():
    return 1

@scenario("adapt::mean", reference="a page")
def test_mean():
    """No recipe"""
    return 1

@scenario("recipes::scale", documented=[1], reference="a page")
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

@scenario("recipes::nothing", reference="a page")
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


def test_a_recipe_that_returns_nothing_prints_nothing() -> None:
    assert recipes.read(SOURCE)["nothing"].code == ('import tensorflow as tf\n\nfor _ in range(2):\n    tf.print("x")')


def test_only_scenarios_of_the_group_are_recipes() -> None:
    assert list(recipes.read(SOURCE)) == ["scale", "nothing"]


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
        tree = ast.parse(recipe.code, feature_version=(3, 8))
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)} | {"print", "range", "ImportError"}
        bound |= {
            alias.asname or alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        assert {node.id for node in names} - bound == set(), recipe.scenario

"""Tests of what is read out of a pasted text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcompat.questions.search.definition import DEFINITION
from tfcompat.questions.search.pasted import Path, Raised, read

LACKING = Path(module="tensorflow.keras.layers", name="Normalization", lacks=True)
MESSAGE = "module 'tensorflow.keras.layers' has no attribute 'Normalization'"

TRACEBACK = f"""
Traceback (most recent call last):
  File "model.py", line 3, in <module>
    norm = tf.keras.layers.Normalization(axis=-1)
AttributeError: {MESSAGE}
"""
CHAINED = f"""{TRACEBACK}
During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "model.py", line 5, in <module>
    from keras.src.layers import Normalization
ModuleNotFoundError: No module named 'keras'
"""
PYTEST = f"""
>       norm = tf.keras.layers.Normalization()
E       AttributeError: {MESSAGE}

tests/test_model.py:4: AttributeError
"""


@pytest.mark.parametrize("text", [f"AttributeError: {MESSAGE}", MESSAGE, TRACEBACK, PYTEST, f"\x1b[31m{PYTEST}\x1b[0m"])
def test_what_is_not_there_is_read_from_an_error(text: str) -> None:
    found = read(text)
    assert (found.errors[0].message, found.paths[0]) == (MESSAGE, LACKING)


def test_of_several_errors_the_last_comes_first() -> None:
    found = read(CHAINED)
    assert [error.type for error in found.errors] == ["ModuleNotFoundError", "AttributeError"]
    assert {path.attributes for path in found.paths if path.lacks} == {"keras", "tf.keras.layers.Normalization"}


@pytest.mark.parametrize(
    ("text", "module", "name"),
    [
        (
            "ImportError: cannot import name 'Normalization' from 'keras.layers' (/x/__init__.py)",
            "keras.layers",
            "Normalization",
        ),
        ("ImportError: cannot import name 'Normalization'", "", "Normalization"),
        ("ModuleNotFoundError: No module named 'keras.layers.normalization'", "keras.layers", "normalization"),
        ('Import "tensorflow.keras.layers" could not be resolved', "tensorflow.keras", "layers"),
        ("E0611: No name 'layers' in module 'tensorflow.keras' (no-name-in-module)", "tensorflow.keras", "layers"),
        ('"Normalization" is unknown import symbol', "", "Normalization"),
        ('"Norm" is not a known attribute of module "tensorflow.keras"', "tensorflow.keras", "Norm"),
    ],
)
def test_each_way_of_saying_it_is_read(text: str, module: str, name: str) -> None:
    assert read(text).paths[0] == Path(module=module, name=name, lacks=True)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (
            "from tensorflow.keras.layers import Dense, Normalization as N",
            ["tf.keras.layers.Dense", "tf.keras.layers.Normalization"],
        ),
        ("import tensorflow.keras.layers", ["tf.keras.layers"]),
        ("where is tf.keras.layers.Normalization?", ["tf.keras.layers.Normalization"]),
        ("why does predict() not change?", []),
    ],
)
def test_paths_are_read_from_code_and_questions(text: str, paths: list[str]) -> None:
    assert [path.attributes for path in read(text).paths] == paths


@pytest.mark.parametrize(
    "module", ["keras.api._v2.keras.layers", "keras._tf_keras.keras.layers", "tensorflow.keras.layers"]
)
def test_what_releases_call_tf_keras_inside_is_tf_keras(module: str) -> None:
    path = Path(module=module, name="GroupNormalization")
    assert path.attributes == "tf.keras.layers.GroupNormalization"


def test_a_message_of_several_lines_is_one() -> None:
    found = read("ValueError: Unknown layer: Normalization.\nPlease ensure this object\n\nis passed")
    assert found.errors == (
        Raised(type="ValueError", message="Unknown layer: Normalization. Please ensure this object"),
    )
    assert str(found.errors[0]) == "ValueError: Unknown layer: Normalization. Please ensure this object"


def test_what_python_says_is_an_error_without_its_class_and_what_an_editor_says_is_none() -> None:
    assert read("No module named 'keras'").errors == (Raised(type="", message="No module named 'keras'"),)
    assert read('Import "tensorflow.keras" could not be resolved').errors == ()


def test_a_path_that_an_error_names_is_read_once_and_the_others_of_its_code_too() -> None:
    assert read(TRACEBACK).paths == (LACKING,)
    beside = read(TRACEBACK.replace("norm = ", "norm = tf.nn.moments or "))
    assert beside.paths == (LACKING, Path(module="tf.nn", name="moments"))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("tf.nn.moments or tf.keras.Model", ["tf.nn.moments", "tf.keras.Model"]),
        (f"tf.nn.moments\nAttributeError: {MESSAGE}", ["tf.keras.layers.Normalization"]),
        ("tf.nn.moments\nValueError: no such layer", []),
        (
            "import tensorflow.keras.layers.Dense\ntf.nn.moments\nModuleNotFoundError: No module named 'tensorflow.keras'",
            ["tf.keras", "tf.keras.layers.Dense"],
        ),
    ],
)
def test_of_an_error_what_it_lacks_is_asked_about_and_what_is_inside_of_that(text: str, asked: list[str]) -> None:
    assert [path.attributes for path in read(text).asked()] == asked


@settings(deadline=None)
@given(st.text(max_size=200))
def test_nothing_that_is_pasted_is_too_strange(text: str) -> None:
    found = read(text * 200)
    assert len(found.paths) <= DEFINITION.paths
    assert len(found.says) <= 2 * DEFINITION.longest

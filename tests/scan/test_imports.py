"""Tests of imports: what they name, which are uses, and which of two are ways to the same class."""

import ast

import pytest

from tests.scan.following import followed, value
from tfcompat.scan.code.statements import Statements, catches_imports
from tfcompat.scan.code.values import Dotted


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("import tensorflow\nx = tensorflow.keras", "tf.keras"),
        ("import tensorflow.keras as x", "tf.keras"),
        ("import tensorflow.keras.layers\nx = tensorflow.nn", "tf.nn"),
        ("import numpy as x", "numpy"),
        ("from tensorflow import keras as x", "tf.keras"),
        ("from tensorflow.keras import x", "tf.keras.x"),
        ("from elsewhere import x", "elsewhere.x"),
        ("from . import x", ""),
        ("from .elsewhere import x", ""),
        ("from .keras.layers import Normalization as x", ""),
    ],
)
def test_what_an_import_names(code: str, path: str) -> None:
    assert value(code) == (Dotted(path=path) if path else None)


@pytest.mark.parametrize(
    ("code", "subjects"),
    [
        ("import tensorflow.keras.layers.experimental.preprocessing", ["tf.keras.layers.experimental.preprocessing"]),
        ("import tensorflow.keras.layers", []),
        ("from tensorflow.keras.layers import Normalization, Dense", ["tf.keras.layers.Normalization"]),
        (
            "from tensorflow.keras.layers.experimental.preprocessing import Rescaling",
            ["tf.keras.layers.experimental.preprocessing"],
        ),
        (
            "from tensorflow.keras.layers.experimental.preprocessing import Normalization, Rescaling",
            ["tf.keras.layers.experimental.preprocessing.Normalization"],
        ),
        (
            "from tensorflow.keras.layers.experimental.preprocessing import *",
            ["tf.keras.layers.experimental.preprocessing"],
        ),
        ("from .layers import Normalization", []),
        ("from . import Normalization", []),
        ("from numpy import random", []),
    ],
)
def test_the_imports_that_are_uses(code: str, subjects: list[str]) -> None:
    assert [use.subject for use in followed(code).uses.values()] == subjects


def test_what_a_module_of_ones_own_hands_on_is_no_use_here() -> None:
    handed = {"Normalization": Dotted(path="tf.keras.layers.Normalization")}
    for code, subjects in (
        ("from norms import Normalization", []),
        ("from norms import Other", []),
        ("from .norms import *", []),
        ("from tensorflow.keras.layers import Normalization", ["tf.keras.layers.Normalization"]),
    ):
        statements = Statements("code.py", lambda node: handed)
        statements.follow(ast.parse(code), 0)
        assert [use.subject for use in statements.uses.values()] == subjects
        if "Other" not in code:
            assert statements.world.names["Normalization"] == handed["Normalization"]


SHIM = "try:\n    from tensorflow.keras.layers import Normalization\nexcept {}:\n    {}\n"


OTHER = "from tensorflow.keras.layers.experimental.preprocessing import Normalization"


@pytest.mark.parametrize(
    ("error", "handler", "ways", "handled"),
    [
        ("ImportError", OTHER, 2, False),
        ("(ImportError, AttributeError)", OTHER, 2, False),
        ("ModuleNotFoundError", OTHER, 2, False),
        ("Exception", OTHER, 2, False),
        ("ImportError as error", "raise", 1, False),
        ("ImportError", "Normalization = None", 1, True),
        ("ImportError", "from tensorflow.keras.layers import LayerNormalization", 1, True),
        ("ValueError", "pass", 1, False),
        ("errors.ImportError", "pass", 1, False),
    ],
)
def test_a_handler_goes_another_way_or_does_without(error: str, handler: str, ways: int, handled: bool) -> None:
    uses = list(followed(SHIM.format(error, handler)).uses.values())
    assert (len(uses[0].ways), uses[0].handled) == (ways, handled)
    assert len(uses) == (2 if "import LayerNormalization" in handler else 1)


def test_a_handler_is_for_what_was_tried_alone() -> None:
    before = "from tensorflow.keras.layers import LayerNormalization\n"
    uses = list(followed(before + SHIM.format("ImportError", "pass")).uses.values())
    assert [use.handled for use in uses] == [False, True]
    after = SHIM.format("ImportError", "pass") + "tf.nn.moments(a)"
    assert [use.handled for use in followed(after).uses.values()] == [True, False]


def test_what_is_no_import_in_a_try_stays_as_it_is() -> None:
    code = "try:\n    L.Normalization(mean=1.0)\nexcept ImportError:\n    pass\n"
    assert [(use.rule, use.handled) for use in followed(code).uses.values()] == [
        ("import", True),
        ("argument", False),
        ("mean-alone", False),
    ]
    assert value(SHIM.format("ImportError", OTHER) + "x = Normalization") == Dotted(
        path="tf.keras.layers.Normalization"
    )


def test_a_bare_handler_catches_imports() -> None:
    handlers = [
        ("except:", True),
        ("except ImportError:", True),
        ("except (ValueError, BaseException):", True),
        ("except ValueError:", False),
    ]
    for text, catches in handlers:
        (node,) = ast.parse(f"try:\n    pass\n{text}\n    pass\n").body
        assert isinstance(node, ast.Try)
        assert catches_imports(node.handlers[0]) is catches

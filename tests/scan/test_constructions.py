"""Tests of constructions: the arguments of a layer that are uses, and the models that are made of layers."""

import pytest

from tests.scan.following import met, value
from tfcompat.scan.code.values import Layer, Model


def shown(code: str) -> list[str]:
    return [name for _, name in met(code, "argument", "unfollowed")]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("L.Normalization(axis=-1)", ["Normalization(axis=)"]),
        ("L.BatchNormalization(renorm=True)", ["BatchNormalization(renorm=)"]),
        ("L.TextVectorization(max_tokens=3)", []),
        ("L.Dense(units=3)", []),
        ("import tensorflow_addons as tfa\ntfa.layers.GroupNormalization(groups=2)", []),
        ("import tf_keras\ntf_keras.layers.BatchNormalization(renorm=True)", []),
        ("L.UnitNormalization(1)", ["UnitNormalization(axis=)"]),
        (
            "L.UnitNormalization(1, 2, 3)",
            ["UnitNormalization(axis=)", "an argument of UnitNormalization by its place"],
        ),
        ("L.OwnNormalization(1)", ["an argument of OwnNormalization by its place"]),
        ("L.UnitNormalization(**unknown)", ["arguments of UnitNormalization that are not written out"]),
        ("L.UnitNormalization(*unknown)", ["arguments of UnitNormalization that are not written out"]),
        ("L.UnitNormalization(**{'axis': 1})", ["UnitNormalization(axis=)"]),
        ("words = dict(axis=1)\nL.UnitNormalization(**words)", ["UnitNormalization(axis=)"]),
    ],
)
def test_the_arguments_of_a_layer_that_are_uses(code: str, found: list[str]) -> None:
    assert shown(code) == found


def test_an_argument_is_what_the_function_was_given_that_runs() -> None:
    inner = "def inner(axis):\n    return L.Normalization(axis=axis)\n"
    outer = f"{inner}def outer(axis):\n    return inner(axis)\n"
    assert met(f"{inner}inner(0).adapt(a)") == [(3, "axis-of-batch")]
    assert met(f"{outer}outer(0).adapt(a)") == [(5, "axis-of-batch")]
    assert met(f"{outer}def third(a, axis):\n    outer(1)\n    return outer(axis)\nthird(1, 0).adapt(a)") == [
        (8, "axis-of-batch")
    ]
    assert met(f"{inner}def outer(axis):\n    return inner(0)\nouter(1).adapt(a)") == [(5, "axis-of-batch")]
    assert met(f"{inner}inner(axis).adapt(a)") == []
    assert met("axis = 0\nL.Normalization(axis=axis).adapt(a)") == []


@pytest.mark.parametrize(
    ("parts", "shaped"),
    [
        ("[L.Dense(1)]", False),
        ("[K.Input((2,)), L.Dense(1)]", True),
        ("[L.Dense(1), K.Input((2,))]", False),
        ("[L.Dense(1, input_shape=(2,)), L.Dense(1)]", True),
        ("[L.Dense(1, input_dim=2)]", True),
        ("[L.Dense(1), L.Dense(1, input_shape=(2,))]", False),
        ("[unknown, L.Dense(1, input_shape=(2,))]", False),
        ("[L.Dense(1, batch_input_shape=s), unknown]", True),
        ("unknown", False),
        ("", False),
    ],
)
def test_a_sequential_knows_its_input_by_what_comes_first(parts: str, shaped: bool) -> None:
    found = value(f"x = K.Sequential({parts})")
    assert isinstance(found, Model)
    assert found.shaped is shaped


def test_a_sequential_of_a_layer_is_a_trap() -> None:
    assert met("K.Sequential(L.Normalization())") == [(1, "sequential-of-a-layer")]
    assert met("K.Sequential([L.Normalization()])") == []


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("a, d(a)", ["Dense"]),
        ("a, [d(a), e(a)]", ["Dense", "Add"]),
        ("a, [d(a), d(a), unknown]", ["Dense"]),
        ("inputs=a, outputs=e(a)", ["Add"]),
        ("outputs=e(a), inputs=a", ["Add"]),
        ("a", []),
        ("a, unknown", []),
    ],
)
def test_a_functional_model_has_the_layers_behind_its_outputs(arguments: str, names: list[str]) -> None:
    found = value(f"a = K.Input((2,))\nd, e = L.Dense(1), L.Add()\nx = K.Model({arguments})")
    assert isinstance(found, Model)
    assert ([part.cls for part in found.layers if isinstance(part, Layer)], found.shaped) == (names, True)

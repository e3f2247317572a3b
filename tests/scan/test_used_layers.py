"""Tests of what uses layers: functions that are traced, and datasets that a function is mapped over."""

import pytest

from tests.scan.following import NORM, followed, met, value
from tfcompat.scan.code.values import Data, Traced

SET = "tf.data.Dataset.from_tensor_slices(a)"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("tf.function(lambda x: n(x))", ["n"]),
        ("tf.function(n)", ["n"]),
        ("tf.function(lambda x: n(g(d(x))))", ["n"]),
        ("tf.function(f)", ["n"]),
        ("tf.function(f, n)", ["n"]),
        ("tf.function(d, n)", []),
        ("tf.function(tf.function(n))", ["n"]),
    ],
)
def test_a_traced_function_has_the_layers_that_learn(code: str, names: list[str]) -> None:
    head = f"{NORM}g, d = L.Normalization(mean=1.0, variance=1.0), L.Dense(1)\ndef f(x):\n    return n(d(x))\n"
    traced = followed(f"{head}x = {code}")
    found = traced.world.names["x"]
    assert isinstance(found, Traced)
    assert list(found.layers) == [traced.world.names[name] for name in names]
    assert value("x = tf.function()") is None
    assert value("x = tf.other(a)") is None


def test_functions_are_looked_into_so_deep() -> None:
    calls = "".join(
        f"def f{number}(x):\n    return {after}(x)\n" for number, after in enumerate(["n", "f0", "f1", "f2"])
    )
    for name, found in (("f0", 1), ("f1", 1), ("f2", 1), ("f3", 0)):
        traced = value(f"{NORM}{calls}x = tf.function({name})")
        assert isinstance(traced, Traced)
        assert len(traced.layers) == found


def test_what_self_has_is_used_by_its_functions() -> None:
    code = (
        "class A(Base):\n    def __init__(self):\n        self.n = L.Normalization()\n"
        "        self.d = {}.map({})\n        self.n.adapt(a)\n        list(self.d)\n"
    )
    assert met(code.format(SET, "lambda x: self.n(x)")) == []
    read = code.replace("list(self.d)", "d = self.d\n        e = {}.map({})\n        self.n.adapt(a)\n        list(e)")
    assert met(read.format(SET, "lambda x: self.n(x)", SET, "lambda x: self.n(x)")) == [(7, "map-before-second-adapt")]
    assert met(read.format(SET, "lambda x: self.n(x)", SET, "lambda x: other.n(x)")) == []


@pytest.mark.parametrize(
    ("code", "layers"),
    [
        (f"{SET}.map(n)", 1),
        (f"{SET}.map(lambda x: x)", 0),
        (f"{SET}.map()", 0),
        (f"{SET}.map(lambda x: n(x), 3)", 1),
        (f"{SET}.map(n).batch(2)", 1),
        ("unknown.map(n)", 1),
        ("unknown.map(lambda x: n(x))", 1),
    ],
)
def test_a_dataset_that_is_mapped_has_the_layers_of_its_function(code: str, layers: int) -> None:
    found = value(f"{NORM}x = {code}")
    assert isinstance(found, Data)
    assert len(found.layers) == layers


def test_what_maps_no_layer_is_not_known_to_be_a_dataset() -> None:
    assert [value(f"{NORM}x = unknown.{call}") for call in ("map(f)", "map()", "map(f, n)", "apply(n)")] == [None] * 4
    assert value(f"x = {SET}.reduce(a)") is None

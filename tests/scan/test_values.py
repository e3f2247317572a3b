"""Tests of values: which of them are one, what they have in them, and what their classes say."""

import ast
from collections.abc import Callable

import pytest

from tfcompat.scan.code import values
from tfcompat.scan.code.values import (
    Checkpoint,
    Data,
    Dotted,
    Function,
    Instance,
    Known,
    Layer,
    ManyLayers,
    Model,
    OwnClass,
    Rank,
    Several,
    State,
    Symbol,
    Text,
    Traced,
    Value,
    Words,
    World,
)

CLASS, FUNCTION = ast.parse("class A: pass\ndef f(): pass").body
assert isinstance(CLASS, ast.ClassDef)
assert isinstance(FUNCTION, ast.FunctionDef)
LAYER = Layer(cls="Normalization", path="tf.keras.layers.Normalization")
OWN, METHOD = OwnClass(node=CLASS), FUNCTION


def layer(**words: str) -> Layer:
    keywords = {name: ast.parse(text, mode="eval").body for name, text in words.items()}
    return Layer(cls=LAYER.cls, path=LAYER.path, keywords=keywords)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Several(parts=()),
        lambda: Words(keywords={}),
        lambda: layer(),
        lambda: ManyLayers(layer=LAYER),
        lambda: Symbol(),
        lambda: OwnClass(node=OWN.node),
        lambda: Instance(own=OWN, attributes={}),
        lambda: Model(layers=[], path="", shaped=False),
        lambda: Data(),
        lambda: Traced(layers=()),
        lambda: Checkpoint(parts=()),
        lambda: Function(node=METHOD),
    ],
)
def test_what_is_made_twice_are_two_of_which_each_has_its_own_state(make: Callable[[], Value]) -> None:
    first, second = make(), make()
    world = World()
    world.states[first] = State(adapted=Known.YES)
    assert first != second
    assert (world.state(first).adapted, world.state(second).adapted) == (Known.YES, Known.NO)


def test_a_path_a_rank_and_a_text_are_what_they_say() -> None:
    assert Dotted(path="tf") == Dotted(path="tf")
    assert Rank(kind="array", axes=1) == Rank(kind="array", axes=1)
    assert Text(end="a") == Text(end="a")


def test_a_layer_that_was_taken_out_of_several_may_be_any_of_them() -> None:
    first, other = layer(), layer()
    taken, again = (Layer(cls=first.cls, path=first.path, origin=first) for _ in range(2))
    assert first.may_be(first)
    assert not first.may_be(other)
    assert taken.may_be(taken)
    assert taken.may_be(first)
    assert taken.may_be(again)
    assert not taken.may_be(other)
    assert not first.may_be(taken), "it is not known to be one of several"


@pytest.mark.parametrize("name", ["mean", "variance", "weights", "vocabulary", "bin_boundaries", "**"])
def test_a_layer_is_given_its_statistics_by_some_arguments(name: str) -> None:
    assert layer(**{name: "1"}).given
    assert not layer(axis="1").given


def test_layers_are_made_alike_by_the_same_arguments() -> None:
    many = ManyLayers(layer=layer(axis="-1"))
    assert many.made_like(layer(axis="-1"))
    assert not many.made_like(layer(axis="None"))
    assert not many.made_like(
        Layer(cls=LAYER.cls, path="keras.layers.Normalization", keywords=layer(axis="-1").keywords)
    )


def own(text: str) -> OwnClass:
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.ClassDef)
    return OwnClass(node=node)


def test_a_method_is_followed_that_calls_its_instance_self_and_has_no_decorator() -> None:
    found = own(
        "class A:\n    x = 1\n    def f(self, a): pass\n    def g(this): pass\n    def h(): pass\n"
        "    @property\n    def p(self): pass\n    async def later(self): pass\n    class B: pass\n"
    )
    method = found.method("f")
    assert method is not None
    assert method.name == "f"
    assert [found.method(name) for name in ("g", "h", "p", "later", "B", "x", "none")] == [None] * 7
    assert [found.has(name) for name in ("f", "g", "p", "later", "B")] == [True] * 5
    assert not found.has("none")


def test_a_model_has_the_layers_of_the_models_in_it_each_once() -> None:
    inner, shared = layer(), layer()
    model = Model(layers=[inner, shared], path="", shaped=True)
    outer = Model(layers=[model, shared], path="", shaped=True)
    outer.layers.append(outer)
    assert outer.all_layers() == [inner, shared]
    assert outer.holds(inner)
    assert not outer.holds(layer())


def test_what_a_value_has_in_it() -> None:
    inner = layer()
    holders: list[Value] = [
        Several(parts=(None, inner)),
        Checkpoint(parts=(inner,)),
        ManyLayers(layer=inner),
        Instance(own=OWN, attributes={"norm": inner}),
    ]
    assert [values.every_part(holder) for holder in holders] == [[holder, inner] for holder in holders]
    assert values.every_part(Symbol(layers=(inner,))) != [inner]
    assert values.every_part(None) == []


def test_what_is_symbolic_alone_is_a_list_of_it() -> None:
    assert values.is_symbolic(Several(parts=(Symbol(), Symbol())))
    assert values.is_symbolic(Several(parts=()))
    assert not values.is_symbolic(Several(parts=(Symbol(), None)))
    assert not values.is_symbolic(Symbol())


def test_what_is_kept_by_a_name() -> None:
    texts = ("x", "self.x", "other.x", "f()")
    assert [values.named(ast.parse(text, mode="eval").body) for text in texts] == ["x", "self.x", "", ""]


def test_nothing_is_known_of_a_value_that_is_new() -> None:
    assert World().state(LAYER) == State(
        adapted=Known.NO, compiled=Known.NO, eager=False, pending=frozenset(), traced=frozenset(), stale=frozenset()
    )
    assert (Data().endless, ManyLayers(layer=LAYER).pairs, ManyLayers(layer=LAYER).alone) == (False, False, False)

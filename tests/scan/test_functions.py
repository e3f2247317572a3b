"""Tests of functions and classes of one's own: what a call does, and what is not followed any further."""

import pytest

from tests.scan.following import NORM, followed, met, value
from tfcompat.scan.code.functions import CALLS, DEEPEST, generates
from tfcompat.scan.code.values import Dotted, Instance, Known, Layer, Model, OwnClass, Rank, Text


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f():\n    return 'a'\nx = f()", "a"),
        ("def f(a, b):\n    return b\nx = f(1, 'b')", "b"),
        ("def f(a, /, b):\n    return a\nx = f('a', 1)", "a"),
        ("def f(a, b):\n    return b\nx = f(b='b', a='a')", "b"),
        ("def f(*, b):\n    return b\nx = f(b='b')", "b"),
        ("def f(a):\n    return a\nx = f()", ""),
        ("def f(a):\n    pass\nx = f('a')", ""),
        ("def f(a):\n    if a:\n        return 'a'\n    return 'a'\nx = f(1)", "a"),
        ("def f(a):\n    if a:\n        return 'a'\n    return 'b'\nx = f(1)", ""),
        ("def f(a):\n    if a:\n        return 'b'\n    if b:\n        return 'a'\n    return 'b'\nx = f(1)", ""),
        ("def f(a):\n    x = 'inside'\nx = 'a'\nf(1)", "a"),
        ("x = 'a'\ndef f():\n    return x\nx = f()", "a"),
        ("def f():\n    def g():\n        return 'g'\n    h = g()\n    return h\nx = f()", "g"),
        ("def f():\n    def g():\n        return 'g'\n    g()\n    return 'f'\nx = f()", "f"),
        ("@unknown\ndef f():\n    return 'a'\nx = f()", ""),
        ("async def f():\n    return 'a'\nx = f()", "a"),
        ("def f(a):\n    return f(a)\nx = f('a')", ""),
    ],
)
def test_what_a_function_returns(code: str, found: str) -> None:
    assert value(code) == (Text(end=found) if found else None)


def test_a_function_that_yields_makes_a_generator() -> None:
    assert value("def f():\n    yield 1\nx = f()") == Rank(kind="generator")
    assert value("def f():\n    yield from a\nx = f()") == Rank(kind="generator")
    assert met(f"{NORM}def f(a):\n    yield a\nf(n)\nn([1.0])") == []
    assert generates.cache_info().maxsize is not None


def nested(depth: int) -> str:
    """Functions that call each other, so many of them, until one calls the layer that it is given."""
    lines = ["def f0(n):\n    n([1.0])\n"]
    lines += [f"def f{number}(n):\n    f{number - 1}(n)\n" for number in range(1, depth)]
    return f"{''.join(lines)}{NORM}f{depth - 1}(n)\n"


def test_calls_are_followed_so_deep_and_so_many_of_them() -> None:
    assert met(nested(DEEPEST)) == [(2, "call-before-adapt")]
    assert met(nested(DEEPEST + 1)) == []
    head, call = "def f(n):\n    n([1.0])\ndef g(a):\n    pass\n" + NORM, "g(1)\n"
    assert met(head + call * (CALLS - 1) + "f(n)\n") == [(2, "call-before-adapt")]
    assert met(head + call * CALLS + "f(n)\n") == []


def test_what_is_given_to_a_function_that_is_not_followed_may_be_adapted_there() -> None:
    assert met(f"{NORM}def f(n):\n    g(n)\ndef g(n):\n    f(n)\nf(n)\nn([1.0])") == []
    assert met(f"{NORM}def f(a):\n    pass\nf(n)\nn([1.0])") == [(5, "call-before-adapt")]


@pytest.mark.parametrize(
    ("arguments", "call", "found"),
    [
        ("axis", "f(0)", ["axis-of-batch"]),
        ("axis", "f(axis=0)", ["axis-of-batch"]),
        ("axis=0", "f()", ["axis-of-batch"]),
        ("axis=0", "f(1)", []),
        ("a, axis=0", "f(1)", ["axis-of-batch"]),
        ("axis, b=0", "f(1)", []),
        ("*, axis=0", "f()", ["axis-of-batch"]),
        ("*, axis", "f(axis=0)", ["axis-of-batch"]),
        ("a, axis", "f(1, 0)", ["axis-of-batch"]),
    ],
)
def test_the_arguments_of_a_call_as_they_are_written(arguments: str, call: str, found: list[str]) -> None:
    code = f"def f({arguments}):\n    return L.Normalization(axis=axis)\n{call}.adapt(a)"
    assert [rule for _, rule in met(code)] == found


@pytest.mark.parametrize(
    ("arguments", "call", "found"),
    [
        ("**more", "f(axis=0)", ["axis-of-batch"]),
        ("name, **more", "f('a', axis=0)", ["axis-of-batch"]),
        ("name, **more", "f(name='a', axis=0)", ["axis-of-batch"]),
        ("*, axis=1, **more", "f(axis=0)", []),
        ("**more", "f(**unknown)", ["unfollowed"]),
        ("**more", "f(axis=0, **unknown)", ["unfollowed"]),
        ("more", "f(axis=0)", ["unfollowed"]),
    ],
)
def test_what_is_handed_on_by_its_names(arguments: str, call: str, found: list[str]) -> None:
    code = f"def f({arguments}):\n    return L.Normalization(**more)\n{call}.adapt(a)"
    uses = sorted(followed(code).uses.values(), key=lambda use: use.key)
    assert [use.rule for use in uses if use.rule in ("axis-of-batch", "unfollowed")] == found


def test_a_function_is_met_by_itself_where_nobody_calls_it() -> None:
    assert met("def f(a):\n    L.Normalization()([1.0])") == [(2, "call-before-adapt")]
    assert met(f"{NORM}def f(a):\n    n([1.0])") == [], "when it is called the layer may be adapted"
    uncalled = "def f(n):\n    n.adapt(a)\n"
    assert [use.rule for use in followed(uncalled).uses.values()] == ["unfollowed"]
    assert [use.rule for use in followed(f"{uncalled}f(L.Dense(1))\ndef g(n):\n    n.adapt(a)").uses.values()] == [
        "unfollowed"
    ]
    assert not [use for use in followed(f"{uncalled}f(L.Normalization())").uses.values() if use.rule == "unfollowed"]


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("class x: pass", ""),
        ("class x(object): pass", ""),
        ("class x(K.Model): pass", "tf.keras.Model"),
        ("class x(object, K.Model): pass", "tf.keras.Model"),
        ("class x(L.Layer): pass", "tf.keras.layers.Layer"),
        ("class x(tf.Module): pass", "tf.Module"),
        ("@K.utils.register_keras_serializable()\nclass x(K.Model): pass", "tf.keras.Model"),
    ],
)
def test_a_class_of_ones_own(code: str, path: str) -> None:
    found = value(code)
    assert isinstance(found, OwnClass)
    assert found.path == path


@pytest.mark.parametrize(
    "code",
    [
        "class x(Base): pass",
        "class x(K.Model, Base): pass",
        "class x(metaclass=Meta): pass",
        "@unknown\nclass x: pass",
        "@unknown\nclass x(L.Normalization): pass",
        "class x(L.Normalization):\n    def call(self, x): pass",
        "class x(L.Normalization):\n    async def call(self, x): pass",
    ],
)
def test_a_class_of_which_too_little_is_known(code: str) -> None:
    assert value(code) is None


def test_a_class_that_changes_nothing_of_a_layer_is_that_layer() -> None:
    assert value("class x(L.Normalization):\n    '''Nothing.'''") == Dotted(path="tf.keras.layers.Normalization")
    code = "class Mine(L.Normalization):\n    def call(self, x): pass"
    assert [use.subject for use in followed(code).uses.values() if use.rule == "class"] == [
        "Mine, your own class of Normalization"
    ]


SCALER = """class Scaler:
    limit = 3
    def __init__(self, axis=-1, other=None):
        self.norm = L.Normalization(axis=axis)
        self.other = other
    def learn(self, data):
        self.norm.adapt(data)
        return self
    def __call__(self, data):
        return self.norm(data)
    def replace(self):
        self.norm = L.Normalization()
    @property
    def scale(self):
        return 1
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Scaler().learn(np.arange(3))", [(7, "one-column-default-axis")]),
        ("Scaler(None).learn([1.0])", [(7, "list-of-numbers")]),
        ("Scaler(axis=0).learn(a)", [(7, "axis-of-batch")]),
        ("Scaler()([1.0])", [(10, "call-before-adapt")]),
        ("s = Scaler()\ns.learn(a)\ns([1.0])", []),
        ("s = Scaler().learn(a)\ns([1.0])", []),
        ("s = Scaler()\ns.norm.adapt(np.arange(3))", [(17, "one-column-default-axis")]),
        ("s = Scaler()\ns.replace()\ns.norm.adapt(np.arange(3))", []),
        ("s = Scaler()\ns.scale()\ns([1.0])", []),
        ("s = Scaler()\ns.unknown(1)\ns([1.0])", [(10, "call-before-adapt")]),
    ],
)
def test_what_the_methods_of_ones_own_class_do(code: str, found: list[tuple[int, str]]) -> None:
    assert [(line, rule) for line, rule in met(f"{SCALER}{code}")] == found


def test_what_an_instance_is() -> None:
    found = value(f"{SCALER}x = Scaler(other='a')")
    assert isinstance(found, Instance)
    assert isinstance(found.attributes["norm"], Layer)
    assert found.attributes["other"] == Text(end="a")
    assert value("class A:\n    def __new__(cls): pass\nx = A()") is None
    assert value("class A:\n    @unknown\n    def __init__(self): pass\nx = A()") is None
    assert isinstance(value("class A: pass\nx = A()"), Instance)


def test_a_model_of_ones_own_class_has_what_its_constructor_gave_it() -> None:
    code = (
        "class M(K.Model):\n    def __init__(self):\n        self.n = L.Normalization()\n        self.me = self\n"
        "        self.more = [L.Dense(1), K.Sequential([L.Add()])]\n        self.count = 3\nx = M()"
    )
    found = value(code)
    assert isinstance(found, Model)
    assert ([layer.cls for layer in found.all_layers()], found.shaped) == (["Normalization", "Dense", "Add"], False)
    assert found not in found.layers


def test_the_names_of_one_instance_are_not_those_of_another() -> None:
    code = (
        "class A:\n    def __init__(self):\n        self.n = L.Normalization()\n"
        "class B:\n    def __init__(self):\n        self.a = A()\n    def use(self):\n        return self.n([1.0])\nB().use()"
    )
    assert met(code) == []


def test_the_methods_of_a_class_have_what_its_constructor_makes() -> None:
    init = "    def __init__(self):\n        self.n = L.Normalization()\n"
    use = "    def use(self):\n        self.n.adapt(np.arange(3))\n"
    other = "    def first(self):\n        self.n = L.Normalization(axis=0)\n"
    assert met(f"class A(Base):\n{use}{init}") == [(3, "one-column-default-axis")]
    assert met(f"class A(Base):\n{init}{other}{use}") == [(7, "one-column-default-axis")]
    assert met("class A(Base):\n    n = L.Normalization()\n    n([1.0])\n") == [(3, "call-before-adapt")]
    later = "class A(Base):\n    async def use(self):\n        L.Normalization()([1.0])\n"
    assert met(later) == [(3, "call-before-adapt")]


def test_what_a_function_that_is_traced_does() -> None:
    assert met("@tf.function\ndef f(n):\n    n.adapt(a)\nf(L.Normalization())") == []
    assert met(f"{NORM}@tf.function\ndef f():\n    n.adapt(a)\nf()") == [(4, "adapt-in-function")]
    assert met(f"{NORM}@tf.function(jit_compile=True)\ndef f():\n    n.adapt(a)\nf()") == [(4, "adapt-in-function")]
    assert met(f"{NORM}@other\ndef f():\n    n.adapt(a)\nf()") == []
    assert met(f"{NORM}@tf.function\ndef f():\n    pass\nn.adapt(a)") == []


def test_a_decorator_and_the_parts_of_a_class_are_met() -> None:
    assert met(f"{NORM}@use(n([1.0]))\ndef f(): pass") == [(2, "call-before-adapt")]
    for part in ("class A(use(n([1.0]))): pass", "class A(meta=n([1.0])): pass", "@use(n([1.0]))\nclass A: pass"):
        assert met(f"{NORM}{part}") == [(2, "call-before-adapt")]


def test_in_a_function_nothing_is_known_of_what_was_there_before() -> None:
    code = followed(f"{NORM}m = K.Sequential([n])\ndef f(): pass")
    code.forget()
    states = [code.world.state(code.world.names[name]) for name in ("n", "m")]
    assert [(state.adapted, state.compiled) for state in states] == [(Known.MAYBE, Known.MAYBE)] * 2
    assert code.world.names["K"] not in code.world.states

"""Tests of statements: what is known after each of the ways through some code, and which imports are another way."""

import ast

import pytest

from tests.scan.following import HEAD, NORM, followed, met, value
from tfcompat.scan.code.statements import Statements, ends
from tfcompat.scan.code.values import Dotted, ManyLayers, Model, Several, Text

TWICE = "n = L.Normalization()\nm = K.Sequential([K.Input((2,)), n])\nn.adapt(a)\nm.predict(a)\n"
#: The trap that a second adapt() makes of the next predict().
STALE = "predict-after-second-adapt"


def rules(code: str) -> list[str]:
    return [rule for _, rule in met(code)]


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("if c:\n    n.adapt(a)\n", False),
        ("if c:\n    n.adapt(a)\nelse:\n    n.adapt(b)\n", True),
        ("if c:\n    n.adapt(a)\nelse:\n    raise c\n", True),
        ("if c:\n    n.adapt(a)\nelse:\n    sys.exit(1)\n", True),
        ("if c:\n    n.adapt(a)\nelse:\n    os._exit(1)\n", True),
        ("if c:\n    n.adapt(a)\nelse:\n    exit(1)\n", True),
        ("if c:\n    n.adapt(a)\nelse:\n    print(1)\n", False),
        ("if c:\n    n.adapt(a)\nelse:\n    exit\n", False),
        ("if c:\n    raise a\nn.adapt(a)\n", True),
        ("match c:\n    case 1:\n        n.adapt(a)\n", False),
        ("try:\n    n.adapt(a)\nexcept ValueError:\n    raise\n", True),
        ("try:\n    n.adapt(a)\nexcept ValueError:\n    pass\n", False),
        ("try:\n    pass\nexcept ValueError:\n    n.adapt(a)\n", False),
        ("try:\n    pass\nfinally:\n    n.adapt(a)\n", True),
        ("try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    n.adapt(a)\n", True),
        ("try:\n    raise a\nexcept ValueError:\n    n.adapt(a)\n", True),
        ("with c as d:\n    n.adapt(a)\n", True),
        ("with c(n.adapt(a)):\n    pass\n", True),
        ("for i in c:\n    n.adapt(a)\n", False),
        ("for i in [1, 2]:\n    n.adapt(a)\n", True),
        ("for i in []:\n    n.adapt(a)\n", False),
        ("for i in c:\n    pass\nelse:\n    n.adapt(a)\n", True),
        ("while c:\n    n.adapt(a)\n", False),
        ("while n.adapt(a):\n    pass\n", True),
        ("n.adapt(a)\n", True),
        ("assert n.adapt(a)\n", True),
        ("del c[n.adapt(a)]\n", True),
        ("c += n.adapt(a)\n", True),
        ("c: int = n.adapt(a)\n", True),
    ],
)
def test_after_an_adapt_that_surely_was_another_one_comes_too_late(code: str, known: bool) -> None:
    """What a model has traced is stale only where it surely is."""
    assert rules(f"{TWICE}{code}m.predict(a)\n") == ([STALE] if known else [])


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("if c:\n    n([1.0])\n", 1),
        ("for i in c:\n    n([1.0])\n", 1),
        ("for i in n([1.0]):\n    pass\n", 1),
        ("for i in c:\n    pass\nelse:\n    n([1.0])\n", 1),
        ("while n([1.0]):\n    pass\n", 1),
        ("with n([1.0]):\n    pass\n", 1),
        ("with c:\n    n([1.0])\n", 1),
        ("match n([1.0]):\n    case _: pass\n", 1),
        ("match c:\n    case 1:\n        n([1.0])\n", 1),
        ("try:\n    pass\nexcept E:\n    n([1.0])\n", 1),
        ("if n([1.0]):\n    pass\n", 1),
        ("return n([1.0])\n", 1),
        ("x[0] = n([1.0])\n", 1),
        ("x: int\n", 0),
        ("n.trainable = False\nn([1.0])\n", 1),
        ("k = n\nk([1.0])\n", 1),
        ("j = k = n\nj([1.0])\n", 1),
        ("c.k = n\nn([1.0])\n", 0),
    ],
)
def test_what_is_met_in_a_statement(code: str, found: int) -> None:
    assert rules(f"{NORM}{code}") == ["call-before-adapt"] * found


def test_what_a_loop_leaves_is_met_by_its_next_round() -> None:
    loop = "for day in days:\n    n.adapt(a)\n    m.predict(a)\n"
    head = "n = L.Normalization()\nm = K.Sequential([K.Input((2,)), n])\n"
    assert rules(f"{head}{loop}") == [STALE]
    assert rules(f"{head}while days:\n    n.adapt(a)\n    m.predict(a)\n") == [STALE]
    assert rules(f"{head}{loop}    break\n") == []


def test_loops_that_follow_each_other_are_not_in_each_other() -> None:
    head = "n = L.Normalization()\nm = K.Sequential([K.Input((2,)), n])\n"
    empty = "for i in c:\n    pass\n" * 3
    assert rules(f"{head}{empty}for day in days:\n    n.adapt(a)\n    m.predict(a)\n") == [STALE]


def test_the_second_round_of_a_loop_that_is_deep_is_not_followed() -> None:
    """A loop in two others: what its second round would meet is not known."""
    inner = "{0}k = unknown\n{0}for e in f:\n{0}    k([1.0])\n{0}    k = n\n"
    assert rules(f"{NORM}{inner.format('')}") == ["call-before-adapt"]
    assert rules(f"{NORM}for a in b:\n{inner.format('    ')}") == ["call-before-adapt"]
    assert rules(f"{NORM}for a in b:\n    for c in d:\n{inner.format('        ')}") == []


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("return", True),
        ("raise a", True),
        ("continue", True),
        ("break", True),
        ("pass\nreturn", True),
        ("return\npass", False),
        ("sys.exit()", True),
        ("os._exit(1)", True),
        ("pytest.skip('a')", True),
        ("quit()", False),
        ("print(1)\nexit()", True),
        ("exit()\nprint(1)", False),
        ("exit", False),
        ("x = exit()", False),
        ("pass", False),
        ("f()()", False),
    ],
)
def test_what_ends_a_block(code: str, end: bool) -> None:
    assert ends(ast.parse(code).body) is end
    assert not ends([])


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("if c:\n    x = 'a'\nelse:\n    x = 'a'", Text(end="a")),
        ("if c:\n    x = 'a'\nelse:\n    x = 'b'", None),
        ("if c:\n    x = 'a'", None),
        ("x = 'a'\nif c:\n    x = 'b'", None),
        ("x = 'a'\nif c:\n    pass", Text(end="a")),
        ("if c:\n    x = 'a'\nelif d:\n    x = 'a'\nelse:\n    x = 'b'", None),
        ("if c:\n    x = L.Dense\nelse:\n    x = L.Dense", Dotted(path="tf.keras.layers.Dense")),
        ("if c:\n    x = L.Dense\nelse:\n    x = K.other.Dense", Dotted(path="tf.keras.layers.Dense")),
        ("if c:\n    x = L.Dense\nelse:\n    x = L.Add", None),
        ("if c:\n    x = L.Dense\nelse:\n    x = 'a'", None),
        ("if c:\n    import tf_keras as x\nelse:\n    import tensorflow.keras as x", Dotted(path="tf_keras")),
        ("if c:\n    pass\nelse:\n    x = L.Dense", Dotted(path="tf.keras.layers.Dense")),
        ("if c:\n    pass\nelse:\n    x = 'a'", None),
        ("if c:\n    raise c\nelse:\n    x = 'a'", Text(end="a")),
        ("x = 'a'\nif c:\n    raise c\nelse:\n    raise d", Text(end="a")),
    ],
)
def test_what_a_name_is_after_two_ways(code: str, found: Text | Dotted | None) -> None:
    assert value(code) == found


def test_a_collection_that_may_be_empty_has_what_was_put_there() -> None:
    for loop in (
        "for i in c:\n    x.append(L.Normalization())",
        "if c:\n    x.append(L.Normalization())\nelse:\n    pass",
    ):
        assert isinstance(value(f"x = []\n{loop}"), ManyLayers)
    swapped = value("x = []\nif c:\n    pass\nelse:\n    x.append(L.Normalization())")
    assert isinstance(swapped, ManyLayers)
    inputs = value("x = []\nfor i in c:\n    x.append(K.Input((2,)))")
    assert isinstance(inputs, Several)
    assert len(inputs.parts) == 2
    differ = "if c:\n    x = [K.Input((2,))]\nelse:\n    x = [K.Input((2,)), K.Input((3,))]"
    assert value(differ) is None
    assert value("if c:\n    x = ['a']\nelse:\n    x = [L.Normalization() for i in b]") is None
    assert value("x = K.Sequential()\nif c:\n    x = [L.Normalization() for i in b]") is None


def test_the_states_of_two_ways_agree_or_are_not_known() -> None:
    head = "n = L.Normalization()\nm = K.Sequential([K.Input((2,)), n])\nn.adapt(a)\n"
    assert rules(f"{head}if c:\n    m.predict(a)\nn.adapt(a)\nm.predict(a)") == []
    assert rules(f"{head}if c:\n    m.predict(a)\nelse:\n    m.predict(b)\nn.adapt(a)\nm.predict(a)") == [STALE]
    assert (
        rules(f"{head}m.predict(a)\nif c:\n    m.compile(run_eagerly=True)\nm.predict(a)\nn.adapt(a)\nm.predict(a)")
        == []
    )
    frozen = "b = L.BatchNormalization()\nm = K.Sequential([b])\n{}b.trainable = False\nm.fit(a)"
    assert rules(frozen.format("m.compile()\n")) == ["frozen-after-compile"]
    assert rules(frozen.format("if c:\n    m.compile()\n")) == []
    assert rules(frozen.format("if c:\n    m.compile()\nelse:\n    m.compile()\n")) == ["frozen-after-compile"]
    late = "b = L.BatchNormalization()\nm = K.Sequential([b])\nm.compile()\nif c:\n    b.trainable = False\nm.fit(a)"
    assert rules(late) == []
    assert rules(f"{NORM}if c:\n    n.adapt(a)\nn([1.0])") == []
    assert rules(f"{NORM}if c:\n    n.adapt(a)\nelse:\n    n.adapt(b)\nn([1.0])") == []


def test_a_condition_guards_what_is_in_it_and_no_more() -> None:
    code = "if hasattr(tf, 'x'):\n    tf.nn.moments(a)\nelse:\n    tf.nn.moments(a)\ntf.nn.moments(a)\nif c:\n    tf.nn.moments(a)"
    uses = followed(code).uses.values()
    assert [use.guarded for use in uses if use.rule == "import"] == [True, True, False, False]


def test_functions_run_by_themselves_in_their_order_and_with_their_own_cell() -> None:
    statements = Statements("code.py")
    for cell, code in (
        (1, f"{HEAD}def f(): tf.nn.moments(a)"),
        (2, "def g(): tf.nn.l2_normalize(a)\nclass A: tf.nn.moments(a)"),
    ):
        statements.follow(ast.parse(code), cell)
    statements.finish()
    assert [(use.cell, use.subject) for use in statements.uses.values()] == [
        (1, "tf.nn.moments"),
        (2, "tf.nn.l2_normalize"),
        (2, "tf.nn.moments"),
    ]


def test_an_assignment_to_trainable_freezes_and_another_is_kept() -> None:
    head = "m = K.Sequential([L.BatchNormalization()])\nm.compile()\n"
    assert rules(f"{head}m.trainable = False\nm.fit(a)") == ["frozen-after-compile"]
    assert rules(f"{head}trainable = False\nm.fit(a)") == []
    assert isinstance(value("class A:\n    pass\nx = y = K.Sequential()"), Model)

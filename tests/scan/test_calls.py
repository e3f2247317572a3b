"""Tests of calls: what is made, what is handed on as it is, and what may have changed by then."""

import pytest

from tests.scan.following import NORM, followed, met, value
from tfcompat.scan.code.values import (
    Checkpoint,
    Dotted,
    Layer,
    ManyLayers,
    Rank,
    Several,
    Symbol,
    Text,
    Words,
)

SET = "tf.data.Dataset.from_tensor_slices(a)"


@pytest.mark.parametrize(
    ("path", "optional"),
    [
        ("tf.nn.moments", True),
        ("tf.keras.utils.normalize", True),
        ("tf.keras.layers.Normalization", False),
        ("tf.contrib.layers.batch_norm", False),
        ("tf.keras.layers.Dense", None),
        ("tf.keras.layers.experimental.preprocessing", None),
    ],
)
def test_a_path_that_is_reached_is_a_use_and_a_function_may_be_left_out(path: str, optional: bool | None) -> None:
    for code in (path, f"{path}(a)"):
        uses = [use for use in followed(code).uses.values() if use.rule == "import"]
        assert [(use.subject, use.optional) for use in uses] == ([] if optional is None else [(path, optional)])


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        ("print(n)", "call-before-adapt"),
        ("isinstance(n, b)", "call-before-adapt"),
        ("unknown(n)", ""),
        ("unknown.method(n)", ""),
        ("unknown.method(a=n)", ""),
        ("unknown(a, n)", ""),
        ("unknown(a)", "call-before-adapt"),
        ("tf.elsewhere(n)", ""),
        ("numpy.array(n)", "call-before-adapt"),
        ("pandas.Series(n)", "call-before-adapt"),
        ("unknown(lambda: 1)", "call-before-adapt"),
        ("setattr(n, 'a', 1)", ""),
    ],
)
def test_what_a_layer_is_handed_to_may_adapt_it(call: str, rule: str) -> None:
    assert [found for _, found in met(f"import numpy, pandas\n{NORM}{call}\nn([1.0])")] == ([rule] if rule else [])


def test_a_method_of_self_may_do_anything_with_what_self_has() -> None:
    code = "class A(Base):\n    def __init__(self):\n        self.n = L.Normalization()\n        {}\n        self.n([1.0])\n"
    assert met(code.format("self.prepare()")) == []
    assert met(code.format("other.prepare()")) == [(5, "call-before-adapt")]
    assert met(code.format("self.other.prepare()")) == [(5, "call-before-adapt")]
    assert met(code.format("pass")) == [(5, "call-before-adapt")]


@pytest.mark.parametrize(
    ("code", "subjects"),
    [
        ("unknown.adapt(a)", ["adapt() of a layer that is not followed"]),
        ("unknown.fit(a)", []),
        ("class A(Base):\n    def f(self):\n        self.adapt(a)", []),
        ("class A(Base):\n    def f(self):\n        self.n.adapt(a)", ["adapt() of a layer that is not followed"]),
        ("K.models.clone_model(m)", ["clone_model()"]),
        ("elsewhere.clone_model(m)", []),
    ],
)
def test_what_is_not_followed_is_said(code: str, subjects: list[str]) -> None:
    assert [use.subject for use in followed(code).uses.values() if use.rule == "unfollowed"] == subjects


def test_functions_that_give_what_they_are_given() -> None:
    norms = "n = [L.Normalization() for i in a]\n"
    for name in ("list", "tuple", "sorted", "reversed"):
        assert isinstance(value(f"{norms}x = {name}(n)"), ManyLayers)
        assert isinstance(value(f"x = {name}(['a'])"), Several)
    assert value(f"{norms}x = len(n)") is None
    assert value(f"{norms}x = unknown(n)") is None
    assert value("x = list(unknown)") is None
    pairs = value(f"{norms}x = enumerate(n)")
    assert isinstance(pairs, ManyLayers)
    assert pairs.pairs
    assert isinstance(value("x = enumerate(['a'])"), Several)
    assert value("x = zip(['a'])") is None


def test_dict_is_words_where_all_of_them_are_written() -> None:
    found = value("x = dict(axis=1, name='a')")
    assert isinstance(found, Words)
    assert set(found.keywords) == {"axis", "name"}
    assert [value(f"x = {code}") for code in ("dict(a, axis=1)", "dict(axis=1, **more)", "other(axis=1)")] == [None] * 3


def test_modules_by_their_names() -> None:
    assert value("import importlib\nx = importlib.import_module('tensorflow.keras')") == Dotted(path="tf.keras")
    assert value("import importlib\nx = importlib.reload('tensorflow.keras')") is None
    assert value("import importlib\nx = importlib.import_module(name)") is None
    assert value("x = __import__('tensorflow')") == Dotted(path="tf")
    assert value("x = other('tensorflow')") is None


def test_getattr_with_a_default_is_guarded() -> None:
    code = "getattr(tf.nn, 'moments', None)\ngetattr(tf.nn, 'l2_normalize')\ntf.nn.moments(a)\n"
    uses = [use for use in followed(code).uses.values() if use.rule == "import"]
    assert [(use.line, use.guarded) for use in uses] == [(2, True), (3, False), (4, False)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("K.utils.normalize(np.arange(3))", ["normalize-one-dimension"]),
        ("K.utils.normalize([1.0, 2.0])", ["normalize-one-dimension"]),
        ("K.utils.normalize(np.zeros((4, 2)))", []),
        ("K.utils.normalize([[1.0]])", []),
        ("K.utils.normalize(a)", []),
        ("K.utils.other(np.arange(3))", []),
        ("sklearn.normalize(np.arange(3))", []),
    ],
)
def test_normalize_of_one_dimension(code: str, found: list[str]) -> None:
    assert [rule for _, rule in met(code)] == found


def test_a_partial_of_a_layer_is_said_to_be_judged_no_further() -> None:
    code = "import functools\nfunctools.{}({}, axis=1)"
    for name, path, subjects in (
        ("partial", "L.Normalization", ["functools.partial of Normalization"]),
        ("partial", "L.Dense", []),
        ("partial", "tf.nn.moments", []),
        ("partial", "unknown", []),
        ("reduce", "L.Normalization", []),
    ):
        uses = followed(code.format(name, path)).uses.values()
        assert [use.subject for use in uses if use.rule == "class"] == subjects


@pytest.mark.parametrize("path", ["K.Input", "L.Input", "L.InputLayer"])
def test_an_input_is_symbolic(path: str) -> None:
    assert isinstance(value(f"x = {path}((2,))"), Symbol)


def test_what_makes_no_layer() -> None:
    assert value("x = tf.unknown('a')") is None
    assert value("x = tf.unknown()") is None
    assert isinstance(value("x = L.Dense(1)"), Layer)
    assert isinstance(value("x = tf.train.Checkpoint(n)"), Checkpoint)
    assert value("x = tf.train.latest_checkpoint('a')") is None


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("os.path.join('a', 'b.h5')", "b.h5"),
        ("os.path.join('b.h5', name)", ""),
        ("os.path.join(name, 'a', 'b.h5')", "b.h5"),
        ("os.path.join('b.h5')", "b.h5"),
        ("os.path.join()", ""),
        ("os.path.exists('b.h5')", ""),
        ("pathlib.Path('a.keras')", "a.keras"),
    ],
)
def test_a_path_of_parts_has_the_end_of_the_last(code: str, end: str) -> None:
    assert value(f"import os, pathlib\nx = {code}") == (Text(end=end) if end else None)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x.append(L.Normalization())", ManyLayers),
        ("x.append(K.Input((2,)))", Several),
        ("x.append()", type(None)),
        ("x.append(K.Input((2,)), 1)", Several),
        ("x.extend(a)", type(None)),
        ("x.keys()", Several),
        ("y = x.values()", Several),
    ],
)
def test_what_a_list_is_after_a_method(code: str, found: type) -> None:
    assert type(value(f"x = []\n{code}")) is found


def test_what_the_methods_of_a_collection_give() -> None:
    norms = "n = {k: L.Normalization() for k in ['a', 'b']}\n"
    inputs = "n = {k: K.Input((2,)) for k in ['a', 'b']}\nn['c'] = K.Input((2,))\n"
    assert isinstance(value(f"{norms}x = n.get('a')"), Layer)
    assert isinstance(value(f"{norms}x = n.pop('a')"), Layer)
    assert isinstance(value(f"{norms}x = n.values()"), ManyLayers)
    pairs = value(f"{norms}x = n.items()")
    assert isinstance(pairs, ManyLayers)
    assert pairs.pairs
    symbol = value("d = L.Dense(1)\nn = {'a': d(K.Input((2,)))}\nx = n.get('a')")
    assert isinstance(symbol, Symbol)
    assert len(symbol.layers) == 1
    assert value("n = {}\nx = n.get('a')") is None
    assert value(f"{inputs}n.update(a)", "n") is None
    assert value(f"{norms}n.update(a)", "n") is None
    assert isinstance(value(f"{norms}n.keys()", "n"), ManyLayers)


def test_what_a_checkpoint_is_after_it_was_restored() -> None:
    head = "c = tf.train.Checkpoint(m)\n"
    for call, found in (
        ("restore('a')", True),
        ("read('a')", True),
        ("restore('a').expect_partial()", True),
        ("save('a')", False),
    ):
        assert isinstance(value(f"{head}x = c.{call}"), Checkpoint) is found


def test_adapt_takes_its_data_by_name_too() -> None:
    assert met(f"{NORM}n.adapt(batch_size=2, data=np.arange(3))") == [(2, "batch-size"), (2, "one-column-default-axis")]
    assert met(f"{NORM}n.adapt(np.arange(3), 2)") == [(2, "one-column-default-axis")]
    assert met(f"{NORM}n.other(data=np.arange(3))") == []


def test_a_call_of_a_model_on_something_symbolic_is_symbolic() -> None:
    head = "a = K.Input((2,))\nm = K.Sequential([L.Dense(1)])\n"
    found = value(f"{head}x = m(L.Dense(2)(a))")
    assert isinstance(found, Symbol)
    assert len(found.layers) == 2
    assert value(f"{head}x = m(np.zeros((4, 2)))") is None
    assert value(f"{head}x = m(training=False)") is None
    assert value(f"{head}x = L.Dense(1)(np.zeros((4, 2)), a)") == Rank(kind="array", axes=2)


def test_a_policy_is_set_by_a_text_alone() -> None:
    policy = "K.mixed_precision.{}({})\nL.Normalization().adapt(a)"
    assert met(policy.format("set_global_policy", "'mixed_bfloat16'")) == [(2, "mixed-bfloat16")]
    assert met(policy.format("experimental.set_policy", "'mixed_bfloat16'")) == [(2, "mixed-bfloat16")]
    assert met(policy.format("Policy", "'mixed_bfloat16'")) == []
    assert met(policy.format("set_global_policy", "policy")) == []


def test_what_a_name_that_was_set_of_another_is_called_as() -> None:
    code = "class A(Base):\n    def __init__(self):\n        self.n = L.Normalization()\n        self.n([1.0])\n"
    assert met(code) == [(4, "call-before-adapt")]

"""Tests of names: which paths are those of a normalization API, and what asks for them and for their arguments."""

import ast

import pytest

from tests.scan.following import call
from tfcompat.scan.known.names import (
    ATTRIBUTES,
    OF_EVERY_LAYER,
    Ask,
    Gate,
    Use,
    arguments,
    ask_of_attribute,
    ask_of_trap,
    asks_of_arguments,
    asks_of_path,
    axis_row,
    class_of,
    integers,
    is_api,
)


@pytest.mark.parametrize(
    "path",
    [
        "tf.keras.layers.Normalization",
        "tf.keras.layers.experimental.preprocessing",
        "tf.nn.moments",
        "tf.keras.utils.normalize",
        "tf.keras.backend.l2_normalize",
        "keras.backend.normalize_batch_in_training",
        "keras.ops.batch_normalization",
        "tensorflow_addons.layers.InstanceNormalization",
        "tf.keras.layers.StringLookup",
    ],
)
def test_a_path_of_a_normalization_api(path: str) -> None:
    assert is_api(path)


@pytest.mark.parametrize(
    "path",
    [
        "Normalization",
        "tf",
        "tf.keras.utils",
        "numpy.StringLookup",
        "numpy.linalg.normalize",
        "torch.nn.LayerNormalization",
        "tf.keras.layers.normalization",
        "tf.keras.layers.Dense",
        "tf.keras.backend.mean",
        "keras.ops.matmul",
    ],
)
def test_another_path(path: str) -> None:
    assert not is_api(path)


@pytest.mark.parametrize(
    ("path", "cls"),
    [
        ("tf.keras.layers.Normalization", "Normalization"),
        ("keras.layers.experimental.preprocessing.Normalization", "Normalization"),
        ("tf.python.keras.layers.normalization.BatchNormalization", "BatchNormalization"),
        ("tensorflow_addons.layers.GroupNormalization", "tensorflow_addons.GroupNormalization"),
        ("keras.layers.normalization", ""),
        ("keras.layers.aBC", ""),
        ("keras.models.Model", ""),
    ],
)
def test_the_class_behind_a_path(path: str, cls: str) -> None:
    assert class_of(path) == cls


def test_a_path_is_asked_for_by_its_import_first_and_then_by_itself() -> None:
    path = "tf.nn.moments"
    others = ("ecosystem::tf.nn.moments", "siblings::tf.nn.moments", "imports::from tensorflow.nn import moments")
    assert asks_of_path(path).scenarios == ("imports::tf.nn.moments", *others, "listed::tf.nn.moments")
    assert asks_of_path(path, "import x").scenarios[:2] == ("imports::import x", "imports::tf.nn.moments")


def words(node: ast.expr) -> dict[str, ast.expr] | None:
    """The keys and values of a dictionary."""
    if not isinstance(node, ast.Dict):
        return None
    return {ast.literal_eval(key): value for key, value in zip(node.keys, node.values, strict=True) if key}


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("f(-1, 2.0, invert=True)", {"axis": "-1", "mean": "2.0", "invert": "True"}),
        ("f(**{'axis': 1}, mean=2.0)", {"axis": "1", "mean": "2.0"}),
        ("f(axis=1, **options)", {"axis": "1", "**": "options"}),
        ("f(3, *rest)", {"axis": "3", "**": "*rest"}),
        ("f(*rest, 3)", {"**": "*rest"}),
        ("f()", {}),
    ],
)
def test_the_arguments_of_a_layer_by_their_names(text: str, given: dict[str, str]) -> None:
    """Which place comes behind a star is not known."""
    found = arguments("Normalization", call(text), words)
    assert {name: ast.unparse(value) for name, value in found.items()} == given


def test_what_is_asked_of_each_argument_and_what_may_be_left_out() -> None:
    given = {word.arg or "": word.value for word in call("f(groups=2, axis=3, name='a')").keywords}
    found = asks_of_arguments("GroupNormalization", {**given, "**": given["axis"]})
    assert [(subject, ask.scenarios, optional) for subject, ask, optional, _ in found] == [
        ("GroupNormalization(groups=)", ("arguments::GroupNormalization(groups)",), False),
        ("GroupNormalization(axis=)", ("arguments::GroupNormalization(axis)",), False),
        ("GroupNormalization(name=)", ("arguments::GroupNormalization(name)",), True),
        ("GroupNormalization(axis=3)", ("axes::GroupNormalization_rank_4_axis_3",), True),
    ]
    ((subject, ask, optional, _),) = asks_of_arguments("Normalization", {"invert": given["axis"]})
    assert (subject, optional) == ("Normalization(invert=)", False)
    assert ask.scenarios == ("arguments::Normalization(invert)", "construct::argument_invert")


@pytest.mark.parametrize("name", sorted(OF_EVERY_LAYER))
def test_the_arguments_of_every_layer_may_be_left_out(name: str) -> None:
    assert [optional for *_, optional, _ in asks_of_arguments("Normalization", {name: ast.Constant(value=1)})] == [True]


@pytest.mark.parametrize(
    ("cls", "axis", "row"),
    [
        ("BatchNormalization", "[1]", "batchnorm::axis_list"),
        ("BatchNormalization", "(1,)", "batchnorm::axis_tuple"),
        ("BatchNormalization", "3", "axes::BatchNormalization_rank_4_axis_3"),
        ("BatchNormalization", "[1, 3]", "axes::BatchNormalization_rank_4_axis_1_3"),
        ("BatchNormalization", "[]", ""),
        ("LayerNormalization", "[3]", "axes::LayerNormalization_rank_4_axis_3"),
        ("LayerNormalization", "[1, 2]", ""),
        ("LayerNormalization", "[3, 4]", ""),
        ("LayerNormalization", "1", ""),
        ("LayerNormalization", "axis", ""),
        ("Normalization", "3", ""),
    ],
)
def test_the_row_of_axes_that_say_the_rank_by_themselves(cls: str, axis: str, row: str) -> None:
    assert axis_row(cls, call(f"f({axis})").args[0]) == row


def test_no_axis_has_no_row() -> None:
    assert axis_row("LayerNormalization", None) == ""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("-1", (-1,)),
        ("[1, 2]", (1, 2)),
        ("(1, 2)", (1, 2)),
        ("[1, True]", ()),
        ("1.0", ()),
        ("None", ()),
        ("axis", ()),
        ("{1: 2}", ()),
        ("{[]: 2}", ()),
    ],
)
def test_integers_that_are_written_out(text: str, numbers: tuple[int, ...]) -> None:
    assert integers(ast.parse(text, mode="eval").body) == numbers


def test_what_is_nested_deeper_than_it_can_be_read_has_no_integers() -> None:
    node: ast.expr = ast.Constant(1)
    for _ in range(2000):
        node = ast.List(elts=[node])
    assert integers(node) == ()


@pytest.mark.parametrize("name", sorted(ATTRIBUTES))
def test_an_attribute_is_asked_for_and_its_parameters_where_it_is_called(name: str) -> None:
    plain = (f"state::attribute_{name}", f"adapt::attribute_{name}", f"adapt::{name}")
    assert ask_of_attribute("Normalization", name, called=False) == Ask(scenarios=plain)
    assert ask_of_attribute("Normalization", name, called=True) == Ask(
        scenarios=(f"state::parameters_of_{name}", *plain)
    )
    assert ask_of_attribute("Discretization", name, called=False) is None


def test_what_is_no_attribute_of_the_statistics_is_not_asked_for() -> None:
    assert ask_of_attribute("Normalization", "weights", called=False) is None
    assert {"mean", "variance", "is_adapted", "update_state", "merge_state"} <= ATTRIBUTES


def test_a_trap_of_a_class_that_no_scenario_asks_about_has_no_ask() -> None:
    assert ask_of_trap("batch-size", "Normalization") == Ask(scenarios=("adapt::batch_size",))
    assert ask_of_trap("batch-size", "TextVectorization") is None


@pytest.mark.parametrize(
    ("sign", "version", "wrong", "right"),
    [("<", "2.10", "2.9.3", "2.11.0"), (">=", "2.9", "2.10.1", "2.8.4"), ("<=", "2.9.0", "2.10.0", "2.9.0")],
)
def test_a_gate_is_wrong_where_texts_compare_otherwise_than_versions(
    sign: str, version: str, wrong: str, right: str
) -> None:
    gate = Gate(sign=sign, version=version)
    assert (gate.is_wrong(wrong), gate.is_wrong(right)) == (True, False)


def test_a_use_that_says_no_more_is_judged_and_never_left_out() -> None:
    use = Use(path="", cell=0, line=1, column=0, end=(1, 1), rule="import", subject="", ways=())
    assert (use.guarded, use.handled, use.optional) == (False, False, False)

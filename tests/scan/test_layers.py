"""Tests of layers: what adapt() is given, what is known of a layer since, and the traps that this meets."""

import pytest

from tests.scan.following import followed, met, value
from tfcompat.scan.code.values import Known, Layer, ManyLayers, Rank, Several, Symbol

NORM = "L.Normalization()"
SET = "tf.data.Dataset.from_tensor_slices"


@pytest.mark.parametrize(
    ("axis", "data", "rule"),
    [
        ("", "pd.DataFrame(a)", "frame"),
        ("", "(a for a in b)", "generator"),
        ("", "pd.Series(a)", "series-default-axis"),
        ("axis=-1", "pd.Series(a)", "series-default-axis"),
        ("axis=None", "pd.Series(a)", ""),
        ("axis=-2", "pd.Series(a)", ""),
        ("", "np.arange(3)", "one-column-default-axis"),
        ("axis=-1", "np.arange(3)", "one-column-default-axis"),
        ("axis=(-1,)", "np.arange(3)", ""),
        ("axis=None", "np.arange(3)", ""),
        ("axis=axis", "np.arange(3)", ""),
        ("", "np.zeros((4, 2))", ""),
        ("", "[1.0, 2.0]", "one-column-default-axis"),
        ("axis=None", "[1.0, 2.0]", "list-of-numbers"),
        ("axis=None", "pd.Series(a).tolist()", "list-of-numbers"),
        ("axis=1", "[1.0, 2.0]", ""),
        ("", "[[1.0], [2.0]]", "list-of-rows"),
        ("axis=None", "[[1.0], [2.0]]", "list-of-rows"),
        ("", "pd.DataFrame(a).to_numpy().tolist()", "list-of-rows"),
        ("axis=None", "pd.DataFrame(a).to_numpy()", ""),
        ("", "[np.zeros((2, 2)), np.zeros((3, 2))]", "list-of-batches"),
        ("", "[[[1.0]], [[2.0]]]", ""),
        ("", "[np.zeros((2, 2, 2))]", ""),
        ("", f"{SET}((a, b))", "labelled-dataset"),
        ("", f"{SET}({{'a': b}})", "dataset-of-dicts"),
        ("", f"{SET}(a).repeat()", "endless-dataset"),
        ("", f"{SET}(a)", ""),
        ("", "unknown", ""),
    ],
)
def test_the_traps_of_what_adapt_is_given(axis: str, data: str, rule: str) -> None:
    assert met(f"L.Normalization({axis}).adapt({data})") == ([(1, rule)] if rule else [])


@pytest.mark.parametrize(
    ("arguments", "rules"),
    [
        ("np.zeros((4, 2)), batch_size=2", ["batch-size"]),
        ("data, batch_size=2", ["batch-size"]),
        (f"{SET}(a), batch_size=2", ["batch-size-dataset"]),
        ("np.zeros((4, 2)), steps=2", ["steps"]),
        (f"{SET}(a), steps=2", ["steps-dataset"]),
        (f"{SET}(a).repeat(), steps=2", ["steps-dataset"]),
        ("data, steps=2", []),
        ("data, reset_state=False", ["reset-state"]),
        ("data=np.arange(3)", ["one-column-default-axis"]),
        ("data, other=2", []),
    ],
)
def test_the_traps_of_the_arguments_of_adapt(arguments: str, rules: list[str]) -> None:
    assert met(f"{NORM}.adapt({arguments})") == [(1, rule) for rule in rules]
    assert met(f"L.TextVectorization().adapt({arguments})") == []


@pytest.mark.parametrize(
    ("axis", "found"),
    [("0", [(1, "axis-of-batch")]), ("1", []), ("-1", []), ("(0, 1)", []), ("(0,)", [(1, "axis-of-batch")])],
)
def test_the_axis_of_the_batch(axis: str, found: list[tuple[int, str]]) -> None:
    assert met(f"L.Normalization(axis={axis}).adapt(data)") == found


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("mean=1.0", ["mean-alone"]),
        ("variance=1.0", ["variance-alone"]),
        ("mean=1.0, variance=1.0", []),
        ("mean=1.0, **more", []),
        ("axis=1", []),
    ],
)
def test_half_of_the_statistics(arguments: str, found: list[str]) -> None:
    assert met(f"L.Normalization({arguments})") == [(1, rule) for rule in found]
    assert met(f"L.LayerNormalization({arguments})") == []


def test_a_layer_with_given_statistics_is_adapted() -> None:
    assert met("L.Normalization(mean=1.0, variance=2.0).adapt(data)") == [(1, "adapt-given")]
    assert met("L.Normalization(mean=1.0, variance=2.0, axis=1).adapt(data)") == [(1, "adapt-given")]


def test_the_policy_that_a_layer_is_made_under() -> None:
    policy = "K.mixed_precision.set_global_policy('{}')\n"
    assert met(policy.format("mixed_bfloat16") + f"{NORM}.adapt(data)") == [(2, "mixed-bfloat16")]
    assert met(policy.format("mixed_float16") + f"{NORM}.adapt(data)") == []
    assert met(policy.format("mixed_bfloat16") + "L.Normalization(dtype='float32').adapt(data)") == []
    assert met(policy.format("mixed_bfloat16") + "L.TextVectorization().adapt(data)") == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("n(np.zeros((4, 2)))", [(2, "call-before-adapt")]),
        ("n([1.0])\nn([1.0])", [(2, "call-before-adapt")]),
        ("n(unknown)", []),
        ("n.adapt(a)\nn([1.0])", []),
        ("elsewhere(n)\nn([1.0])", []),
        ("n.set_weights(w)\nn([1.0])", []),
        ("n.get_config()\nn([1.0])", [(3, "call-before-adapt")]),
        ("n.update_state(a)\nn([1.0])", [(3, "update-without-finalize")]),
        (
            "n.update_state(a)\nn.reset_state()\nn([1.0])",
            [(4, "reset-without-finalize"), (4, "update-without-finalize")],
        ),
        ("n.update_state(a)\nn([1.0])\nn([1.0])", [(3, "update-without-finalize")]),
        ("n.update_state(a)\nn.finalize_state()\nn([1.0])", []),
        ("n.update_state(a)\nn.adapt(a)\nn([1.0])", []),
        ("n.update_state(a)\nn.build(s)\nn([1.0])", [(4, "update-without-finalize")]),
        ("n.update_state(a)\nelsewhere(n)\nn([1.0])", []),
    ],
)
def test_a_layer_is_called_before_it_has_its_statistics(code: str, found: list[tuple[int, str]]) -> None:
    assert met(f"n = {NORM}\n{code}") == found


def test_a_layer_that_does_not_learn_may_be_called_at_once() -> None:
    assert met("L.BatchNormalization()([1.0])\nL.Normalization(mean=1.0, variance=1.0)([1.0])") == []
    assert met("n = L.BatchNormalization()\nn.update_state(a)\nn.adapt(np.arange(3))\nn([1.0])") == []
    assert met("L.TextVectorization()(['a'])") == [(1, "call-before-adapt")]


def test_a_call_of_a_layer_keeps_the_rank_of_what_it_is_given() -> None:
    assert value("x = L.Dense(1)(np.zeros((4, 2)))") == Rank(kind="array", axes=2)
    assert value("x = L.Dense(1)(unknown)") is None
    found = value("x = L.Dense(1)(K.Input((2,)))")
    assert isinstance(found, Symbol)
    assert [part.cls for part in found.layers if isinstance(part, Layer)] == ["Dense"]


def test_inside_of_a_function_that_is_traced_only_adapt_is_a_trap() -> None:
    function = f"n = {NORM}\n@tf.function\ndef f(a):\n    "
    assert met(f"{function}return n(np.zeros((4, 2)))") == []
    assert met(f"{function}n.adapt(a)") == [(4, "adapt-in-function")]
    assert met(f"n = {NORM}\ndef f(a):\n    n.adapt(a)") == []


def test_a_dataset_of_a_layer_is_stale_after_adapt_and_one_of_another_is_not() -> None:
    code = f"n, other = {NORM}, {NORM}\nmapped = {SET}(a).map(n)\n"
    assert met(f"{code}n.adapt(a)\nlist(mapped)") == [(2, "map-before-adapt")]
    assert met(f"{code}other.adapt(a)\nlist(mapped)") == []
    assert met(f"n = {NORM}\nn.adapt(a)\nmapped = {SET}(a).map(n)\nn.adapt(a)\nlist(mapped)") == [
        (3, "map-before-second-adapt")
    ]


def test_what_is_shown_of_attributes_and_methods() -> None:
    code = f"n = {NORM}\nn.mean\nn.reset_state()\nn.weights\nL.Discretization().mean\n"
    assert met(code, "attribute") == [(2, "Normalization.mean"), (3, "Normalization.reset_state()")]
    uses = [use for use in followed(code).uses.values() if use.rule == "attribute"]
    assert [use.optional for use in uses] == [True, True]


def test_a_use_is_guarded_by_a_condition_of_the_release_and_a_trap_never() -> None:
    inner = "    if hasattr(tf, 'y'):\n        tf.nn.moments(a)\n    L.Normalization(mean=1.0)\n"
    code = f"if hasattr(tf, 'x'):\n{inner}tf.nn.moments(b)"
    uses = {(use.line, use.rule): use.guarded for use in followed(code).uses.values()}
    assert uses[4, "import"] is True
    assert uses[6, "import"] is False
    assert uses[5, "mean-alone"] is False


def test_what_is_not_followed_alone_is_no_use() -> None:
    code = "unknown.adapt(a)\n"
    assert followed(code).met() == []
    assert [use.rule for use in followed(f"{code}tf.nn.moments(a, 0)").met()] == ["unfollowed", "import"]


def test_what_is_handed_elsewhere_may_be_adapted_there() -> None:
    for given in ("n", "[n]", "model", "{'a': n}"):
        code = followed(f"n = {NORM}\nmodel = K.Sequential([n])\nelsewhere({given})")
        layer = code.world.names["n"]
        assert code.world.state(layer).adapted is Known.MAYBE
    code = followed(f"n = {NORM}\nn.adapt(a)\nelsewhere(n)")
    assert code.world.state(code.world.names["n"]).adapted is Known.YES


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("['a', 'b']", "a"),
        ("[1, 2]", ""),
        ("['a', 1]", ""),
        ("[]", ""),
        ("unknown", ""),
    ],
)
def test_a_round_over_texts_has_a_text(values: str, found: str) -> None:
    assert getattr(value(f"for x in {values}:\n    pass"), "end", "") == found


def test_the_rounds_of_a_loop_have_one_layer_after_another() -> None:
    code = f"first, second = {NORM}, L.Dense(1)\nfor x in (first, second):\n    pass"
    assert value(code) is not None
    assert [getattr(value(code, name), "cls", "") for name in ("first", "x")] == ["Normalization", "Dense"]
    assert isinstance(value("for x in [K.Input((2,)), K.Input((2,))]:\n    pass"), Symbol)
    assert isinstance(value("for x in [[1], [2]]:\n    pass"), Several)
    assert value(f"for x in [{NORM}, 1]:\n    pass") is None


def test_layers_that_are_made_alike_are_a_collection_and_others_are_not() -> None:
    for code in ("x = {}\nx['a'] = N()\nx['b'] = N()", "x = []\nx.append(N())\nx.append(N())", "x = [N() for i in a]"):
        found = value(f"N = L.Normalization\n{code}")
        assert isinstance(found, ManyLayers)
        assert not found.alone
    alone = value("x = {'a': L.Normalization()}")
    assert isinstance(alone, ManyLayers)
    assert alone.alone
    assert value("x = {}\nx['a'] = L.Normalization()\nx['b'] = L.Normalization(axis=1)") is None
    assert value("x = {}\nx['a'] = 1") is None
    assert isinstance(value("x = []\nx.append(K.Input((2,)))\nx.append(K.Input((2,)))"), Several)


def test_pairs_of_a_collection_have_a_key_and_one_of_the_layers() -> None:
    code = "norms = {}\nfor name in ['a', 'b']:\n    norms[name] = L.Normalization()\nfor key, x in norms.items():\n    pass"
    assert getattr(value(code, "key"), "end", "") == "a"
    found = value(code)
    assert isinstance(found, Layer)
    assert found.origin is not None
    assert isinstance(value(f"for i, x in enumerate([{NORM}, {NORM}]):\n    pass"), Layer)
    assert value("for i, x in enumerate(unknown):\n    pass") is None
    assert value("for i, x in enumerate([]):\n    pass") is None


def test_what_a_layer_makes_of_several_inputs_has_the_layers_of_each_once() -> None:
    code = "a = K.Input((2,))\nd, e = L.Dense(1), L.Dense(2)\nx = L.Add()([d(a), e(a), d(a), 1])"
    found = value(code)
    assert isinstance(found, Symbol)
    assert [part.cls for part in found.layers if isinstance(part, Layer)] == ["Dense", "Dense", "Add"]
    assert value("x = L.Add()([1, 2])") is None


def test_a_model_of_a_list_has_what_is_in_it_and_behind_it() -> None:
    code = "a = K.Input((2,))\nx = K.Model(a, [L.Dense(1)(a), L.Add()(a)])"
    assert len(getattr(value(code), "layers", ())) == 2
    assert len(getattr(value("x = K.Sequential([L.Dense(1), K.Sequential([L.Add()]), unknown])"), "layers", ())) == 2

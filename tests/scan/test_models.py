"""Tests of models: what is stale after adapt(), what is saved as what, and what a model knows of its input."""

import pytest

from tests.scan.following import ADAPTED, MODEL, call, followed, met, value
from tfcompat.scan.code.models import runs_eagerly
from tfcompat.scan.code.values import Known, Model


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("m.predict(a)\nn.adapt(a)\nm.predict(a)", [(6, "predict-after-second-adapt")]),
        ("m.predict(a)\nn.adapt(a)\nm.predict(a)\nm.predict(a)", [(6, "predict-after-second-adapt")]),
        ("m.predict(a)\nn.adapt(a)\nm.evaluate(a)\nm.predict(a)", [(7, "predict-after-second-adapt")]),
        ("m.evaluate(a)\nn.adapt(a)\nm.evaluate(a)", [(6, "evaluate-after-adapt")]),
        ("m.fit(a)\nn.adapt(a)\nm.fit(a)", [(6, "fit-after-adapt")]),
        ("m.train_on_batch(a)\nn.adapt(a)\nm.train_on_batch(a)", [(6, "train-on-batch-after-adapt")]),
        ("m.predict(a)\nn.adapt(a)\nm.compile()\nm.predict(a)", []),
        ("m.compile(run_eagerly=True)\nm.predict(a)\nn.adapt(a)\nm.predict(a)", []),
        ("m.compile(run_eagerly=False)\nm.predict(a)\nn.adapt(a)\nm.predict(a)", [(7, "predict-after-second-adapt")]),
        ("m.predict(a)\nn.adapt(a)\nm.add(L.Dense(1))\nm.predict(a)", []),
        ("m.predict(a)\nn.adapt(a)\nm.summary()\nm.predict(a)", [(7, "predict-after-second-adapt")]),
        ("m.predict(a)\nn.adapt(a)\nm.set_weights(a)\nm.predict(a)", []),
        ("m.predict(a)\nn.adapt(a)\nelsewhere(m)\nm.predict(a)", []),
        ("m.predict(a)\nL.Normalization().adapt(a)\nm.predict(a)", []),
        ("o = K.Sequential([m])\no.predict(a)\nn.adapt(a)\no.predict(a)", [(7, "predict-after-second-adapt")]),
        ("m.load_weights('a.h5')\nm.predict(a)", []),
        ("m.predict(a)\nm.load_weights('a.h5')\nm.predict(a)", [(6, "weights-h5-after-predict")]),
        ("m.predict(a)\nm.load_weights('a')\nm.predict(a)", [(6, "weights-after-predict")]),
        ("m.predict(a)\nm.load_weights(unknown)\nm.predict(a)", []),
        ("m.fit(a)\nm.load_weights('a')\nm.fit(a)", []),
        ("m.predict(a)\nm.load_weights('a')\nm.compile()\nm.predict(a)", []),
        (
            "m.predict(a)\nm.load_weights('a')\nn.adapt(a)\nm.predict(a)",
            [(7, "predict-after-second-adapt"), (7, "weights-after-predict")],
        ),
    ],
)
def test_what_a_model_has_traced_is_stale_after_adapt(code: str, found: list[tuple[int, str]]) -> None:
    assert met(f"{ADAPTED}{code}") == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (f"{MODEL}m.predict(a)", "predict-before-adapt-with-input"),
        (f"{MODEL}m.evaluate(a)", "predict-before-adapt-with-input"),
        (f"{MODEL}m.fit(a)", "fit-before-adapt"),
        (f"{MODEL}m.train_on_batch(a)", "fit-before-adapt"),
        ("n = L.Normalization()\nm = K.Sequential([n])\nm.predict(a)", "predict-before-adapt"),
        ("n = L.Normalization()\nm = K.Sequential([n])\nm.fit(a)", "fit-before-adapt-deferred"),
        ("n = L.Normalization()\nn.build(s)\nm = K.Sequential([n])\nm.fit(a)", "fit-before-adapt"),
        ("n = L.Normalization()\nm = K.Sequential()\nm.add(n)\nm.fit(a)", "fit-before-adapt-deferred"),
        ("n = L.Normalization()\nm = K.Sequential()\nm.add(K.Input((2,)))\nm.add(n)\nm.fit(a)", "fit-before-adapt"),
        (
            "n = L.Normalization()\nm = K.Sequential()\nm.add(n)\nm.add(K.Input((2,)))\nm.fit(a)",
            "fit-before-adapt-deferred",
        ),
        ("n = L.Normalization(input_shape=(2,))\nm = K.Sequential()\nm.add(n)\nm.fit(a)", "fit-before-adapt"),
        (
            "m = K.Sequential()\nm.add(L.Normalization())\nm.add(L.Dense(1, input_shape=(2,)))\nm.fit(a)",
            "fit-before-adapt-deferred",
        ),
        (f"{MODEL}o = K.Sequential()\no.add(m)\no.fit(a)", "fit-before-adapt"),
        ("i = K.Sequential([L.Normalization()])\nm = K.Sequential([i])\nm.fit(a)", "fit-before-adapt-deferred"),
        (f"{MODEL}o = K.Sequential([m, L.Dense(1)])\no.fit(a)", "fit-before-adapt"),
        (f"{MODEL}m.fit(a)\nm.fit(a)", "fit-before-adapt"),
        (f"{ADAPTED}m.fit(a)", ""),
        ("m = K.Sequential([L.TextVectorization()])\nm.predict(a)", "predict-before-adapt"),
        ("m = K.Sequential([L.BatchNormalization()])\nm.fit(a)", ""),
        ("m = K.Sequential([L.Normalization(mean=1.0, variance=1.0)])\nm.fit(a)", "fit-given-deferred"),
        ("m = K.Sequential([L.Normalization(mean=1.0, variance=1.0, axis=1)])\nm.fit(a)", "fit-given-deferred"),
        ("m = K.Sequential([L.Normalization(mean=1.0, variance=1.0)])\nm.train_on_batch(a)", "fit-given-deferred"),
        ("m = K.Sequential([L.Normalization(mean=1.0, variance=1.0)])\nm.predict(a)", ""),
        ("m = K.Sequential([L.Normalization(mean=1.0, variance=1.0)])\nm.predict(a)\nm.fit(a)", ""),
        ("m = K.Sequential([K.Input((2,)), L.Normalization(mean=1.0, variance=1.0)])\nm.fit(a)", ""),
        ("m = K.Sequential([L.TextVectorization(vocabulary=['a'])])\nm.fit(a)", ""),
    ],
)
def test_what_meets_a_layer_that_has_learned_nothing(code: str, found: str) -> None:
    assert [rule for _, rule in met(code)] == ([found] if found else [])


def test_weights_or_a_checkpoint_do_for_adapt() -> None:
    restored = "tf.train.Checkpoint(model=m).restore('c')\nm.predict(a)"
    assert met(f"{MODEL}m.load_weights('a')\nm.predict(a)") == []
    assert met(f"{MODEL}{restored}") == [(4, "restored-without-finalize")]
    assert met(f"n = L.Normalization()\nm = K.Sequential([n])\n{restored}") == []
    assert met(f"m = K.Sequential([K.Input((2,)), L.TextVectorization()])\n{restored}") == []
    assert met(f"m = K.Sequential([K.Input((2,)), L.Normalization(mean=1.0, variance=1.0)])\n{restored}") == []
    assert met(f"{MODEL}tf.train.Checkpoint(n).restore('c')\nm.predict(a)") == []
    assert (
        met(f"{MODEL}c = tf.train.Checkpoint(m)\nc.read('c').assert_consumed()\nn.finalize_state()\nm.predict(a)") == []
    )


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("b.trainable = False\nm.fit(a)", [(5, "frozen-after-compile")]),
        ("m.trainable = False\nm.fit(a)", [(5, "frozen-after-compile")]),
        ("b.trainable = False\nm.predict(a)", []),
        ("b.trainable = False\nm.compile()\nm.fit(a)", []),
        ("b.trainable = False\nb.trainable = True\nm.fit(a)", []),
        ("b.trainable = frozen\nm.fit(a)", []),
        ("b.trainable = 0\nm.fit(a)", []),
        ("d.trainable = False\nm.fit(a)", []),
        ("b.stateful = False\nm.fit(a)", []),
        ("o = K.Sequential([L.Dense(1)])\no.compile()\no.trainable = False\no.fit(a)", []),
        ("o = K.Sequential([b])\nb.trainable = False\no.fit(a)", []),
        ("t = tf.function(lambda x: b(x))\nb.trainable = False\nm.fit(a)", [(6, "frozen-after-compile")]),
    ],
)
def test_a_layer_that_is_frozen_after_compile_is_not(code: str, found: list[tuple[int, str]]) -> None:
    head = "b, d = L.BatchNormalization(), L.Dense(1)\nm = K.Sequential([b, d])\nm.compile()\n"
    assert met(f"{head}{code}") == found


@pytest.mark.parametrize(
    ("layer", "root", "found"),
    [
        ("tf.python.keras.layers.BatchNormalization()", "tf.keras", "private-layer"),
        ("keras.layers.BatchNormalization()", "tf.keras", "layer-of-keras"),
        ("keras.layers.Normalization()", "tf.keras", ""),
        ("keras.layers.BatchNormalization()", "keras", ""),
        ("tf.keras.layers.BatchNormalization()", "tf.keras", ""),
        ("tf.keras.layers.BatchNormalization()", "keras", ""),
    ],
)
def test_a_layer_of_another_keras(layer: str, root: str, found: str) -> None:
    code = f"import keras\n{root}.Sequential([L.Dense(1), {layer}])"
    assert met(code) == ([(2, found)] if found else [])


@pytest.mark.parametrize(
    ("text", "eager"),
    [
        ("compile()", False),
        ("compile(loss='mse')", False),
        ("compile(run_eagerly=True)", True),
        ("compile(run_eagerly=False)", False),
        ("compile(run_eagerly=debug)", True),
        ("compile(**settings)", True),
    ],
)
def test_a_model_may_run_eagerly(text: str, eager: bool) -> None:
    assert runs_eagerly(call(text)) is eager


def test_what_is_added_to_a_model_is_in_it() -> None:
    found = value("x = K.Sequential()\nx.add(L.Dense(1))\nx.add(K.Sequential([L.Add()]))\nx.add(unknown)")
    assert isinstance(found, Model)
    assert ([layer.cls for layer in found.all_layers()], found.shaped) == (["Dense", "Add"], False)


def test_what_has_seen_data_is_shaped() -> None:
    found = value("x = K.Sequential([L.Dense(1)])\nx.predict(a)")
    assert isinstance(found, Model)
    assert found.shaped


def test_what_compile_leaves() -> None:
    code = followed("m = K.Sequential()\nm.compile(run_eagerly=True)")
    state = code.world.state(code.world.names["m"])
    assert (state.compiled, state.eager) == (Known.YES, True)


SET = "tf.data.Dataset.from_tensor_slices(a)"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (f"d = {SET}.map(n)\nn.adapt(a)\nlist(d)", [(2, "map-before-adapt")]),
        (f"d = {SET}.map(lambda x: n(x))\nn.adapt(a)\nlist(d)", [(2, "map-before-adapt")]),
        (f"d = {SET}.map(n).batch(2)\nn.adapt(a)\nlist(d)", [(2, "map-before-adapt")]),
        (f"d = {SET}.map(n)\nn.adapt(a)", []),
        (f"d = {SET}.map(n)\nlist(d)\nn.adapt(a)", []),
        (f"d = {SET}.map(n)\nn.adapt(a)\nlist(d)\nlist(d)", [(2, "map-before-adapt")]),
        (f"d = {SET}\ne = d.map(n)\nn.adapt(a)\nlist(d)", []),
        (f"g = L.Normalization(mean=1.0, variance=1.0)\nd = {SET}.map(g)\ng.adapt(x)\nlist(d)", [(4, "adapt-given")]),
        (f"n.update_state(a)\nd = {SET}.map(n)", [(3, "update-without-finalize")]),
        ("f = tf.function(n)\nn.adapt(a)\nf(a)", []),
        ("f = tf.function(n)\nf(a)\nn.adapt(a)\nf(a)", [(5, "function-before-first-adapt")]),
        ("f = tf.function(n)\nf(a)\nn.adapt(a)\nf(a)\nf(a)", [(5, "function-before-first-adapt")]),
        ("f = tf.function(n)\nn.adapt(a)\nf(a)\nn.adapt(a)\nf(a)", [(6, "function-before-adapt")]),
        ("f = tf.function(n)\nf(a)\nelsewhere(n)\nn.adapt(a)\nf(a)", [(6, "function-before-adapt")]),
    ],
)
def test_datasets_and_functions_that_keep_what_they_saw(code: str, found: list[tuple[int, str]]) -> None:
    assert met(f"n = L.Normalization()\n{code}") == found

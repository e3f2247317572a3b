"""Who notices that statistics change: models, compiled functions, mapped datasets and graphs that hold the layer."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import normalization, raised_by, scenario

ADAPT = "tf.keras.layers.Normalization.adapt, TensorFlow 2.7"
LAYER = "tf.keras.layers.Normalization, TensorFlow 2.7"
UPSTREAM = "normalization_test.py of Keras"

FIRST_DATA = np.array([[0.0], [2.0]], "float32")
SECOND_DATA = np.array([[1.0], [5.0]], "float32")
SAMPLE = np.array([[0.0], [1.0], [2.0]], "float32")
TARGET = np.zeros((3, 1), "float32")

FIRST = "first statistics"
SECOND = "second statistics"
NONE = "no statistics: outputs equal inputs"
EXPECTED = {FIRST: [-1.0, 0.0, 1.0], SECOND: [-1.5, -1.0, -0.5], NONE: [0.0, 1.0, 2.0]}
#: The releases whose reference says that graphs keep the statistics they were compiled with, and what renews them.
NOTED = "keras>=2.6,<3"


def whose(output):
    """Which statistics normalized the sample; the numbers themselves where none of the known did."""
    values = np.ravel(output)
    for label, expected in EXPECTED.items():
        if values.shape == (3,) and np.allclose(values, expected, atol=1e-4):
            return label
    return output


def whose_loss(loss):
    """The same for a mean squared error against zeros."""
    for label, expected in EXPECTED.items():
        if np.allclose(loss, np.mean(np.square(expected)), atol=1e-4):
            return label
    return float(loss)


def adapted_layer():
    layer = normalization(axis=-1)
    layer.adapt(FIRST_DATA)
    return layer


def static_layer():
    return normalization(axis=-1, mean=1.0, variance=1.0)


def sequential(*layers):
    return tf.keras.Sequential([tf.keras.Input(shape=(1,)), *layers])


def deferred(*layers):
    return tf.keras.Sequential(list(layers))


def subclassed(*layers):
    class Chain(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.chain = list(layers)

        def call(self, inputs):
            for layer in self.chain:
                inputs = layer(inputs)
            return inputs

    return Chain()


MODELS = {"deferred_sequential": deferred, "subclassed": subclassed}


def identity():
    """A trainable layer that changes nothing, for fit() wants something to train."""
    return tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")


def trainable(layer, make=sequential):
    model = make(layer, identity())
    compile_for_fit(model)
    return model


def compile_for_fit(model, **arguments):
    """A learning rate of zero keeps the loss a function of the statistics alone."""
    model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.0), loss="mse", **arguments)


def predict(model):
    return model.predict(SAMPLE, verbose=0)


def fit(model):
    return model.fit(SAMPLE, TARGET, epochs=1, verbose=0).history["loss"][0]


def mapped(layer):
    return tf.data.Dataset.from_tensor_slices(SAMPLE).batch(3).map(layer)


def only_batch(dataset):
    return next(iter(dataset))


def verdict(refusal):
    return "accepted" if refusal is None else "refused"


# Models


@scenario("graphs::fit_after_second_adapt", documented_by_release={NOTED: FIRST}, reference=ADAPT)
def test_fit_after_second_adapt():
    """fit() after a second adapt(), without compile(): which statistics the loss shows"""
    layer = adapted_layer()
    model = trainable(layer)
    fit(model)
    layer.adapt(SECOND_DATA)
    return whose_loss(fit(model))


@scenario("graphs::predict_when_compiled_with_run_eagerly", reference=ADAPT)
def test_predict_when_compiled_with_run_eagerly():
    """A model compiled with run_eagerly=True follows a second adapt() without another compile()"""
    layer = adapted_layer()
    model = sequential(layer)
    model.compile(run_eagerly=True)
    predict(model)
    layer.adapt(SECOND_DATA)
    return whose(predict(model))


@scenario("graphs::shared_layer_other_model", documented_by_release={NOTED: FIRST}, reference=ADAPT)
def test_shared_layer_other_model():
    """Two models share a layer adapted again: the one not compiled keeps the first statistics

    Two predictions of one program then disagree about the same layer.
    """
    layer = adapted_layer()
    again, other = sequential(layer), sequential(layer)
    predict(again)
    predict(other)
    layer.adapt(SECOND_DATA)
    again.compile()
    return whose(predict(other))


@scenario("graphs::evaluate_after_bare_compile", reference="tf.keras.Model.compile(loss=None)")
def test_evaluate_after_bare_compile():
    """compile() without arguments, as adapt()'s example has it: the loss that evaluate() gives

    It takes no loss, so what became of the old one? The model had a mean squared error, of 0.66667.
    """
    model = trainable(adapted_layer())
    fit(model)
    model.compile()
    return np.ravel(model.evaluate(SAMPLE, TARGET, verbose=0))[0]


@scenario("graphs::sequential_of_a_bare_layer", documented_by_release={NOTED: FIRST}, reference=ADAPT)
def test_sequential_of_a_bare_layer():
    """Sequential(layer), a layer in place of a list of layers, as adapt()'s example has it"""
    return whose(predict(tf.keras.Sequential(adapted_layer())))


@scenario("graphs::predict_of_a_list", documented_by_release={NOTED: FIRST}, reference=ADAPT)
def test_predict_of_a_list():
    """predict() of a Python list of numbers, as adapt()'s example has it"""
    return whose(tf.keras.Sequential([adapted_layer()]).predict([0.0, 1.0, 2.0], verbose=0))


@pytest.mark.parametrize("kind", sorted(MODELS))
@scenario("graphs::fit_{kind}_static", documented=FIRST, reference=LAYER)
def test_fit_static(kind):
    """fit() of a {kind} model whose first layer has a given mean and variance

    The model has no input shape, so the layer is built inside the function that trains.
    """
    return whose_loss(fit(trainable(static_layer(), MODELS[kind])))


@pytest.mark.parametrize("kind", sorted(MODELS))
@scenario("graphs::fit_{kind}_unadapted", reference="keras#16296; tensorflow#55343")
def test_fit_unadapted(kind):
    """fit() of a {kind} model whose first layer was never adapted"""
    return whose_loss(fit(trainable(normalization(axis=-1), MODELS[kind])))


# Other data, other states


OTHER_DATA = {
    "wider_array": np.array([[1.0, 2.0], [5.0, 6.0]], "float32"),
    "array_of_lower_rank": np.array([1.0, 5.0], "float32"),
}


@pytest.mark.parametrize("kind", sorted(OTHER_DATA))
@scenario("graphs::second_adapt_of_{kind}", reference="keras#17287; " + UPSTREAM)
def test_second_adapt_of_other_data(kind):
    """A second adapt() with other data, {kind}: refused, or mean and variance"""
    layer = adapted_layer()
    return refused_or_statistics(layer, OTHER_DATA[kind])


@scenario("graphs::second_adapt_of_narrower_array", reference=UPSTREAM)
def test_second_adapt_of_narrower_array():
    """A layer adapted to two features is adapted to one: refused, or mean and variance"""
    layer = normalization(axis=-1)
    layer.adapt(OTHER_DATA["wider_array"])
    return refused_or_statistics(layer, FIRST_DATA)


def refused_or_statistics(layer, data):
    refusal = raised_by(layer.adapt, data)
    return layer.get_weights()[:2] if refusal is None else "refused"


@scenario("graphs::statistics_after_refused_adapt", reference=UPSTREAM)
def test_statistics_after_refused_adapt():
    """After an adapt() that ends in an error: what the layer computes, what its weights say

    A layer that computes one thing and would be saved as another is a trap.
    """
    layer = adapted_layer()
    refusal = raised_by(layer.adapt, OTHER_DATA["wider_array"])
    return {"adapt": verdict(refusal), "output": whose(layer(SAMPLE)), "weights": layer.get_weights()[:2]}


@scenario("graphs::call_with_more_features_than_adapted", reference="tensorflow#47428")
def test_call_with_more_features_than_adapted():
    """A layer adapted to one feature is called with three: refused, or the shape that comes out"""
    layer, inputs = adapted_layer(), np.ones((2, 3), "float32")
    return "refused" if raised_by(layer, inputs) else list(layer(inputs).shape)


@scenario("graphs::static_layer_after_adapt", reference="keras normalization.py; tf-keras#78")
def test_static_layer_after_adapt():
    """What a layer with given mean and variance computes after somebody tried to adapt() it"""
    layer = static_layer()
    raised_by(layer.adapt, SECOND_DATA)
    return whose(layer(SAMPLE))


# Datasets


@scenario("graphs::map_built_then_adapt", reference=ADAPT)
def test_map_built_then_adapt():
    """A dataset mapped through a built layer that is adapted afterwards: what the dataset yields"""
    layer = normalization(axis=-1)
    layer.build((None, 1))
    dataset = mapped(layer)
    layer.adapt(FIRST_DATA)
    return whose(only_batch(dataset))


@scenario("graphs::map_unbuilt_then_adapt_then_map", documented=FIRST, reference=ADAPT)
def test_map_unbuilt_then_adapt_then_map():
    """A dataset mapped through a new layer, adapted afterwards, and mapped again is normalized"""
    layer = normalization(axis=-1)
    mapped(layer)
    layer.adapt(FIRST_DATA)
    return whose(only_batch(mapped(layer)))


@scenario("graphs::map_static_unbuilt_then_call", documented=FIRST, reference=LAYER)
def test_map_static_unbuilt_then_call():
    """A layer with given mean and variance, first used in a map(), then called by itself"""
    layer = static_layer()
    mapped(layer)
    return whose(layer(SAMPLE))


# Functions and graphs


def xla_function(function):
    """The argument had another name before TensorFlow 2.5."""
    name = "jit_compile" if "jit_compile" in inspect.signature(tf.function).parameters else "experimental_compile"
    return tf.function(function, **{name: True})


@scenario("graphs::tf_function_jit_compile", documented=FIRST, reference="tf.function(jit_compile)")
def test_tf_function_jit_compile():
    """An adapted layer inside a tf.function that XLA compiles"""
    return whose(xla_function(adapted_layer())(tf.constant(SAMPLE)))


@scenario("graphs::tf_function_then_first_adapt", reference=ADAPT)
def test_tf_function_then_first_adapt():
    """A tf.function traced with a new layer that is adapted afterwards: its next call"""
    layer = normalization(axis=-1)
    layer.build((None, 1))
    function = tf.function(layer)
    function(tf.constant(SAMPLE))
    layer.adapt(FIRST_DATA)
    return whose(function(tf.constant(SAMPLE)))


@scenario("graphs::adapt_inside_tf_function", reference="keras base_preprocessing_layer.py, TensorFlow 2.6")
def test_adapt_inside_tf_function():
    """adapt() called inside a tf.function: refused or accepted"""
    layer = normalization(axis=-1)
    return verdict(raised_by(tf.function(lambda: layer.adapt(FIRST_DATA))))


@scenario("graphs::call_after_adapt_inside_tf_function", reference="keras base_preprocessing_layer.py, TensorFlow 2.6")
def test_call_after_adapt_inside_tf_function():
    """Where adapt() inside a tf.function is accepted: what the layer computes after it"""
    layer = normalization(axis=-1)
    layer.build((None, 1))
    tf.function(lambda: layer.adapt(FIRST_DATA))()
    return whose(layer(SAMPLE))


@scenario("graphs::static_first_in_tf_function_then_call", documented=FIRST, reference=LAYER)
def test_static_first_in_tf_function_then_call():
    """A layer with given mean and variance, first called inside a tf.function, then by itself"""
    layer = static_layer()
    tf.function(layer)(tf.constant(SAMPLE))
    return whose(layer(SAMPLE))


@scenario("graphs::adapt_without_eager_execution", reference="tf.compat.v1.disable_eager_execution")
def test_adapt_without_eager_execution():
    """adapt() and predict() in a program that disabled eager execution"""
    tf.compat.v1.disable_eager_execution()
    layer = normalization(axis=-1)
    layer.adapt(FIRST_DATA)
    return whose(predict(sequential(layer)))


@scenario("graphs::adapt_in_a_v1_graph", reference="tf.Graph")
def test_adapt_in_a_v1_graph():
    """adapt() while a tf.Graph is the default one: refused or accepted"""
    with tf.Graph().as_default():
        return verdict(raised_by(normalization(axis=-1).adapt, FIRST_DATA))

"""What a second adapt() changes, and for whom."""

import numpy as np
import tensorflow as tf

from scenarios.observe import call, normalization, scenario

ADAPT = "tf.keras.layers.Normalization.adapt, TensorFlow 2.7"

FIRST = np.array([[0], [2]], "float32")  # mean 1, variance 1
SECOND = np.array([[-1], [1]], "float32")  # mean 0, variance 1
QUERY = np.array([[0], [1], [2]], "float32")
BY_FIRST = [-1.0, 0.0, 1.0]
BY_SECOND = [0.0, 1.0, 2.0]


def adapted_layer():
    layer = normalization()
    layer.adapt(FIRST)
    return layer


def predicting_model():
    """A layer adapted to the first data and a model of it that has predicted once, and so has been traced."""
    layer = adapted_layer()
    model = tf.keras.Sequential([layer])
    model.predict(QUERY, verbose=0)
    return layer, model


def traced_function():
    """A layer adapted to the first data and a tf.function of it that has been called, and so has been traced."""
    layer = adapted_layer()
    function = tf.function(lambda inputs: layer(inputs))
    function(tf.constant(QUERY))
    return layer, function


@scenario(
    "readapt::predict_without_compile",
    documented=BY_FIRST,
    reference=ADAPT + ": a model has to be compiled after each further adapt",
)
def test_predict_without_compile():
    """predict() after a second adapt(), without compile(), stays with the first statistics

    Said by the reference from 2.6 to 2.15; other releases say nothing of it, and are held against the same.
    """
    layer, model = predicting_model()
    layer.adapt(SECOND)
    return np.ravel(model.predict(QUERY, verbose=0))


@scenario("readapt::predict_with_compile", documented=BY_SECOND, reference=ADAPT)
def test_predict_with_compile():
    """predict() after a second adapt() and compile() uses the second statistics"""
    layer, model = predicting_model()
    layer.adapt(SECOND)
    model.compile()
    return np.ravel(model.predict(QUERY, verbose=0))


@scenario("readapt::evaluate_without_compile", documented=[0.0, 0.0], reference=ADAPT)
def test_evaluate_without_compile():
    """evaluate() after a second adapt(), without compile(), stays with the first statistics

    The target is what the first statistics give: the loss by them is 0, by the second statistics 1.
    """
    layer = adapted_layer()
    model = tf.keras.Sequential([layer])
    model.compile(loss="mse")
    target = np.reshape(np.array(BY_FIRST, "float32"), (3, 1))
    before = model.evaluate(QUERY, target, verbose=0)
    layer.adapt(SECOND)
    return [before, model.evaluate(QUERY, target, verbose=0)]


@scenario("readapt::first_adapt_after_predict", reference="documented: adapt() belongs before predict()")
def test_first_adapt_after_predict():
    """predict() without compile(), where the only adapt() came after another predict()

    Does the model go on to return its input unchanged? The documentation speaks of further adapts only. The model
    has an input shape, so that the layer is built before predict() is traced.
    """
    layer = normalization()
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    model.predict(QUERY, verbose=0)
    layer.adapt(FIRST)
    return np.ravel(model.predict(QUERY, verbose=0))


@scenario("readapt::documented_example", documented=[BY_FIRST, BY_SECOND], reference=ADAPT)
def test_documented_example():
    """The documented model example as written: axis=None, Sequential(layer), plain lists"""
    layer = normalization(axis=None)
    layer.adapt([0, 2])
    model = tf.keras.Sequential(layer)
    before = model.predict([0, 1, 2])
    layer.adapt([-1, 1])
    model.compile()
    return [before, model.predict([0, 1, 2])]


@scenario("readapt::direct_call", documented=BY_SECOND, reference=ADAPT)
def test_direct_call():
    """The layer called directly after a second adapt() uses the second statistics"""
    layer = adapted_layer()
    layer(QUERY)
    layer.adapt(SECOND)
    return np.ravel(layer(QUERY))


@scenario(
    "readapt::tf_function_traced_before",
    documented=BY_FIRST,
    reference=ADAPT + ": tf.function has to be called again after each further adapt",
)
def test_tf_function_traced_before():
    """A tf.function traced before a second adapt() stays with the first statistics"""
    layer, function = traced_function()
    layer.adapt(SECOND)
    return np.ravel(function(tf.constant(QUERY)))


@scenario("readapt::tf_function_wrapped_again", documented=BY_SECOND, reference=ADAPT)
def test_tf_function_wrapped_again():
    """A tf.function made again after a second adapt() uses the second statistics"""
    layer, _ = traced_function()
    layer.adapt(SECOND)
    return np.ravel(tf.function(lambda inputs: layer(inputs))(tf.constant(QUERY)))


@scenario("readapt::tf_function_retraced_by_shape", reference="nothing: follows from how tf.function retraces")
def test_tf_function_retraced_by_shape():
    """One tf.function after a second adapt(): numbers for a seen and for a new input shape

    Where statistics are constants of a trace, a new shape makes a new trace, and both statistics are in use at once.
    """
    layer, function = traced_function()
    layer.adapt(SECOND)
    other = np.concatenate([QUERY, QUERY])
    return {
        "seen shape": np.ravel(function(tf.constant(QUERY))),
        "new shape": np.ravel(function(tf.constant(other)))[:3],
    }


@scenario(
    "readapt::second_adapt_starts_anew",
    documented={"mean": [12.0], "variance": [4.0]},
    reference="adapt(), argument reset_state, TensorFlow 2.2 to 2.5; the examples of 2.6 to 2.15",
)
def test_second_adapt_starts_anew():
    """After a second adapt() the weights hold the statistics of the second data alone"""
    layer = adapted_layer()
    layer.adapt(np.array([[10], [14]], "float32"))
    mean, variance = layer.get_weights()[:2]
    return {"mean": mean, "variance": variance}


@scenario(
    "readapt::reset_state_false",
    documented_by_release={"<2.6": {"mean": [3.0], "variance": [5.0]}},
    reference="adapt(), argument reset_state, TensorFlow 2.2 to 2.5",
)
def test_reset_state_false():
    """adapt(data, reset_state=False) goes on from the statistics that are there"""
    layer = adapted_layer()
    call(layer.adapt, np.array([[4], [6]], "float32"), reset_state=False)
    mean, variance = layer.get_weights()[:2]
    return {"mean": mean, "variance": variance}

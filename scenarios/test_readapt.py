"""What a second adapt() changes, and for whom."""

import numpy as np
import tensorflow as tf

from scenarios.marks import NONE, NUMPY, SILENT, SNIPPET, promise, question
from scenarios.observe import call, compared, method, normalization, which

ADAPT = "tf.keras.layers.Normalization.adapt, TensorFlow 2.7"
ANEW = "adapt(), argument reset_state, TensorFlow 2.2 to 2.5; the examples of 2.6 to 2.15"
EXPORT = "tf.keras.Model.export"
SAVE = "tf.saved_model.save"
#: The Keras versions whose reference says that graphs keep the statistics they were made with, and what renews them.
NOTED = "keras>=2.6,<3"

FIRST = np.array([[0], [2]], "float32")  # mean 1, variance 1
SECOND = np.array([[-1], [1]], "float32")  # mean 0, variance 1
QUERY = np.array([[0], [1], [2]], "float32")
BY_FIRST = (QUERY - FIRST.mean()) / FIRST.std()
BY_SECOND = (QUERY - SECOND.mean()) / SECOND.std()
#: What the first statistics make of the query: a loss against it is 0 by the first statistics, 1 by the second.
TARGET = BY_FIRST
LOSS_BY_FIRST = np.mean((BY_FIRST - TARGET) ** 2)
LOSS_BY_SECOND = np.mean((BY_SECOND - TARGET) ** 2)


def adapted_layer():
    layer = normalization()
    layer.adapt(FIRST)
    return layer


def predicting_model():
    """A layer adapted to the first data and a model of it that has predicted once, and so has been traced."""
    layer = adapted_layer()
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    model.predict(QUERY, verbose=0)
    return layer, model


def training_model():
    """A layer adapted to the first data and a model of it that was fitted, and changes nothing else about its input."""
    layer = adapted_layer()
    identity = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer, identity])
    compile_for_training(model)
    model.fit(QUERY, TARGET, verbose=0)
    return layer, model


def compile_for_training(model):
    """A learning rate of zero: the loss shows the statistics, and nothing else."""
    model.compile(tf.keras.optimizers.SGD(0.0), "mse")


def traced_function():
    """A layer adapted to the first data and a tf.function of it that has been called, and so has been traced."""
    layer = adapted_layer()
    function = tf.function(lambda inputs: layer(inputs))
    function(tf.constant(QUERY))
    return layer, function


def served(folder):
    """What the serving signature of a SavedModel answers."""
    loaded = tf.saved_model.load(folder)
    signature = loaded.signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]
    (output,) = signature(**{name: tf.constant(QUERY)}).values()
    return output


# Models


@question(
    "readapt::predict_without_compile",
    answers={"fresh": NONE, "stale": SILENT},
    documented_by_release={NOTED: "stale"},
    reference=ADAPT + ": a model has to be compiled after each further adapt",
)
def test_predict_without_compile():
    """Does predict() see a second adapt()?"""
    layer, model = predicting_model()
    layer.adapt(SECOND)
    return which(model.predict(QUERY, verbose=0), fresh=BY_SECOND, stale=BY_FIRST)


@promise(
    "readapt::predict_with_compile",
    oracle=NUMPY,
    documented_by_release={NOTED: [[0.0], [1.0], [2.0]]},
    reference=ADAPT + ", tf.keras.Model example with multiple adapts",
)
def test_predict_with_compile():
    """After a second adapt() and compile(), predict() is fresh"""
    layer, model = predicting_model()
    layer.adapt(SECOND)
    model.compile()
    return compared(model.predict(QUERY, verbose=0), (QUERY - SECOND.mean()) / SECOND.std())


@question(
    "readapt::evaluate_without_compile",
    answers={"fresh": NONE, "stale": SILENT},
    documented_by_release={NOTED: "stale"},
    reference=ADAPT + ": a model has to be compiled after each further adapt",
)
def test_evaluate_without_compile():
    """Does evaluate() see a second adapt()?"""
    layer = adapted_layer()
    model = tf.keras.Sequential([layer])
    model.compile(loss="mse")
    before = model.evaluate(QUERY, TARGET, verbose=0)
    layer.adapt(SECOND)
    losses = [before, model.evaluate(QUERY, TARGET, verbose=0)]
    return which(losses, fresh=[LOSS_BY_FIRST, LOSS_BY_SECOND], stale=[LOSS_BY_FIRST, LOSS_BY_FIRST])


@promise("readapt::evaluate_with_compile", oracle=NUMPY, reference=ADAPT)
def test_evaluate_with_compile():
    """After a second adapt() and compile(), evaluate() is fresh"""
    layer = adapted_layer()
    model = tf.keras.Sequential([layer])
    model.compile(loss="mse")
    model.evaluate(QUERY, TARGET, verbose=0)
    layer.adapt(SECOND)
    model.compile(loss="mse")
    return compared(model.evaluate(QUERY, TARGET, verbose=0), np.mean((BY_SECOND - TARGET) ** 2))


@promise("readapt::fit_with_compile", oracle=NUMPY, reference=ADAPT)
def test_fit_with_compile():
    """After a second adapt() and compile(), fit() is fresh"""
    layer, model = training_model()
    layer.adapt(SECOND)
    compile_for_training(model)
    loss = model.fit(QUERY, TARGET, verbose=0).history["loss"][0]
    return compared(loss, np.mean((BY_SECOND - TARGET) ** 2))


@question(
    "readapt::predict_after_fit_without_compile",
    answers={"fresh": NONE, "stale": SILENT},
    reference=ADAPT + ": a model has to be compiled after each further adapt",
)
def test_predict_after_fit_without_compile():
    """Fitted, adapted again: is the first predict() fresh?

    fit() and predict() are traced apart: what the one has kept need not be in the other.
    """
    layer, model = training_model()
    layer.adapt(SECOND)
    return which(model.predict(QUERY, verbose=0), fresh=BY_SECOND, stale=BY_FIRST)


@question(
    "readapt::train_on_batch_without_compile",
    answers={"fresh": NONE, "stale": SILENT},
    documented_by_release={NOTED: "stale"},
    reference=ADAPT + ": a model has to be compiled after each further adapt",
)
def test_train_on_batch_without_compile():
    """Does train_on_batch() see a second adapt()?"""
    layer, model = training_model()
    model.train_on_batch(QUERY, TARGET)
    layer.adapt(SECOND)
    return which(float(np.ravel(model.train_on_batch(QUERY, TARGET))[0]), fresh=LOSS_BY_SECOND, stale=LOSS_BY_FIRST)


@promise("readapt::model_call", oracle=NUMPY, reference="tf.keras.Model.__call__")
def test_model_call():
    """A model called directly is fresh after a second adapt()"""
    layer, model = predicting_model()
    layer.adapt(SECOND)
    return compared(model(QUERY), (QUERY - SECOND.mean()) / SECOND.std())


@promise("readapt::new_model", oracle=NUMPY, reference=ADAPT)
def test_new_model():
    """A new model of a layer adapted again is fresh"""
    layer, _ = predicting_model()
    layer.adapt(SECOND)
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    return compared(model.predict(QUERY, verbose=0), (QUERY - SECOND.mean()) / SECOND.std())


@question(
    "readapt::first_adapt_after_predict",
    answers={"fresh": NONE, "unchanged": SILENT},
    reference=ADAPT + ": adapt() belongs before predict(); to compile is asked for further adapts only",
)
def test_first_adapt_after_predict():
    """Does predict() see the first adapt() after a predict()?

    The model has an input shape, so that the layer is built before predict() is traced.
    """
    layer = normalization()
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    model.predict(QUERY, verbose=0)
    layer.adapt(FIRST)
    return which(model.predict(QUERY, verbose=0), fresh=BY_FIRST, unchanged=QUERY)


@promise("readapt::first_adapt_after_predict_with_compile", oracle=NUMPY, reference=ADAPT)
def test_first_adapt_after_predict_with_compile():
    """After predict(), adapt() and compile(), predict() is fresh"""
    layer = normalization()
    model = tf.keras.Sequential([tf.keras.Input((1,)), layer])
    model.predict(QUERY, verbose=0)
    layer.adapt(FIRST)
    model.compile()
    return compared(model.predict(QUERY, verbose=0), (QUERY - FIRST.mean()) / FIRST.std())


@promise(
    "readapt::documented_example",
    oracle=SNIPPET,
    documented=[[-1.0, 0.0, 1.0], [0.0, 1.0, 2.0]],
    reference=ADAPT + ", tf.keras.Model example with multiple adapts",
)
def test_documented_example():
    """The documented example of a second adapt() runs"""
    layer = normalization(axis=None)
    layer.adapt([0, 2])
    model = tf.keras.Sequential(layer)
    before = model.predict([0, 1, 2])
    layer.adapt([-1, 1])
    model.compile()
    return [before, model.predict([0, 1, 2])]


# Exports


@promise("readapt::saved_model_after_predict", oracle=NUMPY, reference=SAVE)
def test_saved_model_after_predict():
    """A SavedModel saved after predict() normalizes"""
    _, model = predicting_model()
    tf.saved_model.save(model, "saved")
    return compared(served("saved"), (QUERY - FIRST.mean()) / FIRST.std())


@promise("readapt::saved_model_after_fit", oracle=NUMPY, reference=SAVE)
def test_saved_model_after_fit():
    """A SavedModel saved after fit() normalizes"""
    _, model = training_model()
    tf.saved_model.save(model, "saved")
    return compared(served("saved"), (QUERY - FIRST.mean()) / FIRST.std())


@promise("readapt::saved_model_with_compile", oracle=NUMPY, reference=SAVE + "; keras#15219")
def test_saved_model_with_compile():
    """A SavedModel is fresh after a second adapt() and compile()"""
    layer, model = predicting_model()
    layer.adapt(SECOND)
    model.compile()
    tf.saved_model.save(model, "saved")
    return compared(served("saved"), (QUERY - SECOND.mean()) / SECOND.std())


@promise("readapt::export_after_predict", oracle=NUMPY, reference=EXPORT)
def test_export_after_predict():
    """A model exported after predict() normalizes"""
    _, model = predicting_model()
    method(model, "export")("exported")
    return compared(served("exported"), (QUERY - FIRST.mean()) / FIRST.std())


@promise("readapt::export_after_fit", oracle=NUMPY, reference=EXPORT)
def test_export_after_fit():
    """A model exported after fit() normalizes"""
    _, model = training_model()
    method(model, "export")("exported")
    return compared(served("exported"), (QUERY - FIRST.mean()) / FIRST.std())


@question(
    "readapt::export_without_compile",
    answers={"fresh": NONE, "stale": SILENT},
    reference=EXPORT + "; " + ADAPT + ": a model has to be compiled after each further adapt",
)
def test_export_without_compile():
    """Does export() see a second adapt()?"""
    layer, model = predicting_model()
    layer.adapt(SECOND)
    method(model, "export")("exported")
    return which(served("exported"), fresh=BY_SECOND, stale=BY_FIRST)


@promise("readapt::export_with_compile", oracle=NUMPY, reference=EXPORT)
def test_export_with_compile():
    """After a second adapt() and compile(), export() is fresh"""
    layer, model = predicting_model()
    layer.adapt(SECOND)
    model.compile()
    method(model, "export")("exported")
    return compared(served("exported"), (QUERY - SECOND.mean()) / SECOND.std())


@question(
    "readapt::export_twice",
    answers={"fresh": NONE, "stale": SILENT},
    reference=EXPORT + "; " + ADAPT + ": a model has to be compiled after each further adapt",
)
def test_export_twice():
    """Does a second export() see a second adapt()?"""
    layer, model = predicting_model()
    method(model, "export")("first")
    layer.adapt(SECOND)
    model.export("second")
    return which(served("second"), fresh=BY_SECOND, stale=BY_FIRST)


# The layer itself, and functions of it


@promise("readapt::direct_call", oracle=NUMPY, reference=ADAPT)
def test_direct_call():
    """The layer called directly is fresh after a second adapt()"""
    layer = adapted_layer()
    layer(QUERY)
    layer.adapt(SECOND)
    return compared(layer(QUERY), (QUERY - SECOND.mean()) / SECOND.std())


@question(
    "readapt::tf_function_traced_before",
    answers={"fresh": NONE, "stale": SILENT},
    documented_by_release={NOTED: "stale"},
    reference=ADAPT + ": tf.function has to be called again after each further adapt",
)
def test_tf_function_traced_before():
    """Does a traced tf.function see a second adapt()?"""
    layer, function = traced_function()
    layer.adapt(SECOND)
    return which(function(tf.constant(QUERY)), fresh=BY_SECOND, stale=BY_FIRST)


@promise("readapt::tf_function_wrapped_again", oracle=NUMPY, reference=ADAPT)
def test_tf_function_wrapped_again():
    """A tf.function made after a second adapt() is fresh"""
    layer, _ = traced_function()
    layer.adapt(SECOND)
    function = tf.function(lambda inputs: layer(inputs))
    return compared(function(tf.constant(QUERY)), (QUERY - SECOND.mean()) / SECOND.std())


@question(
    "readapt::tf_function_retraced_by_shape",
    answers={"fresh": NONE, "stale": SILENT, "both at once": SILENT},
    reference="nothing: follows from how tf.function retraces",
)
def test_tf_function_retraced_by_shape():
    """Which statistics has tf.function for old and new shapes?

    Where statistics are constants of a trace, a new shape makes a new trace, and both statistics are in use at once.
    """
    layer, function = traced_function()
    layer.adapt(SECOND)
    seen_shape = function(tf.constant(QUERY))
    new_shape = function(tf.constant(np.concatenate([QUERY, QUERY])))[:3]
    return which(
        [seen_shape, new_shape],
        fresh=[BY_SECOND, BY_SECOND],
        stale=[BY_FIRST, BY_FIRST],
        both_at_once=[BY_FIRST, BY_SECOND],
    )


@promise("readapt::second_adapt_starts_anew", oracle=NUMPY, reference=ANEW)
def test_second_adapt_starts_anew():
    """A second adapt() forgets the first data"""
    data = np.array([[10], [14]], "float32")
    layer = adapted_layer()
    layer.adapt(data)
    mean, variance = layer.get_weights()[:2]
    return compared({"mean": mean, "variance": variance}, {"mean": data.mean(axis=0), "variance": data.var(axis=0)})


@promise("readapt::reset_state_false", oracle=NUMPY, reference="adapt(), argument reset_state, TensorFlow 2.2 to 2.5")
def test_reset_state_false():
    """adapt(data, reset_state=False) goes on from the first data"""
    data = np.array([[4], [6]], "float32")
    layer = adapted_layer()
    call(layer.adapt, data, reset_state=False)
    mean, variance = layer.get_weights()[:2]
    both = np.concatenate([FIRST, data])
    return compared({"mean": mean, "variance": variance}, {"mean": both.mean(axis=0), "variance": both.var(axis=0)})

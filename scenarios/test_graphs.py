"""Who notices that statistics change: models, compiled functions, mapped datasets and graphs that hold the layer."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import LOUD, NONE, NUMPY, OBSCURE, SILENT, promise, question
from scenarios.observe import answer, call, compared, normalization, raised_by, refused, which

ADAPT = "tf.keras.layers.Normalization.adapt, TensorFlow 2.7"
LAYER = "tf.keras.layers.Normalization, TensorFlow 2.7"
UPSTREAM = "normalization_test.py of Keras"
NO_ADAPT_IN_FUNCTIONS = "keras base_preprocessing_layer.py, TensorFlow 2.6"
FUNCTION = "tf.function"

FIRST_DATA = np.array([[0.0], [2.0]], "float32")
SECOND_DATA = np.array([[1.0], [5.0]], "float32")
TWO_FEATURES = np.array([[1.0, 2.0], [5.0, 6.0]], "float32")
SAMPLE = np.array([[0.0], [1.0], [2.0]], "float32")
TARGET = np.zeros((3, 1), "float32")
BY_FIRST = (SAMPLE - FIRST_DATA.mean(axis=0)) / FIRST_DATA.std(axis=0)
BY_SECOND = (SAMPLE - SECOND_DATA.mean(axis=0)) / SECOND_DATA.std(axis=0)

#: The releases whose reference says that graphs keep the statistics they were compiled with, and what renews them.
NOTED = "keras>=2.6,<3"
#: Whether what holds the layer sees a later adapt().
SEES = {"fresh": NONE, "stale": SILENT}
#: What errors say that speak of a tensor inside, and not of what the caller did.
OF_A_GRAPH = (
    "is out of scope and cannot be used here",
    "captured an external symbolic tensor",
    'a "Graph" tensor',
)


def adapted_layer():
    layer = normalization(axis=-1)
    layer.adapt(FIRST_DATA)
    return layer


def built_layer():
    layer = normalization(axis=-1)
    layer.build((None, 1))
    return layer


def static_layer():
    return normalization(axis=-1, mean=1.0, variance=4.0)


BY_STATIC = (SAMPLE - 1.0) / np.sqrt(4.0)


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


#: Models that learn their input's shape from fit(): the layer is built inside the function that trains.
each_model = pytest.mark.parametrize(
    ("kind", "words", "make"),
    [("deferred_sequential", "deferred Sequential", deferred), ("subclassed", "subclassed model", subclassed)],
)


def identity():
    """A trainable layer that changes nothing, for fit() wants something to train."""
    return tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")


def trainable(layer, make=sequential):
    """A compiled model; a learning rate of zero keeps the loss a function of the statistics alone."""
    model = make(layer, identity())
    model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.0), loss="mse")
    return model


def squared_error(output):
    return np.mean(np.square(output - TARGET))


def predict(model):
    return model.predict(SAMPLE, verbose=0)


def fit(model):
    return model.fit(SAMPLE, TARGET, epochs=1, verbose=0).history["loss"][0]


def mapped(layer):
    return tf.data.Dataset.from_tensor_slices(SAMPLE).batch(3).map(layer)


def only_batch(dataset):
    return next(iter(dataset))


def broken(error):
    """The answer "broken" where an error speaks of a tensor inside; any other error is raised."""
    for words in OF_A_GRAPH:
        if words in str(error):
            return answer("broken", seen="%s: ... %s ..." % (type(error).__name__, words))
    raise error


# Models


@question("graphs::fit_after_second_adapt", answers=SEES, documented_by_release={NOTED: "stale"}, reference=ADAPT)
def test_fit_after_second_adapt():
    """Does fit() see a second adapt()?

    Without another compile(). The loss shows which statistics are in use.
    """
    layer = adapted_layer()
    model = trainable(layer)
    fit(model)
    layer.adapt(SECOND_DATA)
    return which(fit(model), fresh=squared_error(BY_SECOND), stale=squared_error(BY_FIRST))


@promise("graphs::predict_when_compiled_with_run_eagerly", oracle=NUMPY, reference=ADAPT)
def test_predict_when_compiled_with_run_eagerly():
    """With run_eagerly=True predict() sees a second adapt()"""
    layer = adapted_layer()
    model = sequential(layer)
    model.compile(run_eagerly=True)
    predict(model)
    layer.adapt(SECOND_DATA)
    return compared(predict(model), (SAMPLE - SECOND_DATA.mean(axis=0)) / SECOND_DATA.std(axis=0))


@question("graphs::shared_layer_other_model", answers=SEES, documented_by_release={NOTED: "stale"}, reference=ADAPT)
def test_shared_layer_other_model():
    """Does a layer's other model see a second adapt()?

    One of two models is compiled again and the other is not: where it is stale, two predictions of one program
    disagree about the same layer.
    """
    layer = adapted_layer()
    again, other = sequential(layer), sequential(layer)
    predict(again)
    predict(other)
    layer.adapt(SECOND_DATA)
    again.compile()
    return which(predict(other), fresh=BY_SECOND, stale=BY_FIRST)


@question(
    "graphs::evaluate_after_bare_compile",
    answers={"kept": NONE, "dropped": SILENT, "refused": LOUD},
    reference="tf.keras.Model.compile(loss=None); " + ADAPT + ", tf.keras.Model example with multiple adapts",
)
def test_evaluate_after_bare_compile():
    """What becomes of the loss after compile() without arguments?

    compile() as adapt()'s example has it. A dropped loss is 0.0 from then on.
    """
    model = trainable(adapted_layer())
    fit(model)
    model.compile()
    try:
        loss = np.ravel(model.evaluate(SAMPLE, TARGET, verbose=0))[0]
    except ValueError as error:
        return refused(error)
    return which(loss, kept=squared_error(BY_FIRST), dropped=0.0)


@promise(
    "graphs::sequential_of_a_bare_layer",
    oracle=NUMPY,
    documented_by_release={NOTED: [-1.0, 0.0, 1.0]},
    reference=ADAPT + ", tf.keras.Model example with multiple adapts",
)
def test_sequential_of_a_bare_layer():
    """Sequential(layer) takes a layer in place of a list"""
    model = tf.keras.Sequential(adapted_layer())
    return compared(np.ravel(predict(model)), np.ravel((SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std()))


@promise(
    "graphs::predict_of_a_list",
    oracle=NUMPY,
    documented_by_release={NOTED: [-1.0, 0.0, 1.0]},
    reference=ADAPT + ", tf.keras.Model example with multiple adapts",
)
def test_predict_of_a_list():
    """predict() takes a list of numbers"""
    model = tf.keras.Sequential([adapted_layer()])
    output = model.predict([0.0, 1.0, 2.0], verbose=0)
    return compared(np.ravel(output), np.ravel((SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std()))


@each_model
@promise("graphs::fit_{kind}_static", oracle=NUMPY, reference=LAYER)
def test_fit_static(kind, words, make):
    """fit() of a {words} uses given statistics"""
    loss = fit(trainable(static_layer(), make))
    return compared(loss, np.mean(((SAMPLE - 1.0) / np.sqrt(4.0) - TARGET) ** 2))


@each_model
@promise("graphs::fit_{kind}_adapted", oracle=NUMPY, reference=LAYER + ", adapt")
def test_fit_adapted(kind, words, make):
    """fit() of a {words} uses adapted statistics"""
    loss = fit(trainable(adapted_layer(), make))
    return compared(loss, np.mean(((SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std() - TARGET) ** 2))


@each_model
@question(
    "graphs::fit_{kind}_unadapted",
    answers={"unchanged": SILENT, "broken": OBSCURE},
    reference="keras#16296; tensorflow#55343",
)
def test_fit_unadapted(kind, words, make):
    """What does fit() of a {words} do without adapt()?

    Where it is broken, the error speaks of a tensor that is out of scope, and not of adapt().
    """
    model = trainable(normalization(axis=-1), make)
    try:
        loss = fit(model)
    except (TypeError, ValueError) as error:
        return broken(error)
    return which(loss, unchanged=squared_error(SAMPLE))


@promise("graphs::predict_jit_compile", oracle=NUMPY, reference="tf.keras.Model.compile, argument jit_compile")
def test_predict_jit_compile():
    """predict() of a model that XLA compiles is right"""
    model = sequential(adapted_layer())
    call(model.compile, jit_compile=True)
    return compared(predict(model), (SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std())


# Other data, other states


@promise("graphs::second_adapt_of_wider_array", refused_by=("ValueError",), reference="keras#17287; " + UPSTREAM)
def test_second_adapt_of_wider_array():
    """A second adapt() to more features is refused"""
    adapted_layer().adapt(TWO_FEATURES)


@promise("graphs::second_adapt_of_narrower_array", refused_by=("ValueError",), reference=UPSTREAM)
def test_second_adapt_of_narrower_array():
    """A second adapt() to fewer features is refused"""
    layer = normalization(axis=-1)
    layer.adapt(TWO_FEATURES)
    layer.adapt(FIRST_DATA)


@question(
    "graphs::second_adapt_of_array_of_lower_rank",
    answers={"accepted": NONE, "refused": LOUD},
    reference="keras#17287; " + UPSTREAM,
)
def test_second_adapt_of_array_of_lower_rank():
    """Is a second adapt() to a 1-D array taken as a column?"""
    layer, data = adapted_layer(), np.array([1.0, 5.0], "float32")
    try:
        layer.adapt(data)
    except ValueError as error:
        return refused(error)
    return which(layer.get_weights()[:2], accepted=[[data.mean()], [data.var()]])


def layer_after_refusal():
    """A layer that was adapted, and then refused to be adapted to more features."""
    layer = adapted_layer()
    raised_by(layer.adapt, TWO_FEATURES)
    return layer


@promise(
    "graphs::output_after_refused_adapt",
    oracle=NUMPY,
    reference=UPSTREAM,
    aliases=("graphs::statistics_after_refused_adapt",),
)
def test_output_after_refused_adapt():
    """After a refused adapt() the output is what it was"""
    return compared(layer_after_refusal()(SAMPLE), (SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std())


@promise("graphs::weights_after_refused_adapt", oracle=NUMPY, reference=UPSTREAM)
def test_weights_after_refused_adapt():
    """After a refused adapt() the weights are what they were

    A layer that computes one thing and would be saved as another is a trap.
    """
    return compared(layer_after_refusal().get_weights()[:2], [FIRST_DATA.mean(axis=0), FIRST_DATA.var(axis=0)])


@question(
    "graphs::call_with_more_features_than_adapted",
    answers={"refused": LOUD, "broadcast": SILENT},
    reference="tensorflow#47428",
)
def test_call_with_more_features_than_adapted():
    """What does a layer adapted to one feature make of three?"""
    layer, three = adapted_layer(), np.tile(SAMPLE, 3)
    try:
        output = layer(three)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        return refused(error)
    return which(output, broadcast=(three - FIRST_DATA.mean(axis=0)) / FIRST_DATA.std(axis=0))


@promise(
    "graphs::call_with_other_features_than_adapted",
    refused_by=("ValueError", "InvalidArgumentError"),
    reference="tensorflow#47428",
)
def test_call_with_other_features_than_adapted():
    """A layer adapted to two features refuses three"""
    layer = normalization(axis=-1)
    layer.adapt(TWO_FEATURES)
    layer(np.ones((2, 3), "float32"))


@question(
    "graphs::static_layer_after_adapt",
    answers={"kept": NONE, "overwritten": SILENT, "broken": OBSCURE},
    reference="keras normalization.py; tf-keras#78",
)
def test_static_layer_after_adapt():
    """What is left of a given mean after adapt() was tried?

    adapt() is refused or not; then the layer is called. Where it is broken, the error speaks of a tensor of a graph.
    """
    layer = static_layer()
    raised_by(layer.adapt, SECOND_DATA)
    try:
        output = layer(SAMPLE)
    except (TypeError, ValueError) as error:
        return broken(error)
    return which(output, kept=BY_STATIC, overwritten=BY_SECOND)


@promise("call::sparse_tensor", oracle=NUMPY, reference="nothing: other layers take sparse tensors; tf.sparse")
def test_sparse_tensor():
    """An adapted layer takes a sparse tensor"""
    return compared(adapted_layer()(tf.sparse.from_dense(SAMPLE)), (SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std())


@promise("call::ragged_tensor", oracle=NUMPY, reference="nothing: other layers take ragged tensors; tf.ragged")
def test_ragged_tensor():
    """With axis=None an adapted layer takes a ragged tensor"""
    layer = normalization(axis=None)
    layer.adapt(FIRST_DATA)
    output = layer(tf.ragged.constant([[0.0], [1.0, 2.0]]))
    return compared(output.flat_values, (np.array([0.0, 1.0, 2.0]) - FIRST_DATA.mean()) / FIRST_DATA.std())


# Datasets


@question("graphs::map_built_then_adapt", answers=SEES, reference=ADAPT)
def test_map_built_then_adapt():
    """Does a dataset mapped by a built layer see its adapt()?"""
    layer = built_layer()
    dataset = mapped(layer)
    layer.adapt(FIRST_DATA)
    return which(only_batch(dataset), fresh=BY_FIRST, stale=SAMPLE)


@promise("graphs::map_unbuilt_then_adapt_then_map", oracle=NUMPY, reference=ADAPT)
def test_map_unbuilt_then_adapt_then_map():
    """After map() and a first adapt(), another map() is fresh"""
    layer = normalization(axis=-1)
    mapped(layer)
    layer.adapt(FIRST_DATA)
    return compared(only_batch(mapped(layer)), (SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std())


@promise("graphs::map_static_unbuilt_then_call", oracle=NUMPY, reference=LAYER)
def test_map_static_unbuilt_then_call():
    """First used in map(), a layer of given statistics works"""
    layer = static_layer()
    mapped(layer)
    return compared(layer(SAMPLE), (SAMPLE - 1.0) / np.sqrt(4.0))


@promise("graphs::map_autograph", oracle=NUMPY, reference="tf.data.Dataset.map: AutoGraph; tf.autograph")
def test_map_autograph():
    """A layer works under an `if` on a tensor in map()"""
    layer = adapted_layer()

    def normalized_unless_zero(row):
        if tf.reduce_sum(row) > 0.0:
            row = layer(row)
        return row

    rows = tf.data.Dataset.from_tensor_slices(SAMPLE).batch(1).map(normalized_unless_zero)
    expected = np.where(SAMPLE > 0.0, (SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std(), SAMPLE)
    return compared(np.concatenate(list(rows.as_numpy_iterator())), expected)


# Functions and graphs


def xla_function(function):
    """The argument had another name before TensorFlow 2.5."""
    name = "jit_compile" if "jit_compile" in inspect.signature(tf.function).parameters else "experimental_compile"
    return tf.function(function, **{name: True})


@promise("graphs::tf_function_jit_compile", oracle=NUMPY, reference=FUNCTION + ", argument jit_compile")
def test_tf_function_jit_compile():
    """An adapted layer works in a function that XLA compiles"""
    output = xla_function(adapted_layer())(tf.constant(SAMPLE))
    return compared(output, (SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std())


@promise("graphs::tf_function_jit_compile_static", oracle=NUMPY, reference=FUNCTION + ", argument jit_compile")
def test_tf_function_jit_compile_static():
    """A layer of given statistics works in XLA's function"""
    return compared(xla_function(static_layer())(tf.constant(SAMPLE)), (SAMPLE - 1.0) / np.sqrt(4.0))


@question(
    "graphs::tf_function_jit_compile_after_second_adapt",
    answers=SEES,
    documented_by_release={NOTED: "stale"},
    reference=ADAPT,
)
def test_tf_function_jit_compile_after_second_adapt():
    """Does a function that XLA compiled see a second adapt()?"""
    layer = adapted_layer()
    function = xla_function(layer)
    function(tf.constant(SAMPLE))
    layer.adapt(SECOND_DATA)
    return which(function(tf.constant(SAMPLE)), fresh=BY_SECOND, stale=BY_FIRST)


#: Signatures that leave the size of the batch, the features or the rank open.
SIGNATURES = {"batch": [None, 1], "features": [None, None], "rank": None}


@pytest.mark.parametrize("unknown", sorted(SIGNATURES))
@promise(
    "graphs::input_signature_of_unknown_{unknown}", oracle=NUMPY, reference=FUNCTION + ", argument input_signature"
)
def test_input_signature(unknown):
    """An adapted layer works in a signature of unknown {unknown}"""
    function = tf.function(adapted_layer(), input_signature=[tf.TensorSpec(SIGNATURES[unknown])])
    outputs = [function(tf.constant(SAMPLE)), function(tf.constant(SAMPLE[:1]))]
    expected = (SAMPLE - FIRST_DATA.mean()) / FIRST_DATA.std()
    return compared(outputs, [expected, expected[:1]])


@question(
    "graphs::input_signature_after_second_adapt",
    answers=SEES,
    documented_by_release={NOTED: "stale"},
    reference=ADAPT,
)
def test_input_signature_after_second_adapt():
    """Does a function of fixed signature see a second adapt()?

    Such a function is traced once and for all: no other shape makes another trace.
    """
    layer = adapted_layer()
    function = tf.function(layer, input_signature=[tf.TensorSpec([None, 1])])
    function(tf.constant(SAMPLE))
    layer.adapt(SECOND_DATA)
    return which(function(tf.constant(SAMPLE)), fresh=BY_SECOND, stale=BY_FIRST)


@promise("graphs::tf_function_loop", oracle=NUMPY, reference=FUNCTION + ": loops over tf.range")
def test_tf_function_loop():
    """An adapted layer works in a loop of a tf.function"""
    layer = adapted_layer()

    @tf.function
    def twice(values):
        for _ in tf.range(2):
            values = layer(values)
        return values

    mean, deviation = FIRST_DATA.mean(), FIRST_DATA.std()
    return compared(twice(tf.constant(SAMPLE)), ((SAMPLE - mean) / deviation - mean) / deviation)


@promise("graphs::gradient", oracle=NUMPY, reference="tf.GradientTape")
def test_gradient():
    """The gradient through the layer is 1 by the deviation"""
    layer = normalization(axis=-1)
    layer.adapt(SECOND_DATA)
    inputs = tf.constant(SAMPLE)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = layer(inputs)
    return compared(tape.gradient(output, inputs), np.ones_like(SAMPLE) / SECOND_DATA.std(axis=0))


@question("graphs::tf_function_then_first_adapt", answers=SEES, reference=ADAPT)
def test_tf_function_then_first_adapt():
    """Does a tf.function see the first adapt() after its trace?"""
    layer = built_layer()
    function = tf.function(layer)
    function(tf.constant(SAMPLE))
    layer.adapt(FIRST_DATA)
    return which(function(tf.constant(SAMPLE)), fresh=BY_FIRST, stale=SAMPLE)


#: What adapt() does where it is called inside a tf.function: the layer's next call shows it.
INSIDE = {"adapted": NONE, "refused": LOUD, "broken": OBSCURE}


def called_after_adapt_inside(layer):
    try:
        tf.function(lambda: layer.adapt(FIRST_DATA))()
    except RuntimeError as error:
        return refused(error)
    try:
        output = layer(SAMPLE)
    except (TypeError, ValueError) as error:
        return broken(error)
    return which(output, adapted=BY_FIRST)


@question("graphs::adapt_inside_tf_function", answers=INSIDE, reference=NO_ADAPT_IN_FUNCTIONS)
def test_adapt_inside_tf_function():
    """What does adapt() in a tf.function do to a new layer?"""
    return called_after_adapt_inside(normalization(axis=-1))


@question("graphs::call_after_adapt_inside_tf_function", answers=INSIDE, reference=NO_ADAPT_IN_FUNCTIONS)
def test_call_after_adapt_inside_tf_function():
    """What does adapt() in a tf.function do to a built layer?"""
    return called_after_adapt_inside(built_layer())


@promise("graphs::static_first_in_tf_function_then_call", oracle=NUMPY, reference=LAYER)
def test_static_first_in_tf_function_then_call():
    """First used in tf.function, a layer of given statistics works"""
    layer = static_layer()
    tf.function(layer)(tf.constant(SAMPLE))
    return compared(layer(SAMPLE), (SAMPLE - 1.0) / np.sqrt(4.0))


#: What adapt() does without eager execution: the model's or session's output shows it.
WITHOUT_EAGER = {"adapted": NONE, "unchanged": SILENT, "refused": LOUD}


@question(
    "graphs::adapt_without_eager_execution",
    answers=WITHOUT_EAGER,
    reference="tf.compat.v1.disable_eager_execution; keras base_preprocessing_layer.py, TensorFlow 2.5",
)
def test_adapt_without_eager_execution():
    """Without eager execution, what does adapt() do?"""
    tf.compat.v1.disable_eager_execution()
    layer = normalization(axis=-1)
    try:
        layer.adapt(FIRST_DATA)
        output = predict(sequential(layer))
    except RuntimeError as error:
        return refused(error)
    return which(output, adapted=BY_FIRST, unchanged=SAMPLE)


@question(
    "graphs::adapt_in_a_v1_graph",
    answers=WITHOUT_EAGER,
    reference="tf.Graph; keras base_preprocessing_layer.py, TensorFlow 2.5",
)
def test_adapt_in_a_v1_graph():
    """What does adapt() do in a graph of TensorFlow 1?

    The graph's output is computed by a session, whose variables have been initialized.
    """
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        layer = normalization(axis=-1)
        try:
            layer.adapt(FIRST_DATA)
        except RuntimeError as error:
            return refused(error)
        output = layer(tf.constant(SAMPLE))
        session.run(tf.compat.v1.global_variables_initializer())
        return which(session.run(output), adapted=BY_FIRST, unchanged=SAMPLE)

"""What stands beside the layer (other functions, other packages, mixed flavours of Keras) and what is built from it."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, NONE, NUMPY, SILENT, presence, promise, question
from scenarios.observe import (
    Missing,
    answer,
    compared,
    construct,
    import_module,
    installed,
    normalization,
    resolve,
)

ADDONS = "TensorFlow Addons API documentation; addons#2807, addons#2869"
FLAVOURS = "nothing: keras.io and TensorFlow 2.16 release notes speak of one Keras at a time"
LAYER_PAGE = "tf.keras.layers.Normalization, TensorFlow 2.7"
NORMALIZE = "tf.keras.utils.normalize"
STRATEGY = "tf.distribute.MirroredStrategy"

COLUMN = np.array([[0.0], [2.0]], "float32")


def adapted(data, **arguments):
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


def standardized(data):
    """Each column by its mean and deviation, by NumPy."""
    return (data - data.mean(axis=0)) / data.std(axis=0)


@promise("ecosystem::utils_normalize_rows", oracle=NUMPY, documented=[[0.6, 0.8]], reference=NORMALIZE)
def test_utils_normalize():
    """tf.keras.utils.normalize gives rows of length 1"""
    table = np.array([[3.0, 4.0]])
    return compared(resolve("tf.keras.utils.normalize")(table), table / np.linalg.norm(table, axis=-1, keepdims=True))


@question(
    "ecosystem::utils_normalize_1d",
    answers={"kept": NONE, "made a row": SILENT},
    documented="kept",
    reference=NORMALIZE + ": a normalized copy of the array",
)
def test_utils_normalize_1d():
    """Does utils.normalize keep the shape of a list?"""
    shape = np.shape(resolve("tf.keras.utils.normalize")(np.array([3.0, 4.0])))
    return answer({(2,): "kept", (1, 2): "made a row"}.get(shape, "another"), shape)


@promise("ecosystem::utils_normalize_axis_0", oracle=NUMPY, reference=NORMALIZE + ", axis")
def test_utils_normalize_axis_0():
    """utils.normalize with axis=0 gives columns of length 1"""
    table = np.array([[3.0, 0.0], [4.0, 2.0]])
    normalized = resolve("tf.keras.utils.normalize")(table, axis=0)
    return compared(normalized, table / np.linalg.norm(table, axis=0, keepdims=True))


def rescaling_class():
    """Rescaling, wherever the release has it."""
    try:
        return resolve("tf.keras.layers.Rescaling")
    except Missing:
        return resolve("tf.keras.layers.experimental.preprocessing.Rescaling")


@promise("ecosystem::rescaling_as_a_stand_in", oracle=NUMPY, reference="tf.keras.layers.Rescaling")
def test_rescaling():
    """Rescaling by 1/deviation and -mean/deviation normalizes"""
    mean, deviation = float(COLUMN.mean()), float(COLUMN.std())
    layer = construct(rescaling_class(), scale=1 / deviation, offset=-mean / deviation)
    return compared(layer(COLUMN), standardized(COLUMN))


@pytest.mark.parametrize("name", ["LayerNormalization", "InstanceNormalization", "WeightNormalization"])
@presence("ecosystem::tensorflow_addons.layers.{name}", reference=ADDONS)
def test_addons_layer(name):
    """`tensorflow_addons.layers.{name}`"""
    return resolve("tensorflow_addons.layers." + name).__module__


#: The package that the model is of, and the one that the layer in it is of.
MIXED = [
    ("tf.keras", "keras"),
    ("keras", "tf.keras"),
    ("tf.keras", "tensorflow.python.keras"),
    ("tf.keras", "tf_keras"),
    ("tf_keras", "tf.keras"),
]


def part(package, name):
    """``name``, such as ``layers.Dense``, of one of the packages that hold a Keras."""
    if package.startswith("tf."):
        return resolve(package + "." + name)
    module, attribute = name.split(".")
    if package in ("keras", "tf_keras"):
        installed(package)
    found = import_module(package + "." + module)
    try:
        return getattr(found, attribute)
    except AttributeError as error:
        raise Missing("%s.%s: %s" % (package, name, error)) from error


def dense_of_ones(package):
    """A Dense layer that passes its input on."""
    return part(package, "layers.Dense")(1, kernel_initializer="ones", use_bias=False)


@pytest.mark.parametrize(("model", "layer"), MIXED)
@promise("ecosystem::{layer}_layer_in_{model}_sequential", oracle=NUMPY, reference=FLAVOURS, limit=120)
def test_mixed_sequential(model, layer):
    """{layer} Dense works in {model}.Sequential

    A wrong mixture need not fail where it is imported or built.
    """
    sequential = part(model, "models.Sequential")([dense_of_ones(layer)])
    return compared(sequential.predict(COLUMN, verbose=0), COLUMN @ np.ones((1, 1)))


@pytest.mark.parametrize(("model", "layer"), [("tf.keras", "keras"), ("tf.keras", "tensorflow.python.keras")])
@promise("ecosystem::{layer}_layer_in_{model}_functional_model", oracle=NUMPY, reference=FLAVOURS)
def test_mixed_functional(model, layer):
    """{layer} Dense works in {model}.Model"""
    inputs = part(model, "layers.Input")(shape=(1,))
    functional = part(model, "models.Model")(inputs, dense_of_ones(layer)(inputs))
    return compared(functional.predict(COLUMN, verbose=0), COLUMN @ np.ones((1, 1)))


@pytest.mark.parametrize("package", ["keras", "tensorflow.python.keras"])
@promise(
    "ecosystem::{package}_batch_normalization_in_tf.keras_sequential",
    oracle=NUMPY,
    reference=FLAVOURS + "; tensorflow#54881",
)
def test_mixed_batch_normalization(package):
    """{package} BatchNormalization works in tf.keras

    One step moves the moving mean from 0 by a hundredth of the way to the mean of the batch.
    """
    layer = part(package, "layers.BatchNormalization")()
    model = tf.keras.Sequential([layer, tf.keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(COLUMN, COLUMN, verbose=0)
    return compared(layer.get_weights()[2], 0.01 * COLUMN.mean(axis=0))


PEOPLE = {"age": np.array([[0.0], [2.0]], "float32"), "income": np.array([[10.0], [30.0]], "float32")}
TABLE = np.concatenate([PEOPLE[name] for name in PEOPLE], axis=1)


def model_of_columns(axis):
    """A model that takes a dictionary of columns, each with a Normalization of its own."""
    inputs = {name: tf.keras.Input(shape=(1,), name=name) for name in PEOPLE}
    scaled = [adapted(PEOPLE[name], axis=axis)(inputs[name]) for name in PEOPLE]
    return tf.keras.Model(inputs, tf.keras.layers.Concatenate()(scaled))


@promise("pipelines::normalization_of_each_column", oracle=NUMPY, reference=LAYER_PAGE)
def test_columns():
    """A Normalization(axis=None) for each column of a dictionary"""
    return compared(model_of_columns(axis=None).predict(PEOPLE, verbose=0), standardized(TABLE))


@promise("pipelines::normalization_of_each_column_saved", oracle=NUMPY, reference="tf.keras guide on saving")
def test_columns_saved():
    """A model of a dictionary of columns survives `model.keras`"""
    model_of_columns(axis=-1).save("model.keras")
    read = tf.keras.models.load_model("model.keras")
    return compared(read.predict(PEOPLE, verbose=0), standardized(TABLE))


@promise(
    "pipelines::tutorial_regression_one_feature",
    oracle=NUMPY,
    reference="tutorial: basic regression, tensorflow#64814",
)
def test_tutorial_one_feature():
    """The regression tutorial's layer for one feature normalizes

    Normalization(input_shape=[1,], axis=None), adapted to 1-D data, before a Dense layer, which here passes its input on.
    """
    horsepower = np.array([0.0, 2.0], "float32")
    layer = adapted(horsepower, input_shape=[1], axis=None)
    dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
    predicted = tf.keras.Sequential([layer, dense]).predict(horsepower, verbose=0)
    return compared(predicted, standardized(horsepower)[:, np.newaxis])


@promise("pipelines::tutorial_regression_all_features", oracle=NUMPY, reference="tutorial: basic regression")
def test_tutorial_all_features():
    """The regression tutorial's model of all features normalizes

    The adapted layer stands first, without an Input. The Dense layer here adds its two inputs up.
    """
    dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
    predicted = tf.keras.Sequential([adapted(TABLE, axis=-1), dense]).predict(TABLE, verbose=0)
    return compared(predicted, standardized(TABLE).sum(axis=1, keepdims=True))


@promise(
    "pipelines::adapted_first_layer_of_one_column",
    oracle=NUMPY,
    reference="nothing: as the regression tutorial, of one column",
)
def test_first_layer_of_one_column():
    """Adapted to one column, the layer stands first without Input

    An adapted layer tells the model its shape, and with one column it may not tell how many columns there are.
    """
    dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
    predicted = tf.keras.Sequential([adapted(COLUMN, axis=-1), dense]).predict(COLUMN, verbose=0)
    return compared(predicted, standardized(COLUMN))


@promise("pipelines::tutorial_csv", oracle=NUMPY, reference="tutorial: load CSV data")
def test_tutorial_csv():
    """The CSV tutorial's model normalizes 1-D columns

    It concatenates numeric Inputs of shape (1,), normalizes them together, and is called with rank-1 columns.
    """
    inputs = {name: tf.keras.Input(shape=(1,), name=name) for name in PEOPLE}
    joined = tf.keras.layers.Concatenate()([inputs[name] for name in PEOPLE])
    preprocessing = tf.keras.Model(inputs, adapted(TABLE, axis=-1)(joined))
    return compared(preprocessing({name: tf.constant(PEOPLE[name][:, 0]) for name in PEOPLE}), standardized(TABLE))


@promise("pipelines::tutorial_structured_data", oracle=NUMPY, reference="tutorial: classify structured data")
def test_tutorial_structured_data():
    """axis=None adapts to one column of (dictionary, label)"""
    data = tf.data.Dataset.from_tensor_slices((PEOPLE, np.array([0, 1]))).batch(2)
    layer = adapted(data.map(lambda columns, label: columns["age"]), axis=None)
    return compared(layer(PEOPLE["age"]), standardized(PEOPLE["age"]))


@promise("pipelines::fit_leaves_the_statistics", oracle=NUMPY, reference=LAYER_PAGE + ", adapt")
def test_fit_leaves_statistics():
    """fit() on other data leaves the adapted statistics alone"""
    layer = adapted(COLUMN, axis=-1)
    model = tf.keras.Sequential([tf.keras.Input(shape=(1,)), layer, tf.keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(COLUMN + 100.0, COLUMN, verbose=0)
    return compared(layer(COLUMN), standardized(COLUMN))


@promise("pipelines::time_distributed", oracle=NUMPY, reference="tf.keras.layers.TimeDistributed")
def test_time_distributed():
    """An adapted layer in TimeDistributed normalizes every step"""
    wrapped = tf.keras.layers.TimeDistributed(adapted(COLUMN, axis=-1))
    model = tf.keras.Sequential([tf.keras.Input(shape=(2, 1)), wrapped])
    steps = np.array([[[0.0], [2.0]], [[2.0], [0.0]]], "float32")
    return compared(model.predict(steps, verbose=0), (steps - COLUMN.mean()) / COLUMN.std())


@promise("pipelines::masking_normalization_lstm", oracle=INVARIANCE, reference="nothing: keras#15451")
def test_masking_lstm():
    """After Masking and Normalization, an LSTM skips a padded step

    The LSTM has a mask or has not: with all weights one, its output is no zero, and moves with each step.
    """
    lstm = tf.keras.layers.LSTM(2, kernel_initializer="ones", recurrent_initializer="ones")
    masking = tf.keras.layers.Masking(mask_value=-9.0)
    model = tf.keras.Sequential([tf.keras.Input(shape=(None, 1)), masking, adapted(COLUMN, axis=-1), lstm])
    steps = np.array([[[1.0], [2.0]]], "float32")
    padded = np.array([[[1.0], [2.0], [-9.0]]], "float32")
    return compared(model(padded), model(steps))


def mirrored():
    """A strategy over the one processor that every machine has."""
    return tf.distribute.MirroredStrategy(["/cpu:0"])


@promise("pipelines::mirrored_strategy_adapt_in_scope", oracle=NUMPY, reference=STRATEGY + "; tensorflow#54349")
def test_mirrored():
    """Adapted in the scope of a MirroredStrategy, it predicts"""
    with mirrored().scope():
        model = tf.keras.Sequential([adapted(COLUMN, axis=-1)])
    return compared(model.predict(COLUMN, verbose=0), standardized(COLUMN))


@promise("pipelines::mirrored_strategy_adapt_before_scope", oracle=NUMPY, reference=STRATEGY)
def test_mirrored_adapted_before():
    """Adapted before the scope of a MirroredStrategy, it predicts"""
    layer = adapted(COLUMN, axis=-1)
    with mirrored().scope():
        model = tf.keras.Sequential([layer])
        model.compile()
    return compared(model.predict(COLUMN, verbose=0), standardized(COLUMN))

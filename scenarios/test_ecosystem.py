"""What stands beside the layer (other functions, other packages, mixed flavours of Keras) and what is built from it."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import Missing, construct, import_module, normalization, resolve, scenario

ADDONS = "TensorFlow Addons API documentation; addons#2807, addons#2869"
FLAVOURS = "nothing: recorded as observed"
LAYER_PAGE = "tf.keras.layers.Normalization, TensorFlow 2.7"
COLUMN = np.array([[0.0], [2.0]], "float32")
STANDARDIZED = [[-1.0], [1.0]]


def adapted(data, **arguments):
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


@scenario("ecosystem::utils_normalize_rows", documented=[[0.6, 0.8]], reference="tf.keras.utils.normalize")
def test_utils_normalize():
    """tf.keras.utils.normalize divides rows by their L2 norm: it does not standardize columns"""
    return resolve("tf.keras.utils.normalize")(np.array([[3.0, 4.0]]))


@scenario("ecosystem::utils_normalize_1d", reference="nothing: recorded as observed")
def test_utils_normalize_1d():
    """Shape that tf.keras.utils.normalize makes of a list of two numbers"""
    return list(resolve("tf.keras.utils.normalize")(np.array([3.0, 4.0])).shape)


@scenario(
    "ecosystem::utils_normalize_axis_0", documented=[[0.6, 0.0], [0.8, 1.0]], reference="tf.keras.utils.normalize, axis"
)
def test_utils_normalize_axis_0():
    """tf.keras.utils.normalize with axis=0 divides columns by their L2 norm"""
    return resolve("tf.keras.utils.normalize")(np.array([[3.0, 0.0], [4.0, 2.0]]), axis=0)


def first_of(*paths):
    """The object at the first of the paths that the release has."""
    for path in paths:
        try:
            return resolve(path)
        except Missing:
            continue
    raise Missing("none of " + ", ".join(paths))


@scenario("ecosystem::rescaling_as_a_stand_in", documented=STANDARDIZED, reference="tf.keras.layers.Rescaling")
def test_rescaling():
    """Rescaling with 1/deviation and -mean/deviation gives what an adapted Normalization gives"""
    cls = first_of("tf.keras.layers.Rescaling", "tf.keras.layers.experimental.preprocessing.Rescaling")
    return construct(cls, scale=1.0, offset=-1.0)(COLUMN)


@pytest.mark.parametrize(
    "name",
    [
        "LayerNormalization",
        "InstanceNormalization",
        "WeightNormalization",
    ],
)
@scenario("ecosystem::tensorflow_addons.layers.{name}", reference=ADDONS)
def test_addons_layer(name):
    """`tensorflow_addons.layers.{name}` is there; this module defines it"""
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
    if package == "tf.keras":
        return resolve("tf.keras." + name)
    module, attribute = name.split(".")
    try:
        return getattr(import_module(package + "." + module), attribute)
    except AttributeError as error:
        raise Missing(f"{package}.{name}: {error}") from error


@pytest.mark.parametrize(("model", "layer"), MIXED)
@scenario("ecosystem::{layer}_layer_in_{model}_sequential", reference=FLAVOURS)
def test_mixed_sequential(model, layer):
    """Dense of {layer} in a Sequential of {model}: error or prediction

    A wrong mixture need not fail where it is imported or built.
    """
    dense = part(layer, "layers.Dense")(1, kernel_initializer="ones", use_bias=False)
    sequential = part(model, "models.Sequential")([dense])
    return sequential.predict(np.array([[2.0]], "float32"), verbose=0)


@pytest.mark.parametrize(("model", "layer"), [("tf.keras", "keras"), ("tf.keras", "tensorflow.python.keras")])
@scenario("ecosystem::{layer}_layer_in_{model}_functional_model", reference=FLAVOURS)
def test_mixed_functional(model, layer):
    """Dense of {layer} in a functional model of {model}: error or prediction"""
    dense = part(layer, "layers.Dense")(1, kernel_initializer="ones", use_bias=False)
    inputs = part(model, "layers.Input")(shape=(1,))
    functional = part(model, "models.Model")(inputs, dense(inputs))
    return functional.predict(np.array([[2.0]], "float32"), verbose=0)


PEOPLE = {"age": np.array([[0.0], [2.0]], "float32"), "income": np.array([[10.0], [30.0]], "float32")}
BOTH_COLUMNS = [[-1.0, -1.0], [1.0, 1.0]]


def model_of_columns(axis):
    """A model that takes a dictionary of columns, each with a Normalization of its own."""
    inputs = {name: tf.keras.Input(shape=(1,), name=name) for name in PEOPLE}
    scaled = [adapted(PEOPLE[name], axis=axis)(inputs[name]) for name in PEOPLE]
    return tf.keras.Model(inputs, tf.keras.layers.Concatenate()(scaled))


@scenario("pipelines::normalization_of_each_column", documented=BOTH_COLUMNS, reference=LAYER_PAGE)
def test_columns():
    """A dictionary of columns, each with a Normalization(axis=None) of its own, concatenated"""
    return model_of_columns(axis=None).predict(PEOPLE, verbose=0)


@scenario(
    "pipelines::normalization_of_each_column_saved", documented=BOTH_COLUMNS, reference="tf.keras guide on saving"
)
def test_columns_saved():
    """A model of a dictionary of columns, saved as `model.keras` and loaded, predicts the same"""
    model_of_columns(axis=-1).save("model.keras")
    return tf.keras.models.load_model("model.keras").predict(PEOPLE, verbose=0)


@scenario(
    "pipelines::tutorial_regression_one_feature",
    documented=STANDARDIZED,
    reference="tutorial: basic regression, tensorflow#64814",
)
def test_tutorial_one_feature():
    """Normalization(input_shape=[1,], axis=None), adapted to 1-D data, before a Dense layer

    The regression tutorial normalizes horsepower this way; the Dense layer here passes its input on.
    """
    horsepower = np.array([0.0, 2.0], "float32")
    layer = adapted(horsepower, input_shape=[1], axis=None)
    dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
    return tf.keras.Sequential([layer, dense]).predict(horsepower, verbose=0)


@scenario(
    "pipelines::tutorial_regression_all_features", documented=[[-2.0], [2.0]], reference="tutorial: basic regression"
)
def test_tutorial_all_features():
    """Normalization adapted to two columns, first in a Sequential without Input, before Dense

    The Dense layer here adds its two inputs up.
    """
    table = np.concatenate([PEOPLE["age"], PEOPLE["income"]], axis=1)
    dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
    return tf.keras.Sequential([adapted(table, axis=-1), dense]).predict(table, verbose=0)


@scenario("pipelines::adapted_first_layer_of_one_column", reference="nothing: recorded as observed")
def test_first_layer_of_one_column():
    """Normalization adapted to one column, first in a Sequential without Input, before Dense

    An adapted layer tells the model its shape, and with one column it may not tell how many columns there are.
    """
    dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
    return tf.keras.Sequential([adapted(COLUMN, axis=-1), dense]).predict(COLUMN, verbose=0)


@scenario("pipelines::tutorial_csv", documented=BOTH_COLUMNS, reference="tutorial: load CSV data")
def test_tutorial_csv():
    """A preprocessing model over a dictionary of Inputs, called with 1-D columns

    The CSV tutorial concatenates numeric Inputs of shape (1,), normalizes them together, and calls the model with rank-1 columns.
    """
    inputs = {name: tf.keras.Input(shape=(1,), name=name) for name in PEOPLE}
    table = np.concatenate([PEOPLE[name] for name in PEOPLE], axis=1)
    joined = tf.keras.layers.Concatenate()([inputs[name] for name in PEOPLE])
    preprocessing = tf.keras.Model(inputs, adapted(table, axis=-1)(joined))
    return preprocessing({name: tf.constant(PEOPLE[name][:, 0]) for name in PEOPLE})


@scenario(
    "pipelines::tutorial_structured_data", documented=STANDARDIZED, reference="tutorial: classify structured data"
)
def test_tutorial_structured_data():
    """Normalization(axis=None), adapted to one column of a dataset of (dictionary, label)"""
    rows = tf.data.Dataset.from_tensor_slices((PEOPLE, np.array([0, 1]))).batch(2)
    return adapted(rows.map(lambda columns, label: columns["age"]), axis=None)(PEOPLE["age"])


@scenario("pipelines::fit_leaves_the_statistics", documented=STANDARDIZED, reference=LAYER_PAGE + ", adapt")
def test_fit_leaves_statistics():
    """fit() on other data leaves the adapted statistics as they are"""
    layer = adapted(COLUMN, axis=-1)
    model = tf.keras.Sequential([tf.keras.Input(shape=(1,)), layer, tf.keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(COLUMN + 100.0, COLUMN, verbose=0)
    return layer(COLUMN)


@scenario("pipelines::time_distributed", documented=[-1.0, 1.0, 1.0, -1.0], reference="tf.keras.layers.TimeDistributed")
def test_time_distributed():
    """An adapted Normalization in TimeDistributed normalizes every step"""
    wrapped = tf.keras.layers.TimeDistributed(adapted(COLUMN, axis=-1))
    model = tf.keras.Sequential([tf.keras.Input(shape=(2, 1)), wrapped])
    return np.ravel(model.predict(np.array([[[0.0], [2.0]], [[2.0], [0.0]]], "float32"), verbose=0))


@scenario("pipelines::masking_normalization_lstm", reference="nothing: keras#15451")
def test_masking_lstm():
    """After Masking and Normalization, an LSTM gives the same with and without a padded step"""
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(None, 1)),
            tf.keras.layers.Masking(mask_value=-9.0),
            adapted(COLUMN, axis=-1),
            tf.keras.layers.LSTM(2),
        ]
    )
    steps = np.array([[[1.0], [2.0]]], "float32")
    padded = np.array([[[1.0], [2.0], [-9.0]]], "float32")
    return bool(np.allclose(model(steps), model(padded), atol=1e-6))


def mirrored():
    """A strategy over the one processor that every machine has."""
    return tf.distribute.MirroredStrategy(["/cpu:0"])


@scenario(
    "pipelines::mirrored_strategy_adapt_in_scope",
    reference="tf.distribute.MirroredStrategy; tensorflow#54349",
)
def test_mirrored():
    """Normalization made and adapted in the scope of a MirroredStrategy, then predict()"""
    with mirrored().scope():
        model = tf.keras.Sequential([adapted(COLUMN, axis=-1)])
    return model.predict(COLUMN, verbose=0)


@scenario(
    "pipelines::mirrored_strategy_adapt_before_scope",
    reference="tf.distribute.MirroredStrategy",
)
def test_mirrored_adapted_before():
    """Normalization adapted before the scope of a MirroredStrategy, then predict() in a model"""
    layer = adapted(COLUMN, axis=-1)
    with mirrored().scope():
        model = tf.keras.Sequential([layer])
        model.compile()
    return model.predict(COLUMN, verbose=0)

"""DataFrames and Series of pandas: what adapt(), calls, predict() and fit() make of them."""

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import LOUD, NONE, NUMPY, OBSCURE, SILENT, VISIBLE, promise, question
from scenarios.observe import answer, compared, installed, normalization, plain, refused, which
from scenarios.sample import ROWS, rows

ADAPT = "Normalization.adapt: data is a tf.data.Dataset or a NumPy array"
DATAFRAMES = "tutorial: load a pandas DataFrame; tutorial: basic regression"
DATA = "tf.keras.Model.fit: x may be a NumPy array or array-like"
STRUCTURED = "tutorial: classify structured data with preprocessing layers"
SERIES = "tf-keras#264; tutorial: basic regression"

TABLE = rows()
STANDARDIZED = (TABLE - TABLE.mean(axis=0)) / TABLE.std(axis=0)
AGE = STANDARDIZED[:, 0]
COLUMNS = ["age", "income"]


def frame(dtype="float64"):
    return installed("pandas").DataFrame(np.array(ROWS, dtype), columns=COLUMNS)


def adapted(data, **arguments):
    layer = normalization(**arguments)
    layer.adapt(data)
    return layer


def normalized(data, **arguments):
    """What a layer that was adapted to the data makes of the array of the same numbers."""
    return adapted(data, **arguments)(TABLE)


def age(dtype="float64"):
    return frame(dtype)["age"]


# adapt()


@pytest.mark.parametrize("dtype", ["float32", "int64"])
@promise("pandas::adapt_frame_of_{dtype}", oracle=NUMPY, reference=DATAFRAMES)
def test_adapt_frame_of(dtype):
    """adapt() takes a DataFrame of {dtype}"""
    return compared(normalized(frame(dtype)), STANDARDIZED)


@promise("pandas::adapt_frame", oracle=NUMPY, reference=DATAFRAMES, aliases=("inputs::pandas_dataframe",))
def test_adapt_frame():
    """adapt() takes a DataFrame"""
    return compared(normalized(frame()), STANDARDIZED)


@promise("pandas::adapt_frame_of_floats_and_ints", oracle=NUMPY, reference=DATAFRAMES)
def test_adapt_mixed_frame():
    """adapt() takes a DataFrame of floats and whole numbers"""
    return compared(normalized(frame().astype({"age": "int64"})), STANDARDIZED)


@promise("pandas::adapt_frame_with_booleans", oracle=NUMPY, reference=DATAFRAMES)
def test_adapt_frame_with_booleans():
    """adapt() takes a DataFrame of floats and booleans"""
    mixed = frame().assign(income=[True, False, True, False])
    table = np.asarray(mixed, "float32")
    return compared(adapted(mixed)(table), (table - table.mean(axis=0)) / table.std(axis=0))


@pytest.mark.parametrize("dtype", ["Float64", "Int64"])
@promise("pandas::adapt_frame_of_nullable_{dtype}", oracle=NUMPY, reference="pandas: nullable data types")
def test_adapt_nullable(dtype):
    """adapt() takes a DataFrame of nullable {dtype}"""
    return compared(normalized(frame().astype(dtype)), STANDARDIZED)


@promise("pandas::adapt_frame_of_one_column", oracle=NUMPY, reference=DATAFRAMES)
def test_adapt_frame_of_one_column():
    """adapt() takes a DataFrame of one column"""
    return compared(np.ravel(adapted(frame()[["age"]])(TABLE[:, :1])), AGE)


@promise("pandas::adapt_frame_with_text", refused_by=("TypeError", "ValueError"), reference=DATAFRAMES)
def test_adapt_frame_with_text():
    """adapt() refuses a DataFrame with a column of text"""
    adapted(frame().assign(income=["much", "less", "much", "less"]))


@question(
    "pandas::adapt_frame_with_a_hole", answers={"nan": VISIBLE, "left out": NONE}, reference="pandas: missing data"
)
def test_adapt_frame_with_a_hole():
    """What does one missing number do to its column?"""
    holed = frame()
    holed.loc[3, "age"] = np.nan
    output = adapted(np.asarray(holed, "float32"))(TABLE)
    ages = TABLE[:, 0]
    return which(plain(output)[0][0], nan=np.nan, left_out=(ages[0] - ages[:3].mean()) / ages[:3].std())


#: The ways out that people take, and what each makes of a frame.
ARRAYS = {
    "np.array": np.array,
    "np.asarray": lambda data: np.asarray(data, "float32"),
    "to_numpy": lambda data: data.to_numpy(),
    "tf.convert_to_tensor": tf.convert_to_tensor,
}


@pytest.mark.parametrize("way", sorted(ARRAYS))
@promise("pandas::adapt_{way}_of_a_frame", oracle=NUMPY, reference=DATAFRAMES)
def test_adapt_array_of_frame(way):
    """adapt() takes what {way} makes of a DataFrame"""
    return compared(normalized(ARRAYS[way](frame())), STANDARDIZED)


@question(
    "pandas::adapt_series",
    answers={"one column": NONE, "all zeros": SILENT, "nan": VISIBLE, "refused": LOUD, "obscure error": OBSCURE},
    reference=SERIES,
    aliases=("inputs::pandas_series",),
)
def test_adapt_series():
    """What does the default axis make of a Series?"""
    return of_default_axis(age())


@question(
    "pandas::adapt_np.asarray_of_a_series",
    answers={"one column": NONE, "all zeros": SILENT, "nan": VISIBLE, "refused": LOUD},
    documented_by_release={"keras>=2.6": "all zeros"},
    reference=SERIES,
)
def test_adapt_array_of_series():
    """What does the default axis make of np.asarray(series)?"""
    return of_default_axis(np.asarray(age(), "float32"))


def of_default_axis(numbers):
    """What a layer of the default axis, adapted to one-dimensional numbers, makes of these numbers."""
    layer = normalization()
    try:
        layer.adapt(numbers)
    except (TypeError, ValueError) as error:
        return refused(error)
    except (IndexError, UnboundLocalError) as error:
        return answer("obscure error", str(error))
    output = np.ravel(layer(TABLE[:, 0]))
    return which(output, one_column=AGE, all_zeros=np.zeros(4), nan=[np.nan] * 4)


@promise("pandas::adapt_series_axis_none", oracle=NUMPY, reference=SERIES)
def test_adapt_series_axis_none():
    """adapt() with axis=None takes a Series"""
    return compared(np.ravel(adapted(age(), axis=None)(TABLE[:, 0])), AGE)


#: One column of a frame as a table of one column.
COLUMN_WAYS = {
    "to_frame": lambda series: series.to_frame(),
    "np.newaxis": lambda series: np.asarray(series, "float32")[:, np.newaxis],
    "tf.expand_dims": lambda series: tf.expand_dims(series, -1),
}


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("to_frame", "series.to_frame()"),
        ("np.newaxis", "np.asarray(series)[:, np.newaxis]"),
        ("tf.expand_dims", "tf.expand_dims(series, -1)"),
    ],
)
@promise("pandas::adapt_series_by_{way}", oracle=NUMPY, reference=SERIES)
def test_adapt_column(way, code):
    """adapt() takes `{code}`"""
    return compared(np.ravel(adapted(COLUMN_WAYS[way](age()))(TABLE[:, :1])), AGE)


def slices(data):
    return tf.data.Dataset.from_tensor_slices(data).batch(2)


@promise("pandas::adapt_dataset_of_a_frame", oracle=NUMPY, reference=DATAFRAMES)
def test_adapt_dataset_of_frame():
    """adapt() takes a Dataset made of a DataFrame"""
    return compared(normalized(slices(frame())), STANDARDIZED)


@promise(
    "pandas::adapt_column_of_a_dataset",
    oracle=NUMPY,
    reference=STRUCTURED,
    aliases=("inputs::dataset_per_column_of_a_dataframe",),
)
def test_adapt_column_of_dataset():
    """axis=None adapts to a column of a Dataset of dict(frame)"""
    column = slices(dict(frame())).map(lambda columns: columns["age"])
    return compared(np.ravel(adapted(column, axis=None)(TABLE[:, 0])), AGE)


# Calls and predictions


@promise("pandas::call_frame", oracle=NUMPY, reference=DATAFRAMES)
def test_call_frame():
    """An adapted layer, called on a DataFrame, normalizes it"""
    return compared(adapted(TABLE)(frame()), STANDARDIZED)


@promise("pandas::call_series_axis_none", oracle=NUMPY, reference=SERIES)
def test_call_series():
    """With axis=None a layer, called on a Series, normalizes it"""
    return compared(np.ravel(adapted(TABLE[:, 0], axis=None)(age())), AGE)


@question(
    "pandas::columns_in_another_order",
    answers={"by name": NONE, "by position": SILENT, "refused": LOUD},
    reference="nothing: a layer knows no names",
)
def test_columns_in_another_order():
    """Does a layer find a frame's columns by name or position?

    The layer is adapted to the array of a frame, and called on that of a frame whose columns stand the other way round.
    """
    turned = frame()[COLUMNS[::-1]]
    try:
        output = adapted(np.asarray(frame(), "float32"))(np.asarray(turned, "float32"))
    except ValueError as error:
        return refused(error)
    by_position = (TABLE[:, ::-1] - TABLE.mean(axis=0)) / TABLE.std(axis=0)
    return which(output, by_name=STANDARDIZED[:, ::-1], by_position=by_position)


def model_of(layer, columns):
    return tf.keras.Sequential([tf.keras.Input(shape=(columns,)), layer])


@promise("pandas::predict_frame", oracle=NUMPY, reference=DATA)
def test_predict_frame():
    """predict() takes a DataFrame"""
    return compared(model_of(adapted(TABLE), 2).predict(frame(), verbose=0), STANDARDIZED)


@promise("pandas::predict_series", oracle=NUMPY, reference=DATA + "; " + SERIES)
def test_predict_series():
    """predict() of a model of one column takes a Series"""
    model = model_of(adapted(TABLE[:, :1]), 1)
    return compared(np.ravel(model.predict(age(), verbose=0)), AGE)


def model_of_columns():
    """A model that takes a dictionary of columns, each with a Normalization of its own."""
    inputs = {name: tf.keras.Input(shape=(1,), name=name) for name in COLUMNS}
    scaled = [adapted(TABLE[:, [index]])(inputs[name]) for index, name in enumerate(COLUMNS)]
    return tf.keras.Model(inputs, tf.keras.layers.Concatenate()(scaled))


@promise("pandas::predict_dictionary_of_series", oracle=NUMPY, reference=DATA + "; " + STRUCTURED)
def test_predict_dictionary():
    """predict() takes dict(frame), a Series for each Input"""
    return compared(model_of_columns().predict(dict(frame()), verbose=0), STANDARDIZED)


@promise("pandas::predict_frame_for_named_inputs", oracle=NUMPY, reference=STRUCTURED)
def test_predict_frame_for_named_inputs():
    """predict() of named Inputs finds a frame's columns"""
    return compared(model_of_columns().predict(frame(), verbose=0), STANDARDIZED)


# Training

LABELS = np.array([1.0, 2.0, 3.0, 6.0], "float32")


def trainable():
    """A compiled model that starts from zero, so that its first training step is known."""
    dense = tf.keras.layers.Dense(1, kernel_initializer="zeros")
    model = tf.keras.Sequential([tf.keras.Input(shape=(2,)), adapted(TABLE), dense])
    model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.01), loss="mse")
    return model


def fitted_weights(**arguments):
    """The kernel and bias of the Dense layer after one step on a DataFrame and a Series."""
    model = trainable()
    model.fit(frame(), installed("pandas").Series(LABELS), batch_size=4, shuffle=False, verbose=0, **arguments)
    kernel, bias = model.layers[-1].get_weights()
    return [np.ravel(kernel), bias]


def one_step(features, labels):
    """The kernel and bias after one step from zero down the gradient of the mean squared error."""
    return [0.01 * 2 * features.T @ labels / len(labels), [0.01 * 2 * labels.mean()]]


@promise("pandas::fit_frame", oracle=NUMPY, reference=DATA)
def test_fit_frame():
    """fit() trains on a DataFrame and a Series"""
    return compared(fitted_weights(), one_step(STANDARDIZED, LABELS))


@promise("pandas::fit_frame_with_validation_split", oracle=NUMPY, reference=DATA)
def test_fit_validation_split():
    """fit() on a DataFrame takes validation_split"""
    return compared(fitted_weights(validation_split=0.5), one_step(STANDARDIZED[:2], LABELS[:2]))


@promise("pandas::evaluate_frame", oracle=NUMPY, reference=DATA)
def test_evaluate_frame():
    """evaluate() takes a DataFrame and a Series"""
    loss = trainable().evaluate(frame(), installed("pandas").Series(LABELS), verbose=0)
    return compared(loss, np.mean((LABELS - 0.0) ** 2))

"""What adapt() takes: arrays, tensors, datasets, iterables and stranger kinds of data."""

import contextlib
import io

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import LOUD, NONE, NUMPY, SILENT, VISIBLE, promise, question
from scenarios.observe import answer, compared, method, normalization, refused, resolve, statistics, which
from scenarios.sample import STATISTICS, batches, rows

ADAPT = "Normalization.adapt: computes the mean and variance of the data"
ARRAYS = "Normalization.adapt: data is a tf.data.Dataset or a NumPy array"
TENSORS = "Normalization.adapt, Keras 3: data may be an eager tensor"
ITERABLES = "Normalization.adapt, Keras 3.14: data may be an iterable of batches"
SCALARS = "Normalization, argument axis, TensorFlow 2.6: note on batched scalars"
PYDATASETS = "keras, normalization_test.py: PyDataset; keras#21300"

#: Keras 3.14 is the first whose documentation speaks of iterables and PyDatasets.
SINCE_ITERABLES = {"keras>=3.14": STATISTICS}
#: The classes that say clearly that data is not taken.
REFUSALS = ("TypeError", "ValueError")


def adapted(data, **arguments):
    """The statistics of a layer, made with the arguments, that was adapted to the data."""
    layer = normalization(**arguments)
    layer.adapt(data)
    return statistics(layer)


def moments(array, axis=0):
    """The mean and variance by NumPy, as ``statistics`` gives those of a layer."""
    array = np.asarray(array, "float32")
    return {"mean": np.ravel(np.mean(array, axis)), "variance": np.ravel(np.var(array, axis))}


def sequence_of(items):
    class Items(resolve("tf.keras.utils.Sequence")):
        def __len__(self):
            return len(items)

        def __getitem__(self, index):
            return items[index]

    return Items()


def generated(shape):
    """A Dataset of two batches of two rows, made by from_generator() with this static shape."""
    return tf.data.Dataset.from_generator(
        lambda: iter([rows()[:2], rows()[2:]]), output_types=tf.float32, output_shapes=shape
    )


@pytest.mark.parametrize("dtype", ["int64", "uint8"])
@promise("inputs::ndarray_{dtype}", oracle=NUMPY, documented=STATISTICS, reference=ARRAYS)
def test_ndarray(dtype):
    """adapt() takes a NumPy array of {dtype}"""
    return compared(adapted(rows(dtype)), moments(rows()))


@promise("inputs::ndarray_bool", oracle=NUMPY, reference=ARRAYS)
def test_ndarray_bool():
    """adapt() takes a NumPy array of booleans, True as one"""
    flags = np.array([[True, True], [False, True], [True, True], [False, True]])
    return compared(adapted(flags), moments(flags))


@promise("inputs::tensor", oracle=NUMPY, documented_by_release={"keras>=3": STATISTICS}, reference=TENSORS)
def test_tensor():
    """adapt() takes an eager tensor"""
    return compared(adapted(tf.constant(rows())), moments(rows()))


@promise("inputs::object_ndarray_of_floats_and_bools", oracle=NUMPY, reference=ADAPT)
def test_object_ndarray_of_floats_and_bools():
    """adapt() takes an object array of floats and booleans

    np.array(frame) gives such an array where a pandas DataFrame has columns of both kinds.
    """
    mixed = [[1.0, True], [3.0, False]]
    return compared(adapted(np.array(mixed, dtype=object)), moments(mixed))


@promise("inputs::list_of_batches", oracle=NUMPY, documented_by_release=SINCE_ITERABLES, reference=ITERABLES)
def test_list_of_batches():
    """adapt() takes a list of arrays, each as one batch"""
    return compared(adapted([rows()[:2], rows()[2:]]), moments(rows()))


@pytest.mark.parametrize("kind", ["tuple", "iterator"])
@promise("inputs::{kind}_of_batches", oracle=NUMPY, documented_by_release=SINCE_ITERABLES, reference=ITERABLES)
def test_iterable_of_batches(kind):
    """adapt() takes a {kind} of arrays, each as one batch"""
    data = {"tuple": tuple, "iterator": iter}[kind]([rows()[:2], rows()[2:]])
    return compared(adapted(data), moments(rows()))


@promise(
    "inputs::list_of_batches_of_different_widths",
    refused_by=REFUSALS,
    reference="keras, normalization_test.py: mismatched iterables",
)
def test_list_of_batches_of_different_widths():
    """adapt() refuses a list of arrays of different widths"""
    return adapted([rows(), rows()[:, :1]])


@promise("inputs::variable", oracle=NUMPY, reference=ADAPT)
def test_variable():
    """adapt() takes a tf.Variable"""
    return compared(adapted(tf.Variable(rows())), moments(rows()))


@promise(
    "inputs::dataset_of_features_and_labels", oracle=NUMPY, reference="tensorflow#39377, tensorflow#58821, keras#21930"
)
def test_dataset_of_features_and_labels():
    """adapt() takes a Dataset of (features, labels), as for fit()"""
    return compared(adapted(batches((rows(), np.arange(4.0)))), moments(rows()))


@promise("inputs::dataset_of_dicts", refused_by=REFUSALS, reference="tensorflow#44160")
def test_dataset_of_dicts():
    """adapt() refuses a Dataset of dictionaries of features

    A layer has one table of statistics; each column of the dictionary needs a layer of its own.
    """
    return adapted(batches({"a": rows()[:, :1], "b": rows()[:, 1:]}))


@promise("inputs::sequence_of_features", oracle=NUMPY, documented_by_release=SINCE_ITERABLES, reference=PYDATASETS)
def test_sequence_of_features():
    """adapt() takes all of a keras.utils.Sequence of features"""
    return compared(adapted(sequence_of([rows()[:2], rows()[2:]])), moments(rows()))


@promise("inputs::sequence_of_features_and_labels", oracle=NUMPY, reference=PYDATASETS)
def test_sequence_of_features_and_labels():
    """adapt() takes all of a Sequence of (features, labels)"""
    labels = np.arange(2.0)
    return compared(adapted(sequence_of([(rows()[:2], labels), (rows()[2:], labels)])), moments(rows()))


@promise("inputs::sequence_of_features_labels_and_weights", oracle=NUMPY, reference=PYDATASETS)
def test_sequence_of_features_labels_and_weights():
    """adapt() takes all of a Sequence of (x, y, sample weights)"""
    labels = weights = np.arange(2.0)
    data = sequence_of([(rows()[:2], labels, weights), (rows()[2:], labels, weights)])
    return compared(adapted(data), moments(rows()))


@question(
    "inputs::ndarray_1d_longer_than_a_batch",
    answers={"one column": NONE, "all zeros": SILENT, "nan": VISIBLE, "refused": LOUD},
    documented_by_release={"keras>=2.6": "all zeros"},
    reference=SCALARS,
)
def test_ndarray_1d_longer_than_a_batch():
    """What does the default axis make of 40 numbers?

    An array is read in batches of 32. Where each number has a mean of its own, all become zero.
    """
    numbers = np.arange(40, dtype="float32")
    layer = normalization()
    try:
        layer.adapt(numbers)
    except ValueError as error:
        return refused(error)
    column = (numbers - numbers.mean()) / numbers.std()
    return which(np.ravel(layer(numbers))[:3], one_column=column[:3], all_zeros=np.zeros(3), nan=[np.nan] * 3)


@promise(
    "inputs::ndarray_rows_at_a_time",
    documented_by_release={"keras>=2.5,<3": [32, 8]},
    reference="PreprocessingLayer.adapt, argument batch_size: defaults to 32",
)
def test_ndarray_rows_at_a_time():
    """update_state() gets 32 rows at a time, if not told otherwise"""
    layer = normalization()
    update, seen = method(layer, "update_state"), []
    layer.compile(run_eagerly=True)
    layer.update_state = lambda data: (seen.append(len(data)), update(data))
    layer.adapt(np.zeros((40, 2), "float32"))
    return seen


@promise("inputs::dataset_batched_scalars_uneven_axis_none", oracle=NUMPY, reference=SCALARS)
def test_dataset_batched_scalars_uneven_axis_none():
    """axis=None: adapt() takes scalars, the last batch short"""
    return compared(adapted(tf.data.Dataset.range(5).batch(2), axis=None), moments(range(5), axis=None))


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("known_width", (None, 2), "of shape (None, 2)"),
        ("unknown_width", (None, None), "of unknown width"),
        ("unknown_rank", None, "of unknown rank"),
    ],
)
@promise(
    "inputs::generator_dataset_{name}",
    oracle=NUMPY,
    reference=ARRAYS + "; keras, normalization_test.py: unknown kept axis",
)
def test_generator_dataset(name, shape, words):
    """adapt() takes a Dataset.from_generator() {words}"""
    return compared(adapted(generated(shape)), moments(rows()))


#: What adapt() may do where it gets no row at all.
OF_NOTHING = {"refused": LOUD, "nan": VISIBLE, "zeros": SILENT, "no statistics": SILENT}


def adapted_to_nothing(data):
    """What adapt() makes of data without rows: statistics of nothing, none, or a clear refusal."""
    try:
        seen = adapted(data)
    except ValueError as error:
        return refused(error)
    nan, zeros = ({"mean": [value] * 2, "variance": [value] * 2} for value in ("nan", 0.0))
    return which(seen, nan=nan, zeros=zeros, no_statistics="no statistics")


@question("inputs::empty_ndarray", answers=OF_NOTHING, reference=ARRAYS)
def test_empty_ndarray():
    """What does adapt() make of an array without rows?"""
    return adapted_to_nothing(rows()[:0])


@question("inputs::empty_dataset", answers=OF_NOTHING, reference=ARRAYS)
def test_empty_dataset():
    """What does adapt() make of a Dataset without batches?"""
    return adapted_to_nothing(batches(rows()).take(0))


@promise("inputs::ragged_tensor", oracle=NUMPY, reference=ARRAYS)
def test_ragged_tensor():
    """adapt() with axis=None takes a ragged tensor"""
    return compared(adapted(tf.ragged.constant([[0.0, 1.0], [2.0]]), axis=None), moments([0, 1, 2]))


@promise("inputs::sparse_tensor", oracle=NUMPY, reference=ARRAYS)
def test_sparse_tensor():
    """adapt() takes a sparse tensor"""
    return compared(adapted(tf.sparse.from_dense(rows())), moments(rows()))


@promise("inputs::numpy_matrix", oracle=NUMPY, reference=ARRAYS)
def test_numpy_matrix():
    """adapt() takes an np.matrix, as scipy's todense() gives it"""
    return compared(adapted(np.matrix(rows())), moments(rows()))


@question("inputs::numpy_masked_array", answers={"left out": NONE, "counted": SILENT}, reference=ARRAYS)
def test_numpy_masked_array():
    """What does adapt() do with what a masked array hides?"""
    masked = np.ma.masked_greater(np.array([[0.0], [2.0], [10.0]]), 5.0)
    return which(adapted(masked), left_out=moments([0, 2]), counted=moments([0, 2, 10]))


@promise("inputs::refusal_of_none", refused_by=REFUSALS, reference=ARRAYS)
def test_refusal_of_none():
    """adapt() refuses None"""
    return adapted(None)


@promise("inputs::refusal_of_a_string", refused_by=REFUSALS, reference=ARRAYS)
def test_refusal_of_a_string():
    """adapt() refuses a string"""
    return adapted("data")


@promise("inputs::refusal_of_a_number", refused_by=REFUSALS, reference=ARRAYS)
def test_refusal_of_a_number():
    """adapt() with axis=None refuses a bare Python number"""
    return adapted(3.0, axis=None)


@promise("inputs::ndarray_0d_axis_none", oracle=NUMPY, reference="keras, normalization_test.py: scalar input")
def test_ndarray_0d_axis_none():
    """adapt() with axis=None takes an array without dimensions"""
    return compared(adapted(np.array(3.0, "float32"), axis=None), moments(3.0, axis=None))


@question("inputs::adapt_prints", answers={"nothing": NONE, "something": NONE}, reference=ADAPT)
def test_adapt_prints():
    """What does adapt() print?"""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        normalization().adapt(np.zeros((200, 2), "float32"))
    return answer("something" if printed.getvalue() else "nothing", printed.getvalue())

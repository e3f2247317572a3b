"""What adapt() takes: arrays, tensors, datasets, frames and stranger kinds of data."""

import contextlib
import io

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import method, normalization, raised_by, resolve, scenario, statistics
from scenarios.sample import STATISTICS, batches, rows

ADAPT = "Normalization.adapt: computes the mean and variance of the data"
ARRAYS = "Normalization.adapt: data is a tf.data.Dataset or a NumPy array"
TENSORS = "Normalization.adapt, Keras 3: data may be an eager tensor"
ITERABLES = "Normalization.adapt, Keras 3.14: data may be an iterable of batches"
SCALARS = "Normalization, argument axis, TensorFlow 2.6: note on batched scalars"

FLAGS = [[True, True], [False, True], [True, True], [False, True]]
FLAG_STATISTICS = {"mean": [0.5, 1.0], "variance": [0.25, 0.0]}
#: Keras 3.14 is the first that documents iterables.
SINCE_ITERABLES = {"keras>=3.14": STATISTICS}


def adapted(data, **arguments):
    """The statistics of a layer, made with the arguments, that was adapted to the data."""
    layer = normalization(**arguments)
    layer.adapt(data)
    return statistics(layer)


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
@scenario("inputs::ndarray_{dtype}", documented=STATISTICS, reference=ARRAYS)
def test_ndarray(dtype):
    """adapt() on a NumPy array of dtype {dtype}"""
    return adapted(rows(dtype))


@scenario("inputs::ndarray_bool", documented=FLAG_STATISTICS, reference=ARRAYS)
def test_ndarray_bool():
    """adapt() on a NumPy array of booleans counts True as one"""
    return adapted(np.array(FLAGS))


@scenario("inputs::tensor", documented_by_release={"keras>=3": STATISTICS}, reference=TENSORS)
def test_tensor():
    """adapt() on an eager tensor"""
    return adapted(tf.constant(rows()))


@scenario("inputs::object_ndarray_of_floats_and_bools", reference=ADAPT)
def test_object_ndarray_of_floats_and_bools():
    """adapt() on an object array that mixes floats and booleans, as np.array(frame) gives it"""
    return adapted(np.array([[1.0, True], [3.0, False]], dtype=object))


@scenario("inputs::list_of_batches", documented_by_release=SINCE_ITERABLES, reference=ITERABLES)
def test_list_of_batches():
    """adapt() on a list of arrays takes each as one batch"""
    return adapted([rows()[:2], rows()[2:]])


@pytest.mark.parametrize("kind", ["tuple", "iterator"])
@scenario("inputs::{kind}_of_batches", documented_by_release=SINCE_ITERABLES, reference=ITERABLES)
def test_iterable_of_batches(kind):
    """adapt() on a {kind} of arrays takes each as one batch"""
    return adapted({"tuple": tuple, "iterator": iter}[kind]([rows()[:2], rows()[2:]]))


@scenario("inputs::list_of_batches_of_different_widths", reference="keras, normalization_test.py: mismatched iterables")
def test_list_of_batches_of_different_widths():
    """adapt() on a list of an array of two columns and one of a single column: refused, or statistics"""
    data = [rows(), rows()[:, :1]]
    return "refused" if raised_by(adapted, data) else adapted(data)


@scenario("inputs::variable", reference=ADAPT)
def test_variable():
    """adapt() on a tf.Variable"""
    return adapted(tf.Variable(rows()))


@scenario("inputs::dataset_of_features_and_labels", reference="tensorflow#39377, tensorflow#58821, keras#21930")
def test_dataset_of_features_and_labels():
    """adapt() on a Dataset of (features, labels), as made for fit()"""
    return adapted(batches((rows(), np.arange(4.0))))


@scenario("inputs::dataset_of_dicts", reference="tensorflow#44160")
def test_dataset_of_dicts():
    """adapt() on a Dataset of dictionaries of features"""
    return adapted(batches({"a": rows()[:, :1], "b": rows()[:, 1:]}))


@scenario("inputs::sequence_of_features", documented_by_release=SINCE_ITERABLES, reference="keras#21300")
def test_sequence_of_features():
    """adapt() on a keras.utils.Sequence (PyDataset) of features"""
    return adapted(sequence_of([rows()[:2], rows()[2:]]))


@scenario("inputs::sequence_of_features_and_labels", reference="keras, normalization_test.py: PyDataset")
def test_sequence_of_features_and_labels():
    """adapt() on a keras.utils.Sequence (PyDataset) of (features, labels)"""
    labels = np.arange(2.0)
    return adapted(sequence_of([(rows()[:2], labels), (rows()[2:], labels)]))


@scenario("inputs::sequence_of_features_labels_and_weights", reference="keras, normalization_test.py: PyDataset")
def test_sequence_of_features_labels_and_weights():
    """adapt() on a keras.utils.Sequence (PyDataset) of (features, labels, sample weights)"""
    labels = weights = np.arange(2.0)
    return adapted(sequence_of([(rows()[:2], labels, weights), (rows()[2:], labels, weights)]))


@scenario("inputs::ndarray_1d_longer_than_a_batch", reference=SCALARS)
def test_ndarray_1d_longer_than_a_batch():
    """adapt() on 40 values, default axis: how many means there are and the first one"""
    mean = adapted(np.arange(40, dtype="float32"))["mean"]
    return {"means": len(mean), "first": mean[0]}


@scenario(
    "inputs::ndarray_rows_at_a_time",
    documented_by_release={"keras>=2.5,<3": [32, 8]},
    reference="PreprocessingLayer.adapt, argument batch_size: defaults to 32",
)
def test_ndarray_rows_at_a_time():
    """How many rows of a 40-row array update_state() gets at a time if no batch_size is given"""
    layer = normalization()
    update, seen = method(layer, "update_state"), []
    layer.compile(run_eagerly=True)
    layer.update_state = lambda data: (seen.append(len(data)), update(data))
    layer.adapt(np.zeros((40, 2), "float32"))
    return seen


@scenario(
    "inputs::dataset_batched_scalars_uneven_axis_none",
    documented_by_release={">=2.6": {"mean": [2.0], "variance": [2.0]}},
    reference=SCALARS,
)
def test_dataset_batched_scalars_uneven_axis_none():
    """adapt() on Dataset.range(5).batch(2), whose last batch is short, axis=None"""
    return adapted(tf.data.Dataset.range(5).batch(2), axis=None)


@scenario("inputs::generator_dataset_known_width", documented=STATISTICS, reference=ARRAYS)
def test_generator_dataset_known_width():
    """adapt() on Dataset.from_generator() with the static shape (None, 2)"""
    return adapted(generated((None, 2)))


@scenario("inputs::generator_dataset_unknown_width", reference="keras, normalization_test.py: unknown kept axis")
def test_generator_dataset_unknown_width():
    """adapt() on Dataset.from_generator() with the static shape (None, None)"""
    return adapted(generated((None, None)))


@scenario("inputs::generator_dataset_unknown_rank", reference=ARRAYS)
def test_generator_dataset_unknown_rank():
    """adapt() on Dataset.from_generator() without a static shape"""
    return adapted(generated(None))


@scenario("inputs::empty_ndarray", reference=ARRAYS)
def test_empty_ndarray():
    """adapt() on an array without rows"""
    return adapted(rows()[:0])


@scenario("inputs::empty_dataset", reference=ARRAYS)
def test_empty_dataset():
    """adapt() on a Dataset without batches"""
    return adapted(batches(rows()).take(0))


@scenario("inputs::ragged_tensor", reference=ARRAYS)
def test_ragged_tensor():
    """adapt() with axis=None on a ragged tensor"""
    return adapted(tf.ragged.constant([[0.0, 1.0], [2.0]]), axis=None)


@scenario("inputs::sparse_tensor", reference=ARRAYS)
def test_sparse_tensor():
    """adapt() on a sparse tensor"""
    return adapted(tf.sparse.from_dense(rows()))


@scenario("inputs::numpy_matrix", reference=ARRAYS)
def test_numpy_matrix():
    """adapt() on an np.matrix, as scipy's todense() gives it"""
    return adapted(np.matrix(rows()))


@scenario("inputs::numpy_masked_array", reference=ARRAYS)
def test_numpy_masked_array():
    """Whether adapt() leaves out what a NumPy masked array hides: the mean is 1 if so, 4 if not"""
    return adapted(np.ma.masked_greater(np.array([[0.0], [2.0], [10.0]]), 5.0))


@scenario("inputs::refusal_of_none", reference=ARRAYS)
def test_refusal_of_none():
    """How adapt(None) is refused"""
    return adapted(None)


@scenario("inputs::refusal_of_a_string", reference=ARRAYS)
def test_refusal_of_a_string():
    """How adapt() on a string is refused"""
    return adapted("data")


@scenario("inputs::refusal_of_a_number", reference=ARRAYS)
def test_refusal_of_a_number():
    """How adapt() on a single Python number is refused, axis=None"""
    return adapted(3.0, axis=None)


@scenario("inputs::ndarray_0d_axis_none", reference="keras, normalization_test.py: scalar input")
def test_ndarray_0d_axis_none():
    """adapt() on a NumPy array without dimensions, axis=None"""
    return adapted(np.array(3.0, "float32"), axis=None)


@scenario("inputs::adapt_prints", reference=ADAPT)
def test_adapt_prints():
    """What adapt() prints to the standard output"""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        normalization().adapt(np.zeros((200, 2), "float32"))
    return printed.getvalue()

"""What adapt() computes, from which data and arguments, and what the layer then does to its input."""

import numpy as np
import tensorflow as tf

from scenarios.observe import call, described, method, normalization, raised_by, scenario

LAYER = "tf.keras.layers.Normalization"
EXAMPLES = LAYER + ", TensorFlow 2.7, examples"
ADAPT = LAYER + ".adapt, TensorFlow 2.7"
#: The releases that document the arguments `steps` and `batch_size` of adapt(), and `is_adapted`.
ARGUMENTS = ">=2.5,<2.16"

#: Five rows of two features: the means are 3 and 30, the variances 2 and 200.
ROWS = np.array([[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]], "float32")
QUERY = np.array([[3, 30], [5, 50]], "float32")
NORMALIZED_QUERY = [[0.0, 0.0], [1.414214, 1.414214]]
#: The first two rows, by their own statistics.
NORMALIZED_FIRST_BATCH = [[-1.0, -1.0], [1.0, 1.0]]


def floats(values):
    return np.array(values, "float32")


def promised(values):
    """The description of a float32 result."""
    return described(floats(values))


def batches():
    """A dataset of the rows in batches of 2, 2 and 1."""
    return tf.data.Dataset.from_tensor_slices(ROWS).batch(2)


def adapted(data, adapt_arguments=None, **arguments):
    """A Normalization layer with these arguments, adapted to the data."""
    layer = normalization(**arguments)
    call(layer.adapt, data, **(adapt_arguments or {}))
    return layer


def answer(data, adapt_arguments=None):
    """What a layer with the default axis makes of the query after adapt(data)."""
    return adapted(data, adapt_arguments)(QUERY)


def refused(action, *values, **arguments):
    return "refused" if raised_by(call, action, *values, **arguments) else "accepted"


@scenario("adapt::axis_last_2d", documented=NORMALIZED_QUERY, reference=LAYER)
def test_axis_last_2d():
    """With the default axis each feature of 2-D data gets a mean and a variance of its own"""
    return answer(ROWS)


@scenario("adapt::axis_none_2d", documented_by_release={">=2.3": [[-1.0, 1.0]]}, reference=LAYER + ", argument axis")
def test_axis_none_2d():
    """With axis=None all elements of 2-D data share one mean and one variance"""
    return adapted(floats([[0, 2], [0, 2]]), axis=None)(floats([[0, 2]]))


@scenario(
    "adapt::axis_none_1d",
    documented_by_release={">=2.6": promised([-1.4142135, -0.70710677, 0.0])},
    reference=EXAMPLES + ", the first",
)
def test_axis_none_1d():
    """With axis=None 1-D data stays 1-D and is normalized by one mean and variance

    The first documented example. Releases before 2.6 document axis=None, but no 1-D data.
    """
    return described(adapted(floats([1, 2, 3, 4, 5]), axis=None)(floats([1, 2, 3])))


@scenario(
    "adapt::documented_example_per_feature",
    documented_by_release={">=2.6,<2.9": promised([[0, 0, 0]]), ">=2.9": promised([[-1, -1, -1]])},
    reference=EXAMPLES + ", the second; corrected in 2.9",
)
def test_documented_example_per_feature():
    """The documented example with one mean and variance a feature gives the documented numbers

    Up to 2.8 the documentation prints zeros; the formula on the same page, and the corrected example, give -1.
    """
    layer = adapted(floats([[0, 7, 4], [2, 9, 6], [0, 7, 4], [2, 9, 6]]), axis=-1)
    return described(layer(floats([[0, 7, 4]])))


@scenario(
    "adapt::documented_example_given_mean",
    documented_by_release={">=2.4": promised([[-1.4142135], [-0.70710677], [0.0]])},
    reference=EXAMPLES + ", the third",
)
def test_documented_example_given_mean():
    """With mean and variance given no adapt() is needed, as in the documented example"""
    return described(normalization(mean=3.0, variance=2.0)(floats([[1], [2], [3]])))


@scenario("adapt::axis_tuple", documented=[[[-1.0, 0.0], [1.0, 2.0]]], reference=LAYER + ", argument axis")
def test_axis_tuple():
    """With axis=(1, 2) each position of these axes of 3-D data has its own mean and variance"""
    layer = adapted(floats([[[0, 10], [20, 30]], [[2, 12], [22, 32]]]), axis=(1, 2))
    return layer(floats([[[0, 11], [22, 33]]]))


@scenario("adapt::axis_middle", documented=[[[-1.0, 1.0], [0.0, 0.2]]], reference=LAYER + ", argument axis")
def test_axis_middle():
    """With axis=1 each position of the middle axis of 3-D data has its own mean and variance"""
    layer = adapted(floats([[[0, 2], [0, 10]], [[0, 2], [0, 10]]]), axis=1)
    return layer(floats([[[0, 2], [5, 6]]]))


@scenario(
    "adapt::axis_0",
    documented_by_release={"<2.6": "refused", ">=2.6": [[-1.0, 1.0], [-1.0, 1.0]]},
    reference=LAYER + ", argument axis, TensorFlow 2.5 and 2.7",
)
def test_axis_0():
    """With axis=0 each row has its own mean and variance; up to 2.5 axis=0 is not allowed"""
    if raised_by(normalization, axis=0):
        return "refused"
    data = floats([[0, 2], [10, 30]])
    return adapted(data, axis=0)(data)


@scenario(
    "adapt::default_axis_1d",
    documented_by_release={">=2.6": promised([0, 0, 0])},
    reference=LAYER + ", argument axis: batched scalar inputs",
)
def test_default_axis_1d():
    """With the default axis each element of 1-D data is normalized by itself, to zero

    A frequent surprise: a single column passed as a 1-D array asks for axis=None.
    """
    data = floats([1, 2, 6])
    return described(adapted(data)(data))


@scenario("adapt::dataset_batched", documented=NORMALIZED_QUERY, reference=ADAPT + ", argument data")
def test_dataset_batched():
    """adapt() weighs the batches of a dataset by their size: a smaller last one does no harm"""
    return answer(batches())


@scenario("adapt::dataset_unbatched_rows", reference="Keras 3 documents that a dataset has to be batched")
def test_dataset_unbatched_rows():
    """adapt() on a dataset of single rows gives the statistics of its features

    Every release reads an element as a batch. Only Keras 3 says so, and that the result may be wrong otherwise.
    """
    return answer(tf.data.Dataset.from_tensor_slices(ROWS))


@scenario("adapt::dataset_unbatched_scalars", reference="Keras 3 documents that a dataset has to be batched")
def test_dataset_unbatched_scalars():
    """adapt() with axis=None on a dataset of single numbers gives their mean and variance"""
    layer = adapted(tf.data.Dataset.from_tensor_slices(floats([1, 2, 3, 4, 5])), axis=None)
    return np.ravel(layer(floats([[3], [5]])))


@scenario(
    "adapt::list_of_numbers",
    documented_by_release={"keras>=2.6,<3": [-1.0, 0.0, 1.0]},
    reference=ADAPT + ", both examples with several adapts",
)
def test_list_of_numbers():
    """adapt() takes a plain list of numbers with axis=None, as the documented examples do"""
    return np.ravel(adapted([0, 2], axis=None)(floats([0, 1, 2])))


@scenario("adapt::list_of_rows", reference="nothing: recorded as observed")
def test_list_of_rows():
    """adapt() takes rows as a list of lists"""
    return answer(ROWS.tolist())


@scenario("adapt::generator", reference="the text on batch_size speaks of generators, the text on data does not")
def test_generator():
    """adapt() takes a generator of batches"""
    return answer(batch for batch in (ROWS[:2], ROWS[2:]))


@scenario(
    "adapt::batch_size",
    documented_by_release={ARGUMENTS: NORMALIZED_QUERY},
    reference=ADAPT + ", argument batch_size",
)
def test_batch_size():
    """adapt(data, batch_size=2) gives the same statistics as adapt(data)"""
    return answer(ROWS, {"batch_size": 2})


@scenario("adapt::batch_size_with_dataset", reference=ADAPT + ", argument batch_size: not to be given with a dataset")
def test_batch_size_with_dataset():
    """Is batch_size refused when the data is a dataset?"""
    return refused(normalization().adapt, batches(), batch_size=2)


@scenario(
    "adapt::steps_with_dataset",
    documented_by_release={ARGUMENTS: NORMALIZED_FIRST_BATCH},
    reference=ADAPT + ", argument steps",
)
def test_steps_with_dataset():
    """adapt(dataset, steps=1) reads the first batch only"""
    return adapted(batches(), {"steps": 1})(ROWS[:2])


@scenario(
    "adapt::steps_with_infinite_dataset",
    documented_by_release={ARGUMENTS: NORMALIZED_FIRST_BATCH},
    reference=ADAPT + ", argument steps",
    limit=10,
)
def test_steps_with_infinite_dataset():
    """adapt(dataset, steps=1) returns where the dataset never ends"""
    return adapted(batches().repeat(), {"steps": 1})(ROWS[:2])


@scenario("adapt::infinite_dataset_without_steps", reference=ADAPT + ", argument steps: has to be given", limit=1)
def test_infinite_dataset_without_steps():
    """Is an infinite dataset refused when there is no steps argument?

    adapt() would otherwise never return.
    """
    return refused(normalization().adapt, batches().repeat())


@scenario(
    "adapt::steps_with_array",
    documented_by_release={ARGUMENTS: "refused"},
    reference=ADAPT + ", argument steps: not supported with arrays",
)
def test_steps_with_array():
    """Steps is refused with an array; where it is accepted, this is the mean that adapt() finds

    The array has 32 zeros, the default size of a batch, and then 32 ones: the mean is 0.5, that of the first batch 0.
    """
    layer = normalization()
    data = np.repeat(floats([[0], [1]]), 32, axis=0)
    if raised_by(call, layer.adapt, data, steps=1):
        return "refused"
    return {"mean": layer.get_weights()[0]}


@scenario("adapt::only_mean_given", documented="refused", reference=LAYER + ", argument mean, Keras 3.14")
def test_only_mean_given():
    """A mean without a variance is refused"""
    return "refused" if raised_by(normalization, mean=3.0) else "accepted"


@scenario("adapt::layer_with_given_mean", reference="nothing: recorded as observed")
def test_layer_with_given_mean():
    """adapt() on a layer that was given mean and variance: whose statistics does it then use?"""
    layer = adapted(floats([[0], [2]]), mean=[3.0], variance=[4.0])
    return layer(floats([[1], [3]]))


@scenario(
    "adapt::is_adapted",
    documented_by_release={ARGUMENTS: [False, True]},
    reference=LAYER + ", TensorFlow 2.7, attributes",
)
def test_is_adapted():
    """The attribute is_adapted tells whether adapt() has run"""
    layer = normalization()
    before = method(layer, "is_adapted")
    layer.adapt(ROWS)
    return [before, layer.is_adapted]


@scenario("adapt::zero_variance", reference="nothing: the documented formula divides by zero")
def test_zero_variance():
    """What a constant column becomes: for the constant itself, and for a value 1 above it"""
    return np.ravel(adapted(floats([[5], [5], [5]]))(floats([[5], [6]])))


@scenario("adapt::never_adapted", reference="keras#16296; documented: adapt() belongs before predict()")
def test_never_adapted():
    """What a layer that was never adapted makes of its input"""
    return normalization()(QUERY)


@scenario("adapt::never_adapted_predict", reference="keras#16296; documented: adapt() belongs before predict()")
def test_never_adapted_predict():
    """What predict() gives where the model's Normalization layer was never adapted

    The model learns its input's shape from predict() itself: the layer is built while predict() is being traced.
    """
    return tf.keras.Sequential([normalization()]).predict(QUERY, verbose=0)

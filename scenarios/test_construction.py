"""What the constructor of Normalization takes, and what build() makes of it."""

import inspect

import numpy as np
import tensorflow as tf

from scenarios.observe import normalization, normalization_class, raised_by, scenario

REFERENCE = "tf.keras.layers.Normalization, TensorFlow 2.7"
NEWEST = "tf.keras.layers.Normalization, TensorFlow 2.21"
#: Two samples of two features, statistics for them, and what the layer's formula makes of both.
INPUTS = np.array([[1.0, 2.0], [3.0, 6.0]], "float32")
MEAN, VARIANCE = [1.0, 2.0], [1.0, 4.0]
NORMALIZED = [[0.0, 0.0], [2.0, 2.0]]
BASES = ("PreprocessingLayer", "TFDataLayer", "DataLayer", "Layer", "Operation", "Module")


def refused_by(shape, **arguments):
    """The first of constructor and build() that refuses the arguments."""
    made = []
    if raised_by(lambda: made.append(normalization(**arguments))):
        return "the constructor"
    return "build" if raised_by(made[0].build, shape) else "nothing"


def statistics_shape(shape, **arguments):
    layer = normalization(**arguments)
    layer.build(shape)
    return list(np.shape(layer.get_weights()[0]))


@scenario(
    "construct::signature",
    reference=REFERENCE,
    documented_by_release={
        ">=2.5,<2.10": ["axis=-1", "mean=None", "variance=None", "**kwargs"],
        ">=2.10": ["axis=-1", "mean=None", "variance=None", "invert=False", "**kwargs"],
    },
)
def test_signature():
    """The constructor's parameters, in order"""
    parameters = inspect.signature(normalization_class().__init__).parameters.values()
    return [str(parameter) for parameter in parameters if parameter.name != "self"]


@scenario(
    "construct::base_classes",
    reference=REFERENCE,
    documented_by_release={"keras>=2.6,<3": ["PreprocessingLayer", "Layer", "Module"]},
)
def test_base_classes():
    """The public classes that Normalization inherits from

    Code that asks isinstance(layer, PreprocessingLayer), or tf.Module, depends on it.
    """
    return [base.__name__ for base in normalization_class().__mro__ if base.__name__ in BASES]


@scenario(
    "construct::positional_mean_and_variance",
    reference=REFERENCE,
    documented_by_release={">=2.5": NORMALIZED},
)
def test_positional_mean_and_variance():
    """Normalization(-1, mean, variance) takes its arguments in this order"""
    normalization(mean=MEAN, variance=VARIANCE)  # where they are unknown by name, they are missing, not misplaced
    return normalization_class()(-1, MEAN, VARIANCE)(INPUTS)


@scenario("construct::variance_alone", reference=NEWEST, documented_by_release={"keras>=3.12": "refused"})
def test_variance_alone():
    """The constructor refuses a variance without a mean"""
    return "refused" if raised_by(normalization, variance=3.0) else "accepted"


@scenario("construct::mean_as_variable", reference="keras normalization_test: broadcasting when set directly")
def test_mean_as_variable():
    """A tf.Variable as mean and as variance"""
    return normalization(mean=tf.Variable(MEAN), variance=tf.Variable(VARIANCE))(INPUTS)


@scenario(
    "construct::scalar_mean_of_two_features",
    reference="keras#20624; mlflow#11847; " + REFERENCE,
    documented=[[0.0, 0.5], [1.0, 2.5]],
)
def test_scalar_mean_of_two_features():
    """A scalar mean and variance are broadcast to all features"""
    return normalization(mean=1.0, variance=4.0)(INPUTS)


@scenario(
    "construct::scalar_mean_of_images",
    reference="keras#20624; " + REFERENCE,
    documented=[[[[-0.5, 0.0, 0.5], [1.0, 1.5, 2.0]]]],
)
def test_scalar_mean_of_images():
    """A scalar mean and variance are broadcast to the channels of images"""
    images = np.arange(6, dtype="float32").reshape(1, 1, 2, 3)
    return normalization(mean=1.0, variance=4.0)(images)


@scenario("construct::scalar_mean_of_one_dimension", reference="tensorflow#64814")
def test_scalar_mean_of_one_dimension():
    """A scalar mean and variance, the default axis, and one-dimensional input"""
    return normalization(mean=3.0, variance=2.0)(np.array([1.0, 2.0, 3.0], "float32"))


@scenario("construct::one_element_mean_axis_none", reference="tensorflow#64814; keras PR #22068")
def test_one_element_mean_axis_none():
    """A list of one element as mean and variance with axis=None"""
    return normalization(axis=None, mean=[1.0], variance=[4.0])(INPUTS)


@scenario("construct::mean_list_with_scalar_variance", reference=REFERENCE, documented=[[0.0, 0.0], [1.0, 2.0]])
def test_mean_list_with_scalar_variance():
    """A mean for each feature with one variance for all of them"""
    return normalization(mean=MEAN, variance=4.0)(INPUTS)


@scenario("construct::mean_of_shape_one_by_features", reference="keras PR #22068")
def test_mean_of_shape_one_by_features():
    """A mean and variance of shape (1, features), as NumPy gives them with keepdims=True"""
    return normalization(mean=[MEAN], variance=[VARIANCE])(INPUTS)


@scenario(
    "construct::mean_for_a_middle_axis",
    reference=REFERENCE,
    documented=[[[0.0, 1.0, 2.0], [0.5, 1.0, 1.5]]],
)
def test_mean_for_a_middle_axis():
    """axis=1 of three dimensions: the mean belongs to the middle axis"""
    inputs = np.arange(1, 7, dtype="float32").reshape(1, 2, 3)
    return normalization(axis=1, mean=[1.0, 3.0], variance=[1.0, 4.0])(inputs)


@scenario("construct::mean_for_the_last_of_two_axes", reference=REFERENCE, documented=[[[0.0, 0.0], [2.0, 1.0]]])
def test_mean_for_the_last_of_two_axes():
    """axis=(1, 2) and a mean for the last of them: it is broadcast along the other"""
    inputs = np.array([[[1.0, 2.0], [3.0, 4.0]]], "float32")
    return normalization(axis=(1, 2), mean=MEAN, variance=VARIANCE)(inputs)


@scenario("construct::mean_of_wrong_length", reference=REFERENCE, documented="build")
def test_mean_of_wrong_length():
    """Three means for two features are refused, and by build() only"""
    return refused_by((None, 2), mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])


@scenario("construct::mean_of_transposed_shape", reference=REFERENCE, documented="build")
def test_mean_of_transposed_shape():
    """A mean of shape (3, 2) for axes of shape (2, 3) is refused, and by build() only

    Reshaping it, instead of broadcasting, would normalize each element by another one's statistics.
    """
    transposed = np.arange(1.0, 7.0).reshape(3, 2)
    return refused_by((None, 2, 3), axis=(1, 2), mean=transposed, variance=transposed)


@scenario("construct::axis_of_unknown_length", reference="keras normalization_test: keeping an unknown axis fails")
def test_axis_of_unknown_length():
    """The first of constructor and build() that refuses to keep an axis of unknown length"""
    return refused_by((None, None), axis=-1)


@scenario("construct::axis_as_numpy_integer", reference="tf.keras.layers.Normalization: axis")
def test_axis_as_numpy_integer():
    """The shape of the mean with an axis that is a NumPy integer"""
    return statistics_shape((None, 5), axis=np.int64(1))


@scenario("construct::shape_of_mean_axis_1", reference=REFERENCE, documented=[5])
def test_shape_of_mean_axis_1():
    """axis=1 on inputs of shape (None, 5) tracks five means"""
    return statistics_shape((None, 5), axis=1)


@scenario("construct::shape_of_mean_axis_pair_reversed", reference="keras normalization_test: axis permutations")
def test_shape_of_mean_axis_pair_reversed():
    """The shape of the mean with axis=(2, 1) on inputs of shape (None, 3, 4)

    Statistics that are passed on from one release to another must be in this order.
    """
    return statistics_shape((None, 3, 4), axis=(2, 1))


@scenario("construct::argument_invert", reference=NEWEST, documented_by_release={">=2.10": True})
def test_argument_invert():
    """The constructor takes invert=True and keeps it"""
    return normalization(invert=True).invert


@scenario("construct::argument_batch_input_shape", reference="tf.keras.layers.Layer, TensorFlow 2.7")
def test_argument_batch_input_shape():
    """The input shape of a Sequential model whose Normalization was given batch_input_shape"""
    return tf.keras.Sequential([normalization(batch_input_shape=(4, 2))]).input_shape


@scenario("construct::argument_batch_size", reference="tf.keras.layers.Layer")
def test_argument_batch_size():
    """A Normalization that was given batch_size normalizes as without it"""
    layer = normalization(batch_size=4)
    layer.adapt(np.array([[0.0], [2.0]], "float32"))
    return layer(np.array([[0.0], [4.0]], "float32"))


@scenario("construct::argument_of_no_meaning", reference="tf.keras.layers.Layer")
def test_argument_of_no_meaning():
    """Whether an argument that no layer has is refused, or accepted in silence"""
    return "refused" if raised_by(normalization_class(), meaning=None) else "accepted"

"""What the constructors of the normalization layers take, and what build() of Normalization makes of it."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import LOUD, NONE, NUMPY, SILENT, data, presence, promise, question
from scenarios.observe import compared, keras_layer, normalization, normalization_class, raised_by, which

REFERENCE = "tf.keras.layers.Normalization, TensorFlow 2.7"
NEWEST = "tf.keras.layers.Normalization, TensorFlow 2.21"
#: Two samples of two features, and statistics for them.
INPUTS = np.array([[1.0, 2.0], [3.0, 6.0]], "float32")
MEAN, VARIANCE = [1.0, 2.0], [1.0, 4.0]
BASES = ("PreprocessingLayer", "TFDataLayer", "DataLayer", "Layer", "Operation", "Module")


def statistics_shape(shape, **arguments):
    layer = normalization(**arguments)
    layer.build(shape)
    return list(np.shape(layer.get_weights()[0]))


def refused_by(shape, **arguments):
    """The first of the constructor, build() and a call with inputs of the shape that refuses the arguments."""
    made = []
    if raised_by(lambda: made.append(normalization(**arguments))):
        return "the constructor"
    if raised_by(made[0].build, shape):
        return "build()"
    return "the call" if raised_by(made[0], tf.keras.Input(shape[1:])) else "nothing"


REFUSED_BY = {"the constructor": LOUD, "build()": LOUD, "the call": LOUD, "nothing": SILENT}


@presence("construct::signature", reference=REFERENCE)
def test_signature():
    """The parameters of `Normalization`, in order"""
    parameters = inspect.signature(normalization_class().__init__).parameters.values()
    return [str(parameter) for parameter in parameters if parameter.name != "self"]


@data("construct::base_classes", reference=REFERENCE + ": inherits from PreprocessingLayer, Layer, Module")
def test_base_classes():
    """The public classes that Normalization inherits from

    Code that asks isinstance(layer, PreprocessingLayer), or tf.Module, depends on it.
    """
    return [base.__name__ for base in normalization_class().__mro__ if base.__name__ in BASES]


# Given mean and variance


@promise("construct::positional_mean_and_variance", oracle=NUMPY, reference=REFERENCE)
def test_positional_mean_and_variance():
    """`Normalization(-1, mean, variance)` takes them in this order"""
    normalization(mean=MEAN, variance=VARIANCE)  # where they are unknown by name, they are missing, not misplaced
    return compared(normalization_class()(-1, MEAN, VARIANCE)(INPUTS), (INPUTS - MEAN) / np.sqrt(VARIANCE))


@pytest.mark.parametrize("name", ["mean", "variance"])
@promise("construct::{name}_alone", refused_by=("ValueError",), reference=NEWEST + ": must be specified together")
def test_one_alone(name):
    """A {name} given alone is refused"""
    normalization(**{name: 3.0})


@promise(
    "construct::mean_as_variable",
    oracle=NUMPY,
    reference="keras normalization_test: broadcasting when set directly; refused by name in Keras 2",
)
def test_mean_as_variable():
    """A `tf.Variable` can be the mean and the variance"""
    layer = normalization(mean=tf.Variable(MEAN), variance=tf.Variable(VARIANCE))
    return compared(layer(INPUTS), (INPUTS - MEAN) / np.sqrt(VARIANCE))


@promise("construct::scalar_mean_of_two_features", oracle=NUMPY, reference="keras#20624; mlflow#11847; " + REFERENCE)
def test_scalar_mean_of_two_features():
    """A scalar mean and variance serve all features"""
    return compared(normalization(mean=1.0, variance=4.0)(INPUTS), (INPUTS - 1.0) / np.sqrt(4.0))


@promise("construct::scalar_mean_of_images", oracle=NUMPY, reference="keras#20624; " + REFERENCE)
def test_scalar_mean_of_images():
    """A scalar mean and variance serve the channels of images"""
    images = np.arange(6, dtype="float32").reshape(1, 1, 2, 3)
    return compared(normalization(mean=1.0, variance=4.0)(images), (images - 1.0) / np.sqrt(4.0))


NUMBERS = np.array([1.0, 2.0, 3.0], "float32")


@promise("construct::scalar_mean_of_one_dimension", oracle=NUMPY, reference="tensorflow#64814")
def test_scalar_mean_of_one_dimension():
    """A scalar mean and variance serve one-dimensional input

    With the default axis. The numbers are compared whatever the shape that they come in.
    """
    output = normalization(mean=3.0, variance=2.0)(NUMBERS)
    return compared(np.ravel(output), (NUMBERS - 3.0) / np.sqrt(2.0))


@question(
    "construct::shape_of_one_dimension",
    answers={"kept": NONE, "a column": SILENT},
    reference="tensorflow#64814; Normalization.compute_output_shape: the shape of the input",
)
def test_shape_of_one_dimension():
    """Does one-dimensional input keep its shape?

    With a scalar mean and variance. A column minus the labels of a loss is a matrix.
    """
    return which(list(normalization(mean=3.0, variance=2.0)(NUMBERS).shape), kept=[3], a_column=[3, 1])


@promise("construct::one_element_mean_axis_none", oracle=NUMPY, reference="tensorflow#64814; keras PR #22068")
def test_one_element_mean_axis_none():
    """With axis=None, lists of one element are mean and variance"""
    layer = normalization(axis=None, mean=[1.0], variance=[4.0])
    return compared(layer(INPUTS), (INPUTS - 1.0) / np.sqrt(4.0))


@promise("construct::mean_list_with_scalar_variance", oracle=NUMPY, reference=REFERENCE + "; keras PR #22068")
def test_mean_list_with_scalar_variance():
    """A mean for each feature goes with one variance for all"""
    return compared(normalization(mean=MEAN, variance=4.0)(INPUTS), (INPUTS - MEAN) / np.sqrt(4.0))


@promise("construct::mean_of_shape_one_by_features", oracle=NUMPY, reference="keras PR #22068")
def test_mean_of_shape_one_by_features():
    """A mean and variance of shape (1, features) are taken

    As NumPy gives them with keepdims=True, and as the attributes of an adapted layer are.
    """
    mean, variance = INPUTS.mean(axis=0, keepdims=True), INPUTS.var(axis=0, keepdims=True)
    return compared(normalization(mean=mean, variance=variance)(INPUTS), (INPUTS - mean) / np.sqrt(variance))


@promise("construct::mean_for_a_middle_axis", oracle=NUMPY, reference=REFERENCE + ", axis")
def test_mean_for_a_middle_axis():
    """axis=1 of three dimensions: the mean is the middle axis's"""
    inputs = np.arange(1, 7, dtype="float32").reshape(1, 2, 3)
    layer = normalization(axis=1, mean=[1.0, 3.0], variance=[1.0, 4.0])
    return compared(layer(inputs), (inputs - [[1.0], [3.0]]) / np.sqrt([[1.0], [4.0]]))


@promise("construct::mean_for_the_last_of_two_axes", oracle=NUMPY, reference=REFERENCE + ", mean: broadcast")
def test_mean_for_the_last_of_two_axes():
    """axis=(1, 2): a mean for the last of them is broadcast"""
    inputs = np.array([[[1.0, 2.0], [3.0, 4.0]]], "float32")
    layer = normalization(axis=(1, 2), mean=MEAN, variance=VARIANCE)
    return compared(layer(inputs), (inputs - MEAN) / np.sqrt(VARIANCE))


def build_with(shape, **arguments):
    normalization(**arguments).build(shape)


#: What NumPy raises, and what TensorFlow does: both say which shapes do not fit.
CANNOT_BROADCAST = ("ValueError", "InvalidArgumentError")
THREE_MEANS = {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 9.0]}


@promise("construct::mean_of_wrong_length", refused_by=CANNOT_BROADCAST, reference=REFERENCE + ", mean")
def test_mean_of_wrong_length():
    """Three means for two features are refused"""
    build_with((None, 2), **THREE_MEANS)


@question(
    "construct::mean_of_wrong_length_refused_by",
    answers=REFUSED_BY,
    documented="build()",
    reference=REFERENCE + ", mean: an error is raised when build() is called",
)
def test_mean_of_wrong_length_refused_by():
    """What refuses three means for two features?"""
    return refused_by((None, 2), **THREE_MEANS)


@promise("construct::mean_of_transposed_shape", refused_by=CANNOT_BROADCAST, reference=REFERENCE + ", mean")
def test_mean_of_transposed_shape():
    """A mean of shape (3, 2) for axes of shape (2, 3) is refused

    Reshaping it, instead of broadcasting, normalizes each element by another one's statistics.
    """
    transposed = np.arange(1.0, 7.0).reshape(3, 2)
    build_with((None, 2, 3), axis=(1, 2), mean=transposed, variance=transposed)


# The axis


@promise(
    "construct::axis_of_unknown_length_refused",
    refused_by=("ValueError",),
    reference="keras normalization_test: keeping an unknown axis fails",
)
def test_axis_of_unknown_length_refused():
    """An axis of unknown length is refused

    Inputs of shape (None, None) and the default axis, which is to be kept.
    """
    normalization()(tf.keras.Input((None,)))


@question(
    "construct::axis_of_unknown_length",
    answers=REFUSED_BY,
    reference="keras normalization_test: keeping an unknown axis fails",
)
def test_axis_of_unknown_length():
    """What refuses to keep an axis of unknown length?"""
    return refused_by((None, None), axis=-1)


@promise("construct::axis_as_numpy_integer", oracle=NUMPY, reference=REFERENCE + ": axis")
def test_axis_as_numpy_integer():
    """The axis may be a NumPy integer"""
    layer = normalization(axis=np.int64(1))
    layer.adapt(INPUTS)
    return compared(layer(INPUTS), (INPUTS - INPUTS.mean(axis=0)) / INPUTS.std(axis=0))


@promise(
    "construct::shape_of_mean_axis_1",
    oracle=NUMPY,
    documented_by_release={"keras>=2.6": [5]},
    reference=REFERENCE + ", axis",
)
def test_shape_of_mean_axis_1():
    """With axis=1, inputs of shape (None, 5) have five means"""
    return compared(statistics_shape((None, 5), axis=1), list(np.zeros((4, 5)).mean(axis=0).shape))


@question(
    "construct::shape_of_mean_axis_pair_reversed",
    answers={"sorted": NONE, "as given": NONE},
    reference="keras normalization_test: axis permutations",
)
def test_shape_of_mean_axis_pair_reversed():
    """axis=(2, 1): in which order does the mean have the axes?

    Statistics that are passed on from one release to another must be in this order.
    """
    return which(statistics_shape((None, 3, 4), axis=(2, 1)), sorted=[3, 4], as_given=[4, 3])


# Arguments of any layer


@presence("construct::argument_invert", reference=NEWEST)
def test_argument_invert():
    """`Normalization` takes `invert`"""
    return normalization(invert=True).invert


@presence("construct::argument_batch_input_shape", reference="tf.keras.layers.Layer, TensorFlow 2.7")
def test_argument_batch_input_shape():
    """`Normalization` takes `batch_input_shape`"""
    return list(tf.keras.Sequential([normalization(batch_input_shape=(4, 2))]).input_shape)


@presence("construct::argument_input_shape", reference="tf.keras.layers.Layer; tutorial: basic regression")
def test_argument_input_shape():
    """`Normalization` takes `input_shape`"""
    return list(tf.keras.Sequential([normalization(input_shape=(2,))]).input_shape)


@presence("construct::argument_batch_size", reference="tf.keras.layers.Layer")
def test_argument_batch_size():
    """`Normalization` takes `batch_size`"""
    return type(normalization(batch_size=4)).__module__


@promise("construct::argument_of_no_meaning", refused_by=("TypeError", "ValueError"), reference="tf.keras.layers.Layer")
def test_argument_of_no_meaning():
    """An argument that no layer has is refused"""
    normalization_class()(meaning=None)


# Arguments of each normalization layer: a value that it takes for each

SCALE_AND_OFFSET = {
    "epsilon": 0.01,
    "center": False,
    "scale": False,
    "beta_initializer": "ones",
    "gamma_initializer": "ones",
    "beta_regularizer": "l2",
    "gamma_regularizer": "l2",
    "beta_constraint": "non_neg",
    "gamma_constraint": "non_neg",
}
ARGUMENTS = {
    "Normalization": {"axis": -1, "mean": 1.0, "variance": 4.0},
    "BatchNormalization": {
        "axis": -1,
        "momentum": 0.9,
        **SCALE_AND_OFFSET,
        "moving_mean_initializer": "ones",
        "moving_variance_initializer": "ones",
        "synchronized": True,
        "renorm": True,
        "renorm_clipping": {},
        "renorm_momentum": 0.9,
        "virtual_batch_size": 2,
        "fused": False,
        "adjustment": None,
    },
    "LayerNormalization": {"axis": -1, **SCALE_AND_OFFSET, "rms_scaling": True},
    "GroupNormalization": {"groups": 2, "axis": -1, **SCALE_AND_OFFSET},
    "UnitNormalization": {"axis": -1},
    "SpectralNormalization": {"layer": "Dense", "power_iterations": 2},
    "RMSNormalization": {"axis": -1, "epsilon": 0.01},
}
#: What a layer has to be given beside the argument that a row is about.
NEEDED = {"mean": {"variance": 4.0}, "variance": {"mean": 1.0}, "power_iterations": {"layer": "Dense"}}


@pytest.mark.parametrize(
    ("layer", "argument"),
    [(layer, argument) for layer, arguments in ARGUMENTS.items() for argument in arguments],  # type: ignore[attr-defined]
)
@presence("arguments::{layer}({argument})", reference="API documentation of tf.keras.layers.{layer}")
def test_argument(layer, argument):
    """`{layer}` takes `{argument}`

    Shown is its default, where the constructor names it.
    """
    given = {argument: ARGUMENTS[layer][argument], **NEEDED.get(argument, {})}
    if given.get("layer") == "Dense":
        given["layer"] = tf.keras.layers.Dense(1)
    made = normalization(**given) if layer == "Normalization" else keras_layer(layer, **given)
    parameters = inspect.signature(type(made).__init__).parameters
    return str(parameters[argument]) if argument in parameters else "one of **kwargs"

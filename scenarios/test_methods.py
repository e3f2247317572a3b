"""The state that a Normalization layer keeps, its configuration and copies, its inverse, and what it takes."""

import copy
import inspect
import json
import pickle
import re

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, LOUD, NONE, NUMPY, SILENT, SNIPPET, presence, promise, question
from scenarios.observe import (
    answer,
    array_of,
    call,
    compared,
    method,
    normalization,
    normalization_class,
    statistics,
    which,
)

REFERENCE = "tf.keras.layers.Normalization, TensorFlow 2.7"
NEWEST = "tf.keras.layers.Normalization, TensorFlow 2.21"
LAYER = "tf.keras.layers.Layer"
#: Two batches, uneven, and the mean 3, 20 and variance 4, 100 of all their rows.
FIRST = np.array([[1.0, 10.0], [5.0, 30.0], [5.0, 10.0]], "float32")
SECOND = np.array([[1.0, 30.0]], "float32")
DATA = np.concatenate([FIRST, SECOND])
MEAN, VARIANCE = DATA.mean(axis=0), DATA.var(axis=0)
#: What is put in, and what comes out with those statistics; without any, it comes out as it went in.
INPUTS = np.array([[1.0, 10.0], [7.0, 20.0]], "float32")
NORMALIZED = (INPUTS - MEAN) / np.sqrt(VARIANCE)


def adapted(**arguments):
    layer = normalization(**arguments)
    layer.adapt(DATA)
    return layer


def built(**arguments):
    layer = normalization(**arguments)
    layer.build((None, 2))
    return layer


def given(**arguments):
    return normalization(mean=MEAN.tolist(), variance=VARIANCE.tolist(), **arguments)


def model_of(layer):
    inputs = tf.keras.Input(shape=(2,))
    return tf.keras.Model(inputs, layer(inputs))


def weights(count=3):
    """The weights of a layer adapted to the data: mean, variance, count."""
    return [MEAN, VARIANCE, np.array(len(DATA))][:count]


def reinstantiated(layer):
    return type(layer).from_config(layer.get_config())


def parameters(function):
    return [name for name in inspect.signature(function).parameters if name != "self"]


# is_adapted

ADAPTED = "PreprocessingLayer.is_adapted, TensorFlow 2.5: whether the layer has been fit to data already"


def said(layer):
    """What is_adapted says, in a word."""
    return answer("adapted" if method(layer, "is_adapted") else "not adapted")


@question("state::is_adapted_after_reset_state", answers={"not adapted": NONE, "adapted": SILENT}, reference=ADAPTED)
def test_is_adapted_after_reset_state():
    """What does is_adapted say after reset_state()?"""
    layer = adapted()
    method(layer, "reset_state")()
    return said(layer)


@question(
    "state::is_adapted_given_mean_and_variance",
    answers={"not adapted": NONE, "adapted": SILENT},
    documented="not adapted",
    reference=ADAPTED + "; tf-keras#78",
)
def test_is_adapted_given_mean_and_variance():
    """What does is_adapted say with a given mean and variance?

    Such a layer has statistics, and no data was fit: code that adapts what is not adapted ends in an error.
    """
    layer = given()
    layer(INPUTS)
    return said(layer)


@promise("state::is_adapted_after_loading", oracle=INVARIANCE, reference=ADAPTED + "; tf-keras#78")
def test_is_adapted_after_loading():
    """is_adapted stays True in a model saved and loaded

    In HDF5. The loaded layer normalizes all the same.
    """
    layer = adapted()
    before = method(layer, "is_adapted")
    model_of(layer).save("model.h5")
    after = tf.keras.models.load_model("model.h5").layers[-1].is_adapted
    return compared({"before": before, "after": after}, {"before": True, "after": True})


# Methods and attributes, by name


@pytest.mark.parametrize("name", ["adapt", "compile", "update_state", "reset_state", "finalize_state"])
@presence("state::parameters_of_{name}", reference=REFERENCE + "; PreprocessingLayer, TensorFlow 2.9")
def test_parameters_of(name):
    """The method {name}(), and its parameters"""
    return parameters(method(normalization(), name))


@pytest.mark.parametrize(
    "name",
    ["axis", "variance", "adapt_mean", "adapt_variance", "input_mean", "input_variance", "streaming", "reset_states"],
)
@presence("state::attribute_{name}", reference="keras normalization.py; PreprocessingLayer, TensorFlow 2.5")
def test_attribute(name):
    """The attribute `{name}`

    Of a layer that was given mean and variance where the attribute is one of those, of an adapted layer otherwise.
    """
    return method(given() if name.startswith("input_") else adapted(), name)


@promise("state::attribute_mean", oracle=NUMPY, reference="tutorial: basic regression (normalizer.mean.numpy())")
def test_attribute_mean():
    """The attribute `mean` is the mean of the data

    One number a feature; the shape is a row of its own.
    """
    return compared(np.ravel(array_of(adapted().mean)), DATA.mean(axis=0))


@question(
    "state::shape_of_attribute_mean",
    answers={"one axis": NONE, "that of the inputs": NONE},
    reference="tutorial: basic regression (normalizer.mean.numpy())",
)
def test_shape_of_attribute_mean():
    """Which axes has the attribute `mean` of two features?

    `mean[0]` is a number where it has one axis, and a row where it has those of the inputs.
    """
    return which(list(adapted().mean.shape), one_axis=[2], that_of_the_inputs=[1, 2])


@promise("state::attribute_count", oracle=NUMPY, reference="keras normalization: count")
def test_attribute_count():
    """The attribute `count` is the number of rows adapted to"""
    return compared(int(array_of(adapted().count)), len(DATA))


# update_state, finalize_state, reset_state, merge_state


@promise("state::update_state_twice_then_finalize", oracle=NUMPY, reference="keras#17287; " + REFERENCE)
def test_update_state_twice_then_finalize():
    """update_state() of batches and finalize_state() are adapt()"""
    layer = built()
    update = method(layer, "update_state")
    update(FIRST)
    update(SECOND)
    method(layer, "finalize_state")()
    return compared(layer(INPUTS), NORMALIZED)


@question("state::update_state_without_finalize", answers={"used": NONE, "ignored": SILENT}, reference="keras#17287")
def test_update_state_without_finalize():
    """Is update_state() used before finalize_state()?"""
    layer = built()
    method(layer, "update_state")(DATA)
    return which(layer(INPUTS), used=NORMALIZED, ignored=INPUTS)


@promise("state::finalize_state_in_tf_function", oracle=NUMPY, reference="keras#17287")
def test_finalize_state_in_tf_function():
    """Statistics set inside a tf.function hold outside it

    update_state() and finalize_state() in a training step of one's own; the layer is called outside it afterwards.
    """
    layer = built()
    update, finalize = method(layer, "update_state"), method(layer, "finalize_state")

    @tf.function
    def step(batch):
        update(batch)
        finalize()

    step(tf.constant(DATA))
    return compared(layer(INPUTS), (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


@question(
    "state::update_state_given_mean_and_variance",
    answers={"refused": LOUD, "kept": NONE, "replaced": SILENT},
    reference="keras normalization: cannot adapt a layer that is initialized with static mean and variance",
)
def test_update_state_given_mean_and_variance():
    """What does update_state() do to a given mean and variance?"""
    layer = built(mean=MEAN.tolist(), variance=VARIANCE.tolist())
    update = method(layer, "update_state")
    try:
        update(FIRST)
    except ValueError as error:
        return answer("refused", seen=str(error)[:300])
    return which(layer(INPUTS), kept=NORMALIZED, replaced=(INPUTS - FIRST.mean(axis=0)) / FIRST.std(axis=0))


@promise("state::reset_state_without_finalize", oracle=INVARIANCE, reference=REFERENCE + ", reset_state")
def test_reset_state_without_finalize():
    """reset_state() alone forgets adapt()

    A layer without statistics gives its inputs.
    """
    layer = adapted()
    method(layer, "reset_state")()
    return compared(layer(INPUTS), INPUTS)


@promise("state::reset_state_then_finalize", oracle=INVARIANCE, reference=REFERENCE + ", reset_state")
def test_reset_state_then_finalize():
    """reset_state() and finalize_state() together forget adapt()

    A layer without statistics gives its inputs.
    """
    layer = adapted()
    method(layer, "reset_state")()
    method(layer, "finalize_state")()
    return compared(layer(INPUTS), INPUTS)


@promise("state::merge_state", oracle=NUMPY, reference="PreprocessingLayer.merge_state, TensorFlow 2.5")
def test_merge_state():
    """merge_state() gives the statistics of both layers' data"""
    one, other = normalization(), normalization()
    one.adapt(FIRST)
    other.adapt(SECOND)
    method(one, "merge_state")([other])
    return compared(statistics(one), {"mean": DATA.mean(axis=0), "variance": DATA.var(axis=0)})


# Weights


@promise("state::call_with_training", oracle=NUMPY, reference=REFERENCE + ": state is not updated during training")
def test_call_with_training():
    """Calls with training=True leave the statistics of adapt()"""
    layer = adapted()
    call(layer, SECOND, training=True)
    return compared(statistics(layer), {"mean": DATA.mean(axis=0), "variance": DATA.var(axis=0)})


@question(
    "state::number_of_weights_given_mean_and_variance",
    answers={"none": NONE, "three": NONE},
    reference="keras normalization_test: basics",
)
def test_number_of_weights_given_mean_and_variance():
    """How many weights has a layer given mean and variance?"""
    count = len(built(mean=MEAN.tolist(), variance=VARIANCE.tolist()).get_weights())
    return which(count, none=0, three=3)


@question(
    "state::names_of_weights", answers={"plain": NONE, "with a suffix": NONE}, reference="keras normalization: weights"
)
def test_names_of_weights():
    """Do the names of the weights end in `:0`?"""
    names = [weight.name for weight in adapted(name="norm").weights]
    plain = ["mean", "variance", "count"]
    return which(names, plain=plain, with_a_suffix=[name + ":0" for name in plain])


@promise("state::summary_after_adapt", oracle=NUMPY, reference="keras normalization_test: summary after adapt")
def test_summary_after_adapt():
    """summary() counts an adapted layer's numbers, none trainable"""
    lines = []
    model_of(adapted()).summary(print_fn=lambda line, **_: lines.append(line))
    numbers = re.findall(r"[Pp]arams: *([\d,]+)", "\n".join(lines))
    every = sum(np.size(weight) for weight in weights())
    return compared([int(number) for number in numbers], [every, 0, every])


@promise("state::set_weights", oracle=NUMPY, reference="keras#16668; " + LAYER + ".set_weights")
def test_set_weights():
    """The layer uses the statistics of set_weights()"""
    layer = built()
    layer.set_weights(weights())
    return compared(layer(INPUTS), (INPUTS - MEAN) / np.sqrt(VARIANCE))


@promise("state::set_weights_then_finalize", oracle=NUMPY, reference="keras#20147")
def test_set_weights_then_finalize():
    """set_weights() then finalize_state(): the statistics are used"""
    layer = built()
    layer.set_weights(weights())
    method(layer, "finalize_state")()
    return compared(layer(INPUTS), (INPUTS - MEAN) / np.sqrt(VARIANCE))


@question(
    "state::set_weights_without_count",
    answers={"used": NONE, "refused": LOUD, "ignored": SILENT},
    reference="Normalization.set_weights, TensorFlow 2.5: just mean and variance",
)
def test_set_weights_without_count():
    """Does set_weights() take a mean and a variance, but no count?"""
    layer = built()
    try:
        layer.set_weights(weights(2))
    except ValueError as error:
        return answer("refused", seen=str(error)[:300])
    return which(layer(INPUTS), used=NORMALIZED, ignored=INPUTS)


@promise("state::argument_weights", oracle=NUMPY, reference=LAYER + ": weights")
def test_argument_weights():
    """The statistics can be the constructor's weights"""
    return compared(normalization(weights=weights())(INPUTS), (INPUTS - MEAN) / np.sqrt(VARIANCE))


# Configuration and copies


@promise("config::keys", oracle=INVARIANCE, reference=LAYER + ".get_config: the same layer can be reinstantiated")
def test_keys():
    """get_config() holds each argument that the constructor names"""
    layer = normalization()
    names = [name for name in parameters(type(layer).__init__) if name != "kwargs"]
    return compared([name for name in names if name in layer.get_config()], names)


@question("config::axis", answers={"as given": NONE, "a list": NONE}, reference="keras normalization: get_config")
def test_axis():
    """What is the axis -1 in get_config()?"""
    return which(normalization(axis=-1).get_config()["axis"], as_given=-1, a_list=[-1])


@promise("config::json_of_mean_as_array", oracle=INVARIANCE, reference=LAYER + ".get_config: serializable")
def test_json_of_mean_as_array():
    """A mean given as an array is in get_config() as JSON"""
    config = normalization(mean=MEAN, variance=VARIANCE).get_config()
    return compared(json.loads(json.dumps(config)).get("mean", "not there"), MEAN)


@promise("config::from_config_given_mean_and_variance", oracle=NUMPY, reference=LAYER + ".get_config")
def test_from_config_given_mean_and_variance():
    """from_config() keeps a given mean and variance"""
    return compared(reinstantiated(given())(INPUTS), (INPUTS - MEAN) / np.sqrt(VARIANCE))


@question(
    "config::from_config_adapted",
    answers={"kept": NONE, "lost": SILENT},
    documented_by_release={"keras<3": "lost"},
    reference=LAYER + ".get_config: without its trained weights",
)
def test_from_config_adapted():
    """What becomes of adapt() in from_config()?

    A configuration holds no weights; the layer made from it passes its input through.
    """
    return which(reinstantiated(adapted())(INPUTS), kept=NORMALIZED, lost=INPUTS)


@promise("config::from_config_of_tensorflow_2_5", oracle=NUMPY, reference="keras#18467")
def test_from_config_of_tensorflow_2_5():
    """A configuration of TensorFlow 2.5 makes a layer that adapts"""
    config = {"name": "normalization", "trainable": True, "dtype": "float32", "axis": [-1]}
    layer = normalization_class().from_config(config)
    layer.adapt(DATA)
    return compared(layer(INPUTS), (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


@promise("config::clone_model_then_set_weights", oracle=NUMPY, reference="keras#16668, a maintainer's advice")
def test_clone_model_then_set_weights():
    """clone_model() then set_weights(): predict() normalizes alike"""
    model = model_of(adapted())
    clone = tf.keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    return compared(clone.predict(INPUTS, verbose=0), (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


@promise("config::deepcopy_adapted", oracle=NUMPY, reference="Python's copy.deepcopy; keras#19383")
def test_deepcopy_adapted():
    """A deep copy of an adapted layer normalizes alike"""
    return compared(copy.deepcopy(adapted())(INPUTS), (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


@promise("config::pickle_adapted", oracle=NUMPY, reference="Python's pickle")
def test_pickle_adapted():
    """An adapted layer pickled and unpickled normalizes alike"""
    copied = pickle.loads(pickle.dumps(adapted()))
    return compared(copied(INPUTS), (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


# The inverse


@promise(
    "invert::documented_example", oracle=SNIPPET, documented=[[2.0, 10.0, 8.0]], reference="keras#17047; " + NEWEST
)
def test_invert_documented_example():
    """The documentation's example of invert=True

    Its columns have a variance of 1, so that it does not tell a multiplication from a division.
    """
    adapt_data = np.array([[0.0, 7.0, 4.0], [2.0, 9.0, 6.0], [0.0, 7.0, 4.0], [2.0, 9.0, 6.0]], dtype="float32")
    input_data = np.array([[1.0, 2.0, 3.0]], dtype="float32")
    layer = normalization(axis=-1, invert=True)
    layer.adapt(adapt_data)
    return layer(input_data)


def there_and_back(inverse):
    """The inputs normalized by an adapted layer, and what its inverse makes of that, against both."""
    between = adapted()(INPUTS)
    return compared({"there": between, "back": inverse(between)}, {"there": NORMALIZED, "back": INPUTS})


@promise("invert::round_trip_adapted", oracle=INVARIANCE, reference="keras#17047; " + NEWEST)
def test_round_trip_adapted():
    """An inverting layer, adapted alike, gives the inputs back"""
    return there_and_back(adapted(invert=True))


@promise("invert::made_from_attributes", oracle=INVARIANCE, reference="keras PR #16350")
def test_made_from_attributes():
    """The inverse made of a layer's attributes gives inputs back

    `Normalization(mean=layer.mean, variance=layer.variance, invert=True)`: so it was proposed when invert was made. The
    attributes have a shape that not every release takes back.
    """
    forward = adapted()
    return there_and_back(normalization(invert=True, mean=forward.mean, variance=forward.variance))


@promise("invert::in_get_config", oracle=INVARIANCE, reference="keras#17556; " + LAYER + ".get_config")
def test_invert_in_get_config():
    """get_config() holds invert=True"""
    return compared(normalization(invert=True).get_config().get("invert", "not there"), True)


@promise("invert::from_config", oracle=NUMPY, reference="keras#17556; " + LAYER + ".get_config")
def test_invert_from_config():
    """from_config() of an inverting layer inverts"""
    return compared(reinstantiated(given(invert=True))(NORMALIZED), NORMALIZED * np.sqrt(VARIANCE) + MEAN)


# Calls


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
@promise("call::{dtype}_array", oracle=NUMPY, reference=REFERENCE)
def test_array(dtype):
    """An adapted layer normalizes an array of {dtype}"""
    return compared(adapted()(INPUTS.astype(dtype)), (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


@promise("call::symbolic_integers", oracle=NUMPY, reference=REFERENCE)
def test_symbolic_integers():
    """A model with an integer input normalizes integers"""
    inputs = tf.keras.Input(shape=(2,), dtype="int32")
    model = tf.keras.Model(inputs, adapted()(inputs))
    output = model.predict(INPUTS.astype("int32"), verbose=0)
    return compared(output, (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


@promise("call::list", oracle=NUMPY, reference="keras normalization: a list is taken for several inputs")
def test_list():
    """An adapted layer normalizes a nested list of numbers"""
    return compared(adapted()(INPUTS.tolist()), (INPUTS - DATA.mean(axis=0)) / DATA.std(axis=0))


@question(
    "call::one_sample_without_batch",
    answers={"one row": NONE, "its own shape": NONE, "a row of each number": SILENT},
    reference="keras normalization_test: unbatched adapt with ds.map",
)
def test_one_sample_without_batch():
    """What does a layer adapted to rows make of one row?

    Unbatched, of shape (2,). A row of each number normalizes each by the statistics of all columns.
    """
    (sample,) = INPUTS[:1]
    return which(
        adapted()(sample),
        one_row=NORMALIZED[:1],
        its_own_shape=NORMALIZED[0],
        a_row_of_each_number=(sample[:, None] - MEAN) / np.sqrt(VARIANCE),
    )


@question(
    "call::fewer_features_than_adapted",
    answers={"refused": LOUD, "broadcast": SILENT},
    reference="tensorflow#47428",
)
def test_fewer_features_than_adapted():
    """What does a layer adapted to two features make of one?

    Broadcasting makes two features of it, where a layer such as Dense would refuse.
    """
    layer = adapted()
    one = INPUTS[:, :1]
    try:
        output = layer(one)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        return answer("refused", seen=str(error)[:300])
    return which(output, broadcast=(one - MEAN) / np.sqrt(VARIANCE))


@question(
    "call::compute_mask",
    answers={"passed on": NONE, "refused": LOUD},
    reference="keras#15451; " + LAYER + ".compute_mask",
)
def test_compute_mask():
    """What does compute_mask() do with a mask?"""
    mask = np.array([True, False])
    try:
        passed = built().compute_mask(INPUTS, mask)
    except TypeError as error:
        return answer("refused", seen=str(error)[:300])
    return which(passed, passed_on=mask)


@question("call::mask_of_output", answers={"kept": NONE, "lost": SILENT}, reference="keras#15451")
def test_mask_of_output():
    """Is a mask that Masking made kept by an adapted layer?"""
    layer = adapted()
    masked = tf.keras.layers.Masking()(np.array([[[1.0, 10.0], [0.0, 0.0]]], "float32"))
    return which(getattr(layer(masked), "_keras_mask", None), kept=[[True, False]], lost=None)

"""The state that a Normalization layer keeps, its configuration and copies, its inverse, and what it takes."""

import copy
import inspect
import json
import pickle
import re

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import call, described, method, normalization, normalization_class, scenario, statistics

REFERENCE = "tf.keras.layers.Normalization, TensorFlow 2.7"
NEWEST = "tf.keras.layers.Normalization, TensorFlow 2.21"
LAYER = "tf.keras.layers.Layer"
#: Two batches, uneven, and the mean 3, 20 and variance 4, 100 of all their rows.
FIRST = np.array([[1.0, 10.0], [5.0, 30.0], [5.0, 10.0]], "float32")
SECOND = np.array([[1.0, 30.0]], "float32")
DATA = np.concatenate([FIRST, SECOND])
MEAN, VARIANCE = [3.0, 20.0], [4.0, 100.0]
#: What is put in, and what comes out with those statistics; without any, it comes out as it went in.
INPUTS = np.array([[1.0, 10.0], [7.0, 20.0]], "float32")
NORMALIZED = [[-1.0, -1.0], [2.0, 0.0]]
UNCHANGED = [[1.0, 10.0], [7.0, 20.0]]
STATISTICS = {"mean": MEAN, "variance": VARIANCE}
#: The same as weights: mean, variance, count.
WEIGHTS = (MEAN, VARIANCE, 4)


def adapted(**arguments):
    layer = normalization(**arguments)
    layer.adapt(DATA)
    return layer


def built(**arguments):
    layer = normalization(**arguments)
    layer.build((None, 2))
    return layer


def given(**arguments):
    return normalization(mean=MEAN, variance=VARIANCE, **arguments)


def model_of(layer):
    inputs = tf.keras.Input(shape=(2,))
    return tf.keras.Model(inputs, layer(inputs))


def predicted(model):
    return model.predict(INPUTS, verbose=0)


def use_of_statistics(layer):
    return "in use" if np.allclose(layer(INPUTS), NORMALIZED) else "not in use"


def weights(count=3):
    return [np.array(values) for values in WEIGHTS[:count]]


def reinstantiated(layer):
    return type(layer).from_config(layer.get_config())


def parameters(function):
    return [name for name in inspect.signature(function).parameters if name != "self"]


# is_adapted


@scenario("state::is_adapted_after_reset_state", reference=REFERENCE)
def test_is_adapted_after_reset_state():
    """is_adapted after adapt() and reset_state()"""
    layer = adapted()
    method(layer, "reset_state")()
    return method(layer, "is_adapted")


@scenario("state::is_adapted_given_mean_and_variance", reference="tf-keras#78")
def test_is_adapted_given_mean_and_variance():
    """is_adapted of a layer that was given its mean and variance"""
    layer = given()
    layer(INPUTS)
    return method(layer, "is_adapted")


@scenario("state::is_adapted_after_loading", reference="tf-keras#78")
def test_is_adapted_after_loading():
    """is_adapted of an adapted layer in a model that was saved as HDF5 and loaded"""
    layer = adapted()
    method(layer, "is_adapted")  # where there is no such attribute, that is the answer, whatever saving does
    model_of(layer).save("model.h5")
    return tf.keras.models.load_model("model.h5").layers[-1].is_adapted


# Methods, by name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            "adapt",
            marks=scenario(
                "state::parameters_of_{name}",
                reference=REFERENCE,
                documented_by_release={
                    "keras>=2.6,<3": ["data", "batch_size", "steps"],
                    "keras>=3": ["data"],
                },
            ),
        ),
        pytest.param(
            "compile",
            marks=scenario(
                "state::parameters_of_{name}",
                reference=REFERENCE,
                documented_by_release={"keras>=2.6,<3": ["run_eagerly", "steps_per_execution"]},
            ),
        ),
        pytest.param(
            "update_state",
            marks=scenario(
                "state::parameters_of_{name}", reference=REFERENCE, documented_by_release={"keras>=2.6,<3": ["data"]}
            ),
        ),
        pytest.param(
            "reset_state",
            marks=scenario(
                "state::parameters_of_{name}", reference=REFERENCE, documented_by_release={"keras>=2.6,<3": []}
            ),
        ),
        pytest.param(
            "finalize_state",
            marks=scenario("state::parameters_of_{name}", reference="PreprocessingLayer, TensorFlow 2.9"),
        ),
    ],
)
def test_parameters_of(name):
    """The layer has a method {name}(), and these are its parameters"""
    return parameters(method(normalization(), name))


# update_state, finalize_state, reset_state, merge_state


@scenario("state::update_state_twice_then_finalize", reference="keras#17287; " + REFERENCE, documented=NORMALIZED)
def test_update_state_twice_then_finalize():
    """build(), two times update_state() and finalize_state() do what adapt() on all the data does"""
    layer = built()
    update = method(layer, "update_state")
    update(FIRST)
    update(SECOND)
    method(layer, "finalize_state")()
    return layer(INPUTS)


@scenario("state::update_state_without_finalize", reference="keras#17287")
def test_update_state_without_finalize():
    """What the layer computes after update_state() without finalize_state()

    Statistics that were accumulated but not finalized may not be used, and nothing says so.
    """
    layer = built()
    method(layer, "update_state")(DATA)
    return layer(INPUTS)


@scenario("state::finalize_state_in_tf_function", reference="keras#17287")
def test_finalize_state_in_tf_function():
    """What the layer computes outside, where update_state() and finalize_state() ran inside a tf.function

    A training step of one's own that keeps running statistics does this.
    """
    layer = built()
    update, finalize = method(layer, "update_state"), method(layer, "finalize_state")

    @tf.function
    def step(batch):
        update(batch)
        finalize()

    step(tf.constant(DATA))
    return layer(INPUTS)


@scenario("state::update_state_given_mean_and_variance", reference="keras normalization: static mean and variance")
def test_update_state_given_mean_and_variance():
    """Whose statistics a layer uses that was given mean and variance, and then update_state() other data"""
    layer = built(mean=MEAN, variance=VARIANCE)
    method(layer, "update_state")(FIRST)
    return use_of_statistics(layer)


@scenario("state::reset_state_without_finalize", reference=REFERENCE, documented="not in use")
def test_reset_state_without_finalize():
    """After reset_state() alone the layer no longer uses the statistics of adapt()"""
    layer = adapted()
    method(layer, "reset_state")()
    return use_of_statistics(layer)


@scenario("state::reset_state_then_finalize", reference=REFERENCE, documented="not in use")
def test_reset_state_then_finalize():
    """After reset_state() and finalize_state() the layer no longer uses the statistics of adapt()"""
    layer = adapted()
    method(layer, "reset_state")()
    method(layer, "finalize_state")()
    return use_of_statistics(layer)


@scenario(
    "state::merge_state",
    reference="PreprocessingLayer.merge_state, TensorFlow 2.5",
    documented_by_release={"==2.5.*": STATISTICS},
)
def test_merge_state():
    """merge_state() of two adapted layers gives the statistics of the data of both"""
    one, other = normalization(), normalization()
    one.adapt(FIRST)
    other.adapt(SECOND)
    method(one, "merge_state")([other])
    return statistics(one)


# Attributes and weights


@scenario("state::attribute_mean", reference="TensorFlow tutorial: basic regression (normalizer.mean.numpy())")
def test_attribute_mean():
    """The dtype, shape and value of the attribute mean of an adapted layer"""
    return described(method(adapted(), "mean"))


@scenario("state::attribute_count", reference="keras normalization: count")
def test_attribute_count():
    """The dtype and value of the attribute count after adapt() on four rows of two features"""
    return described(method(adapted(), "count"))


@scenario(
    "state::call_with_training", reference=REFERENCE + ": state is not updated during training", documented=STATISTICS
)
def test_call_with_training():
    """Calls with training=True, as fit() makes them, leave the statistics as adapt() made them"""
    layer = adapted()
    call(layer, SECOND, training=True)
    return statistics(layer)


@scenario("state::number_of_weights_given_mean_and_variance", reference="keras normalization_test: basics")
def test_number_of_weights_given_mean_and_variance():
    """The number of weights of a layer that was given its mean and variance"""
    return len(built(mean=MEAN, variance=VARIANCE).get_weights())


@scenario("state::names_of_weights", reference="keras normalization: weights")
def test_names_of_weights():
    """The names of the weights of an adapted layer named norm"""
    return [weight.name for weight in adapted(name="norm").weights]


@scenario("state::summary_after_adapt", reference="keras normalization_test: summary after adapt")
def test_summary_after_adapt():
    """The numbers of parameters, in all, trainable and not, that summary() tells of a model with an adapted layer"""
    lines = []
    model_of(adapted()).summary(print_fn=lambda line, **_: lines.append(line))
    return re.findall(r"[Pp]arams: *([\d,]+)", "\n".join(lines))


@scenario("state::set_weights", reference="keras#16668; " + LAYER + ".set_weights", documented=NORMALIZED)
def test_set_weights():
    """The layer uses the statistics that set_weights() was given"""
    layer = built()
    layer.set_weights(weights())
    return layer(INPUTS)


@scenario("state::set_weights_then_finalize", reference="keras#20147")
def test_set_weights_then_finalize():
    """What the layer computes after set_weights() and finalize_state()"""
    layer = built()
    layer.set_weights(weights())
    method(layer, "finalize_state")()
    return layer(INPUTS)


@scenario("state::set_weights_without_count", reference="Normalization.set_weights, TensorFlow 2.5")
def test_set_weights_without_count():
    """What the layer computes after set_weights() with a mean and a variance, but no count"""
    layer = built()
    layer.set_weights(weights(2))
    return layer(INPUTS)


@scenario("state::argument_weights", reference=LAYER + ": weights")
def test_argument_weights():
    """What a layer computes whose constructor was given the weights"""
    return normalization(weights=weights())(INPUTS)


# Configuration and copies


@scenario("config::keys", reference="keras normalization: get_config")
def test_keys():
    """The constructor's arguments that are in get_config()"""
    return [key for key in ("axis", "mean", "variance", "invert") if key in normalization().get_config()]


@scenario("config::axis", reference="keras normalization: get_config")
def test_axis():
    """The axis in get_config() of a layer made with axis=-1"""
    return normalization(axis=-1).get_config()["axis"]


@scenario("config::json_of_mean_as_array", reference=LAYER + ".get_config: serializable", documented=MEAN)
def test_json_of_mean_as_array():
    """get_config() can be written as JSON and holds the mean that was given as an array"""
    config = normalization(mean=np.array(MEAN), variance=np.array(VARIANCE)).get_config()
    return json.loads(json.dumps(config)).get("mean")


@scenario("config::from_config_given_mean_and_variance", reference=LAYER + ".get_config", documented=NORMALIZED)
def test_from_config_given_mean_and_variance():
    """from_config() of a layer that was given its mean and variance gives one that normalizes alike"""
    return reinstantiated(given())(INPUTS)


@scenario("config::from_config_adapted", reference=LAYER + ".get_config")
def test_from_config_adapted():
    """What from_config() of an adapted layer computes: a configuration holds no weights"""
    return reinstantiated(adapted())(INPUTS)


@scenario("config::from_config_of_tensorflow_2_5", reference="keras#18467")
def test_from_config_of_tensorflow_2_5():
    """What a layer from the configuration that TensorFlow 2.5 wrote computes after adapt()"""
    config = {"name": "normalization", "trainable": True, "dtype": "float32", "axis": [-1]}
    layer = normalization_class().from_config(config)
    layer.adapt(DATA)
    return layer(INPUTS)


@scenario("config::clone_model_then_set_weights", reference="keras#16668", documented=NORMALIZED)
def test_clone_model_then_set_weights():
    """clone_model() and set_weights(), as maintainers advise, give a model that predicts alike"""
    model = model_of(adapted())
    clone = tf.keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    return predicted(clone)


@scenario("config::deepcopy_adapted", reference="Python's copy.deepcopy; keras#19383")
def test_deepcopy_adapted():
    """What a deep copy of an adapted layer computes"""
    return copy.deepcopy(adapted())(INPUTS)


@scenario("config::pickle_adapted", reference="Python's pickle")
def test_pickle_adapted():
    """What an adapted layer computes after pickling and unpickling"""
    return pickle.loads(pickle.dumps(adapted()))(INPUTS)


# The inverse


@scenario("invert::documented_example", reference="keras#17047; " + NEWEST, documented=[[2.0, 10.0, 8.0]])
def test_invert_documented_example():
    """The documentation's example of invert=True"""
    layer = normalization(axis=-1, invert=True)
    layer.adapt(np.array([[0.0, 7.0, 4.0], [2.0, 9.0, 6.0], [0.0, 7.0, 4.0], [2.0, 9.0, 6.0]], "float32"))
    return layer(np.array([[1.0, 2.0, 3.0]], "float32"))


@scenario("invert::round_trip_adapted", reference="keras#17047; " + NEWEST, documented=UNCHANGED)
def test_round_trip_adapted():
    """An inverting layer undoes what a layer adapted to the same data did"""
    inverse = adapted(invert=True)
    return inverse(adapted()(INPUTS))


@scenario("invert::made_from_attributes", reference="keras PR #16350")
def test_made_from_attributes():
    """The round trip by Normalization(mean=layer.mean, variance=layer.variance, invert=True)

    So it was proposed when invert was made; the attributes have a shape that not every release takes back.
    """
    forward = adapted()
    inverse = normalization(invert=True, mean=forward.mean, variance=forward.variance)
    return inverse(forward(INPUTS))


@scenario("invert::in_get_config", reference="keras#17556; " + LAYER + ".get_config", documented=True)
def test_invert_in_get_config():
    """get_config() holds invert=True"""
    return normalization(invert=True).get_config().get("invert", "not there")


@scenario("invert::from_config", reference="keras#17556; " + LAYER + ".get_config", documented=UNCHANGED)
def test_invert_from_config():
    """from_config() of an inverting layer gives one that inverts"""
    return reinstantiated(given(invert=True))(np.array(NORMALIZED, "float32"))


# Calls


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
@scenario("call::{dtype}_array", reference=REFERENCE)
def test_array(dtype):
    """What an adapted layer makes of an array of {dtype}"""
    return adapted()(INPUTS.astype(dtype))


@scenario("call::symbolic_integers", reference=REFERENCE)
def test_symbolic_integers():
    """What a model with an integer input and an adapted layer makes of integers"""
    inputs = tf.keras.Input(shape=(2,), dtype="int32")
    return tf.keras.Model(inputs, adapted()(inputs)).predict(INPUTS.astype("int32"), verbose=0)


@scenario("call::list", reference="keras normalization: a list is taken for several inputs")
def test_list():
    """What an adapted layer makes of a nested list of numbers"""
    return adapted()(INPUTS.tolist())


@scenario("call::one_sample_without_batch", reference="keras normalization_test: unbatched adapt with ds.map")
def test_one_sample_without_batch():
    """What a layer that was adapted to rows makes of one row of shape (2,)"""
    return described(adapted()(INPUTS[0]))


@scenario("call::fewer_features_than_adapted", reference="tensorflow#47428")
def test_fewer_features_than_adapted():
    """What a layer that was adapted to two features makes of one

    Broadcasting makes two features of it, where a layer such as Dense would refuse.
    """
    return described(adapted()(INPUTS[:, :1]))


@scenario("call::compute_mask", reference="keras#15451; " + LAYER + ".compute_mask")
def test_compute_mask():
    """What compute_mask() makes of the mask that it is given"""
    return built().compute_mask(tf.constant(INPUTS), tf.constant([True, False]))


@scenario("call::mask_of_output", reference="keras#15451")
def test_mask_of_output():
    """The mask that the output of Masking and an adapted layer carries"""
    layer = adapted()
    masked = tf.keras.layers.Masking()(np.array([[[1.0, 10.0], [0.0, 0.0]]], "float32"))
    mask = getattr(layer(masked), "_keras_mask", None)
    return "none" if mask is None else mask

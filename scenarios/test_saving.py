"""What is left of the statistics of a Normalization after its model was saved and loaded as a whole."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, NONE, NUMPY, SILENT, promise, question
from scenarios.observe import compared, method, normalization, resolve, which
from scenarios.saved import (
    NORMALIZED,
    OTHER_TRAINING,
    OTHERWISE_NORMALIZED,
    PICTURES,
    SAMPLE,
    TRAINING,
    Subclassed,
    adapted,
    deferred,
    each_file,
    each_format,
    fitted,
    functional,
    kept,
    loaded,
    nested,
    predict,
    round_trip,
    subclassed,
)

SAVE = "tf.keras.Model.save and tf.keras.models.load_model"
#: What a file, written after a second adapt(), makes of the sample.
SECOND_ADAPT = {"fresh": NONE, "stale": SILENT, "lost": SILENT}

MAKERS = {"functional": functional, "sequential_without_input_shape": deferred, "nested_model": nested}
each_model = pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("functional", "A functional model"),
        ("sequential_without_input_shape", "Sequential without Input"),
        ("nested_model", "A model in a model"),
    ],
)


@each_format
@each_model
@promise("save::{form}_{kind}", oracle=INVARIANCE, reference=SAVE + "; keras#15348; keras#20147")
def test_round_trip(kind, model, form, file):
    """{model} keeps its statistics in {file}"""
    return round_trip(MAKERS[kind](adapted()), form)


@question(
    "save::keras_file_is",
    answers={"zip archive": NONE, "HDF5": NONE},
    documented_by_release={"keras>=2.13": "zip archive"},
    reference="Keras, model saving guide",
)
def test_keras_file_is():
    """What kind of file is .keras?"""
    functional(adapted()).save("model.keras")
    return {b"PK": "zip archive", b"\x89H": "HDF5"}[Path("model.keras").read_bytes()[:2]]


@promise("save::h5_weights_after_load", oracle=NUMPY, reference=SAVE)
def test_weights_after_load():
    """Weights loaded from HDF5 are the mean and variance saved

    They can be right while the predictions are wrong: some releases compute with a copy made before the load.
    """
    mean, variance = loaded(functional(adapted()), "h5").get_weights()[:2]
    return compared([mean, variance], [TRAINING.mean(axis=0), TRAINING.var(axis=0)])


@promise("save::h5_repaired_by_finalize_state", oracle=INVARIANCE, reference="keras#15348")
def test_repaired_by_finalize_state():
    """finalize_state() on a layer loaded from HDF5 repairs it"""
    model = functional(adapted())
    read = loaded(model, "h5")
    method(read.layers[-1], "finalize_state")()
    return kept(predict(model), predict(read))


@each_format
@question("save::{form}_after_second_adapt", answers=SECOND_ADAPT, reference=SAVE + "; keras#15219")
def test_after_second_adapt(form, file):
    """Does saving as {file} see a second adapt()?"""
    layer = adapted()
    model = functional(layer)
    predict(model)
    layer.adapt(OTHER_TRAINING)
    seen = predict(loaded(model, form))
    return which(seen, fresh=OTHERWISE_NORMALIZED, stale=NORMALIZED, lost=SAMPLE)


@each_format
@promise("save::{form}_after_fit", oracle=INVARIANCE, reference=SAVE + "; tf.keras.Model.fit")
def test_after_fit(form, file):
    """A model that was fitted predicts the same from {file}"""
    model = fitted()
    kernel, bias = model.layers[-1].get_weights()
    before, after = predict(model), predict(loaded(model, form))
    return kept(before, after, SAMPLE.dot(kernel) + bias, "statistics lost")


@each_format
@promise("save::{form}_adapt_after_load", oracle=NUMPY, reference="keras normalization_test.py; keras#17287")
def test_adapt_after_load(form, file):
    """A layer loaded from {file} can be adapted anew"""
    read = loaded(functional(adapted()), form)
    read.layers[-1].adapt(OTHER_TRAINING)
    return compared(predict(read), OTHERWISE_NORMALIZED)


# Arguments of the layer


AXES = {"none": None, "pair": (1, 3)}


@each_file
@pytest.mark.parametrize(("axes", "axis"), [("none", "None"), ("pair", "(1, 3)")])
@promise("save::{form}_axis_{axes}", oracle=INVARIANCE, reference=SAVE + "; keras normalization_test.py")
def test_axis(axes, axis, form, file):
    """{file} keeps an adapted Normalization(axis={axis})"""
    return round_trip(functional(adapted(PICTURES, axis=AXES[axes]), shape=(2, 2, 3)), form, PICTURES)


@each_format
@promise("save::{form}_invert", oracle=INVARIANCE, reference=SAVE + "; keras#17556; tf-keras#264")
def test_invert(form, file):
    """{file} keeps an adapted Normalization(invert=True)"""
    return round_trip(functional(adapted(invert=True)), form)


#: How people give a mean and a variance of their own.
STATICS = {
    "lists": lambda values: values,
    "arrays": lambda values: np.array(values, "float32"),
    "tensors": lambda values: tf.constant(values),
}
each_static = pytest.mark.parametrize("kind", sorted(STATICS))


def static_model(kind):
    return functional(normalization(axis=-1, mean=STATICS[kind]([1.0, 20.0]), variance=STATICS[kind]([1.0, 100.0])))


@each_file
@each_static
@promise("save::{form}_static_{kind}", oracle=INVARIANCE, reference=SAVE + "; keras#20624; mlflow#11847")
def test_static(kind, form, file):
    """{file} keeps a mean and a variance given as {kind}"""
    return round_trip(static_model(kind), form)


@each_static
@promise("save::json_static_{kind}", oracle=INVARIANCE, reference="tf.keras.Model.to_json")
def test_json_static(kind):
    """to_json() keeps a mean and a variance given as {kind}"""
    model = static_model(kind)
    return kept(predict(model), predict(tf.keras.models.model_from_json(model.to_json())))


@each_file
@promise("save::{form}_static_scalar", oracle=INVARIANCE, reference=SAVE + "; keras#20624")
def test_static_scalar(form, file):
    """{file} keeps a mean and a variance given as one number"""
    column = SAMPLE[:, :1]
    return round_trip(functional(normalization(axis=-1, mean=3.0, variance=2.0), shape=(1,)), form, column)


@each_format
@promise("save::{form}_float64", oracle=NUMPY, reference=SAVE)
def test_float64(form, file):
    """{file} keeps Normalization(dtype="float64")"""
    model = functional(adapted(dtype="float64"))
    read = loaded(model, form)
    return compared([read(SAMPLE).dtype.name, predict(read)], ["float64", NORMALIZED])


# Larger models


@each_format
@promise("save::{form}_layer_a_column", oracle=INVARIANCE, reference=SAVE + "; tutorial: preprocessing layers")
def test_layer_a_column(form, file):
    """{file} keeps a dictionary of columns with a layer each"""
    columns = {"weight": (TRAINING, SAMPLE), "age": (OTHER_TRAINING, SAMPLE + 1)}
    inputs = {name: tf.keras.Input(shape=(2,), name=name) for name in columns}
    outputs = [adapted(data)(inputs[name]) for name, (data, _) in columns.items()]
    model = tf.keras.Model(inputs, tf.keras.layers.Concatenate()(outputs))
    samples = {name: sample for name, (_, sample) in columns.items()}
    without = np.concatenate([SAMPLE, SAMPLE + 1], axis=1)
    return kept(predict(model, samples), predict(loaded(model, form), samples), without)


@pytest.mark.parametrize(("form", "file"), [("keras", ".keras"), ("savedmodel", "SavedModel")])
@promise("save::{form}_subclassed_model", oracle=INVARIANCE, reference=SAVE)
def test_subclassed_model(form, file):
    """A subclassed model keeps its statistics in {file}"""
    return round_trip(subclassed(), form, custom_objects={"Subclassed": Subclassed})


@promise("save::h5_subclassed_model", refused_by=("NotImplementedError", "ValueError"), reference=SAVE)
def test_subclassed_model_in_h5():
    """Saving a subclassed model as HDF5 is refused"""
    return subclassed().save("model.h5")


IMAGES = np.linspace(0.0, 255.0, 2 * 32 * 32 * 3, dtype="float32").reshape(2, 32, 32, 3)


def efficientnet():
    """Its first layers: all the blocks that follow would take minutes to save."""
    whole = resolve("tf.keras.applications.EfficientNetB0")(weights=None, input_shape=(32, 32, 3), classes=2)
    whole.get_layer("stem_conv").set_weights([np.linspace(-1.0, 2.0, 3 * 3 * 3 * 32).reshape(3, 3, 3, 32)])
    return tf.keras.Model(whole.input, whole.get_layer("stem_bn").output)


@promise("save::h5_EfficientNet", oracle=INVARIANCE, reference="keras#17199; keras#18218", limit=120)
def test_efficientnet():
    """EfficientNetB0's first layers, one adapted, survive HDF5"""
    model = efficientnet()
    without = model(IMAGES)
    layer = next(layer for layer in model.layers if type(layer).__name__ == "Normalization")
    layer.adapt(np.array([-1.0, -3.0], "float32").reshape(2, 1, 1, 1) * np.ones((1, 1, 1, 3), "float32"))
    before, after = predict(model, IMAGES), predict(loaded(model, "h5"), IMAGES)
    few = [np.mean(outputs, axis=(1, 2))[:, ::8] for outputs in (before, after, without)]
    return kept(*few, label="statistics lost")


@promise("save::json_EfficientNet", oracle=INVARIANCE, reference="keras#17199", limit=120)
def test_efficientnet_json():
    """EfficientNetB0's first layers go through to_json() and back"""
    model = efficientnet()
    read = tf.keras.models.model_from_json(model.to_json())
    return compared(*([type(layer).__name__ for layer in some.layers] for some in (read, model)))

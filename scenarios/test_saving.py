"""What is left of the statistics after saving and loading: whole models, weights alone, and exports to elsewhere."""

import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from scenarios.observe import Missing, call, construct, method, normalization, resolve, scenario

SAVE = "tf.keras.Model.save and tf.keras.models.load_model"
WEIGHTS = "tf.keras.Model.save_weights and load_weights"
CHECKPOINT = "tf.train.Checkpoint"
EXPORT = "tf.keras.Model.export, TensorFlow 2.21"
SAVED_MODEL = "tf.saved_model.save"
LITE = "tf.lite.TFLiteConverter"

TRAINING = np.array([[0.0, 10.0], [2.0, 30.0]], "float32")
OTHER_TRAINING = np.array([[1.0, -4.0], [5.0, 4.0]], "float32")
SAMPLE = np.array([[0.0, 1.0], [2.0, 7.0], [5.0, 5.0]], "float32")
PICTURES = np.arange(24.0, dtype="float32").reshape(2, 2, 2, 3) ** 2

SAME = "same predictions"
LOST = "statistics lost: outputs equal inputs"
DIFFERENT = "different predictions"
#: What a whole model is saved to; which kind of file it becomes is the ending's doing.
FORMATS = {"h5": "model.h5", "keras": "model.keras", "savedmodel": "model"}


def kept(before, after, inputs=SAMPLE):
    """Whether two predictions agree; where they do not, the loss that has a name, or both, if few enough to read."""
    before, after = np.asarray(before), np.asarray(after)
    if agree(before, after):
        return SAME
    if agree(after, inputs):
        return LOST
    if before.size > SAMPLE.size:
        return DIFFERENT
    return {"saved": before, "loaded": after}


def agree(one, other):
    return one.shape == other.shape and np.allclose(one, other, atol=1e-4)


def equal_weights(some, others):
    return len(some) == len(others) and all(map(np.allclose, some, others))


def adapted(data=TRAINING, **arguments):
    layer = normalization(**dict({"axis": -1}, **arguments))
    layer.adapt(data)
    return layer


def functional(*layers, shape=(2,)):
    inputs = outputs = tf.keras.Input(shape=shape)
    for layer in layers:
        outputs = layer(outputs)
    return tf.keras.Model(inputs, outputs)


def deferred(*layers):
    model = tf.keras.Sequential(list(layers))
    predict(model)
    return model


def nested(*layers):
    return functional(functional(*layers))


def predict(model, inputs=SAMPLE):
    return model.predict(inputs, verbose=0)


def loaded(model, form, **arguments):
    """The model after a way through a file."""
    model.save(FORMATS[form])
    return tf.keras.models.load_model(FORMATS[form], **arguments)


def round_trip(model, form, inputs=SAMPLE, **arguments):
    return kept(predict(model, inputs), predict(loaded(model, form, **arguments), inputs), inputs)


#: A nested model and one without a shape of its own are where formats part; elsewhere they repeat each other.
WHOLE_MODELS = [
    ("functional", "h5"),
    ("functional", "keras"),
    ("functional", "savedmodel"),
    ("sequential_without_input_shape", "h5"),
    ("sequential_without_input_shape", "keras"),
    ("nested_model", "h5"),
]
MAKERS = {"functional": functional, "sequential_without_input_shape": deferred, "nested_model": nested}
each_format = pytest.mark.parametrize("form", sorted(FORMATS))


# Whole models


@pytest.mark.parametrize(("kind", "form"), WHOLE_MODELS)
@scenario("save::{form}_{kind}", documented=SAME, reference=SAVE + "; keras#15348; keras#20147")
def test_round_trip(kind, form):
    """An adapted layer, {kind}, saved and loaded as {form}"""
    return round_trip(MAKERS[kind](adapted()), form)


@scenario("save::keras_file_is", documented_by_release={">=2.13": "zip archive"}, reference="Keras, model saving guide")
def test_keras_file_is():
    """What kind of file model.save() writes under a name that ends in .keras"""
    functional(adapted()).save("model.keras")
    start = Path("model.keras").read_bytes()
    kinds = {b"PK": "zip archive", b"\x89H": "HDF5"}
    return kinds.get(start[:2], repr(start[:8]))


@scenario("save::h5_weights_after_load", documented="equal", reference=SAVE)
def test_weights_after_load():
    """The weights of an adapted layer, loaded from HDF5, equal those that were saved

    They can be right while the predictions are wrong: some releases compute with a copy made before the load.
    """
    model = functional(adapted())
    saved, read = model.get_weights(), loaded(model, "h5").get_weights()
    return "equal" if equal_weights(saved, read) else {"saved": saved, "loaded": read}


@scenario("save::h5_repaired_by_finalize_state", reference="keras#15348")
def test_repaired_by_finalize_state():
    """finalize_state() on a layer loaded from HDF5 brings lost statistics back"""
    model = functional(adapted())
    read = loaded(model, "h5")
    method(read.layers[-1], "finalize_state")()
    return kept(predict(model), predict(read))


AXES = {"none": None, "pair": (1, 3)}


@pytest.mark.parametrize(("axes", "form"), [("none", "h5"), ("pair", "h5"), ("pair", "keras")])
@scenario("save::{form}_axis_{axes}", documented=SAME, reference=SAVE + "; keras normalization_test.py")
def test_axis(axes, form):
    """A layer adapted to pictures with another axis, {axes}, saved and loaded as {form}"""
    model = functional(adapted(PICTURES, axis=AXES[axes]), shape=(2, 2, 3))
    return round_trip(model, form, PICTURES)


@pytest.mark.parametrize("name", ["LayerNormalization", "UnitNormalization"])
@scenario("save::h5_{name}_axis_list", documented=SAME, reference=SAVE)
def test_other_layer_axis_list(name):
    """tf.keras.layers.{name}(axis=[1, 2]), saved and loaded as HDF5"""
    layer = construct(resolve("tf.keras.layers." + name), axis=[1, 2])
    return round_trip(functional(layer, shape=(2, 2, 3)), "h5", PICTURES)


@scenario("save::h5_BatchNormalization_axis_1", documented=SAME, reference=SAVE)
def test_batch_normalization_axis_1():
    """BatchNormalization(axis=1) with moving statistics, saved and loaded as HDF5"""
    layer = tf.keras.layers.BatchNormalization(axis=1)
    model = functional(layer, shape=(2, 2, 3))
    layer.set_weights([np.array(values, "float32") for values in ([1, 2], [3, 4], [5, 6], [7, 8])])
    return round_trip(model, "h5", PICTURES)


@each_format
@scenario("save::{form}_invert", documented=SAME, reference=SAVE + "; keras#17556; tf-keras#264")
def test_invert(form):
    """A layer with invert=True, adapted, saved and loaded as {form}"""
    return round_trip(functional(adapted(invert=True)), form)


#: How people give a mean and a variance of their own.
STATICS = {
    "lists": lambda values: values,
    "arrays": lambda values: np.array(values, "float32"),
    "tensors": lambda values: tf.constant(values),
}


def static_model(kind):
    return functional(normalization(axis=-1, mean=STATICS[kind]([1.0, 20.0]), variance=STATICS[kind]([1.0, 100.0])))


@pytest.mark.parametrize(("kind", "form"), [("lists", "h5"), ("lists", "keras"), ("tensors", "keras")])
@scenario("save::{form}_static_{kind}", documented=SAME, reference=SAVE + "; keras#20624; mlflow#11847")
def test_static(kind, form):
    """A layer with given mean and variance, {kind}, saved and loaded as {form}"""
    return round_trip(static_model(kind), form)


@scenario("save::keras_static_scalar", documented=SAME, reference=SAVE + "; keras#20624")
def test_static_scalar():
    """A layer with one number for mean and one for variance, saved and loaded as keras"""
    column = SAMPLE[:, :1]
    return round_trip(functional(normalization(axis=-1, mean=3.0, variance=2.0), shape=(1,)), "keras", column)


@pytest.mark.parametrize("kind", ["arrays", "tensors"])
@scenario("save::json_static_{kind}", documented=SAME, reference="tf.keras.Model.to_json")
def test_json_static(kind):
    """Given mean and variance, {kind}: a model made from to_json() predicts the same"""
    model = static_model(kind)
    return kept(predict(model), predict(tf.keras.models.model_from_json(model.to_json())))


@pytest.mark.parametrize("form", ["keras", "savedmodel"])
@scenario("save::{form}_adapt_after_load", reference="keras normalization_test.py; keras#17287")
def test_adapt_after_load(form):
    """A layer loaded from {form}, adapted to other data, predicts as a new layer does"""
    read = loaded(functional(adapted()), form)
    read.layers[-1].adapt(OTHER_TRAINING)
    return kept(adapted(OTHER_TRAINING)(SAMPLE), predict(read))


# EfficientNet, which begins with a Normalization


IMAGES = np.linspace(0.0, 255.0, 2 * 32 * 32 * 3, dtype="float32").reshape(2, 32, 32, 3)


def start_of_efficientnet():
    """Its layer is adapted, so that lost statistics show; all the blocks that follow would take minutes to save."""
    whole = resolve("tf.keras.applications.EfficientNetB0")(weights=None, input_shape=(32, 32, 3), classes=2)
    layer = next(layer for layer in whole.layers if type(layer).__name__ == "Normalization")
    layer.adapt(np.array([-1.0, -3.0], "float32").reshape(2, 1, 1, 1) * np.ones((1, 1, 1, 3), "float32"))
    return tf.keras.Model(whole.input, whole.get_layer("stem_bn").output)


@scenario("save::h5_EfficientNet", documented=SAME, reference="keras#17199; keras#18218", limit=120)
def test_efficientnet():
    """The first layers of EfficientNetB0, one adapted, saved and loaded as HDF5"""
    return round_trip(start_of_efficientnet(), "h5", IMAGES)


@scenario("save::json_EfficientNet", documented="a model of the same layers", reference="keras#17199", limit=120)
def test_efficientnet_json():
    """The first layers of EfficientNetB0 go through to_json() and back"""
    model = start_of_efficientnet()
    read = tf.keras.models.model_from_json(model.to_json())
    same = [type(layer).__name__ for layer in read.layers] == [type(layer).__name__ for layer in model.layers]
    return "a model of the same layers" if same else "another model"


# Weights alone

WEIGHT_FILES = {"tf_checkpoint": "weights", "weights_h5": "model.weights.h5"}
each_weight_file = pytest.mark.parametrize("form", sorted(WEIGHT_FILES))


def unadapted_model():
    return functional(normalization(axis=-1))


@each_weight_file
@scenario("weights::{form}_into_fresh_model", documented=SAME, reference=WEIGHTS)
def test_weights_into_fresh_model(form):
    """save_weights() as {form}, load_weights() into the same model newly made"""
    model, fresh = functional(adapted()), unadapted_model()
    model.save_weights(WEIGHT_FILES[form])
    fresh.load_weights(WEIGHT_FILES[form])
    return kept(predict(model), predict(fresh))


@each_weight_file
@scenario("weights::{form}_into_model_that_predicted", documented=SAME, reference=WEIGHTS)
def test_weights_into_model_that_predicted(form):
    """save_weights() as {form}, load_weights() into a model that has predicted before"""
    model, fresh = functional(adapted()), unadapted_model()
    model.save_weights(WEIGHT_FILES[form])
    predict(fresh)
    fresh.load_weights(WEIGHT_FILES[form])
    return kept(predict(model), predict(fresh))


def restored(saved, fresh):
    """Write one object's state with tf.train.Checkpoint and read it into another."""
    path = tf.train.Checkpoint(subject=saved).save("checkpoint")
    return tf.train.Checkpoint(subject=fresh).restore(path)


@scenario("weights::checkpoint_into_unbuilt_layer", documented=SAME, reference=CHECKPOINT)
def test_checkpoint_into_unbuilt_layer():
    """tf.train.Checkpoint of an adapted layer, restored into a new layer before its first call"""
    layer, fresh = adapted(), normalization(axis=-1)
    restored(layer, fresh)
    return kept(layer(SAMPLE), fresh(SAMPLE))


@scenario("weights::checkpoint_into_built_layer", documented=SAME, reference=CHECKPOINT)
def test_checkpoint_into_built_layer():
    """tf.train.Checkpoint of an adapted layer, restored into a new layer that is built"""
    layer, fresh = adapted(), normalization(axis=-1)
    fresh.build((None, 2))
    restored(layer, fresh)
    return kept(layer(SAMPLE), fresh(SAMPLE))


@scenario("weights::checkpoint_into_model", documented=SAME, reference=CHECKPOINT)
def test_checkpoint_into_model():
    """tf.train.Checkpoint of a model, restored into the same model newly made"""
    model, fresh = functional(adapted()), unadapted_model()
    restored(model, fresh)
    return kept(predict(model), predict(fresh))


@scenario("weights::checkpoint_into_model_then_finalize_state", reference="keras normalization.py, finalize_state")
def test_checkpoint_then_finalize_state():
    """finalize_state() after restoring a tf.train.Checkpoint makes the statistics count"""
    model, fresh = functional(adapted()), unadapted_model()
    restored(model, fresh)
    method(fresh.layers[-1], "finalize_state")()
    return kept(predict(model), predict(fresh))


# Copies and exports


@scenario("export::pickle_model", reference="pickle")
def test_pickle_model():
    """A model with an adapted layer goes through pickle and back"""
    model = functional(adapted())
    return kept(predict(model), predict(pickle.loads(pickle.dumps(model))))  # noqa: S301  the scenario's own bytes


def signature_output(saved_model):
    """What the serving signature answers; the caller keeps the loaded object, which owns the variables."""
    signature = saved_model.signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]
    (output,) = signature(**{name: tf.constant(SAMPLE)}).values()
    return output.numpy()


@scenario("export::tf_saved_model_save_signature", documented=SAME, reference=SAVED_MODEL)
def test_saved_model_signature():
    """tf.saved_model.save() of a model: its serving signature answers as the model does"""
    model = functional(adapted())
    tf.saved_model.save(model, "saved")
    served = tf.saved_model.load("saved")
    return kept(predict(model), signature_output(served))


@scenario("export::tf_saved_model_save_call", reference=SAVED_MODEL)
def test_saved_model_call():
    """tf.saved_model.save() of a model: the loaded object, called, answers as the model does"""
    model = functional(adapted())
    tf.saved_model.save(model, "saved")
    served = tf.saved_model.load("saved")
    return kept(predict(model), served(tf.constant(SAMPLE)))


@scenario("export::tf_saved_model_save_after_second_adapt", reference=SAVED_MODEL + "; keras#15219")
def test_saved_model_after_second_adapt():
    """tf.saved_model.save() after a second adapt(): the signature uses the newer statistics"""
    layer = adapted()
    model = functional(layer)
    predict(model)
    layer.adapt(OTHER_TRAINING)
    tf.saved_model.save(model, "saved")
    served = tf.saved_model.load("saved")
    return kept(layer(SAMPLE), signature_output(served))


@scenario("export::model_export_serve", documented=SAME, reference=EXPORT)
def test_model_export_serve():
    """model.export() of a model with an adapted layer: serve() answers as the model does"""
    model = functional(adapted())
    method(model, "export")("exported")
    served = tf.saved_model.load("exported")
    return kept(predict(model), served.serve(tf.constant(SAMPLE)))


@scenario("export::tfsm_layer_of_saved_model", reference="tf.keras.layers.TFSMLayer; keras#19206")
def test_tfsm_layer_of_tf_saved_model():
    """TFSMLayer around the serving signature of a folder that tf.saved_model.save() wrote"""
    cls = resolve("tf.keras.layers.TFSMLayer")
    model = functional(adapted())
    tf.saved_model.save(model, "saved")
    layer = cls("saved", call_endpoint="serving_default")
    (output,) = layer(tf.constant(SAMPLE)).values()
    return kept(predict(model), output)


def lite_predictions(converter):
    """Convert, and run row by row: the shape of the batch is the converter's choice."""
    # TensorFlow 2.2 starts the converter as a program, which an activated environment has on its path.
    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")
    interpreter = tf.lite.Interpreter(model_content=converter.convert())
    index = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(index, [1, 2])
    interpreter.allocate_tensors()
    outputs = []
    for row in SAMPLE:
        interpreter.set_tensor(index, row[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0])
    return np.array(outputs)


@scenario("export::tflite_from_keras_model", documented=SAME, reference=LITE + ".from_keras_model", limit=60)
def test_lite_from_keras_model():
    """A TensorFlow Lite model converted from a Keras model with an adapted layer"""
    model = functional(adapted())
    return kept(predict(model), lite_predictions(tf.lite.TFLiteConverter.from_keras_model(model)))


@scenario(
    "export::model_export_format_litert",
    documented="a TensorFlow Lite file",
    reference="tf.keras.Model.export(format), TensorFlow 2.21",
    limit=60,
)
def test_model_export_to_lite():
    """model.export(format="litert") of a model with an adapted layer: what is written"""
    model = functional(adapted())
    try:
        call(method(model, "export"), "model.tflite", format="litert")
    except ValueError as error:
        if "litert" in str(error):
            raise Missing(str(error)) from error
        raise
    written = Path("model.tflite")
    if written.is_dir():
        return "a SavedModel folder"
    return "a TensorFlow Lite file" if written.read_bytes()[4:8] == b"TFL3" else "another file"

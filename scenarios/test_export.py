"""What a model with a Normalization computes after it has left Keras: SavedModels, TensorFlow Lite, ONNX, pickle."""

import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from scenarios.marks import INVARIANCE, NONE, NUMPY, SILENT, promise, question
from scenarios.observe import Unanswerable, call, compared, format_of_release, method, resolve, which
from scenarios.saved import (
    NORMALIZED,
    OTHER_TRAINING,
    OTHERWISE_NORMALIZED,
    SAMPLE,
    adapted,
    fitted,
    functional,
    kept,
    predict,
    subclassed,
)

SAVED_MODEL = "tf.saved_model.save"
EXPORT = "tf.keras.Model.export, TensorFlow 2.21"
LITE = "tf.lite.TFLiteConverter"
SECOND_ADAPT = {"fresh": NONE, "stale": SILENT, "lost": SILENT}


def signature_output(saved_model):
    """What the serving signature answers; the caller keeps the loaded object, which owns the variables."""
    signature = saved_model.signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]
    (output,) = signature(**{name: tf.constant(SAMPLE)}).values()
    return output.numpy()


def by_saved_model(model):
    tf.saved_model.save(model, "saved")
    served = tf.saved_model.load("saved")
    return signature_output(served)


def by_export(model):
    method(model, "export")("exported")
    served = tf.saved_model.load("exported")
    return served.serve(tf.constant(SAMPLE)).numpy()


def by_lite(model, change=lambda converter: None):
    """What TensorFlow Lite makes of the rows, one by one: the shape of the batch is the converter's choice."""
    # TensorFlow 2.2 starts the converter as a program, which an activated environment has on its path.
    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    change(converter)
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


#: Each way out of Keras: the name in the ids, that in the titles, and the function that goes it.
WAYS = [
    ("tf_saved_model_save", "tf.saved_model.save()", by_saved_model),
    ("model_export", "model.export()", by_export),
    ("tflite", "TensorFlow Lite", by_lite),
]
each_way = pytest.mark.parametrize(("way", "name", "outputs"), WAYS)


@promise("export::tf_saved_model_save_signature", oracle=NUMPY, reference=SAVED_MODEL)
def test_saved_model_signature():
    """The signature of tf.saved_model.save() computes the same"""
    return compared(by_saved_model(functional(adapted())), NORMALIZED)


@promise("export::model_export_serve", oracle=NUMPY, reference=EXPORT)
def test_model_export_serve():
    """serve() of what model.export() wrote computes the same"""
    return compared(by_export(functional(adapted())), NORMALIZED)


@promise("export::tflite_from_keras_model", oracle=NUMPY, reference=LITE + ".from_keras_model", limit=60)
def test_lite_from_keras_model():
    """A TensorFlow Lite model computes the same"""
    return compared(by_lite(functional(adapted())), NORMALIZED)


@each_way
@promise("export::{way}_after_predict", oracle=NUMPY, reference="tf.keras.Model.predict; " + EXPORT, limit=60)
def test_after_predict(way, name, outputs):
    """{name} after predict() computes the same"""
    model = functional(adapted())
    predict(model)
    return compared(outputs(model), NORMALIZED)


@each_way
@promise("export::{way}_after_fit", oracle=INVARIANCE, reference="tf.keras.Model.fit; " + EXPORT, limit=60)
def test_after_fit(way, name, outputs):
    """{name} after fit() computes the same"""
    model = fitted()
    kernel, bias = model.layers[-1].get_weights()
    return kept(predict(model), outputs(model), SAMPLE.dot(kernel) + bias, "statistics lost")


@each_way
@question("export::{way}_after_second_adapt", answers=SECOND_ADAPT, reference=EXPORT + "; keras#15219", limit=60)
def test_after_second_adapt(way, name, outputs):
    """Does {name} see a second adapt()?"""
    layer = adapted()
    model = functional(layer)
    predict(model)
    layer.adapt(OTHER_TRAINING)
    return which(outputs(model), fresh=OTHERWISE_NORMALIZED, stale=NORMALIZED, lost=SAMPLE)


@each_way
@promise("export::{way}_subclassed_model", oracle=NUMPY, reference=EXPORT, limit=60)
def test_subclassed_model(way, name, outputs):
    """{name} keeps what a subclassed model does"""
    return compared(outputs(subclassed()), NORMALIZED)


@promise("export::tf_saved_model_save_call", oracle=NUMPY, reference=SAVED_MODEL)
def test_saved_model_call():
    """The object that tf.saved_model.load() returns can be called"""
    tf.saved_model.save(functional(adapted()), "saved")
    served = tf.saved_model.load("saved")
    return compared(served(tf.constant(SAMPLE)), NORMALIZED)


@promise("export::tfsm_layer_of_saved_model", oracle=NUMPY, reference="tf.keras.layers.TFSMLayer; keras#19206")
def test_tfsm_layer_of_tf_saved_model():
    """TFSMLayer computes with what tf.saved_model.save() wrote"""
    cls = resolve("tf.keras.layers.TFSMLayer")
    tf.saved_model.save(functional(adapted()), "saved")
    (output,) = cls("saved", call_endpoint="serving_default")(tf.constant(SAMPLE)).values()
    return compared(output, NORMALIZED)


@promise("export::tfsm_layer_of_model_export", oracle=NUMPY, reference="tf.keras.layers.TFSMLayer; keras#19206")
def test_tfsm_layer_of_model_export():
    """TFSMLayer computes with what model.export() wrote"""
    cls = resolve("tf.keras.layers.TFSMLayer")
    method(functional(adapted()), "export")("exported")
    return compared(cls("exported", call_endpoint="serve")(tf.constant(SAMPLE)), NORMALIZED)


# tf.Module


class Served(tf.Module):
    """A layer in a module with a function of its own, as the guide of SavedModel has it."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def __call__(self, inputs):
        return self.layer(inputs)


def by_module(module):
    tf.saved_model.save(module, "saved")
    served = tf.saved_model.load("saved")
    return served(tf.constant(SAMPLE)).numpy()


@promise("export::module", oracle=NUMPY, reference="TensorFlow, guide to SavedModel: tf.Module")
def test_module():
    """A tf.Module with the layer computes the same when loaded"""
    return compared(by_module(Served(adapted())), NORMALIZED)


@question("export::module_after_second_adapt", answers=SECOND_ADAPT, reference="TensorFlow, guide to SavedModel")
def test_module_after_second_adapt():
    """Does a saved tf.Module see a second adapt()?"""
    module = Served(adapted())
    module(tf.constant(SAMPLE))
    module.layer.adapt(OTHER_TRAINING)
    return which(by_module(module), fresh=OTHERWISE_NORMALIZED, stale=NORMALIZED, lost=SAMPLE)


# TensorFlow Lite with fewer bits


def dynamic_range(converter):
    converter.optimizations = [tf.lite.Optimize.DEFAULT]


def float16(converter):
    dynamic_range(converter)
    converter.target_spec.supported_types = [tf.float16]


def int8(converter):
    dynamic_range(converter)
    converter.representative_dataset = lambda: ([row[None]] for row in SAMPLE)


@pytest.mark.parametrize(("case", "change"), [("dynamic_range", dynamic_range), ("float16", float16)])
@promise("export::tflite_{case}", oracle=NUMPY, reference=LITE + ": post-training quantization", limit=60)
def test_quantized(case, change):
    """TensorFlow Lite quantized as {case} computes the same"""
    return compared(by_lite(functional(adapted()), change), NORMALIZED)


@promise("export::tflite_int8", oracle=NUMPY, reference=LITE + ": post-training quantization", limit=60)
def test_quantized_to_integers():
    """TensorFlow Lite in int8 is right to two steps of 255"""
    outputs = by_lite(functional(adapted()), int8)
    near = np.abs(outputs - NORMALIZED) < 2 * np.ptp(NORMALIZED) / 255
    return compared(np.where(near, NORMALIZED, outputs), NORMALIZED)


# Formats of model.export()


def exported(form, path):
    """What model.export() wrote, a file or a folder, of a model that was called."""
    model = functional(adapted())
    model(SAMPLE)
    with format_of_release():
        call(method(model, "export"), path, format=form)
    return Path(path)


@question(
    "export::model_export_format_litert",
    answers={"a TensorFlow Lite file": NONE, "a SavedModel folder": SILENT},
    documented_by_release={"keras>=3.13": "a TensorFlow Lite file"},
    reference="tf.keras.Model.export(format), TensorFlow 2.21",
    limit=60,
)
def test_model_export_to_lite():
    """What does model.export(format="litert") write?"""
    written = exported("litert", "model.tflite")
    if written.is_dir():
        return "a SavedModel folder"
    return {b"TFL3": "a TensorFlow Lite file"}[written.read_bytes()[4:8]]


@question(
    "export::model_export_format_onnx",
    answers={"an ONNX file": NONE, "a SavedModel folder": SILENT},
    documented_by_release={"keras>=3.8": "an ONNX file"},
    reference="tf.keras.Model.export(format), TensorFlow 2.21",
    limit=60,
)
def test_model_export_to_onnx():
    """What does model.export(format="onnx") write?"""
    try:
        written = exported("onnx", "model.onnx")
    except ImportError as error:
        raise Unanswerable(str(error)) from error
    return "a SavedModel folder" if written.is_dir() else "an ONNX file"


# Python's own


@promise("export::pickle_model", oracle=INVARIANCE, reference="pickle")
def test_pickle_model():
    """A model with an adapted layer survives pickle"""
    model = functional(adapted())
    return kept(predict(model), predict(pickle.loads(pickle.dumps(model))))
